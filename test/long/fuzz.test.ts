import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, it } from "vitest";

const run = promisify(execFile);
const main = fileURLToPath(new URL("../fuzz/main.mjs", import.meta.url));
// two halves of about the same time, side by side
const HALVES = ["npz,mat,safetensors,checkpoint,npy,suite,mtx,geo", "gunzip,csv,idx,svmlight,dataset,scipy,arff,gct,predictor"];

it("every reader returns or refuses, in time, in little memory, 20,000 files that are wrong in one thing", async () => {
  const runs = HALVES.map((readers) => run(process.execPath, [main, "--reader", readers, "--runs", "20000", "--seed", "2"]));
  const told = await Promise.all(runs);
  const lines = told.map(({ stdout }) => stdout).join("");
  expect(lines.match(/: seed 2, 20000 runs in .*; no failure$/gm)).toHaveLength(17);
});

// the slow ones: a case of a workbook takes tens of times as long as one of a table, a case of HDF5 more
it.each([
  ["hdf5", 500],
  ["xlsx", 3000],
])("files of %s are read or refused, of %i that are wrong in one thing", async (reader, count) => {
  const { stdout } = await run(process.execPath, [main, "--reader", reader, "--runs", String(count), "--seed", "2"]);
  expect(stdout).toMatch(new RegExp(`^${reader}: seed 2, ${count} runs in .*; no failure$`, "m"));
});

it("every reader returns or refuses, in time, in little memory, 50 files that are wrong in one thing", async () => {
  const { stdout } = await run(process.execPath, [main, "--runs", "50", "--seed", "1"]);
  expect(stdout.match(/: seed 1, 50 runs in .*; no failure$/gm)).toHaveLength(19);
}, 120_000);

it("a reader of whose lines fewer than 90 % run fails where coverage is asked for", async () => {
  const few = run(process.execPath, [main, "--reader", "scipy", "--runs", "2", "--coverage"]);
  const told = /no failure\n {2}src\/io\/formats\/scipy\/decode\.ts: \d+ of \d+ lines, [\d.]+ %; FAILED: at least 90 % must run/;
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
