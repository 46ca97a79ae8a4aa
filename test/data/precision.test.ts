import { deflateSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { constantNotes } from "../../src/data/constant.js";
import type { Dataset } from "../../src/data/dataset.js";
import { makeDataset } from "../../src/data/make-dataset.js";
import { fillMissing, fitMedians } from "../../src/data/missing.js";
import { readDataset } from "../../src/data/read-dataset.js";
import { isSparse, type SampleMatrix, type SparseRows, toDense } from "../../src/data/sample-matrix.js";
import { fitStandardizer, keepRaw, standardize } from "../../src/data/standardize.js";
import { encodeNpy } from "../../src/io/formats/scipy/npy.js";
import { encodeNpz } from "../../src/io/formats/scipy/npz.js";

// Values that 32 bits do not hold stay in 64 until they are standardised, whatever they were read from.

const encode = (text: string) => new TextEncoder().encode(text);
const read = (name: string, bytes: Uint8Array, options = {}) => readDataset([{ name, bytes }], options);

/** A MATLAB file of one compressed double matrix X, and labels Y. */
function mat(x: readonly number[], rows: number, labels: readonly number[]): Uint8Array {
  const element = (type: number, data: Uint8Array) => {
    const bytes = new Uint8Array(8 + 8 * Math.ceil(data.length / 8));
    new DataView(bytes.buffer).setUint32(0, type, true);
    new DataView(bytes.buffer).setUint32(4, data.length, true);
    bytes.set(data, 8);
    return bytes;
  };
  const bytesOf = (array: ArrayBufferView) => new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
  const matrix = (name: string, values: readonly number[], height: number) => {
    const width = values.length / height;
    const columns = Float64Array.from(values, (_, k) => values[(k % height) * width + Math.floor(k / height)]);
    const parts = [
      element(6, bytesOf(Uint32Array.of(6, 0))),
      element(5, bytesOf(Int32Array.of(height, width))),
      element(1, encode(name)),
      element(9, bytesOf(columns)),
    ];
    return element(15, deflateSync(element(14, Buffer.concat(parts)))).subarray(0);
  };
  const header = new Uint8Array(128).fill(0x20);
  header.set(encode("MATLAB 5.0"));
  header.set([0, 1, 0x49, 0x4d], 124);
  const packed = (bytes: Uint8Array) => bytes.subarray(0, 8 + new DataView(bytes.buffer).getUint32(4, true)); // compressed ones are not padded
  return Buffer.concat([header, packed(matrix("X", x, rows)), packed(matrix("Y", labels, rows))]);
}

const TIMES = [1700000010771, 1700000071338, 1700000010579, 1700000066961];
const DECIMALS = [0.1, 0.25, -0.3, 1e-9];
const X = TIMES.flatMap((time, i) => [time, DECIMALS[i], i]);
const LABELS = [0, 1, 0, 1];
const rows = TIMES.map((_, i) => X.slice(3 * i, 3 * i + 3));

const SOURCES: Record<string, () => Promise<Dataset>> = {
  csv: () => read("t.csv", encode(`a,b,c,y\n${rows.map((row, i) => `${row.join(",")},${LABELS[i]}`).join("\n")}\n`)),
  "csv, samples in columns": () =>
    read("t.csv", encode(`${[0, 1, 2].map((j) => rows.map((row) => row[j]).join(",")).join("\n")}\n${LABELS.join(",")}\n`), {
      orientation: "columns",
      header: false,
      label: 3,
    }),
  "npz of f64": () =>
    read(
      "t.npz",
      encodeNpz({ X: { shape: [4, 3], data: Float64Array.from(X) }, y: { shape: [4], data: Int32Array.from(LABELS) } }),
    ),
  "a pair of npy": () =>
    readDataset([
      { name: "x.npy", bytes: encodeNpy({ shape: [4, 3], data: Float64Array.from(X) }) },
      { name: "y.npy", bytes: encodeNpy({ shape: [4], data: Int32Array.from(LABELS) }) },
    ]),
  mat: () => read("t.mat", mat(X, 4, LABELS)),
  svmlight: () => read("t.svmlight", encode(rows.map((row, i) => `${LABELS[i]} 1:${row[0]} 2:${row[1]} 3:${row[2]}`).join("\n"))),
};

describe.each(Object.keys(SOURCES))("samples of %s", (kind) => {
  it("keep what 32 bits do not hold", async () => {
    const { x } = await SOURCES[kind]();
    expect(x).toEqual(Float64Array.from(X));
  });
});

it("64-bit integers of numpy are kept, and tables that 32 bits hold take no more", async () => {
  const y = { shape: [4], data: Int32Array.from(LABELS) };
  const longs = await read("t.npz", encodeNpz({ X: { shape: [4, 1], data: BigInt64Array.from(TIMES.map(BigInt)) }, y }));
  expect(longs.x).toEqual(Float64Array.from(TIMES));
  const odd = await read("t.npz", encodeNpz({ X: { shape: [4, 1], data: Int32Array.of(2 ** 24 + 1, 0, 1, 2) }, y }));
  expect(odd.x).toEqual(Float64Array.of(2 ** 24 + 1, 0, 1, 2));
  const small = await read("t.npz", encodeNpz({ X: { shape: [4, 1], data: Float64Array.of(0.5, 255, -3, 2 ** 30) }, y }));
  expect(small.x).toEqual(Float32Array.of(0.5, 255, -3, 2 ** 30));
  const text = await read("t.csv", encode("id,a,b,y\n17000000107711,1.5,2,p\n17000000107712,0.25,3,q\n"), { id: "id" });
  expect(text.x).toEqual(Float32Array.of(1.5, 2, 0.25, 3)); // what is no feature does not count
});

it("a sparse file stays sparse in 64 bits, values that occur twice added up in them", async () => {
  const lines = Array.from({ length: 8 }, (_, i) => `${i % 2} ${1 + i}:0.${i + 1} 40:${TIMES[i % 4]}`);
  const { x } = await read("t.svmlight", encode(lines.join("\n")));
  expect(isSparse(x) && [x.values instanceof Float64Array, x.values[0], x.values[1]]).toEqual([true, 0.1, TIMES[0]]);
  const csr = (data: Float32Array | Float64Array) => ({
    format: { shape: [], data: "csr" },
    shape: { shape: [2], data: Int32Array.of(2, 40) },
    indptr: { shape: [3], data: Int32Array.of(0, 2, 3) },
    indices: { shape: [3], data: Int32Array.of(7, 7, 1) },
    data: { shape: [3], data },
  });
  const sum = async (data: Float32Array | Float64Array) =>
    ((await read("t.npz", encodeNpz(csr(data)), { label: null })).x as SparseRows).values;
  expect(await sum(Float64Array.of(0.1, 0.2, 3))).toEqual(Float64Array.of(0.1 + 0.2, 3));
  expect(await sum(Float32Array.of(0.1, 0.2, 3))).toEqual(Float32Array.of(Math.fround(Math.fround(0.1) + Math.fround(0.2)), 3));
});

/** Mean and deviation by exact arithmetic of whole numbers. */
function exact(values: readonly number[]) {
  const n = BigInt(values.length);
  const sum = values.reduce((total, value) => total + BigInt(value), 0n);
  const squares = values.reduce((total, value) => total + (n * BigInt(value) - sum) ** 2n, 0n);
  return { mean: Number((sum * 2n ** 40n) / n) / 2 ** 40, std: Math.sqrt(Number(squares) / values.length ** 3) };
}

describe("standardising", () => {
  it("is as exact for values far from 0 as for others", () => {
    const far = fc.integer({ min: 0, max: 4 }).map((k) => [0, 37, 1.7e12, 1e15 + 37, 2 ** 52][k]);
    const values = fc.array(fc.integer({ min: 0, max: 1000 }), { minLength: 2, maxLength: 60 });
    fc.assert(
      fc.property(far, values, (base, offsets) => {
        const x = Float64Array.from(offsets, (offset) => base + offset);
        const { mean, std } = fitStandardizer(x, x.length, 1);
        const right = exact([...x]);
        expect(Math.abs(mean[0] - right.mean)).toBeLessThanOrEqual(1e-9 + base * 2 ** -52);
        if (right.std > 0) expect(std[0] / right.std).toBeCloseTo(1, 3);
        else expect([mean[0], std[0]]).toEqual([x[0], 1]);
      }),
      { numRuns: 50 },
    );
  });

  it("tells 200 milliseconds of one day apart", () => {
    const x = Float64Array.from({ length: 200 }, (_, i) => 1.7e12 + 331 * i);
    const data = makeDataset({ name: "t", x, labels: Array.from(x, (_, i) => i % 2), features: 1 });
    const scaled = standardize(data, fitStandardizer(data.x, 200, 1)).x;
    expect(scaled).toBeInstanceOf(Float32Array);
    expect(new Set(scaled).size).toBe(200);
    const { mean, std } = exact([...x]);
    for (const [i, value] of scaled.entries()) expect(value).toBeCloseTo((x[i] - mean) / std, 6);
  });

  it("gives the same bits of sparse samples as of dense ones, with and without missing values", () => {
    const cell = fc.oneof(
      fc.constant(0),
      fc.double({ min: -1e13, max: 1e13, noNaN: true }).map((value) => value + 0),
      fc.constant(Number.NaN),
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(cell, cell, cell), { minLength: 2, maxLength: 12 }), (cells) => {
        fc.pre([0, 1, 2].every((j) => cells.some((row) => !Number.isNaN(row[j]))));
        const dense = Float64Array.from(cells.flat());
        const sparse = sparsely(dense, 3);
        const prepared = (x: SampleMatrix) => {
          const median = fitMedians(x, 3, String);
          const statistics = { ...fitStandardizer(fillMissing(x, median), cells.length, 3), median };
          const data: Dataset = {
            name: "t",
            x,
            y: new Uint32Array(cells.length),
            samples: cells.length,
            features: 3,
            classes: [],
          };
          return [statistics, toDense(standardize(data, statistics).x)];
        };
        expect(prepared(sparse)).toEqual(prepared(dense));
      }),
      { numRuns: 50 },
    );
  });

  it("rounds inputs to 32 bits first by statistics of 32 bits, as version 0.1.0", () => {
    const data = makeDataset({ name: "t", x: Float64Array.of(1700000010771, 1700000071338), labels: [0, 1], features: 1 });
    const [mean, std] = [Float32Array.of(1.7e12), Float32Array.of(3e4)];
    const expected = Float32Array.from(data.x, (value) => (Math.fround(value) - mean[0]) / std[0]);
    expect(standardize(data, { mean, std }).x).toEqual(expected);
  });
});

function sparsely(x: Float64Array, cols: number): SparseRows {
  const kept = Array.from(x, (_, k) => k).filter((k) => x[k] !== 0);
  const rowPtr = Uint32Array.from({ length: x.length / cols + 1 }, (_, i) => kept.filter((k) => k < i * cols).length);
  const colIdx = Uint32Array.from(kept, (k) => k % cols);
  return { rows: x.length / cols, cols, rowPtr, colIdx, values: Float64Array.from(kept, (k) => x[k]) };
}

describe("features that are constant", () => {
  const notes = (x: number[], features: number, raw = false) => {
    const samples = x.length / features;
    const names = ["a", "b", "c"].slice(0, features);
    const labels = Array.from({ length: samples }, (_, i) => i % 2);
    const data = makeDataset({ name: "t", x: Float64Array.from(x), labels, features, featureNames: names });
    return constantNotes(data, (raw ? keepRaw(data) : standardize(data, fitStandardizer(data.x, samples, features))).x);
  };

  it("are named, as they are or once rounded to 32 bits", () => {
    expect(notes([1, 2, 3, 4], 2)).toEqual([]);
    expect(notes([7, 2, 3, 7, 5, 3], 3)).toEqual(["2 of 3 features are constant in the training part, and of no use: a, c"]);
    expect(notes([...TIMES.flatMap((time, i) => [time - 17e11 + 17e11, i])], 2)).toEqual([]);
    expect(notes([1700000010771, 0, 1700000010779, 1], 2, true)).toEqual([
      expect.stringMatching(/^1 of 2 features is constant once rounded to 32 bits, as the network gets values: a;/),
    ]);
  });

  it("are said loudly where there are no others", () => {
    const [first, second] = notes([7, 0.1, 7, 0.1], 2);
    expect(first).toMatch(/^EVERY feature is constant in the training part: NOTHING can be learnt/);
    expect(second).toBe("2 of 2 features are constant in the training part, and of no use: a, b");
  });
});
