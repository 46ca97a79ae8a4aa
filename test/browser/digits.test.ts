import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { appendFile, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Browser } from "playwright-core";
import { build } from "vite";
import { afterAll, beforeAll, expect, test } from "vitest";
import { launchChromium, serveFolder } from "./chromium.js";

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
  const readme = await readFile(join(root, "README.md"), "utf8");
  const program = /```js\n([\s\S]*?)```/.exec(readme)?.[1] ?? "";
  expect(program).toContain('from "coppice"');
  expect(program.trim().split("\n").length).toBeLessThanOrEqual(20);
  const lines = await runInPage(program);
  const accuracy = Number(/test accuracy (0\.\d+)/.exec(lines.at(-1) ?? "")?.[1]);
  expect(accuracy, lines.join("\n")).toBeGreaterThanOrEqual(0.95);
}, 120_000);

test("Chromium and Node on SwiftShader draw the same topologies", async () => {
  const [page, node] = await Promise.all([runInPage(topologyProgram), runInNode(topologyProgram)]);
  expect(page).toEqual(node);
  expect(page[0]).toMatch(/^topology -?\d+/);
}, 120_000);

test("a worker trains, regrows and rebuilds off the page's main thread, and draws the same topologies", async () => {
  const [worker, node] = await Promise.all([runInPage(topologyProgram, "worker"), runInNode(topologyProgram)]);
  expect(worker).toEqual(node);
}, 120_000);

/** What a program prints when it is built by Vite and opened from a plain static server, on the main thread or in a worker. */
async function runInPage(program: string, thread: "main" | "worker" = "main"): Promise<string[]> {
  const folder = await writeProgram(program);
  if (thread === "worker") await moveToWorker(folder);
  await build({ root: folder, logLevel: "error", base: "./", build: { target: "es2022" }, worker: { format: "es" } });
  const server = await serveFolder(join(folder, "dist"));
  const page = await browser.newPage();
  try {
    const lines: string[] = [];
    const done = new Promise<Error | null>((resolve) => {
      page.on("console", (message) => (message.text() === "the end" ? resolve(null) : lines.push(message.text())));
      page.on("pageerror", resolve);
    });
    await page.goto(server.url);
    const error = await done;
    if (error) throw error;
    return lines;
  } finally {
    await page.close();
    server.close();
  }
}

async function runInNode(program: string): Promise<string[]> {
  const folder = await writeProgram(program);
  const { stdout } = await promisify(execFile)(process.execPath, [join(folder, "main.mjs")]);
  return stdout.trim().split("\n").slice(0, -1);
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

async function writeProgram(program: string): Promise<string> {
  const folder = await mkdtemp(join(work, "program-"));
  await writeFile(join(folder, "main.mjs"), `${program}\nconsole.log("the end");\n`);
  await writeFile(join(folder, "index.html"), '<!doctype html><script type="module" src="./main.mjs"></script>');
  return folder;
}
