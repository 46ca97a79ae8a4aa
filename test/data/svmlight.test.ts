import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { alignFeatures } from "../../src/data/align.js";
import { readSvmlight } from "../../src/data/formats/svmlight/svmlight.js";
import { type SvmlightRows, svmlightRows } from "../../src/data/formats/svmlight/svmlight-rows.js";
import { type ReadOptions, readDataset } from "../../src/data/read-dataset.js";
import { toDense } from "../../src/data/sample-matrix.js";
import { numRuns } from "../matrix.js";

const bytes = (text: string) => new TextEncoder().encode(text);
const read = (text: string, options?: ReadOptions, name = "toy.svmlight") => readDataset([{ name, bytes: bytes(text) }], options);
const toy = "# made by hand\n+1 1:0.5 3:-2e1 # first\r\n\n-1 2:.25\n+1\t1:1  4:7.";

async function chunksOf(blocks: Iterable<Uint8Array>): Promise<SvmlightRows[]> {
  const chunks: SvmlightRows[] = [];
  for await (const chunk of svmlightRows(blocks, "toy")) chunks.push(chunk);
  return chunks;
}

describe("svmlight", () => {
  it("reads labels, indices from 1, comments, any blanks and a last line without its end", async () => {
    const dataset = await read(toy);
    expect(dataset).toMatchObject({
      name: "toy",
      samples: 3,
      features: 4,
      classes: ["-1", "1"],
      featureNames: ["1", "2", "3", "4"],
    });
    expect([...toDense(dataset.x)]).toEqual([0.5, 0, -20, 0, 0, 0.25, 0, 0, 1, 0, 0, 7]);
    expect([...dataset.y]).toEqual([1, 0, 1]);
    expect(dataset.notes).toEqual(["features are named by their indices, 1 to 4"]);
  });

  it("takes indices from 0 when one is 0, and says so", async () => {
    const dataset = await read("1 0:5\n2 2:6\n");
    expect(dataset).toMatchObject({ features: 3, featureNames: ["0", "1", "2"] });
    expect([...toDense(dataset.x)]).toEqual([5, 0, 0, 0, 0, 6]);
    expect(dataset.notes).toContain("indices start at 0: one of them is 0");
  });

  it("is known by its extensions, gzipped or not, and elsewhere by its first line", async () => {
    const expected = await read(toy, { name: "a" });
    for (const name of ["a.libsvm", "a.SVM", "a9a", "a9a.t"]) expect(await read(toy, { name: "a" }, name)).toEqual(expected);
    const packed = { name: "a.svmlight.gz", bytes: new Uint8Array(gzipSync(bytes(toy))) };
    expect(await readDataset([packed])).toEqual(expected);
    await expect(read("2020-01-01 10:30\t5\n", {}, "clock")).rejects.toThrow("unknown format");
    await expect(read("1 1:2\n2 1:3\n", {}, "a.csv")).rejects.toThrow("row 1 has one cell");
  });

  it("is read from a Blob as from memory, gzipped or not", async () => {
    const text = Array.from(
      { length: 4000 },
      (_, i) => `${i % 3} ${1 + (i % 97)}:${i / 8} 120:1 # ${"line ".repeat(60)}${i}\n`,
    ).join("");
    const expected = await read(text);
    expect(expected).toMatchObject({ samples: 4000, features: 120 });
    const plain = new Blob([text]);
    expect(plain.size).toBeGreaterThan(2 ** 20); // more than one block
    const zipped = new Blob([gzipSync(text)]);
    const told = JSON.stringify(expected); // as toEqual takes long for 8,000 values
    expect(JSON.stringify(await readDataset([{ name: "toy.svmlight", bytes: plain }])) === told).toBe(true);
    expect(JSON.stringify(await readDataset([{ name: "toy.svmlight.gz", bytes: zipped }])) === told).toBe(true);
  });

  it("is refused beyond maxBytes while it is read, as it may never end", async () => {
    let blocks = 0;
    async function* endless() {
      for (; ; blocks++) yield bytes("1 1:1 2:2\n".repeat(1000));
    }
    const reading = readSvmlight(endless(), "endless", { maxBytes: 1e6 });
    await expect(reading).rejects.toThrow(
      /^endless: its first \d+ samples have \d+ values and take at least 10\d{5} bytes, above the limit of 1000000; raise it with option maxBytes/,
    );
    expect(blocks).toBeLessThan(100);
  });

  it("finds a model's features by index: fewer or more of them in a test set fit all the same", async () => {
    const { featureNames, classes } = await read(toy);
    const test = await read("-1 2:5 9:8\n", { featureNames, classes });
    expect([...toDense(test.x)]).toEqual([0, 5, 0, 0]);
    expect(test.notes).toContain("1 of its 2 features is not the model's and is left out");
    expect(alignFeatures(test, featureNames)).toBe(test);
    await expect(read("1 7:5\n", { featureNames, classes })).rejects.toThrow(
      "none of its 1 indices names a feature of the model",
    );
  });

  it("takes qid for groups, and NaN for missing", async () => {
    const dataset = await read("1 qid:7 1:1\n2 qid:8 1:nan\n2 qid:8 1:3\n", { missing: "median" });
    expect(dataset).toMatchObject({ groups: ["7", "8", "8"], missing: "median" });
    expect([...toDense(dataset.x)]).toEqual([1, Number.NaN, 3]);
  });

  it("reads lines without labels where they are not wanted", async () => {
    expect(await read("1:5\n2:6\n", { label: null })).toMatchObject({ samples: 2, features: 2, classes: [] });
    expect(await read("1 1:5\n2 2:6\n", { ignoreLabels: true })).toMatchObject({ samples: 2, classes: [] });
  });

  it("reads the same however the text is cut into blocks", async () => {
    const [whole] = await chunksOf([bytes(toy)]);
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(bytes(toy).length), { maxLength: 8 }), async (cuts) => {
        const ends = [...new Set([0, ...cuts, bytes(toy).length])].sort((a, b) => a - b);
        const blocks = ends.slice(1).map((end, k) => bytes(toy).subarray(ends[k], end));
        expect(await chunksOf(blocks)).toEqual([whole]);
      }),
      numRuns(50),
    );
  });

  it("hands over a long file in chunks while it is read", async () => {
    const line = bytes("1 1:1\n");
    let made = 0;
    function* blocks() {
      for (; made < 10_000; made++) yield line;
    }
    const sizes: [rows: number, made: number][] = [];
    for await (const { rows } of svmlightRows(blocks(), "toy")) sizes.push([rows, made]);
    expect(sizes).toEqual([
      [4096, 4095],
      [4096, 8191],
      [1808, 10_000],
    ]);
  });

  it("a chunk says of its first line without a label what is wrong with it", async () => {
    const [chunk] = await chunksOf([bytes("1 1:5\n2:6\n3:7\n")]);
    expect(chunk.bare).toMatch(/^toy: line 2 at byte 6: "2:6" is a value where the label belongs/);
  });

  it.each<[string, string, string]>([
    ["no sample", "# nothing\n\n", "toy.svmlight: it holds no samples"],
    ["lines without values", "1\n2\n", "none of its 2 lines has a value"],
    ["an empty label of several", "1,,2 1:5\n", 'line 1 at byte 0: "1,,2" is no number: lines start with their label'],
    [
      "a line without a label",
      "1 1:5\n2:6\n",
      'line 2 at byte 6: "2:6" is a value where the label belongs; if the lines have no labels',
    ],
    ["a label that is a word", "cat 1:5\n", '"cat" is no number'],
    ["indices that do not ascend", "1 2:5 2:6\n", "line 1 at byte 0: index 2 follows 2; indices ascend"],
    ["a value without an index", "1 5\n", '"5" is no index:value'],
    ["an index that is a word", "1 a:5\n", '"a" is the index; expected a whole number up to 2147483647'],
    ["no index", "1 :5\n", '"" is the index'],
    ["an index beyond 2^31", "1 2147483648:5\n", '"2147483648" is the index'],
    ["a value that is a word", "1 1:a\n", '"a" is the value of index 1; expected a number'],
    ["a value beyond 32 bits", "1 1:1e39\n", '"1e39" is the value of index 1; expected a number of 32 bits'],
    ["qid on some lines", "1 qid:1 1:5\n1 1:5\n", "line 2 at byte 12: has no qid, but lines before it have one"],
    ["qid on later lines", "1 1:5\n1 qid:1 1:5\n", "has a qid, but lines before it have none"],
    ["a count a line", "1 1:1\n2 1:1\n3 1:1\n4 1:1\n5 1:1\n", "its 5 lines have 5 different labels; classes are expected"],
    [
      "an index that would take 8 GB",
      "1 1:1\n2 2147483647:1\n",
      "2 samples of 2147483647 features with 2 values take 137438953436 bytes in memory, above the limit of 1073741824",
    ],
    ["one class", "1 1:1\n1 1:2\n", "at least two classes are needed"],
  ])("refuses %s", async (_, text, message) => {
    await expect(read(text)).rejects.toThrow(message);
  });

  it("refuses options of other formats", async () => {
    await expect(read(toy, { x: "X" })).rejects.toThrow(
      "option x is for HDF5 files (.h5ad, .h5), MATLAB files (.mat) and NumPy files (.npz, .npy), not for svmlight files",
    );
    await expect(read(toy, { label: 0 })).rejects.toThrow(
      "option label is for tables (.csv, .tsv), workbooks (.xlsx, .xlsm), HDF5 files (.h5ad, .h5), MatrixMarket files (.mtx, .zip), ARFF files (.arff), GCT files (.gct) and GEO series matrices, not for svmlight files",
    );
  });
});

// written by scikit-learn, with what it reads: test/fixtures/svmlight/make.py
it.each(["zero", "numbers", "queries", "several"])("what scikit-learn writes (%s) is read as it reads it", async (name) => {
  const folder = new URL("../fixtures/svmlight/", import.meta.url);
  const expected = JSON.parse(readFileSync(new URL("expected.json", folder), "utf8"))[name];
  const found = await readDataset([{ name, bytes: new Uint8Array(readFileSync(new URL(`${name}.svmlight`, folder))) }]);
  const { x, y, classes, targets, targetNames = [], groups, features } = found;
  const dense = toDense(x);
  const rows = expected.x.map((row: number[]) => row.slice(0, features)); // what no sample has is no feature
  expect(Array.from(dense)).toEqual(rows.flat());
  const sets = (i: number) => targetNames.filter((_, t) => targets?.[i * targetNames.length + t] === 1).map(Number);
  const labels = expected.labels.map((_: unknown, i: number) =>
    name === "several" ? sets(i) : targets ? targets[i] : Number(classes[y[i]]),
  );
  expect(labels).toEqual(expected.labels);
  if (name === "queries") expect(groups?.map(Number)).toEqual(expected.groups);
});
