import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { previewTable, type ReadOptions, readDataset } from "../../src/data/read-dataset.js";
import { isSparse, toDense } from "../../src/data/sample-matrix.js";
import { file } from "./text-tables.js";

// written by liac-arff, as OpenML's are, and by R: test/fixtures/arff/make.py, make.R
const fixture = (name: string, options: ReadOptions = {}) => {
  const bytes = new Uint8Array(readFileSync(new URL(`../fixtures/arff/${name}`, import.meta.url)));
  return readDataset([{ name, bytes }], { missing: "median", ...options });
};
const HEAD = "@relation t\n@attribute a numeric\n@attribute b {x,'y z'}\n@attribute class {u,v}\n@data\n";
const arff = (text: string, options: ReadOptions = {}) => readDataset([file("t.arff", text)], options);

describe("what liac-arff and R write", () => {
  it("is read as it is, dense", async () => {
    const { x, y, classes, featureNames } = await fixture("liac.arff");
    expect([...(x as Float64Array)]).toEqual([1.5, 2, 0, -3e-4, Number.NaN, 1, 0, 0, 0, 7, 8, 1]);
    expect(Array.from(y, (c) => classes[c])).toEqual(["no", "it's", "maybe, so", "no"]);
    expect(featureNames).toEqual(["sepal length", "b", "c"]);
    const written = await fixture("foreign.arff");
    expect([...(written.x as Float32Array)]).toEqual([1.5, 1, Number.NaN, 2, 3, 3]);
    expect(written.classes).toEqual(["x y", "z"]);
  });

  it("is read as it is, sparse: what is not written is 0, or the first value", async () => {
    const { x, y, classes, featureNames } = await fixture("liac-sparse.arff");
    expect([...toDense(x)]).toEqual([1.5, 2, 0, -3e-4, 0, 1, 0, 0, 0, 7, 8, 1]);
    expect(Array.from(y, (c) => classes[c])).toEqual(["no", "it's", "maybe, so", "no"]);
    expect(featureNames).toEqual(["sepal length", "b", "c"]);
    const other = await fixture("liac-sparse.arff", { label: "c", group: "class", ignore: ["b"] });
    expect(other).toMatchObject({ features: 1, classes: ["0", "1"], groups: ["no", "it's", "maybe, so", "no"] });
  });

  it("is learnt as numbers where they are fractions, or are said to be", async () => {
    const rows = Array.from({ length: 40 }, (_, i) => `{0 ${i + 1},1 ${i * 1.5 + 0.25}}\n`).join("");
    const head = "@relation t\n@attribute a numeric\n@attribute y numeric\n@data\n";
    const targets = Array.from({ length: 40 }, (_, i) => i * 1.5 + 0.25);
    for (const options of [{}, { numeric: true }])
      expect([...((await arff(head + rows, options)).targets ?? [])]).toEqual(targets);
    const whole = await arff(`${head.replace("y numeric", "y {0,5}")}{0 1,1 5}\n{0 2}\n{1 5}\n`, { numeric: true });
    expect([...(whole.targets ?? [])]).toEqual([5, 0, 5]);
    const texts = arff(`${head.replace("y numeric", "y {u,v}")}{0 1,1 v}\n{0 2}\n`, { numeric: true });
    await expect(texts).rejects.toThrow('t.arff: labels: are texts, like "v" of sample 1; a regression learns numbers');
  });

  it("stays sparse", async () => {
    const names = Array.from({ length: 30 }, (_, j) => `@attribute f${j} numeric\n`).join("");
    const { x } = await arff(`@relation t\n${names}@attribute y {a,b}\n@data\n{3 1.5}\n{29 2, 30 b}\n`);
    expect(isSparse(x) && [...x.colIdx]).toEqual([3, 29]);
  });
});

it("is previewed as the table that it is", async () => {
  const { fields, samples } = await previewTable(new TextEncoder().encode(`${HEAD}1,x,u\n2,'y z',v\n3,x,v\n`), "t.arff");
  expect(samples).toBe(3);
  expect(fields.map(({ name, role }) => `${name}: ${role}`)).toEqual(["a: feature", "b: feature", "class: label"]);
});

it("has no preview where it is sparse", async () => {
  const bytes = new Uint8Array(readFileSync(new URL("../fixtures/arff/liac-sparse.arff", import.meta.url)));
  await expect(previewTable(bytes, "t.arff")).rejects.toThrow("t.arff: it holds sparse samples, which have no preview");
});

describe("what is wrong is named by its line", () => {
  it.each([
    [`${HEAD}1,x\n`, "line 6: it has 2 values for 3 attributes"],
    [`${HEAD}% none\n1,w,u\n`, 'line 7: "w" is no value of b'],
    [`${HEAD}1,x,u,{2}\n`, 'line 6: "1,x,u,{2}" is no list of values'],
    [
      `${HEAD}1,x,u\noops,x,v\n`.replace("{x,'y z'}", "string").replaceAll(",x,", ",1,"),
      'row 7, column 1 ("a"): "oops" is not a finite number',
    ],
    [
      `% by hand\n\n${HEAD}% one\n1,x,u\n\n% two\noops,x,v\n`.replace("{x,'y z'}", "string").replaceAll(",x,", ",1,"),
      'row 12, column 1 ("a"): "oops" is not a finite number',
    ],
    [`${HEAD}{0 1, 7 2}\n`, 'line 6: " 7 2" is no index below 3 with a value'],
    [`${HEAD}{2 u, 0 1}\n`, "line 6: index 0 follows 2; indices ascend"],
    [`${HEAD}{0 1"}\n`, 'line 6: "{0 1"}" is no sparse sample'],
    [`${HEAD}{0 1}\n`, "1 attributes are texts: b; leave them out with option ignore"],
    ["@relation t\n@attribute a\n@data\n", 'line 2: "@attribute a" is no attribute'],
    ["@relation t\n@attribute a relational\n@data\n", "line 2: attribute a is relational; expected numeric"],
    ["@relation t\n@data\n1\n", "line 2: no attribute is declared"],
    ["@relation t\n@attribute a numeric\n", "truncated: it has no line @data"],
  ])("%j", async (text, message) => {
    await expect(arff(text)).rejects.toThrow(`t.arff: ${message}`);
  });

  it("is no UTF-8", async () => {
    const bytes = Uint8Array.from(Buffer.from(`${HEAD}1,x,\xe9\n`, "latin1"));
    await expect(readDataset([{ name: "t.arff", bytes }])).rejects.toThrow("t.arff: it is not UTF-8 text");
    await expect(arff(`${HEAD}{0 1}\n`, { id: 0 })).rejects.toThrow("option id is for dense ARFF files");
  });
});
