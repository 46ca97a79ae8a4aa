import { describe, expect, it } from "vitest";
import { type ReadOptions, readDataset } from "../../src/data/read-dataset.js";
import { archive, numbers, texts } from "./npy-files.js";

describe("names beside the arrays", () => {
  const samples = numbers("X", [4, 2], [0, 1, 2, 3, 4, 5, 6, 7]).bytes;
  const codes = numbers("y", [4], [0, 1, 1, 0]).bytes;
  const [ids, two] = [texts(["a", "b", "c", "d"]), texts(["ctrl", "case"])];
  const readAll = (entries: Record<string, Uint8Array>, options?: ReadOptions) => readDataset([archive(entries)], options);
  const labelsOf = ({ y, classes }: { y: ArrayLike<number>; classes: readonly string[] }) => Array.from(y, (c) => classes[c]);

  it.each(["sample_ids", "SampleNames", "ids", "barcodes", "obs_names"])("are IDs of samples: %s", async (name) => {
    const found = await readAll({ "X.npy": samples, "y.npy": codes, [`${name}.npy`]: ids });
    expect(found.ids).toEqual(["a", "b", "c", "d"]);
    expect(found.notes).toContain(`IDs of samples are those of array ${name}`);
  });

  it("are IDs of the set that is read", async () => {
    const sets = {
      "X_train.npy": samples,
      "y_train.npy": codes,
      "ids_train.npy": ids,
      "X_test.npy": samples,
      "y_test.npy": codes,
      "ids_test.npy": numbers("", [4], [9, 8, 7, 6]).bytes,
    };
    expect((await readAll(sets)).ids).toEqual(["a", "b", "c", "d"]);
    expect((await readAll(sets, { part: "test", classes: ["0", "1"] })).ids).toEqual(["9", "8", "7", "6"]);
  });

  it("are no IDs where they are too many, or two are alike", async () => {
    for (const other of [texts(["a", "b"]), texts(["a", "b", "a", "c"]), numbers("", [4], [0.5, 1, 2, 3]).bytes])
      expect((await readAll({ "X.npy": samples, "y.npy": codes, "ids.npy": other })).ids).toBeUndefined();
  });

  it("are those of classes, coded or one-hot, unless a model has others", async () => {
    const hot = numbers("", [4, 2], [1, 0, 0, 1, 0, 1, 1, 0]).bytes;
    for (const [y, name] of [
      [codes, "target_names"],
      [hot, "class_names"],
      [hot, "classes"],
    ] as const) {
      const found = await readAll({ "X.npy": samples, "y.npy": y, [`${name}.npy`]: two });
      expect(labelsOf(found)).toEqual(["ctrl", "case", "case", "ctrl"]);
      expect(found.notes).toContain(`classes have the names of array ${name}`);
    }
    const named = { "X.npy": samples, "y.npy": codes, "target_names.npy": two };
    expect(labelsOf(await readAll(named, { classes: ["0", "1"] }))).toEqual(["0", "1", "1", "0"]);
    expect(labelsOf(await readAll(named, { classes: ["case", "ctrl"] }))).toEqual(["ctrl", "case", "case", "ctrl"]);
    const beyond = { ...named, "y.npy": numbers("", [4], [0, 2, 2, 0]).bytes };
    const others = await readAll(beyond);
    expect([others.classes, others.notes?.at(-1)]).toEqual([
      ["0", "2"],
      expect.stringMatching(/names of array target_names: it holds 2.* a label is 2/),
    ]);
  });

  it("are those of numbers to learn", async () => {
    const y = numbers("", [4, 2], [0.5, 1, 2, 3, 4, 5, 6, 7]).bytes;
    expect((await readAll({ "X.npy": samples, "y.npy": y, "target_names.npy": two })).targetNames).toEqual(["ctrl", "case"]);
  });
});
