import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { select, shrink } from "../../src/sparse/remove.js";
import { validateTopology } from "../../src/sparse/topology.js";
import { anyCells, anyKept, cellList, topologyOf } from "./cells.js";

describe("shrink", () => {
  test("is what deleting rows and columns of the matrix leaves", () => {
    const cases = anyCells.chain((cells) => fc.tuple(fc.constant(cells), anyKept(cells.length), anyKept(cells[0].length)));
    fc.assert(
      fc.property(cases, ([cells, rows, cols]) => {
        const t = topologyOf(cells);
        const { topology, source } = shrink(t, rows, cols);
        validateTopology(topology);
        expect(topology).toEqual(topologyOf(Array.from(rows, (row) => Array.from(cols, (col) => cells[row][col]))));
        const before = cellList(t);
        expect(Array.from(source, (k) => before[k])).toEqual(cellList(topology).map(([row, col]) => [rows[row], cols[col]]));
      }),
    );
  });

  test("takes what is not marked as well", () => {
    const marks = fc.uint32Array({ minLength: 12, maxLength: 12 }); // for 9 x 40 cells
    const cases = anyCells.chain((cells) => fc.tuple(fc.constant(cells), anyKept(cells.length), anyKept(cells[0].length), marks));
    fc.assert(
      fc.property(cases, ([cells, rows, cols, survivors]) => {
        const t = topologyOf(cells);
        const kept = select(t, survivors);
        const { topology, source } = shrink(kept.topology, rows, cols);
        expect(shrink(t, rows, cols, survivors)).toEqual({ topology, source: source.map((k) => kept.source[k]) });
      }),
    );
  });

  test("refuses to keep nothing, what is not there, and lists out of order", () => {
    const t = topologyOf([
      [true, false, true],
      [true, true, false],
    ]);
    const all = Uint32Array.of(0, 1);
    expect(() => shrink(t, new Uint32Array(0), all)).toThrow("kept rows: none of 2 is kept; keep at least one");
    expect(() => shrink(t, all, Uint32Array.of(1, 3))).toThrow("kept columns: index 3 is not below 3");
    expect(() => shrink(t, all, Uint32Array.of(1, 1))).toThrow("kept columns: 1 follows 1; list each index once, in order");
    expect(() => shrink(t, Uint32Array.of(1, 0), all)).toThrow("kept rows: 0 follows 1");
  });
});

describe("select", () => {
  test("keeps the marked slots and no other, ignoring what lies past the last slot", () => {
    const cases = anyCells.chain((cells) => {
      const words = Math.ceil(topologyOf(cells).nnz / 32);
      return fc.tuple(fc.constant(cells), fc.uint32Array({ minLength: words, maxLength: words + 2 }));
    });
    fc.assert(
      fc.property(cases, ([cells, survivors]) => {
        const t = topologyOf(cells);
        const marked = cellList(t).map((_, k) => Math.floor(survivors[Math.floor(k / 32)] / 2 ** (k % 32)) % 2 === 1);
        const { topology, source } = select(t, survivors);
        validateTopology(topology);
        expect([topology.rows, topology.cols]).toEqual([t.rows, t.cols]);
        expect(Array.from(source)).toEqual([...marked.keys()].filter((k) => marked[k]));
        expect(cellList(topology)).toEqual(cellList(t).filter((_, k) => marked[k]));
      }),
    );
  });

  test("refuses a mask that is too short", () => {
    const t = topologyOf([Array<boolean>(33).fill(true)]);
    expect(() => select(t, new Uint32Array(1))).toThrow("1 words mark 32 slots; 33 connections take 2 words");
  });
});
