import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import { readStore } from "../../src/experiment/store/store.js";
import { coppice, useFolder } from "../cli/harness.js";

const folder = useFolder();

test("a suite whose process is killed loses no finished run, and ends as if it had not been", async () => {
  const suite = folder.path("tiny.json");
  const settings = { hidden: [20, 20], epsilon: 4, epochs: 2, splits: 2, lrs: [0.01, 0.05], methods: ["npset", "dense"] };
  writeFileSync(suite, JSON.stringify({ datasets: ["digits"], ...settings }));
  const [out, whole] = [folder.path("out"), folder.path("whole")];
  const child = spawn(process.execPath, ["dist/cli.js", "experiment", suite, "--out", out, "--slots", "2"], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  let err = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    err += text;
    if (err.includes("1/4 main/")) child.kill("SIGKILL");
  });
  const [, signal] = await once(child, "close");
  expect(signal, err).toBe("SIGKILL");
  const kept = readStore(out).results.map(({ key }) => [key, readFileSync(`${out}/runs/${key}.json`, "utf8")]);
  expect(kept.length).toBeGreaterThanOrEqual(1);
  expect((await coppice(`experiment ${suite} --out ${out} --slots 0`)).code).toBe(0);
  for (const [key, text] of kept) expect(readFileSync(`${out}/runs/${key}.json`, "utf8")).toBe(text);
  await coppice(`experiment ${suite} --out ${whole} --slots 0`);
  const timeless = (path: string) => readStore(path).results.map(({ seconds, ...rest }) => rest);
  expect(timeless(out)).toEqual(timeless(whole));
});
