import { copyFileSync, mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Zip, ZipPassThrough, zipSync } from "fflate";
import { describe, expect, it } from "vitest";
import { type ReadOptions, readDataset } from "../../src/data/read-dataset.js";
import { isSparse, toDense } from "../../src/data/sample-matrix.js";
import { findData } from "../../src/files/datasets.js";
import { file } from "./text-tables.js";

// written by scipy, and as 10x Genomics lays its files out: test/fixtures/mtx/make.py
const FOLDER = new URL("../fixtures/mtx/", import.meta.url).pathname;
const load = (name: string) => ({ name, bytes: new Uint8Array(readFileSync(join(FOLDER, name))) });
const read = (names: string, options?: ReadOptions) => readDataset(names.split(",").map(load), options);

// S of make.py, row by row
const S = new Array<number>(72).fill(0);
const ENTRIES = [
  [0, 0, 1.5],
  [1, 1, -2],
  [2, 2, 3],
  [3, 3, 0.004],
  [4, 4, 5],
  [5, 11, 6],
  [5, 1, 7],
  [0, 10, 8],
  [3, 7, 10],
];
for (const [i, j, value] of ENTRIES) S[12 * i + j] = value;
const dense = [1, 2, 0, 2, 0, 3.5, 0, 3.5, 4];
const skew = [0, 2, -1.5, -2, 0, 0, 1.5, 0, 0];

describe("what scipy writes is read as it is", () => {
  it.each<[string, number[], string[]]>([
    ["general.mtx,labels.txt", S, ["a", "b"]],
    ["scipy.mtx,labels.mtx", S, ["1", "2"]],
    ["labels.txt,transposed.mtx", S, ["a", "b"]],
    ["pattern.mtx,labels.txt", S.map((value) => Number(value !== 0)), ["a", "b"]],
    ["array.mtx,labels.txt", S, ["a", "b"]],
  ])("%s", async (names, x, classes) => {
    const found = await read(names);
    expect([...toDense(found.x)]).toEqual(x);
    expect([...found.y]).toEqual([0, 1, 0, 1, 0, 1]);
    expect(found.classes).toEqual(classes);
    expect(isSparse(found.x)).toBe(!names.startsWith("array"));
  });

  it.each<[string, number[]]>([
    ["symmetric.mtx", dense],
    ["symmetric-array.mtx", dense],
    ["skew.mtx", skew],
    ["skew-array.mtx", skew],
  ])("%s, of which a half is written", async (name, x) => {
    expect([...toDense((await read(name, { label: null })).x)]).toEqual(x);
  });
});

describe("numbers to learn", () => {
  it("are the lines of a file, or a column joined by ID", async () => {
    const lines = file("labels.txt", "1.5\n2.5e-1\n1\n2\n3\n4\n");
    const found = await readDataset([load("general.mtx"), lines], { numeric: true });
    expect([...(found.targets ?? [])]).toEqual([1.5, 0.25, 1, 2, 3, 4]);
    const labels = file("ages.csv", "id,age\nAAAT-1,3.5\nAAAC-1,1.5\nAAAG-1,2\nAACC-1,4\n");
    const joined = await read("10x.zip", { labels, numeric: true });
    expect([...(joined.targets ?? [])]).toEqual([1.5, 2, 3.5, 4]);
    await expect(read("general.mtx,labels.txt", { numeric: true })).rejects.toThrow(
      'labels: are texts, like "a" of sample 1; a regression learns numbers',
    );
  });
});

describe("two matrices", () => {
  const array = (name: string, rows: number, columns: number, values: readonly number[]) => {
    const byColumn = Array.from({ length: columns }, (_, j) => values.filter((_value, k) => k % columns === j)).flat();
    return file(name, `%%MatrixMarket matrix array real general\n${rows} ${columns}\n${byColumn.join("\n")}\n`);
  };
  const x = Array.from({ length: 12 }, (_, k) => k + 0.5);
  const hot = [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1];

  it("are samples and labels in that order, though the labels are larger", async () => {
    const found = await readDataset([array("x.mtx", 4, 3, x), array("hot.mtx", 4, 4, hot)]);
    expect([...toDense(found.x)]).toEqual(x);
    expect([...found.y]).toEqual([0, 1, 2, 3]);
    expect(found.notes).toContain("the samples are those of x.mtx, the first, the labels those of hot.mtx");
  });

  it("are labels and samples where the first alone is a vector", async () => {
    for (const [rows, columns] of [
      [4, 1],
      [1, 4],
    ]) {
      const found = await readDataset([array("y.mtx", rows, columns, [1, 2, 2, 1]), array("x.mtx", 4, 3, x)]);
      expect([...toDense(found.x)]).toEqual(x);
      expect([...found.y]).toEqual([0, 1, 1, 0]);
    }
  });
});

describe("a list beside a matrix", () => {
  const matrix = file("matrix.mtx", "%%MatrixMarket matrix array real general\n3 2\n1\n2\n3\n4\n5\n6\n");
  const labelled = (lines: string) => readDataset([matrix, file("labels.txt", lines)]);

  it("keeps spaces and commas in its lines", async () => {
    const { classes, y } = await labelled("ER 0\nPR 0\nER 0\n");
    expect([classes, [...y]]).toEqual([
      ["ER 0", "PR 0"],
      [0, 1, 0],
    ]);
    expect((await labelled("0,5\n1,5\n0,5\n")).classes).toEqual(["0,5", "1,5"]);
    const { ids, featureNames } = await readDataset(
      [matrix, file("barcodes.tsv", "AC 1\nAC 2\nAG 1\n"), file("genes.tsv", "gene 1\ngene 2\n")],
      { label: null },
    );
    expect([ids, featureNames]).toEqual([
      ["AC 1", "AC 2", "AG 1"],
      ["gene 1", "gene 2"],
    ]);
  });

  it("are parted by spaces behind barcodes and Ensembl IDs", async () => {
    const lists = [
      file("barcodes.tsv", "AACCGGTT-1 1\nAACCGGTA-1 2\nAACCGGTC-1 1\n"),
      file("genes.tsv", "ENSG00000243485 A1 b\nENSG00000237613 B2\n"),
    ];
    const { ids, featureNames, notes } = await readDataset([matrix, ...lists], { label: null });
    expect([ids, featureNames]).toEqual([
      ["AACCGGTT-1", "AACCGGTA-1", "AACCGGTC-1"],
      ["ENSG00000243485", "ENSG00000237613"],
    ]);
    expect(notes).toEqual(["barcodes.tsv: cells are parted by spaces", "genes.tsv: cells are parted by spaces"]);
  });

  it("is refused where there are two, or IDs beside labels", async () => {
    const [one, two] = ["one.txt", "two.txt"].map((name) => file(name, "a\nb\na\n"));
    await expect(readDataset([matrix, one, two])).rejects.toThrow(
      "matrix.mtx + one.txt + two.txt: one.txt and two.txt would both be its labels; give one of them",
    );
    await expect(labelled("s1\ta\ns2\tb\ns3\ta\n")).rejects.toThrow(
      'labels.txt: it has 2 columns, like "s1 a"; expected a label a line',
    );
  });

  it("says how it was read where that is not usual", async () => {
    expect((await labelled("# by hand\nA\nB\nA\n")).notes).toContain("labels.txt: row 1 is a comment, and left out");
  });
});

describe("a folder of 10x Genomics", () => {
  const labels = load("cells.csv");
  const expected = {
    samples: 4,
    features: 5,
    classes: ["B", "T"],
    ids: ["AAAC-1", "AAAG-1", "AAAT-1", "AACC-1"],
    featureNames: ["G0", "G1", "G2", "G3", "G4"],
  };

  it.each(["matrix.mtx.gz,barcodes.tsv.gz,features.tsv.gz", "10x.zip"])("is read as %s", async (names) => {
    const found = await read(names, { labels });
    expect(found).toMatchObject(expected);
    expect([...toDense(found.x)]).toEqual([3, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 7, 0, 0, 0, 0, 0, 0, 2]);
    expect([...found.y]).toEqual([1, 0, 1, 0]);
    const part = { labels: file("few.csv", "id,type\nAAAC-1,T\n") };
    await expect(read(names, part)).rejects.toThrow("few.csv: 3 of the 4 samples of");
  });

  it.each([true, false])(
    "is read from a zip that macOS made, whatever the folder is called (sizes behind: %j)",
    async (behind) => {
      const names = ["run 1/", "__MACOSX/._run 1", "run 1/.DS_Store", "run 1/matrix.mtx.gz", "__MACOSX/run 1/._matrix.mtx.gz"];
      names.push("run 1/barcodes.tsv.gz", "run 1/features.tsv.gz");
      const own = (name: string) => (/^run.*gz$/.test(name) ? load(name.slice(6)).bytes : new Uint8Array(name.length % 7));
      const chunks: Uint8Array[] = [];
      const zip = new Zip((_, chunk) => chunks.push(chunk));
      for (const name of names) {
        const entry = new ZipPassThrough(name);
        zip.add(entry);
        entry.push(own(name), true);
      }
      zip.end();
      const bytes = behind
        ? Buffer.concat(chunks)
        : zipSync(Object.fromEntries(names.map((name) => [name, own(name)])), { level: 0 });
      const found = await readDataset([{ name: "run.zip", bytes: new Uint8Array(bytes) }], { labels });
      expect(found).toMatchObject(expected);
    },
  );

  const square = file("matrix.mtx", "%%MatrixMarket matrix coordinate integer general\n3 3 4\n1 1 11\n1 2 12\n2 3 23\n3 1 31\n");
  const [cells, genes] = [file("barcodes.tsv", "C1\nC2\nC3\n"), file("features.tsv", "G1\tA\nG2\tB\nG3\tC\n")];

  it("has samples in columns where there are as many genes, which is said", async () => {
    const found = await readDataset([square, cells, genes], { label: null });
    expect([...toDense(found.x)]).toEqual([11, 0, 31, 12, 0, 0, 0, 23, 0]);
    expect(found).toMatchObject({ ids: ["C1", "C2", "C3"], featureNames: ["A", "B", "C"] });
    expect(found.notes).toContain("features have the names in column 2 of features.tsv");
    const typed = file("features.tsv", "G1\tPeaks\nG2\tPeaks\nG3\tPeaks\n");
    expect((await readDataset([square, cells, typed], { label: null })).featureNames).toEqual(["G1", "G2", "G3"]);
    expect(found.notes).toContain(
      "samples are columns: there are 3, as many as barcodes, and features: 10x writes samples as columns (else option orientation)",
    );
    const mixed = file("features.tsv", "G1\tA\tGene Expression\nG2\tB\tGene Expression\nG3\tC\tAntibody Capture\n");
    expect((await readDataset([square, cells, mixed], { label: null })).notes?.join()).toContain(
      "features are of 2 types, and all are read: Gene Expression (2), Antibody Capture (1); to learn of one alone",
    );
    const rows = await readDataset([square, cells, genes], { label: null, orientation: "rows" });
    expect([...toDense(rows.x)]).toEqual([11, 12, 0, 0, 0, 23, 31, 0, 0]);
  });

  it("is read of a zip of a folder of any name", async () => {
    const parts = { "matrix.mtx": square, "barcodes.tsv": cells, "features.tsv": genes };
    const inside = Object.entries(parts).map(([name, { bytes }]) => [name, bytes as Uint8Array]);
    const bytes = zipSync({ sample: { run: Object.fromEntries(inside) }, "__MACOSX/sample/run/._matrix.mtx": new Uint8Array(9) });
    const found = await readDataset([{ name: "sample.zip", bytes }], { label: null });
    expect(found).toMatchObject({ samples: 3, ids: ["C1", "C2", "C3"], featureNames: ["A", "B", "C"] });
  });

  it("is refused where a zip holds raw and filtered ones, or a kind is given twice", async () => {
    const zip = (names: readonly string[]) =>
      zipSync(
        Object.fromEntries(
          names.map((name) => [name, name.endsWith("mtx") ? (square.bytes as Uint8Array) : (cells.bytes as Uint8Array)]),
        ),
      );
    const both = ["raw_bc/", "filtered_bc/"].flatMap((folder) => [`${folder}matrix.mtx`, `${folder}barcodes.tsv`]);
    await expect(readDataset([{ name: "out.zip", bytes: zip(both) }], { label: null })).rejects.toThrow(
      "out.zip: matrix.mtx is found 2 times: raw_bc/matrix.mtx, filtered_bc/matrix.mtx; give the files of one folder",
    );
    await expect(readDataset([{ name: "out.zip", bytes: zip([...both.slice(0, 2), both[3]]) }], { label: null })).rejects.toThrow(
      "out.zip: barcodes is found 2 times: raw_bc/barcodes.tsv, filtered_bc/barcodes.tsv",
    );
    await expect(readDataset([square, genes, { ...genes, name: "genes.tsv" }], { label: null })).rejects.toThrow(
      "features is found 2 times: features.tsv, genes.tsv; give the files of one folder",
    );
  });

  it("has the label and the group that are named, of a file that is given", async () => {
    const labels = file("cells.csv", "id,first,age,donor\nAAAT-1,B,3,p\nAAAC-1,T,1,p\nAAAG-1,B,2,q\nAACC-1,T,4,q\n");
    await expect(read("10x.zip", { labels })).rejects.toThrow("which column holds the labels? say so with option label");
    const found = await read("10x.zip", { labels, label: "first", group: "donor" });
    expect(found).toMatchObject({ classes: ["B", "T"], groups: expect.arrayContaining(["p", "q"]) });
    for (const options of [{ label: "first" }, { label: null, group: "donor" }])
      await expect(read("10x.zip", options)).rejects.toThrow("is a column of a file of labels, and none is given");
  });

  it("is found by the folder's name", () => {
    const folder = mkdtempSync(join(tmpdir(), "coppice-10x-"));
    for (const name of ["matrix.mtx.gz", "barcodes.tsv.gz", "features.tsv.gz"])
      copyFileSync(join(FOLDER, name), join(folder, name));
    const { files } = findData(folder, undefined, "--data");
    expect(files).toEqual(["matrix.mtx.gz", "barcodes.tsv.gz", "features.tsv.gz"].map((name) => join(folder, name)));
  });
});

describe("a matrix that is damaged or hostile", () => {
  const head = "%%MatrixMarket matrix coordinate real general\n";
  it.each([
    ["2 2 1\n3 1 5\n", "line 3: row 3, column 1 is none of 2 x 2"],
    ["2 2 1\n1 1 5\n2 2 5\n", "line 4: follows the 1 values that the line of sizes claims"],
    ["2 2 2\n1 1 5\n", "truncated: it has 1 of 2 values"],
    ["2 2 1\n1 1 x\n", 'line 3: "x" is no finite number'],
    ["2 2 1\n1 1\n", "line 3: it has 2 numbers, expected 3"],
    ["2 2\n", 'line 2: "2 2" are no sizes'],
    ["2 2 1e15\n1 1 5\n", "truncated: it has 1 of 1000000000000000 values"],
    ["2000000000 2 1\n1 1 5\n", "2000000000 sparse samples take 8000000012 bytes, above the limit of 1000000"],
    ["", "truncated: it has no line of sizes"],
    [`2 2 1\n${"1".repeat(70_000)}`, "line 3 is longer than 65536 bytes"],
  ])("%j", async (text, message) => {
    await expect(readDataset([file("m.mtx", head + text)], { label: null, maxBytes: 1e6 })).rejects.toThrow(`m.mtx: ${message}`);
  });

  it.each([
    ["coordinate complex general", "its values are complex; expected real, integer or pattern"],
    ["coordinate real hermitian", 'expected "%%MatrixMarket matrix", coordinate or array'],
    ["array real symmetric\n2 3", "a matrix of 2 x 3 is not symmetric"],
    ["array real general\n1000000 1000000\n1", "truncated: it has 1 of 1000000000000 values"],
  ])("%s", async (rest, message) => {
    await expect(readDataset([file("m.mtx", `%%MatrixMarket matrix ${rest}\n`)], { label: null })).rejects.toThrow(message);
  });

  it("has no labels of its own", async () => {
    await expect(read("scipy.mtx")).rejects.toThrow("a matrix has no labels: give them in a file, a line for each sample");
    await expect(read("scipy.mtx", { labels: load("cells.csv") })).rejects.toThrow("it has no IDs of samples to join labels by");
    await expect(readDataset([load("scipy.mtx"), file("labels.txt", "a\nb\n")])).rejects.toThrow(
      "scipy.mtx + labels.txt: labels: have shape (2), expected (6)",
    );
    await expect(read("matrix.mtx.gz,features.tsv.gz", { label: null, orientation: "rows" })).rejects.toThrow(
      "5 features for 5 x 4 values, samples being rows",
    );
  });
});
