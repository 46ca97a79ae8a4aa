import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, it } from "vitest";

const run = promisify(execFile);
const main = fileURLToPath(new URL("../fuzz/main.mjs", import.meta.url));
// two halves of about the same time, side by side
const HALVES = ["npz,mat,safetensors,checkpoint,npy,suite", "gunzip,csv,idx,svmlight,dataset,scipy"];

it("every reader returns or refuses, in time, in little memory, 20,000 files that are wrong in one thing", async () => {
  const runs = HALVES.map((readers) => run(process.execPath, [main, "--reader", readers, "--runs", "20000", "--seed", "2"]));
  const told = await Promise.all(runs);
  const lines = told.map(({ stdout }) => stdout).join("");
  expect(lines.match(/: seed 2, 20000 runs in .*; no failure$/gm)).toHaveLength(12);
});
