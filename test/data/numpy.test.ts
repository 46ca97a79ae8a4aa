import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { decodeNpy } from "../../src/data/formats/numpy/npy.js";
import { type ReadOptions, readDataset } from "../../src/data/read-dataset.js";
import { isSparse, toDense } from "../../src/data/sample-matrix.js";
import { archive, numbers, texts } from "./npy-files.js";

// written by numpy and scipy: test/fixtures/npy/make.py
const file = (name: string) => ({
  name,
  bytes: new Uint8Array(readFileSync(fileURLToPath(new URL(`../fixtures/npy/${name}`, import.meta.url)))),
});
const read = (names: string, options?: ReadOptions) => readDataset(names.split(",").map(file), options);
const x = Array.from({ length: 35 }, (_, k) => 10 * Math.floor(k / 5) + (k % 5) - 3);

describe("a pair of arrays of which either could be samples", () => {
  const fractions = (count: number, by: number) => Array.from({ length: count }, (_, k) => by * k + 0.25);
  const bits = [1, 0, 0, 1, 0, 1, 1, 0, 1, 1, 0, 0, 0, 0, 1, 1, 1, 0, 1, 0, 0, 1, 0, 1];
  const column = numbers("a.npy", [6, 1], fractions(6, 1));
  const two = numbers("b.npy", [6, 2], fractions(12, 0.5));

  it.each<[string, ReturnType<typeof numbers>[], number[], number[], ReadOptions]>([
    ["two columns", [column, numbers("b.npy", [6, 1], fractions(6, 3))], fractions(6, 1), fractions(6, 3), { numeric: true }],
    ["a column and two", [column, two], fractions(6, 1), fractions(12, 0.5), { numeric: true }],
    ["two and a column", [two, column], fractions(12, 0.5), fractions(6, 1), { numeric: true }],
    ["bits and two", [numbers("a.npy", [6, 4], bits), two], bits, fractions(12, 0.5), { numeric: true }],
    ["bits and two, guessed", [numbers("a.npy", [6, 4], bits), two], bits, fractions(12, 0.5), {}],
    [
      "four and bits",
      [numbers("a.npy", [6, 4], fractions(24, 2)), numbers("b.npy", [6, 4], bits)],
      fractions(24, 2),
      bits,
      { numeric: true },
    ],
  ])("%s: the first are the samples of a regression", async (_, files, x, targets, options) => {
    const found = await readDataset(files, options);
    expect([...toDense(found.x)]).toEqual(x);
    expect([...(found.targets ?? [])]).toEqual(targets);
  });

  it("are told apart where classes are one-hot, or a column", async () => {
    const [hot, wide] = [
      numbers("hot.npy", [6, 2], [1, 0, 0, 1, 1, 0, 1, 0, 0, 1, 1, 0]),
      numbers("wide.npy", [6, 4], fractions(24, 2)),
    ];
    const swapped = "the samples are those of wide.npy, the labels those of hot.npy";
    for (const files of [
      [wide, hot],
      [hot, wide],
    ]) {
      const found = await readDataset(files);
      expect([...toDense(found.x)]).toEqual(fractions(24, 2));
      expect([...found.y]).toEqual([0, 1, 0, 0, 1, 0]);
      expect(found.notes?.includes(swapped)).toBe(files[0] === hot);
    }
    const column = numbers("y.npy", [6, 1], [3, 5, 3, 3, 5, 5]);
    const found = await readDataset([column, wide], { numeric: false });
    expect([...toDense(found.x)]).toEqual(fractions(24, 2));
    expect([...found.y]).toEqual([0, 1, 0, 0, 1, 1]);
    expect(found.notes).toEqual(["the samples are those of wide.npy, the labels those of y.npy"]);
  });
});

describe("labels of shape (n, 1) given before samples of fractions", () => {
  const fractions = (count: number) => Array.from({ length: count }, (_, k) => 0.75 * k + 0.25);
  const wide = (name: string) => numbers(name, [6, 3], fractions(18));
  const column = (name: string, values = [0, 1, 0, 1, 1, 0]) => numbers(name, [6, 1], values);

  it.each<[string, ReturnType<typeof numbers>[], ReadOptions]>([
    ["classes", [column("a.npy"), wide("b.npy")], {}],
    ["classes by their name", [column("y.npy"), wide("X.npy")], {}],
    ["numbers", [column("a.npy", fractions(6)), wide("b.npy")], {}],
    ["numbers by their name", [column("a/y_train.npy", fractions(6)), wide("a/X_train.npy")], { numeric: true }],
    ["in their order", [wide("b.npy"), column("a.npy")], {}],
  ])("are labels: %s", async (_, files, options) => {
    const found = await readDataset(files, options);
    expect([...toDense(found.x)]).toEqual(fractions(18));
    expect([...(found.targets ?? found.y)]).toEqual(found.targets ? fractions(6) : [0, 1, 0, 1, 1, 0]);
    const [samples, labels] = files[0].name.startsWith("b") ? files : files.toReversed();
    expect(found.notes?.includes(`the samples are those of ${samples.name}, the labels those of ${labels.name}`) ?? false).toBe(
      samples !== files[0],
    );
  });

  it("go by their names where two arrays could be either", async () => {
    const [x, y] = [
      column("train_x.npy", fractions(6)),
      column(
        "train_labels.npy",
        fractions(6).map((value) => 2 * value),
      ),
    ];
    for (const files of [
      [x, y],
      [y, x],
    ])
      expect([...toDense((await readDataset(files)).x)]).toEqual(fractions(6));
  });
});

describe("whole labels that hardly repeat", () => {
  const y = Array.from({ length: 12 }, (_, i) => 20 + 3 * i);
  const samples = numbers(
    "X.npy",
    [12, 2],
    Array.from({ length: 24 }, (_, k) => ((k * k) % 7) + 0.5),
  );
  const labels = numbers("y.npy", [12], y);
  const packed = archive({ "X.npy": samples.bytes, "y.npy": labels.bytes });

  it.each([[[samples, labels]], [[packed]]])("are refused unless it is said what they are (%#)", async (files) => {
    await expect(readDataset(files)).rejects.toThrow(
      "labels: would be 12 classes for 12 samples; to learn them as numbers, take task regression; if they are classes, task classification",
    );
    expect((await readDataset(files, { numeric: false })).classes).toEqual(y.map(String));
    expect((await readDataset(files, { classes: y.map(String) })).samples).toBe(12);
    expect([...((await readDataset(files, { numeric: true })).targets ?? [])]).toEqual(y);
    const repeated = numbers(
      "y.npy",
      [12],
      y.map((_, i) => i % 9),
    );
    expect((await readDataset([samples, repeated])).classes).toHaveLength(9);
  });
});

describe("NumPy data", () => {
  it("keeps the names of features that a .npz holds beside the samples", async () => {
    const [samples, labels] = [file("f4.npy").bytes, file("labels.npy").bytes];
    const names = Array.from({ length: decodeNpy(samples, "f4").shape[1] }, (_, j) => `gene ${j}`);
    const made = (entries: Record<string, Uint8Array>) =>
      readDataset([archive({ "X.npy": samples, "y.npy": labels, ...entries })]);
    const named = await made({ "Feature_Names.npy": texts(names) });
    expect(named).toMatchObject({ featureNames: names, notes: ["names of features are those of array Feature_Names"] });
    expect((await made({ "columns.npy": texts(names) })).featureNames).toEqual(names);
    // as many as features, each another, and texts: else they are none
    const few = `names of features are not taken from array genes: it holds ${names.length - 1}, expected ${names.length}`;
    const same = `names of features are not taken from array genes: it holds ${names.length}, some alike`;
    for (const [other, notes] of [
      [texts(names.slice(1)), [few]],
      [texts(names.map(() => "same")), [same]],
      [file("i4.npy").bytes, undefined],
    ] as const) {
      const found = await made({ "genes.npy": other });
      expect([found.featureNames, found.notes]).toEqual([undefined, notes]);
    }
    const pickled = await made({ "feature_names.npy": file("object.npy").bytes });
    expect(pickled.featureNames).toBeUndefined();
    expect(pickled.notes).toContainEqual(
      expect.stringMatching(/^names of features are not read from array feature_names: .*object/),
    );
  });

  it("reads a .npz with samples and labels, numbers or texts, packed or not, gzipped too", async () => {
    const plain = await read("plain.npz");
    expect(plain).toMatchObject({ name: "plain", samples: 7, features: 5, classes: ["1", "2", "3"] });
    expect([...toDense(plain.x)]).toEqual(x);
    expect([...plain.y]).toEqual([0, 1, 2, 0, 1, 2, 0]);
    const packed = await read("packed.npz", { group: "patient" });
    expect(packed).toMatchObject({ classes: ["a", "b", "c"], groups: [..."0011223"] });
    expect([...toDense(packed.x)]).toEqual(x);
    const zipped = { name: "plain.npz.gz", bytes: new Uint8Array(gzipSync(file("plain.npz").bytes)) };
    expect(await readDataset([zipped])).toEqual(plain);
  });

  it("takes arrays of usual names and says so, or those named", async () => {
    const keras = await read("keras.npz");
    expect(keras).toMatchObject({ samples: 4, features: 6, imageShape: [2, 3], classes: ["0", "1"] });
    const y = numbers("y", [2], [0, 1]).bytes;
    const pictures = (shape: number[]) =>
      readDataset([archive({ "x.npy": numbers("", shape, x.slice(0, 12)).bytes, "y.npy": y })], { name: "t" });
    expect(await pictures([2, 2, 3, 1])).toMatchObject({ features: 6, imageShape: [2, 3] });
    const colours = await pictures([2, 1, 2, 3]);
    expect(colours).toMatchObject({ features: 6 });
    expect(colours.notes).toContain("the samples have shape (2, 1, 2, 3): each is taken as 6 features");
    expect(colours.imageShape).toBeUndefined();
    expect([...toDense(keras.x)]).toEqual(Array.from({ length: 24 }, (_, k) => k));
    expect(keras.notes).toEqual(["array x_train is taken for X (option x)", "array y_train is taken for y (option y)"]);
    expect((await read("positional.npz")).notes).toContain("array arr_1 is taken for y (option y)");
    const named = await read("nothing.npz", { x: "A", y: "b" });
    expect([...toDense(named.x)]).toEqual(x);
    expect(named.notes).toBeUndefined();
  });

  it("reads a pair of files in either order, and samples alone where labels are not wanted", async () => {
    for (const pair of ["f8.npy,labels.npy", "labels.npy,f8.npy"]) {
      const dataset = await read(pair);
      expect(dataset).toMatchObject({ samples: 7, features: 5, classes: ["1", "2", "3"] });
      expect([...toDense(dataset.x)]).toEqual(x);
    }
    expect(await read("u1.npy", { label: null })).toMatchObject({ samples: 7, classes: [] });
    expect(await read("nothing.npz", { x: "a", ignoreLabels: true })).toMatchObject({ samples: 7, classes: [] });
  });

  it("reads scipy's CSR matrix as samples, equal to what scipy makes dense", async () => {
    const dense = decodeNpy(file("csr-dense.npy").bytes, "dense");
    const dataset = await read("csr.npz,csr-labels.npy");
    expect(dataset).toMatchObject({ samples: 6, features: 40, classes: ["a", "b"] });
    expect(toDense(dataset.x)).toEqual(dense.data);
    for (const name of ["csr", "csc", "coo"]) {
      const { x } = await read(`${name}.npz`, { label: null });
      expect(toDense(x)).toEqual(dense.data);
      expect(isSparse(x)).toBe(true);
    }
  });

  const bytesOf = (name: string) => file(name).bytes;
  it.each<[string, { name: string; bytes: Uint8Array }[], ReadOptions, string]>([
    [
      "a .npy without labels",
      [file("f4.npy")],
      {},
      "f4.npy: a .npy file holds one array: name the labels' file too (X.npy,y.npy)",
    ],
    ["arrays of other names", [file("nothing.npz")], {}, "nothing.npz: none of its arrays (a, b) is called X, x_train"],
    [
      "a name that is not there",
      [file("keras.npz")],
      { x: "x_trian" },
      'no array x_trian; it holds x_test, x_train, y_test, y_train; did you mean "x_train"?',
    ],
    ["labels of other samples", [file("keras.npz")], { y: "y_test" }, "keras.npz: labels: have shape (2), expected (4)"],
    ["samples of one dimension", [file("plain.npz")], { x: "y" }, "the samples have shape (7)"],
    ["samples that are texts", [file("packed.npz")], { x: "y" }, "the samples are texts (<U1)"],
    ["no samples", [file("empty.npy")], { label: null }, "the samples have shape (0, 3): there are none"],
    ["two sets of samples", [file("f4.npy"), file("f8.npy")], {}, "here: (7, 5) and (7, 5)"],
    ["two sets of labels", [file("labels.npy"), file("labels.npy")], {}, "here: (7) and (7)"],
    ["an array's name for a pair", [file("f4.npy"), file("labels.npy")], { x: "X" }, "option x names an array of a .npz"],
    [
      "an array's name for a .npy",
      [file("f4.npy")],
      { x: "X", label: null },
      "option x names an array of a .npz; a .npy holds one",
    ],
    [
      "a label's column",
      [file("plain.npz")],
      { label: "y" },
      "option label is for tables (.csv, .tsv), workbooks (.xlsx, .xlsm), HDF5 files (.h5ad, .h5), MatrixMarket files (.mtx, .zip), ARFF files (.arff), GCT files (.gct) and GEO series matrices, not for NumPy files",
    ],
    ["an orientation", [file("plain.npz")], { orientation: "rows" }, "not for NumPy files"],
    ["a BSR matrix", [file("bsr.npz")], { label: null }, 'array format is "bsr", read are "csr", and as samples "csc" and "coo"'],
    [
      "a CSR matrix that would be too large",
      [file("csr.npz")],
      { label: null, maxBytes: 900 },
      "6 samples of 40 features with 24 values take 2780 bytes in memory, above the limit of 900",
    ],
    [
      "a number as a sparse format",
      [archive({ "format.npy": bytesOf("scalar.npy"), "shape.npy": bytesOf("labels.npy") })],
      { label: null },
      "array format is no text",
    ],
  ])("refuses %s", async (_, files, options, message) => {
    await expect(readDataset(files, options)).rejects.toThrow(message);
  });
});
