import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { loadSuite, readSuiteData } from "../../../src/experiment/plan/load.js";
import { classification } from "../../../src/tasks/classification.js";
import type { Task } from "../../../src/tasks/task.js";
import { useFolder } from "../harness.js";

const folder = useFolder();
const TABLE = `name,sex,g1,g2,class\n${Array.from({ length: 8 }, (_, i) => `s${i},${i % 2},${i},${i * i},c${i % 2}\n`).join("")}`;

/** The samples of a suite's only dataset, which is the table here with these settings. */
function readTable(more: object) {
  writeFileSync(folder.path("a.csv.gz"), gzipSync(TABLE));
  writeFileSync(folder.path("my.json"), JSON.stringify({ datasets: [{ data: "a.csv.gz", ...more }] }));
  const { suite, base } = loadSuite(folder.path("my.json"));
  return readSuiteData(suite.datasets[0], { base, folder: undefined }, classification);
}

test("a suite reads its tables as it says: with or without sample IDs and columns", async () => {
  const { whole } = await readTable({});
  expect([whole.featureNames, whole.ids?.[0]]).toEqual([["sex", "g1", "g2"], "s0"]);
  const less = (await readTable({ id: null, ignore: ["name", 1] })).whole;
  expect([less.featureNames, less.ids]).toEqual([["g1", "g2"], undefined]);
  await expect(readTable({ id: null })).rejects.toThrow(/a\.csv: row 2, column 1 \("name"\): "s0" is not a finite number/);
  await expect(readTable({ ignore: ["sexx"] })).rejects.toThrow(/did you mean "sex"/);
});

test("a suite bounds what its files may unpack to", async () => {
  await expect(readTable({ maxBytes: 20 })).rejects.toThrow(/a\.csv\.gz.*20/s);
  expect((await readTable({ maxBytes: 1000 })).whole.samples).toBe(8);
});

test("a test set of a suite may have labels that the training set lacks, where the task takes any", async () => {
  const rows = (labels: number[]) => `a,class\n${labels.map((label, i) => `${i},${label}\n`).join("")}`;
  writeFileSync(folder.path("test.csv"), rows([1, 5, 1, 5]));
  writeFileSync(folder.path("train.csv"), rows([1, 2, 1, 2]));
  const fixed = { train: [0, 1, 2, 3], test: [1, 2] };
  writeFileSync(folder.path("two.json"), JSON.stringify({ datasets: [{ data: "train.csv", testData: "test.csv", fixed }] }));
  const { suite, base } = loadSuite(folder.path("two.json"));
  const read = (task: Task) => readSuiteData(suite.datasets[0], { base, folder: undefined }, task);
  await expect(read(classification)).rejects.toThrow(/label "5" \(row 2\) is not among the 2 classes trained on/);
  const { align: _none, ...any } = classification;
  expect((await read(any)).testSet?.classes).toEqual(["1", "5"]);
});

test("a suite tells that it does not use the test set in a file, unless that is named as testData", async () => {
  const data = fileURLToPath(new URL("../../fixtures/labels/splits.npz", import.meta.url));
  const notesOf = async (more: object) => {
    writeFileSync(folder.path("sets.json"), JSON.stringify({ datasets: [{ data, ...more }] }));
    const { suite, base } = loadSuite(folder.path("sets.json"));
    return (await readSuiteData(suite.datasets[0], { base, folder: undefined }, classification)).whole.notes;
  };
  const unused = "the file's own test set is not used; to test on it, name the file as testData, too";
  expect(await notesOf({})).toContain(unused);
  const fixed = { train: Array.from({ length: 30 }, (_, i) => i), test: Array.from({ length: 10 }, (_, i) => i) };
  expect(await notesOf({ testData: data, fixed })).not.toContain(unused);
});
