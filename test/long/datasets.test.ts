import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { sha256Of } from "../../src/cli/download.js";
import { alignClasses } from "../../src/data/align.js";
import { CATALOGUE } from "../../src/data/catalogue.js";
import { digits } from "../../src/data/digits.js";
import { type ReadOptions, readDataset } from "../../src/data/read-dataset.js";
import { toDense } from "../../src/data/sample-matrix.js";

function dataPath(name: string): string {
  const folder = process.env.COPPICE_DATA;
  if (!folder)
    throw new Error("COPPICE_DATA is unset: set it to the folder with asu/, mnist/, fashion-mnist/ and higgs-7k.*.tsv");
  return join(folder, name);
}

function read(files: string[], options?: ReadOptions) {
  return readDataset(
    files.map((name) => ({ name, bytes: new Uint8Array(readFileSync(dataPath(name))) })),
    options,
  );
}

// name, samples, features, samples of each class (one number: of every class), count of classes
it.each<[string, number, number, number[], number]>([
  ["lung_discrete", 73, 325, [], 7],
  ["leukemia", 72, 7070, [47, 25], 2],
  ["lymphoma", 96, 4026, [], 9],
  ["ALLAML", 72, 7129, [47, 25], 2],
  ["Prostate_GE", 102, 5966, [50, 52], 2],
  ["arcene", 200, 10000, [112, 88], 2],
  ["madelon", 2600, 500, [1300], 2],
  ["Isolet", 1560, 617, [60], 26],
  ["COIL20", 1440, 1024, [72], 20],
  ["ORL", 400, 1024, [10], 40],
  ["Yale", 165, 1024, [11], 15],
  ["orlraws10P", 100, 10304, [10], 10],
  ["warpAR10P", 130, 2400, [13], 10],
  ["PCMAC", 1943, 3289, [982, 961], 2],
  ["USPS", 9298, 256, [], 10],
])("%s has the samples, features and classes of its description", async (name, samples, features, counts, classes) => {
  const dataset = await read([`asu/${name}.mat`]);
  expect(dataset).toMatchObject({ name, samples, features });
  expect(dataset.classes.length).toBe(classes);
  const found = new Array(classes).fill(0);
  for (const label of dataset.y) found[label]++;
  if (counts.length > 0) expect(found).toEqual(counts.length === 1 ? new Array(classes).fill(counts[0]) : counts);
  if (name === "lung_discrete" || name === "leukemia" || name === "lymphoma")
    expect([...new Set(toDense(dataset.x))].sort()).toEqual([-2, 0, 2]);
});

it.each(["mnist", "fashion-mnist"])("%s has 60000 and 10000 pictures of ten classes", async (name) => {
  for (const [part, samples] of [
    ["train", 60000],
    ["t10k", 10000],
  ] as const) {
    const dataset = await read([`${name}/${part}-images-idx3-ubyte.gz`, `${name}/${part}-labels-idx1-ubyte.gz`]);
    expect(dataset).toMatchObject({ name: part, samples, features: 784, imageShape: [28, 28] });
    expect(dataset.classes).toEqual(["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"]);
    expect(Float32Array.from(toDense(dataset.x)).reduce((most, value) => Math.max(most, value), 0)).toBe(255);
  }
});

const SUMMED = CATALOGUE.filter(({ files }) => files.length > 0 && files.every(({ sha256 }) => sha256));
it.each(SUMMED)("$name is as the catalogue describes it", async (entry) => {
  for (const { path, bytes, sha256, content } of entry.files) {
    if (content) {
      expect(await sha256Of(dataPath(path), true), path).toBe(content); // mirrors pack the same content differently
    } else {
      expect(statSync(dataPath(path)).size, path).toBe(bytes);
      expect(await sha256Of(dataPath(path)), path).toBe(sha256);
    }
  }
  const paths = entry.files.map(({ path }) => path);
  const { samples, testSamples, features, classes } = entry;
  for (const [files, count] of [
    [paths.slice(0, 2), samples],
    [paths.slice(2), testSamples],
  ] as const) {
    if (count === undefined) continue;
    const dataset = await read([...files]);
    expect(dataset).toMatchObject({ samples: count, features });
    expect(dataset.classes.length).toBe(classes);
  }
});

it("digits are as the catalogue describes them", async () => {
  const { samples, features, classes } = await digits();
  const [entry] = CATALOGUE.filter(({ name }) => name === "digits");
  expect(entry).toMatchObject({ samples, features, classes: classes.length, files: [] });
});

it("higgs has its label first and is refused when the last column is taken for it", async () => {
  const train = await read(["higgs-7k.train.tsv"], { label: 0 });
  expect(train).toMatchObject({ name: "higgs-7k.train", samples: 7000, features: 28, classes: ["0", "1"] });
  const test = alignClasses(await read(["higgs-7k.test.tsv"], { label: 0 }), train.classes);
  expect(test).toMatchObject({ samples: 500, features: 28, classes: ["0", "1"] });
  await expect(read(["higgs-7k.train.tsv"])).rejects.toThrow("which is no class label; say which column is, with option label");
});
