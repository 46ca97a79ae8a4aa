import { spawn } from "node:child_process";
import { once } from "node:events";
import { expect, it } from "vitest";
import { coppice, SMALL, useFolder } from "../cli/harness.js";

const folder = useFolder();

it("a process that gets SIGINT leaves the last complete checkpoint, says how to go on, and exits with 1", async () => {
  const run = folder.path("run");
  const words = `train ${SMALL.replace("--epochs 3", "--epochs 1000")} --out ${run}`.split(" ");
  const child = spawn(process.execPath, ["dist/cli.js", ...words], { stdio: ["ignore", "ignore", "pipe"] });
  let err = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    const before = err;
    err += text;
    const first = "epoch 1/1000";
    if (err.includes(first) && !before.includes(first)) child.kill("SIGINT"); // once: a second one ends it without a word
  });
  const [code] = await once(child, "close");
  expect(code, err).toBe(1);
  expect(err).toMatch(
    /\ncoppice: interrupted: .*checkpoint.safetensors holds .*; go on with: coppice train --out .*run --resume\n$/,
  );
  const files = folder.list().join(" ");
  expect(files).toMatch(/run.checkpoint.safetensors run.config.json run.metrics.csv/);
  expect(files).not.toMatch(/model|report|part/);
  const { epoch } = JSON.parse((await coppice(`inspect ${run}/checkpoint.safetensors --json`)).out);
  expect(epoch).toBeGreaterThanOrEqual(1);
});

const LONG = `train ${SMALL.replace("--epochs 3", "--epochs 100000")}`;

/** Runs a built coppice until it ends; a signal is sent after its first epoch. */
async function ended(words: string, signal: NodeJS.Signals) {
  const { _: _nohup, ...env } = process.env; // these tests may run under nohup, the child does not
  const child = spawn(process.execPath, ["dist/cli.js", ...words.split(" ")], { env, stdio: ["ignore", "ignore", "pipe"] });
  let said = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    if (!/^epoch 1\//m.test(said) && /^epoch 1\//m.test(said + text)) child.kill(signal);
    said += text;
  });
  const [code] = await once(child, "close");
  return { code, said };
}

it.each(["SIGTERM", "SIGHUP"] as const)("%s ends a training as Ctrl+C does", async (signal) => {
  const { code, said } = await ended(`${LONG} --out ${folder.path("run")}`, signal);
  expect([code, said.split("\n").at(-2)]).toEqual([1, expect.stringMatching(`^coppice: interrupted by ${signal}: .*--resume$`)]);
});
