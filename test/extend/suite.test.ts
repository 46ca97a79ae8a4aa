import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import { makeDataset, split } from "../../src/api/index.js";
import { coppice, useFolder } from "../cli/harness.js";
import { COUNT_MODULE } from "./count-module.js";

// A suite of a task that is not built in: trained, stored and reported of by the task's own metrics, of which less is better.

const SETTINGS = {
  task: "count",
  methods: ["set", "dense", "linear"],
  splits: 2,
  removeAfter: ["a"],
  lrs: [0.001, 0.003],
  decays: [0],
  hidden: [12, 10],
  epsilon: 1,
  epochs: 5,
  folds: 1,
  studies: ["main"],
};
const folder = useFolder();
const path = (name: string) => folder.path(name);
const textOf = (name: string) => readFileSync(path(name), "utf8");

/** A table whose label is a number, of which many are there once: as classes they could not be split. */
function writeTable(name: string, slope: number): void {
  const rows = Array.from({ length: 60 }, (_, i) => {
    const x = [Math.sin(i), Math.cos(3 * i), Math.sin(7 * i)];
    return [...x.map((value) => value.toFixed(6)), Math.round(100 + slope * x[0] - 10 * x[1])].join(",");
  });
  writeFileSync(path(`${name}.csv`), ["u,v,w,count", ...rows].join("\n"));
}

test("a suite and its report go over the metrics of a task from outside", async () => {
  writeFileSync(path("mine.mjs"), COUNT_MODULE);
  writeTable("a", 20);
  writeTable("b", -40);
  const datasets = ["a", "b"].map((name) => ({ data: `${name}.csv`, label: "count" }));
  writeFileSync(path("my.json"), JSON.stringify({ ...SETTINGS, datasets }));
  const pieces = `--pieces ${path("mine.mjs")}`;
  const without = await coppice(`experiment ${path("my.json")} --slots 0 --out ${path("out")}`);
  expect(without.err).toContain('task: "count" is unknown');
  const ran = await coppice(`experiment ${path("my.json")} --slots 0 --out ${path("out")} ${pieces}`);
  expect(ran.code, ran.err).toBe(0);

  const files = (readdirSync(path("out/runs"), { recursive: true }) as string[]).filter((name) => name.endsWith(".json"));
  const results = files.map((name) => JSON.parse(textOf(`out/runs/${name}`)));
  expect(results).toHaveLength(12);
  for (const { final, curves, correct, floor, data, options, command } of results) {
    const keys = ["trainLoss", "trainRooted", "trainNear", "testLoss", "testRooted", "testNear"];
    expect(Object.keys(final)).toEqual(keys);
    expect(Object.keys(curves)).toEqual([...keys, "nnz", "hidden"]);
    expect(final.testRooted).toBeCloseTo(Math.sqrt(final.testLoss), 5); // of one output
    expect([correct, floor, options.task]).toEqual([null, null, "count"]);
    expect(data).toMatchObject({ classes: ["count"], trainSamples: 40, testSamples: 20 });
    expect(command).toContain(pieces);
  }

  const reported = await coppice(`experiment report ${path("out")} ${pieces} --to ${path("docs")}`);
  expect(reported.code, reported.err).toBe(0);
  const lines = (name: string) => textOf(`docs/${name}`).trimEnd().split("\n");
  const [head, ...rows] = lines("runs.csv").map((line) => line.split(","));
  expect(head.slice(8, 18)).toEqual([
    ...["features", "outputs", "rooted", "near", "squared", "train_rooted", "train_near", "train_squared"],
    ...["best_validation_epoch", "best_validation_rooted"],
  ]);
  const ofRuns = (method: string, dataset: string) =>
    rows.filter((row) => row[2] === method && row[1] === dataset).map((row) => Number(row[10]));
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const table = lines("table.csv").map((line) => line.split(","));
  expect(table[0].slice(7, 10)).toEqual(["outputs", "rooted", "low"]);
  for (const [, dataset, method, , , , , , value] of table.slice(1))
    expect(Number(value)).toBeCloseTo(mean(ofRuns(method, dataset)), 12);

  const report = textOf("docs/report.md");
  for (const words of [
    "Test root error at the last epoch, mean over the splits",
    "Test root error at the last epoch, method minus set; less is better.",
    "## Compared with set",
    "### Beside the root error",
    "| near, % |",
    "| test squared error |",
    "| training minus test root error |",
    "linear is a floor.",
    "scores as low as these methods or lower",
  ])
    expect(report).toContain(words);
  const ranks = new Map(
    Array.from(report.matchAll(/^\| (set|dense|linear) \| (\d\.\d\d) \|$/gm), ([, name, rank]) => [name, Number(rank)]),
  );
  const places = ["a", "b"].map((dataset) => {
    const means = SETTINGS.methods.map((method) => mean(ofRuns(method, dataset)));
    return means.map((value) => 1 + means.filter((other) => other < value).length); // the least error is first
  });
  for (const [i, method] of SETTINGS.methods.entries())
    expect(ranks.get(method)).toBeCloseTo(mean(places.map((row) => row[i])), 2);
  for (const name of readdirSync(path("docs")))
    if (/\.(md|html|csv)$/.test(name)) expect(textOf(`docs/${name}`)).not.toMatch(/accura|majority/i);

  const config = textOf("out/config.json");
  const same = await coppice(`experiment report ${path("out")} ${pieces} --to ${path("out")}/./ --json`);
  expect(JSON.parse(same.out).files).not.toContain("config.json");
  expect(textOf("out/config.json")).toBe(config);
  for (const [to, why] of [
    ["out/runs/docs", "out/runs, which is read"],
    ["out", "holds results itself"],
  ]) {
    const { code, err } = await coppice(`experiment report ${path("docs")} ${pieces} --to ${path(to)}`);
    const from = to === "out" ? path("docs") : path("out");
    const refused = to === "out" ? { code, err } : await coppice(`experiment report ${from} ${pieces} --to ${path(to)}`);
    expect([refused.code, refused.err]).toEqual([2, expect.stringContaining(why)]);
  }

  const again = await coppice(`experiment report ${path("docs")} ${pieces} --to ${path("again")}`); // of the archive
  expect(again.code, again.err).toBe(0);
  expect(textOf("again/report.md")).toBe(report);
  const unknown = await coppice(`experiment report ${path("docs")}`);
  expect([unknown.code, unknown.err]).toEqual([2, expect.stringContaining('suite: task: "count" is unknown')]);
});

test("a split without strata takes any samples, where no label is there twice", () => {
  const samples = 30;
  const labels = Array.from({ length: samples }, (_, i) => String(i / 7));
  const set = makeDataset({ name: "numbers", x: new Float32Array(samples), labels, features: 1 });
  expect(() => split(set, { test: 1 / 3, seed: 1 })).toThrow(/no sample can go to the test part/);
  const { test: held, train, indices } = split(set, { test: 1 / 3, seed: 1, strata: new Uint32Array(samples) });
  expect([held.samples, train.samples]).toEqual([10, 20]);
  expect([...indices.test, ...indices.train].sort((a, b) => a - b)).toEqual(labels.map((_, i) => i));
  const halves = Uint32Array.from(labels, (_, i) => Number(i < 9));
  const even = split(set, { test: 1 / 3, seed: 1, strata: halves }).indices.test;
  expect([...even].filter((i) => i < 9)).toHaveLength(3);
});
