import { describe, expect, it } from "vitest";
import type { Dataset } from "../../src/data/dataset.js";
import type { ReadOptions } from "../../src/data/read-dataset.js";
import { csv, read } from "./text-tables.js";

/** Label first, then three features of whole numbers. */
const digits = Array.from({ length: 12 }, (_, i) => [i % 3, (7 * i) % 11, (5 * i) % 13, i % 2]);
/** Numbers that do not count, diagnoses, two features. */
const patients = Array.from({ length: 12 }, (_, i) => [84000 + ((i * 7919) % 5003), i % 2 ? "M" : "B", i / 4 + 0.5, 20.25 - i]);
const without = (rows: (string | number)[][], ...gone: number[]) => rows.map((row) => row.filter((_, j) => !gone.includes(j)));
const valuesOf = (set: Dataset) => Array.from(set.x as Float32Array);
const columns = (rows: (string | number)[][], ...js: number[]) => rows.flatMap((row) => js.map((j) => Number(row[j])));

/** Reads a table as for a model that learnt from another. */
async function readFor(trained: (string | number)[][], options: ReadOptions, rows: (string | number)[][], more: ReadOptions) {
  const { layout, featureNames, classes } = await read(csv(trained), options);
  return read(csv(rows), { layout, featureNames, ...(more.ignoreLabels || more.label === null ? {} : { classes }), ...more });
}

describe("a table without a header, for a model", () => {
  it("has its label where that of the model was", async () => {
    const set = await readFor(digits, { label: 0 }, digits, {});
    expect(valuesOf(set)).toEqual(columns(digits, 1, 2, 3));
    expect([...set.y]).toEqual(digits.map((row) => row[0]));
    expect(set.notes).toContain("its columns are taken as those of the model's table: label 1 (columns from 1)");
    const named = [["label", "p0", "p1", "p2"], ...digits];
    expect(valuesOf(await readFor(named, {}, digits, { ignoreLabels: true }))).toEqual(columns(digits, 1, 2, 3));
    const unnamed = await readFor(digits, { label: 0 }, [["a", "b", "c", "d"], ...digits], {});
    expect(valuesOf(unnamed)).toEqual(columns(digits, 1, 2, 3));
  });

  it("lacks the label where that fits, and is refused where nothing does", async () => {
    for (const more of [{ ignoreLabels: true }, { label: null }]) {
      const set = await readFor(digits, { label: 0 }, without(digits, 0), more);
      expect(valuesOf(set)).toEqual(columns(digits, 1, 2, 3));
      expect(set.notes?.join()).toContain("label 1 (columns from 1); taken to lack the label");
    }
    const short = readFor(digits, { label: 0 }, without(digits, 0), {});
    await expect(short).rejects.toThrow(
      "t.csv: it has no header and 3 columns, but the model's table had 4: label 1 (columns from 1); say which they are with options label",
    );
    await expect(readFor(digits, { label: 0 }, without(digits, 0, 1), { ignoreLabels: true })).rejects.toThrow("2 columns");
  });

  it("has its IDs and what is left out where those of the model were", async () => {
    for (const [rows, more] of [
      [patients, {}],
      [patients, { label: 1 }],
      [without(patients, 1), { ignoreLabels: true }],
      [without(patients, 1), { label: null }],
      [without(patients, 0), { id: null }],
      [without(patients, 0, 1), { ignoreLabels: true }],
    ] as const)
      expect(valuesOf(await readFor(patients, { id: 0 }, rows, more))).toEqual(columns(patients, 2, 3));
    const left = await readFor(patients, { id: 0, ignore: [2] }, patients, {});
    expect(valuesOf(left)).toEqual(columns(patients, 3));
    expect(left.ids).toEqual(patients.map(([id]) => String(id)));
  });

  it("is read as asked where that is otherwise", async () => {
    const turned = digits.map(([label, ...rest]) => [...rest, label]);
    const set = await readFor(digits, { label: 0 }, turned, { label: 3 });
    expect(valuesOf(set)).toEqual(columns(turned, 0, 1, 2));
  });

  it("is refused with row numbers or fractions where the model has features or labels", async () => {
    const trained = [["0", "1", "2", "label"], ...patients.map((row, i) => [row[2], row[3], i / 8 + 0.5, i % 2])];
    const fresh = patients.map((row, i) => [i, row[2], row[3], i / 8 + 0.25]);
    await expect(readFor(trained, {}, fresh, { ignoreLabels: true })).rejects.toThrow(
      "here fractions or a number for each sample",
    );
    const set = await readFor(trained, {}, fresh, { label: null });
    expect(valuesOf(set)).toEqual(columns(fresh, 1, 2, 3));
    const counted = fresh.map((row, i) => [...row.slice(0, 3), i % 2]);
    await expect(readFor(trained, {}, counted, { ignoreLabels: true })).rejects.toThrow("column 1 looks like no feature");
  });

  it("keeps its first sample, which holds numbers that merely count features", async () => {
    const trained = [["0", "1", "2", "label"], ...patients.map((row, i) => [row[2], row[3], i / 8 + 0.5, i % 2])];
    const fresh = [[0, 2, 1.5], ...patients.map((row) => [row[2], row[3], 0.5])];
    expect((await readFor(trained, {}, fresh, { label: null })).samples).toBe(13);
  });
});

describe("a table with a header, for a model with names", () => {
  it("goes by its names", async () => {
    const named = [["label", "p0", "p1", "p2"], ...digits];
    const turned = named.map(([label, ...rest]) => [...rest, label]);
    const set = await readFor(named, {}, turned, {});
    expect(valuesOf(set)).toEqual(columns(digits, 1, 2, 3));
  });
});

it("a layout is checked", async () => {
  const layout = { columns: 3, label: 3, id: null, ignored: [] };
  await expect(read("1,2,0\n2,1,1\n", { layout })).rejects.toThrow("option layout: 3 is not an integer from 0 to 2");
});
