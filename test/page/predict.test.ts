import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createCpuDevice } from "../../src/device/cpu/device.js";
import { encodeCheckpoint } from "../../src/io/formats/checkpoint/checkpoint.js";
import { loadModel } from "../../src/train/model.js";
import { launchChromium } from "../browser/chromium.js";
import { printedInNode, printedInPage, writeProgram } from "../browser/programs.js";
import { madeModel } from "../io/models.js";

// The guide's program that answers from a model's file alone, from the built package, as users have it.

const root = new URL("../..", import.meta.url).pathname;
const saved = madeModel();
let browser: Browser;
let work: string;
let program: string;
let expected: [string, number];

beforeAll(async () => {
  if (!existsSync(join(root, "dist/index.js"))) throw new Error("dist/ is missing: npm run build makes it");
  const guide = await readFile(join(root, "docs/guide/programs.md"), "utf8");
  program =
    [...guide.matchAll(/```js\n([\s\S]*?)```/g)].map(([, code]) => code).find((code) => code.includes("decodeCheckpoint")) ?? "";
  browser = await launchChromium();
  work = await mkdtemp(join(tmpdir(), "coppice-predict-"));
  await mkdir(join(work, "node_modules"));
  await symlink(root, join(work, "node_modules/coppice"));
  const device = createCpuDevice({ precision: 64 });
  const { classes, labels, probabilities } = await loadModel(device, saved).predict(new Float32Array(saved.features));
  expected = [classes[labels[0]], probabilities[labels[0]]];
  await device.dispose();
});
afterAll(async () => {
  await browser?.close();
  await rm(work, { recursive: true, force: true });
});

/** The label and probability of a printed line. */
function answer(line: string): [string, number] {
  const at = line.lastIndexOf(" ");
  return [line.slice(0, at), Number(line.slice(at + 1))];
}

test("answers in a page that Vite built", async () => {
  expect(program.trim().split("\n").length).toBeLessThanOrEqual(10);
  const folder = await writeProgram(work, program);
  await mkdir(join(folder, "public"));
  await writeFile(join(folder, "public/model.safetensors"), encodeCheckpoint(saved));
  const [label, probability] = answer((await printedInPage(browser, folder))[0]);
  expect(label).toBe(expected[0]);
  expect(probability).toBeCloseTo(expected[1], 5);
});

test("answers in Node, its file read as the comment says", async () => {
  const [, reading] = /\/\/ in Node: (.*)/.exec(program) ?? [];
  const inNode = program.replace(/await fetch\(.*?\);.*/, `${reading};`).replace('"model.safetensors"', "process.env.MODEL");
  const folder = await writeProgram(work, `import { readFile } from "node:fs/promises";\n${inNode}\nawait device.dispose();`);
  const file = join(folder, "model.safetensors");
  await writeFile(file, encodeCheckpoint(saved));
  const [label, probability] = answer((await printedInNode(folder, { ...process.env, MODEL: file }))[0]);
  expect(label).toBe(expected[0]);
  expect(probability).toBeCloseTo(expected[1], 5);
});
