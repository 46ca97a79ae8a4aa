import { existsSync } from "node:fs";
import { appendFile, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { launchChromium } from "../browser/chromium.js";
import { printedInNode, printedInPage, readmeProgram, writeProgram } from "../browser/programs.js";

// The README's program in a page built by Vite and in Node, both from the built package, as users have it.

const root = new URL("../..", import.meta.url).pathname;

/** Prints every number that an evolution draws: connections, their order, and original neuron ids. */
const topologyProgram = `
import { digits, split, train } from "coppice";
const data = split(await digits(), { test: 1 / 3, seed: 7 });
const model = await train({ train: data.train }, { hidden: [80, 60], epochs: 4, epsilon: 8, batch: 64, seed: 7, device: "webgpu" });
const { network } = await model.save();
let hash = 0;
for (const { topology, neurons } of network.layers)
  for (const array of [neurons, topology?.rowPtr ?? [], topology?.colIdx ?? []])
    for (const value of array) hash = (Math.imul(hash, 31) + value) | 0;
console.log("topology", hash, network.layers.map((layer) => layer.topology?.nnz ?? "dense").join(" "));
await model.dispose();
`;

let browser: Browser;
let work: string;

beforeAll(async () => {
  if (!existsSync(join(root, "dist/index.js"))) throw new Error("dist/ is missing: npm run build makes it");
  browser = await launchChromium();
  work = await mkdtemp(join(tmpdir(), "coppice-page-"));
  await mkdir(join(work, "node_modules"));
  await symlink(root, join(work, "node_modules/coppice"));
});
afterAll(async () => {
  await browser?.close();
  await rm(work, { recursive: true, force: true });
});

test("the README's program, built by Vite, trains digits in Chromium", async () => {
  const program = await readmeProgram();
  expect(program).toContain('from "coppice"');
  expect(program.trim().split("\n").length).toBeLessThanOrEqual(20);
  const lines = await runInPage(program);
  const accuracy = Number(/test accuracy (0\.\d+)/.exec(lines.at(-1) ?? "")?.[1]);
  expect(accuracy, lines.join("\n")).toBeGreaterThanOrEqual(0.95);
}, 120_000);

test("Chromium, a worker of it and Node on SwiftShader draw the same topologies", async () => {
  const page = await runInPage(topologyProgram);
  expect(page[0]).toMatch(/^topology -?\d+/);
  expect(await printedInNode(await writeProgram(work, topologyProgram))).toEqual(page);
  expect(await runInPage(topologyProgram, "worker")).toEqual(page); // trains, regrows and rebuilds off the main thread
}, 120_000);

async function runInPage(program: string, thread: "main" | "worker" = "main"): Promise<string[]> {
  const folder = await writeProgram(work, program);
  if (thread === "worker") await moveToWorker(folder);
  return printedInPage(browser, folder);
}

/** Makes the program a worker's, whose lines the page prints. */
async function moveToWorker(folder: string): Promise<void> {
  const program = await readFile(join(folder, "main.mjs"), "utf8");
  await writeFile(join(folder, "worker.mjs"), program.replaceAll("console.log(", "print("));
  await appendFile(join(folder, "worker.mjs"), 'function print(...words) { postMessage(words.join(" ")); }\n');
  await writeFile(
    join(folder, "main.mjs"),
    `const worker = new Worker(new URL("./worker.mjs", import.meta.url), { type: "module" });
worker.onmessage = ({ data }) => console.log(data);
worker.onerror = ({ message }) => { throw new Error(message); };
`,
  );
}
