import { spawnSync } from "node:child_process";
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, statSync, writeFileSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { random } from "../../src/util/random.js";

// A bag of words that dense would take 800 MB is trained on, evaluated and predicted, each in a process of its own, whose memory is looked at.

const [SAMPLES, FEATURES, VALUES] = [10_000, 20_000, 60];
const DENSE = 4 * SAMPLES * FEATURES;
/** Writes the most memory that the process had, in kB, when it ends. */
const MEASURE = 'data:text/javascript,process.on("exit",()=>console.error("maxRSS="+process.resourceUsage().maxRSS))';

const folder = mkdtempSync(join(tmpdir(), "coppice-sparse-"));
afterAll(() => rmSync(folder, { recursive: true }));
const path = (name: string) => join(folder, name);

/** Half of a sample's words are from the fifth of the vocabulary that is its class's, the others from all of it. */
function words(): string {
  const rng = random(1, "words");
  const lines = Array.from({ length: SAMPLES }, (_, i) => {
    const own = (i % 5) * (FEATURES / 5);
    const drawn = Array.from({ length: VALUES }, (_, k) => 1 + (k % 2 ? rng.below(FEATURES) : own + rng.below(FEATURES / 5)));
    const indices = [...new Set(drawn)].sort((a, b) => a - b);
    return `${i % 5} ${indices.map((j) => `${j}:${1 + rng.below(3)}`).join(" ")}`;
  });
  return `${lines.join("\n")}\n`;
}

/** Runs a command to its end, and gives what it printed and the bytes of memory it took at most. */
function coppice(words: string): { stdout: string; stderr: string; bytes: number } {
  const env = Object.fromEntries(Object.entries(process.env).filter(([key]) => !key.startsWith("MALLOC_"))); // as users have it
  const run = spawnSync(process.execPath, ["--import", MEASURE, "dist/cli.js", ...words.split(" ")], { encoding: "utf8", env });
  expect(run.status, run.stderr).toBe(0);
  return { stdout: run.stdout, stderr: run.stderr, bytes: 1024 * Number(/maxRSS=(\d+)/.exec(run.stderr)?.[1]) };
}

it("a command never takes the memory of all cells of a bag of words", () => {
  writeFileSync(path("words.svmlight"), words());
  const data = `--data ${path("words.svmlight")}`;
  const model = path("run/model.safetensors");
  const train = coppice(
    `train ${data} --method set --hidden 50,50 --epsilon 5 --epochs 2 --device cpu --out ${path("run")} --json`,
  );
  expect(train.stderr).toContain("note: kept sparse in memory: 0.30 % of its cells are not 0");
  expect(train.stderr).toContain("note: samples are streamed through 134 MB of the device");
  const evaluation = coppice(`eval ${model} ${data} --device cpu --json`);
  const prediction = coppice(`predict ${model} ${data} --device cpu --out ${path("predicted.csv")}`);
  const { final } = JSON.parse(train.stdout) as { final: { testAccuracy: number } };
  expect(final.testAccuracy).toBeGreaterThan(0.9);
  expect(JSON.parse(evaluation.stdout)).toMatchObject({ samples: SAMPLES });
  expect(readFileSync(path("predicted.csv"), "utf8").split("\n")).toHaveLength(SAMPLES + 2);
  const megabytes = [train, evaluation, prediction].map(({ bytes }) => Math.round(bytes / 1e6));
  console.log(`peak memory of train, eval and predict: ${megabytes.join(", ")} MB; all cells alone are ${DENSE / 1e6} MB`);
  for (const taken of megabytes) expect(taken).toBeLessThan(DENSE / 1e6);
});

/** Samples with long comments, whose bytes are a hole of the file: 2.4 GB that take the disk little, and the values of a few lines. */
function writeLarge(file: string): void {
  const [lines, comment] = [150, 16_000_000];
  const descriptor = openSync(file, "w");
  for (let i = 0; i < lines; i++) {
    writeSync(descriptor, `${i % 2} ${1 + (i % 2)}:1 3:${i} #`, i * comment);
    writeSync(descriptor, "\n", (i + 1) * comment - 1);
  }
  closeSync(descriptor);
}

it("an svmlight file is read piece by piece: one of 2.4 GB, more than a buffer may hold, takes less than 400 MB", () => {
  const file = path("large.svmlight");
  writeLarge(file);
  expect(statSync(file).size).toBeGreaterThan(2 ** 31);
  const { stdout, bytes } = coppice(
    `train --data ${file} --method set --hidden 4 --epochs 1 --device cpu --out ${path("large")} --json`,
  );
  console.log(`peak memory of training on a file of 2.4 GB: ${Math.round(bytes / 1e6)} MB`);
  expect(JSON.parse(stdout)).toHaveProperty("final.testAccuracy");
  expect(bytes).toBeLessThan(400e6);
});
