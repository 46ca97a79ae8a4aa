import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { uniformDensity } from "../../src/sparse/initial.js";
import {
  denseTopology,
  density,
  fanIn,
  fanOut,
  fromCoo,
  fromDense,
  rowIdxOf,
  sliceRows,
  toCoo,
  toCsc,
  validateCsc,
  validateTopology,
} from "../../src/sparse/topology.js";
import { random } from "../../src/util/random.js";
import { anyCells, cellList, topologyOf } from "./cells.js";

// 3 x 4:  row 0 holds columns 1 and 3, row 1 none, row 2 columns 0, 1, 2
const example = () =>
  topologyOf([
    [false, true, false, true],
    [false, false, false, false],
    [true, true, true, false],
  ]);

describe("a topology", () => {
  test("lists its connections by column as the transposed matrix does by row", () => {
    fc.assert(
      fc.property(anyCells, (cells) => {
        const t = topologyOf(cells);
        const csc = toCsc(t);
        const transposed = topologyOf(cells[0].map((_, col) => cells.map((row) => row[col])));
        expect(csc.colPtr).toEqual(transposed.rowPtr);
        expect(csc.rowIdx).toEqual(transposed.colIdx);
        expect(csc.perm.slice().sort()).toEqual(Uint32Array.from(t.colIdx.keys()));
        const list = cellList(t);
        expect(Array.from(csc.perm, (k) => list[k])).toEqual(cellList(transposed).map(([col, row]) => [row, col]));
        validateTopology(t);
        validateCsc(csc, t);
      }),
    );
  });

  test("lists by column what has more columns than are filled in one turn", () => {
    const t = uniformDensity(5, 30_000, 0.02, random(1));
    validateCsc(toCsc(t), t);
  });

  test("comes back from its cells in any order, with the order that sorts their values", () => {
    fc.assert(
      fc.property(anyCells, fc.integer(), (cells, seed) => {
        const t = topologyOf(cells);
        const coo = toCoo(t);
        const mixed = Uint32Array.from(t.colIdx.keys());
        random(seed).shuffle(mixed);
        const { topology, order } = fromCoo({
          ...coo,
          rowIdx: mixed.map((k) => coo.rowIdx[k]),
          colIdx: mixed.map((k) => coo.colIdx[k]),
        });
        expect(topology).toEqual(t);
        expect(order.map((i) => mixed[i])).toEqual(Uint32Array.from(t.colIdx.keys()));
        expect(Array.from(rowIdxOf(t))).toEqual(cellList(t).map(([row]) => row));
      }),
    );
  });

  test("is that of the nonzeros of a dense matrix", () => {
    fc.assert(
      fc.property(anyCells, (cells) => {
        const values = Float32Array.from(cells.flat(), (connected) => (connected ? -0.5 : 0));
        expect(fromDense(values, cells.length, cells[0].length)).toEqual(topologyOf(cells));
      }),
    );
    expect(fromDense([Number.NaN, -0], 1, 2).colIdx).toEqual(Uint32Array.of(0));
  });

  test("counts its connections by row, by column and by cell", () => {
    fc.assert(
      fc.property(anyCells, (cells) => {
        const t = topologyOf(cells);
        expect(Array.from(fanIn(t))).toEqual(cells.map((row) => row.filter(Boolean).length));
        expect(Array.from(fanOut(t))).toEqual(cells[0].map((_, col) => cells.filter((row) => row[col]).length));
        expect(density(t)).toBe(cells.flat().filter(Boolean).length / cells.flat().length);
      }),
    );
  });

  test("holds every cell when dense", () => {
    const t = denseTopology(3, 5);
    validateTopology(t);
    expect(t).toEqual(topologyOf(Array.from({ length: 3 }, () => Array<boolean>(5).fill(true))));
    expect(density(t)).toBe(1);
  });

  test("is cut into row blocks that put together are the whole", () => {
    const blocks = anyCells.chain((cells) => fc.tuple(fc.constant(cells), fc.integer({ min: 0, max: cells.length })));
    fc.assert(
      fc.property(blocks, ([cells, cut]) => {
        const t = topologyOf(cells);
        if (cut > 0) expect(sliceRows(t, 0, cut)).toEqual(topologyOf(cells.slice(0, cut)));
        if (cut < cells.length) expect(sliceRows(t, cut, cells.length)).toEqual(topologyOf(cells.slice(cut)));
      }),
    );
    expect(() => sliceRows(example(), 1, 1)).toThrow("row block: end row: 1 is not an integer from 2 to 3");
    expect(() => sliceRows(example(), 3, 4)).toThrow("row block: first row: 3 is not an integer from 0 to 2");
    expect(() => sliceRows(example(), 0, 4)).toThrow("row block: end row: 4 is not an integer from 1 to 3");
  });
});

describe("validateTopology refuses", () => {
  test.each([
    ["no rows", { rows: 0, rowPtr: Uint32Array.of(0) }, "rows: 0 is not an integer from 1"],
    ["a fraction of a column", { cols: 3.5 }, "cols: 3.5 is not an integer"],
    ["a rowPtr that is too short", { rowPtr: Uint32Array.of(0, 2, 5) }, "rowPtr: it has 3 elements; expected 4"],
    ["a rowPtr that starts late", { rowPtr: Uint32Array.of(1, 2, 2, 5) }, "it starts with 1; expected 0"],
    ["a rowPtr that falls", { rowPtr: Uint32Array.of(0, 3, 2, 5) }, "it falls from 3 to 2 at index 2"],
    ["a rowPtr that ends early", { rowPtr: Uint32Array.of(0, 2, 2, 4) }, "it ends with 4; expected nnz = 5"],
    ["a colIdx of another length", { colIdx: Uint32Array.of(1, 3, 0, 1) }, "colIdx: it has 4 elements; expected 5"],
    ["a column out of range", { colIdx: Uint32Array.of(1, 4, 0, 1, 2) }, "slot 1 of row 0 names column 4; expected at most 3"],
    ["a column twice in a row", { colIdx: Uint32Array.of(1, 3, 0, 1, 1) }, "in row 2, column 1 of slot 4 follows 1"],
    ["columns that fall", { colIdx: Uint32Array.of(3, 1, 0, 1, 2) }, "in row 0, column 1 of slot 1 follows 3"],
  ])("%s", (_, fault, message) => {
    expect(() => validateTopology({ ...example(), ...fault }, "layer 2")).toThrow(message);
    expect(() => validateTopology({ ...example(), ...fault }, "layer 2")).toThrow("layer 2");
  });
});

describe("validateCsc refuses", () => {
  test.each([
    ["a colPtr that falls", { colPtr: Uint32Array.of(0, 3, 1, 4, 5) }, "colPtr: it falls from 3 to 1 at index 2"],
    ["a perm of another length", { perm: Uint32Array.of(2, 0, 3, 4) }, "perm: it has 4 elements; expected 5"],
    ["a row out of range", { rowIdx: Uint32Array.of(3, 0, 2, 2, 0) }, "slot 0 of column 0 names row 3; expected at most 2"],
    ["rows out of order", { rowIdx: Uint32Array.of(2, 2, 0, 2, 0) }, "in column 1, row 0 of slot 2 follows 2"],
    [
      "a perm that names a slot twice",
      { perm: Uint32Array.of(2, 0, 0, 4, 1) },
      "perm[2] is 0, which is not the CSR slot of cell (2, 1)",
    ],
    ["a perm past the end", { perm: Uint32Array.of(5, 0, 3, 4, 1) }, "perm[0] is 5"],
    [
      "a cell that the CSR lacks",
      { rowIdx: Uint32Array.of(1, 0, 2, 2, 0) },
      "perm[0] is 2, which is not the CSR slot of cell (1, 0)",
    ],
  ])("%s", (_, fault, message) => {
    const t = example();
    expect(toCsc(t).perm).toEqual(Uint32Array.of(2, 0, 3, 4, 1));
    expect(() => validateCsc({ ...toCsc(t), ...fault }, t)).toThrow(message);
  });
});

describe("cells are refused", () => {
  const coo = (rowIdx: number[], colIdx: number[]) => ({
    rows: 2,
    cols: 3,
    rowIdx: Uint32Array.from(rowIdx),
    colIdx: Uint32Array.from(colIdx),
  });
  test("when one is listed twice", () => {
    expect(() => fromCoo(coo([1, 0, 0, 1], [2, 2, 0, 2]))).toThrow("cell (1, 2) is listed twice, at 0 and 3; keep one");
  });
  test("when one is out of range", () => {
    expect(() => fromCoo(coo([1, 2], [2, 0]))).toThrow("cell 1 is (2, 0), outside of 2 x 3");
    expect(() => fromCoo(coo([1, 1], [2, 3]))).toThrow("cell 1 is (1, 3), outside of 2 x 3");
  });
  test("when the lists differ in length", () => {
    expect(() => fromCoo(coo([1, 1], [2]))).toThrow("2 row indices but 1 column indices");
  });
  test("when a dense matrix has another size", () => {
    expect(() => fromDense([1, 2, 3], 2, 2)).toThrow("3 values; expected 2 x 2 = 4");
  });
  test("when there are too many to number", () => {
    expect(() => denseTopology(2 ** 16, 2 ** 16)).toThrow("4294967296 connections are more than 4294967294");
    expect(() => denseTopology(2 ** 27, 2 ** 27)).toThrow("is more than 2^53 cells");
  });
});
