import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import * as fc from "fast-check";
import { expect, it } from "vitest";
import { FORMATS } from "../../src/data/formats/index.js";
import { GRAMMARS } from "./formats/index.js";

const run = promisify(execFile);
const main = fileURLToPath(new URL("main.mjs", import.meta.url));

it("every format has a grammar whose files it claims, and a reader that is fuzzed with them", () => {
  expect(Object.keys(GRAMMARS).sort()).toEqual(FORMATS.map(({ name }) => name).sort());
  for (const { name, claims, extensions } of FORMATS) {
    const { file, targets } = GRAMMARS[name];
    const claimed = fc.sample(file, { numRuns: 50, seed: 1 }).filter((bytes) => claims(bytes, `fuzz${extensions[0] ?? ""}`));
    expect(claimed.length).toBeGreaterThan(10);
    expect(Object.values(targets).every(({ sources }) => sources.length > 0)).toBe(true);
    expect(Object.keys(targets).length).toBeGreaterThan(0);
  }
});

it("every reader returns or refuses, in time, in little memory, 50 files that are wrong in one thing", async () => {
  const { stdout } = await run(process.execPath, [main, "--runs", "50", "--seed", "1"]);
  expect(stdout.match(/: seed 1, 50 runs in .*; no failure$/gm)).toHaveLength(12);
}, 120_000);

it("a reader of whose lines fewer than 90 % run fails where coverage is asked for", async () => {
  const few = run(process.execPath, [main, "--reader", "scipy", "--runs", "2", "--coverage"]);
  const told = /no failure\n {2}src\/io\/scipy\.ts: \d+ of \d+ lines, [\d.]+ %; FAILED: at least 90 % must run/;
  await expect(few).rejects.toMatchObject({ code: 1, stdout: expect.stringMatching(told) });
});

it("a thread that hangs is ended and told of with its case, and a reader that is unknown is bad usage", async () => {
  const hung = run(process.execPath, [main, "--reader", "hang", "--runs", "5", "--hang", "5"]); // a busy machine takes a second to start the thread
  await expect(hung).rejects.toMatchObject({
    code: 1,
    stdout: expect.stringMatching(/FAILED: hangs: no case after number 1 in 5 s\n3 bytes: [0-9a-f]{6}\n/),
  });
  await expect(run(process.execPath, [main, "--reader", "nothing"])).rejects.toMatchObject({ code: 2 });
});
