import { spawnSync } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { expect, it } from "vitest";
import { SMALL, useFolder } from "../cli/harness.js";

const folder = useFolder();

it("a full disk behind stderr ends a training with a word on stdout", () => {
  const full = openSync("/dev/full", "w"); // Linux has it
  const words = `train ${SMALL.replace("--epochs 3", "--epochs 100000")} --out ${folder.path("run")}`;
  const { status, stdout } = spawnSync(process.execPath, ["dist/cli.js", ...words.split(" ")], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", full],
  });
  closeSync(full);
  expect([status, stdout]).toEqual([1, expect.stringMatching(/^coppice: stderr cannot be written \(ENOSPC.*\n$/)]);
  expect(folder.list().join(" ")).not.toMatch(/model.safetensors|part/);
});
