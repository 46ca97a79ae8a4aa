import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { coppice, useFolder } from "./harness.js";

const folder = useFolder();
const fixture = (name: string) => fileURLToPath(new URL(`../fixtures/labels/${name}`, import.meta.url));
const small = (data: string) => `--data ${data} --hidden 20,20 --epochs 20 --device cpu`;

it("tells what a network is worth where a class is rare: balanced accuracy and recall", async () => {
  const rows = Array.from({ length: 200 }, (_, i) => `${Math.sin(i * i)},${Math.cos(7 * i)},${i % 20 === 0 ? "case" : "ctrl"}\n`);
  const table = folder.path("rare.csv");
  writeFileSync(table, `a,b,status\n${rows.join("")}`);
  const run = await coppice(`train ${small(table)} --out ${folder.path("run")} --json`);
  expect(run.code, run.err).toBe(0);
  const { test, notes, classes, final } = JSON.parse(run.out);
  expect(classes).toEqual(["case", "ctrl"]);
  const [found, all] = [test.recall, test.support] as number[][];
  expect(test.balancedAccuracy).toBeCloseTo((found[0] + found[1]) / 2, 12);
  expect(final.testAccuracy).toBeCloseTo((found[0] * all[0] + found[1] * all[1]) / (all[0] + all[1]), 12);
  expect(run.err).toMatch(/accuracy +train [\d.]+ %, test [\d.]+ %, balanced [\d.]+ %/);
  expect(run.err).toMatch(/recall +test case \d+ of 3, ctrl \d+ of 63/);
  const doubted = notes.filter((note: string) => note.includes("no better than taking every sample for the commonest class"));
  expect(doubted.length).toBe(final.testAccuracy > 63 / 66 ? 0 : 1);
  expect(notes.join().includes("no sample is taken for class case")).toBe(test.precision[0] === null);

  const evaluated = await coppice(`eval ${folder.path("run/model.safetensors")} --data ${table} --device cpu --json`);
  const { accuracy, balancedAccuracy, recall, support, confusion } = JSON.parse(evaluated.out);
  expect(support).toEqual([10, 190]);
  expect(recall).toEqual([confusion[0][0] / 10, confusion[1][1] / 190]);
  expect([accuracy, balancedAccuracy]).toEqual([(confusion[0][0] + confusion[1][1]) / 200, (recall[0] + recall[1]) / 2]);
  const shown = await coppice(`eval ${folder.path("run/model.safetensors")} --data ${table} --device cpu`);
  expect(shown.out).toMatch(/^accuracy [\d.]+ %, balanced [\d.]+ %, loss/);
  expect(shown.out).toMatch(/\nmajority's share +95.00 %\naccuracy +[\d.]+ %\nbalanced accuracy +[\d.]+ %\n/);
  expect(shown.out).toMatch(/\nROC AUC +[\d.]+\n/);
  expect(shown.out).toMatch(/case +ctrl +recall +precision +F1/);
});

it("says that a network learnt nothing, in training, evaluation and the report", async () => {
  const data = fixture("dead-network.csv");
  const run = await coppice(`train ${small(data)} --inputs raw --out ${folder.path("dead")} --json`);
  expect(run.code, run.err).toBe(0);
  expect(run.err).toMatch(/note: test set: the outputs are the same for all 20 samples/);
  expect(JSON.parse(run.out).notes.join()).toContain("is no better than taking every sample for the commonest class");
  const evaluated = await coppice(`eval ${folder.path("dead/model.safetensors")} --data ${data} --device cpu --json`);
  expect(evaluated.err).toMatch(/note: the outputs are the same for all 60 samples/);
  expect(JSON.parse(evaluated.out).notes).toHaveLength(3);
  expect(readFileSync(folder.path("dead/report.html"), "utf8")).toContain("the outputs are the same for all 20 samples");
});

it("tells what each score may be off by", async () => {
  const model = fileURLToPath(new URL("../fixtures/v010/standardize.safetensors", import.meta.url));
  const table = fileURLToPath(new URL("../fixtures/v010/table.csv", import.meta.url));
  const json = await coppice(`eval ${model} --data ${table} --device cpu --intervals --json`);
  expect(json.code, json.err).toBe(0);
  const { accuracy, intervals, answers } = JSON.parse(json.out);
  expect([intervals.accuracy.mean, answers]).toEqual([accuracy, undefined]);
  const shown = await coppice(`eval ${model} --data ${table} --device cpu --intervals`);
  expect(shown.out).toMatch(/\naccuracy +[\d.]+ % +[\d.]+ % to [\d.]+ %\n/);
});
