import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import { readDataset } from "../../src/data/read-dataset.js";
import { readStore } from "../../src/experiment/store/store.js";
import { decodeCheckpoint, encodeCheckpoint } from "../../src/io/formats/checkpoint/checkpoint.js";
import { coppice, useFolder } from "../cli/harness.js";
import { smallPlan, table } from "../fit/tables.js";

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

test("a fit whose process is killed goes on with other slots, to the model of a fit in one process", async () => {
  const data = table({ samples: 24, features: 8 });
  const row = (i: number) => [...data.x.subarray(8 * i, 8 * i + 8), data.classes[data.y[i]]].join(",");
  const bytes = new TextEncoder().encode(Array.from({ length: 24 }, (_, i) => `${row(i)}\n`).join(""));
  writeFileSync(folder.path("t.csv"), bytes);
  const read = await readDataset([{ name: "t.csv", bytes }], { header: false });
  writeFileSync(folder.path("plan.json"), JSON.stringify(smallPlan(read)));
  const words = ["fit", "--data", folder.path("t.csv"), "--no-header", "--out"];
  const planned = ["--plan", folder.path("plan.json")];
  const [out, whole] = [folder.path("fit"), folder.path("fit-whole")];
  const child = spawn(process.execPath, ["dist/cli.js", ...words, out, ...planned, "--slots", "2"], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  let err = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    err += text;
    if (err.includes("best so far")) child.kill("SIGKILL");
  });
  const [, signal] = await once(child, "close");
  expect(signal, err).toBe("SIGKILL");
  const again = spawn(process.execPath, ["dist/cli.js", ...words, out, "--resume", "--slots", "3"], { stdio: "ignore" });
  expect(await once(again, "close")).toEqual([0, null]);
  expect((await coppice([...words, whole, ...planned].join(" "))).code).toBe(0);
  const bits = (path: string) =>
    ["model", "linear"].map((name) => {
      const { training: _, ...model } = decodeCheckpoint(readFileSync(`${path}/${name}.safetensors`));
      return encodeCheckpoint(model); // training has seconds
    });
  expect(bits(out)).toEqual(bits(whole));
});
