import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { zipSync } from "fflate";
import { describe, expect, it } from "vitest";
import { checkFeatures } from "../../src/data/align.js";
import { type DataFile, type ReadOptions, readDataset } from "../../src/data/read-dataset.js";
import { encodeNpy } from "../../src/io/formats/scipy/npy.js";
import { encodeNpz } from "../../src/io/formats/scipy/npz.js";

const fixture = (name: string) => ({
  name,
  bytes: new Uint8Array(readFileSync(fileURLToPath(new URL(`../fixtures/labels/${name}`, import.meta.url)))),
});
const array = (rows: readonly (readonly number[])[]) => ({
  shape: [rows.length, rows[0].length],
  data: Float64Array.from(rows.flat()),
});
const vector = (values: readonly number[]) => ({ shape: [values.length], data: Float64Array.from(values) });
const npz = (arrays: Parameters<typeof encodeNpz>[0]): DataFile => ({ name: "t.npz", bytes: encodeNpz(arrays) });
const labelsOf = ({ y, classes }: { y: ArrayLike<number>; classes: readonly string[] }) => Array.from(y, (c) => classes[c]);
const X = array([[0, 1], [2, 3], [4, 5], [6, 7]]); // biome-ignore format: a matrix

describe("a file with a training and a test set", () => {
  it("gives the test set where that is asked for, and says so", async () => {
    const file = fixture("splits.npz");
    expect(await readDataset([file])).toMatchObject({ samples: 30 });
    const test = await readDataset([file], { part: "test" });
    expect(test.samples).toBe(10);
    expect(test.notes).toEqual([
      "array x_test is taken, the test set's, and not x_train",
      "array y_test is taken, the test set's, and not y_train",
    ]);
    expect((await readDataset([file])).beside).toEqual(["test"]);
  });

  it.each([
    ["train_images", "train_labels", "test_images", "test_labels"],
    ["X_train", "Y_train", "X_test", "Y_test"],
    ["train_x", "train_y", "test_x", "test_y"],
    ["X", "y", "X_test", "y_test"],
    ["x", "Y", "test_x", "Ytest"],
    ["data", "labels", "test_data", "labels_test"],
    ["X_tr", "y_tr", "X_te", "y_te"],
    ["Xtr", "Ytr", "Xte", "Yte"],
    ["Xtrain", "ytrain", "Xtest", "ytest"],
    ["trainX", "trainY", "testX", "testY"],
    ["X_training", "y_training", "X_testing", "y_testing"],
    ["train_features", "train_targets", "test_features", "test_targets"],
    ["images_train", "labels_train", "images_test", "labels_test"],
    ["inputs", "outputs", "test_inputs", "outputsTest"],
    ["train_set_x", "train_set_y", "test_set_x", "test_set_y"],
  ])("is known by other usual names: %s", async (x, y, xTest, yTest) => {
    const arrays = { [x]: X, [y]: vector([0, 1, 0, 1]), [xTest]: array([[9, 9]]), [yTest]: vector([1]) };
    expect((await readDataset([npz(arrays)])).samples).toBe(4);
    expect((await readDataset([npz(arrays)])).beside).toEqual(["test"]);
    const test = await readDataset([npz(arrays)], { part: "test", classes: ["0", "1"] });
    expect(test.notes).toContain(`array ${yTest} is taken, the test set's, and not ${y}`);
    expect([...(test.x as Float32Array)]).toEqual([9, 9]);
    expect(labelsOf(test)).toEqual(["1"]);
  });

  it.each(["val", "valid", "validation", "va", "dev"])("may have a validation set, too: %s", async (word) => {
    const more = { [`${word}_images`]: array([[8, 8]]), [`${word}_labels`]: vector([0]) };
    const arrays = { train_images: X, train_labels: vector([0, 1, 0, 1]), ...more };
    expect((await readDataset([npz(arrays)])).beside).toEqual(["validation"]);
    const tested = { ...arrays, test_images: array([[9, 9]]), test_labels: vector([1]) };
    expect((await readDataset([npz(tested)])).beside).toEqual(["test", "validation"]);
    const found = await readDataset([npz(tested)], { part: "validation", classes: ["0", "1"] });
    expect([...(found.x as Float32Array)]).toEqual([8, 8]);
    expect(found.notes?.[0]).toBe(`array ${word}_images is taken, the validation set's, and not train_images`);
    const test = await readDataset([npz(tested)], { part: "test", classes: ["0", "1"] });
    expect([...(test.x as Float32Array)]).toEqual([9, 9]);
  });

  it("is by names that are asked for, too, in .mat files as well, groups with them", async () => {
    const arrays = {
      trainA: X,
      trainB: vector([0, 1, 0, 1]),
      testA: array([[9, 9]]),
      testB: vector([1]),
      trainG: vector([1, 1, 2, 2]),
    };
    const options: ReadOptions = { x: "trainA", y: "trainB", part: "test", classes: ["0", "1"] };
    expect((await readDataset([npz(arrays)], options)).samples).toBe(1);
    const grouped = await readDataset([npz({ ...arrays, testG: vector([7]) })], { ...options, group: "trainG" });
    expect(grouped.groups).toEqual(["7"]);
    const mat = await readDataset([fixture("sets.mat")], { x: "Xtrain", y: "Ytrain", part: "test" });
    expect([...(mat.x as Float32Array)]).toEqual([100, 101, 102, 103, 104, 105]);
    expect((await readDataset([fixture("sets.mat")], { x: "Xtrain", y: "Ytrain" })).beside).toEqual(["test"]);
  });

  it("needs no weights in the test set", async () => {
    const arrays = { X, y: vector([0, 1, 0, 1]), w: vector([1, 2, 3, 4]), X_test: array([[9, 9], [8, 8]]), y_test: vector([1, 0]) }; // biome-ignore format: a line
    expect((await readDataset([npz(arrays)], { sampleWeight: "w" })).weights).toEqual(Float64Array.of(1, 2, 3, 4));
    expect((await readDataset([npz(arrays)], { sampleWeight: "w", part: "test" })).weights).toBeUndefined();
    const table = (text: string) => [{ name: "t.csv", bytes: new TextEncoder().encode(text) }];
    for (const text of ["a,b,y,w\n1,2,u,?\n3,4,v,-1\n5,7,u,0\n", "a,b,y\n1,2,u\n3,4,v\n5,7,u\n"]) {
      for (const sampleWeight of ["w", 3]) {
        const test = await readDataset(table(text), {
          sampleWeight,
          part: "test",
          featureNames: ["a", "b"],
          classes: ["u", "v"],
        });
        expect([labelsOf(test), test.featureNames, test.weights]).toEqual([["u", "v", "u"], ["a", "b"], undefined]);
      }
    }
    await expect(readDataset(table("a,b,y\n1,2,u\n3,4,v\n"), { sampleWeight: "w" })).rejects.toThrow('no weight column "w"');
  });

  it("is one of samples alone where no labels are read, in .npz and .mat", async () => {
    const sets = { X, y: vector([0, 1, 0, 1]), x_test: array([[9, 9]]), x_val: array([[8, 8]]), y_val: vector([1]) };
    const unlabelled: ReadOptions = { ignoreLabels: "named" };
    expect((await readDataset([npz(sets)], unlabelled)).beside).toEqual(["test", "validation"]);
    expect((await readDataset([npz(sets)])).beside).toEqual(["validation"]);
    expect([...((await readDataset([npz(sets)], { ...unlabelled, part: "test" })).x as Float32Array)]).toEqual([9, 9]);
    expect((await readDataset([fixture("sets.mat")], { ...unlabelled, x: "Xtrain" })).beside).toEqual(["test"]);
  });

  it("says which pair is taken where samples have two names", async () => {
    const y = vector([0, 1, 0, 1]);
    const { notes } = await readDataset([npz({ X, y, x_train: X, y_train: y })]);
    expect(notes).toEqual([
      "array X is taken, and not x_train, which is there too (option x)",
      "array y is taken, and not y_train, which is there too (option y)",
    ]);
    expect((await readDataset([npz({ X, y, x_train: X, y_train: y })], { x: "X", y: "y" })).notes).toBeUndefined();
  });

  it("is named in what is refused of it", async () => {
    const sets = { X, y: vector([0, 1, 0, 1]), x_val: array([[8, 8, 8]]), y_val: vector([2]), x_test: X, y_test: vector([1]) };
    const of = (part: "test" | "validation") => readDataset([npz(sets)], { name: "t", part, classes: ["0", "1"] });
    await expect(of("validation")).rejects.toThrow('t (x_val, y_val): label "2" (row 1) is not among the 2 classes');
    await expect(of("test")).rejects.toThrow("t.npz (x_test, y_test): labels: have shape (1), expected (4)");
    const { y_val: _, ...rest } = sets;
    const wide = await readDataset([npz({ ...rest, y_val: vector([1]) })], { part: "validation", classes: ["0", "1"] });
    expect(() => checkFeatures(wide, 2)).toThrow("t (x_val, y_val): its samples have 3 features");
  });

  it("is no array of the same name in other letters", async () => {
    const { beside, notes } = await readDataset([npz({ X, x: array([[1]]), y: vector([0, 1, 0, 1]) })]);
    expect({ beside, notes }).toEqual({});
  });

  it("is refused where only samples or only labels have a test set, and read where there is one set", async () => {
    const half = { x_train: X, y_train: vector([0, 1, 0, 1]), x_test: X };
    await expect(readDataset([npz(half)], { part: "test" })).rejects.toThrow("array x_test belongs to the test set");
    const read = await readDataset([npz(half)]);
    expect([read.beside, read.notes]).toEqual([
      undefined,
      expect.arrayContaining(["x_test is not used: the file has no test set, as nothing like it is there for y_train"]),
    ]);
    const alone = npz({ x_test: X, y_test: vector([0, 1, 0, 1]) });
    for (const part of ["train", "test"] as const) expect((await readDataset([alone], { part })).samples).toBe(4);
    await expect(readDataset([fixture("sets.mat")], { x: "Xtrain", y: "Ybad", part: "test" })).rejects.toThrow("different sets");
  });
});

describe("one-hot labels", () => {
  it("are classes by their column in .npz, a pair of .npy in either order, and .mat, in rows or in columns", async () => {
    const dataset = await readDataset([fixture("onehot.npz")]);
    expect(dataset).toMatchObject({ samples: 40, classes: ["0", "1"] });
    expect(dataset.notes?.join()).toContain(
      "labels of shape (40, 2) are one-hot: a sample's class is the column of its 1, from 0",
    );
    const y = array([[0, 0, 1], [1, 0, 0], [0, 1, 0], [1, 0, 0]]); // biome-ignore format: a matrix
    const [x, labels] = [X, y].map((content, k) => ({ name: `${k}.npy`, bytes: encodeNpy(content) }));
    for (const pair of [[x, labels], [labels, x]]) expect(labelsOf(await readDataset(pair))).toEqual(["2", "0", "1", "0"]); // biome-ignore format: pairs
    const read = (options: ReadOptions) => readDataset([fixture("sets.mat")], options);
    expect(labelsOf(await read({ x: "Xtrain", y: "Ytrain" }))).toEqual(["0", "1", "1", "0"]);
    const across = await read({ x: "Xacross", y: "Yacross" });
    expect([across.samples, labelsOf(across)]).toEqual([4, ["0", "1", "1", "0"]]);
  });

  it.each<[string, number[][], string]>([
    ["without a 1", [[1, 0], [0, 1], [0, 0], [1, 0]], "row 3 has none"],
    ["with two", [[1, 0], [1, 1], [0, 1], [1, 0]], "row 2 has several, in columns 1 and 2"],
    ["with another number", [[1, 0], [0, 1], [0, 1], [0.5, 0.5]], "row 4 holds 0.5"],
  ])("are refused by the number of a row %s", async (_, rows, message) => {
    await expect(readDataset([npz({ X, y: array(rows) })])).rejects.toThrow(message);
  }); // biome-ignore format: matrices

  it("are refused alike in .mat, and so are labels that are not", async () => {
    const read = (y: string) => readDataset([fixture("sets.mat")], { x: "Xtrain", y });
    await expect(read("Ybad")).rejects.toThrow(
      "variable Ybad: have shape (4, 2) and would be one-hot, a 1 in each row, but row 2 has none",
    );
    await expect(read("Ytwo")).rejects.toThrow("row 3 has several");
    await expect(read("Ybig")).rejects.toThrow("beyond 2^53 whole numbers cannot be told apart");
  });
});

it("labels that say there is none are refused in NumPy texts as in tables", async () => {
  const texts = (labels: readonly string[]) => {
    const header = encodeNpy({ shape: [labels.length], data: new Float32Array(labels.length) });
    const text = new TextDecoder("latin1").decode(header.subarray(0, 128)).replace("'<f4'", "'|S4'");
    const data = labels.map((label) => label.padEnd(4, "\0")).join("");
    return Uint8Array.from(text + data, (character) => character.charCodeAt(0));
  };
  const file = (labels: readonly string[]) => [
    { name: "t.npz", bytes: zipSync({ "X.npy": encodeNpy(X), "y.npy": texts(labels) }) },
  ];
  expect((await readDataset(file(["a", "b", "a", "b"]))).classes).toEqual(["a", "b"]);
  await expect(readDataset(file(["a", "nan", "a", "b"]))).rejects.toThrow('row 2: the label is "nan"');
});
