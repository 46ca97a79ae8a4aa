import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { type ReadOptions, readDataset } from "../../src/data/read-dataset.js";
import { isSparse, toDense } from "../../src/data/sample-matrix.js";

// One small file of each kind that people have; test/cli/kinds.test.ts and test/page/formats.test.ts take them, too.
const FOLDER = new URL("../fixtures/kinds/", import.meta.url).pathname;
const load = (name: string) => ({ name, bytes: new Uint8Array(readFileSync(FOLDER + name)) });
const read = (name: string, options?: ReadOptions) => readDataset([load(name)], options);
const lines = (name: string) =>
  readFileSync(FOLDER + name, "utf8")
    .trimEnd()
    .split("\n");

it("a matrix that is sparse, full, a struct's, of level 4, beside a cell of labels or as text is the same", async () => {
  const first = await read("sparse.mat.gz");
  expect([first.samples, first.features, first.classes, isSparse(first.x)]).toEqual([60, 300, ["0", "1", "2"], true]);
  const whole = toDense(first.x);
  for (const name of ["v4.mat.gz", "cell_labels.mat.gz", "struct.mat.gz", "m.mtx.gz"]) {
    const found = await read(name, { ...(name.startsWith("m.") && { label: null }) });
    const far = Array.from(toDense(found.x), (value, k) => Math.abs(value - whole[k])).reduce((a, b) => Math.max(a, b));
    expect(far, name).toBeLessThan(name.startsWith("m.") ? 1e-15 : 1e-300); // the text has 16 digits
    if (!name.startsWith("m.")) expect(found.y, name).toEqual(first.y);
  }
  expect((await read("cell_labels.mat.gz")).classes).toEqual(["a", "b", "c"]);
});

it.each<[string, number, string, number, number]>([
  ["Rtable.txt", 1, " ", 1, 3],
  ["semi.csv", 1, ";", 0, 3],
  ["d.arff", 5, ",", 0, 2],
])("%s holds the numbers that it spells", async (name, header, delimiter, from, to) => {
  const cells = lines(name)
    .slice(header)
    .map((line) => line.replaceAll('"', "").split(delimiter));
  const { x, y, classes, features } = await read(name);
  expect(features).toBe(to - from);
  const values = cells.flatMap((row) => row.slice(from, to).map((cell) => Number(cell.replace(",", "."))));
  expect(Array.from(toDense(x))).toEqual(values);
  expect(Array.from(y, (k) => classes[k])).toEqual(cells.map((row) => row[to]));
});

it("several labels, and numbers to learn, are told from classes", async () => {
  const several = lines("multi.svm").map((line) => line.split(" ")[0].split(","));
  const sets = await read("multi.svm");
  expect(sets.targetNames).toEqual(["0", "1", "2"]);
  expect(Array.from(sets.targets ?? [])).toEqual(
    several.flatMap((own) => ["0", "1", "2"].map((one) => Number(own.includes(one)))),
  );
  const numbers = await read("reg.csv");
  expect(Array.from(numbers.targets ?? [])).toEqual(
    lines("reg.csv")
      .slice(1)
      .map((line) => Number(line.split(",")[2])),
  );
});

it("expression of genes has its samples in columns, and labels of its own or in a file", async () => {
  const told = lines("geo_labels.csv").slice(1);
  const labels = load("geo_labels.csv");
  for (const [name, options] of [
    ["GSE0_series_matrix.txt", {}],
    ["GSE0_series_matrix.txt", { labels }],
    ["t.gct", { labels }],
  ] as const) {
    const { ids, y, classes, features } = await read(name, options);
    expect(ids?.map((id, i) => `${id},${classes[y[i]]}`)).toEqual(told);
    expect(features).toBe(6);
  }
  await expect(read("t.gct")).rejects.toThrow("t.gct: no row of genes holds labels; give them in a file (option labels)");
});
