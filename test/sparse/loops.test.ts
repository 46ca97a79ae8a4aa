import fc from "fast-check";
import { expect, test } from "vitest";
import { drawFree, grow } from "../../src/sparse/grow.js";
import { drawGrown, growWeights } from "../../src/sparse/init-weights.js";
import { common, createWorkspace } from "../../src/sparse/loops.js";
import { sortByColumn, toCsc } from "../../src/sparse/topology.js";
import { type Rng, random } from "../../src/util/random.js";
import { numRuns } from "../matrix.js";

/** Sizes and connections of a layer of up to a quarter of the cells, marks and a seed. */
const layers = fc.record({
  rows: fc.integer({ min: 1, max: 40 }),
  cols: fc.oneof(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 500, max: 700 })),
  density: fc.double({ min: 0, max: 0.2, noNaN: true }),
  marks: fc.oneof(fc.constant(-1), fc.constant(0), fc.integer()),
  more: fc.double({ min: 0, max: 1, noNaN: true }),
  seed: fc.integer(),
});
/** The same stream, which is not known to be one of `random`: what draws from it does so on typed arrays. */
const unknown = (rng: Rng): Rng => ({ ...rng });

test("here WebAssembly has room for loops, and none for more than it may take", () => {
  expect(common.room(1)).not.toBeNull();
  expect(common.room(2 ** 28)).toBeNull();
});

test("loops in WebAssembly make the same as on typed arrays, bit for bit, and leave the stream where those do", () => {
  fc.assert(
    fc.property(layers, ({ rows, cols, density, marks, more, seed }) => {
      const none = { rows, cols, nnz: 0, rowPtr: new Uint32Array(rows + 1), colIdx: new Uint32Array(0) };
      const base = grow(none, Math.floor(density * rows * cols), random(seed, "base")).topology;
      const survivors = new Uint32Array(Math.ceil(base.nnz / 32)).fill(marks);
      const count = Math.floor((more * rows * cols) / 20);
      const [here, there] = [random(seed), random(seed)];
      const grown = grow(base, count, here, survivors);
      expect(grown).toEqual(grow(base, count, unknown(there), survivors));
      for (const kind of ["heUniform", "xavierUniform", "heNormal"] as const) {
        const weights = growWeights(kind, grown.topology, grown.source, count, here);
        expect(weights).toEqual(drawGrown(kind, grown.topology, grown.source, count, unknown(there)));
      }
      for (const part of [more, density / 1000].filter((part) => part > 0 && part < 1))
        expect(drawFree(base, part, here, survivors)).toEqual(drawFree(base, part, unknown(there), survivors));
      expect(here.uint32()).toBe(there.uint32());
      expect(toCsc(grown.topology)).toEqual(sortByColumn(grown.topology));
    }),
    numRuns(100),
  );
});

test("results that lie in a workspace are those of copies, and stay while it keeps them", () => {
  const space = createWorkspace();
  const sizes = fc.record({ rows: fc.integer({ min: 1, max: 60 }), cols: fc.integer({ min: 8, max: 900 }), seed: fc.integer() });
  fc.assert(
    fc.property(fc.array(sizes, { maxLength: 6 }), (layers) => {
      space.keep();
      const made = layers.map(({ rows, cols, seed }) => {
        const none = { rows, cols, nnz: 0, rowPtr: new Uint32Array(rows + 1), colIdx: new Uint32Array(0) };
        const make = (where?: typeof space) => {
          const rng = random(seed);
          const { topology, source } = grow(none, Math.floor(rows * cols * 0.2), rng, undefined, where);
          const values = growWeights("heUniform", topology, source, topology.nnz, rng, where);
          const mark = space.mark();
          const { rowIdx, perm } = toCsc(topology, where);
          const csc = { rowIdx: rowIdx.slice(), perm: perm.slice() };
          space.keep(mark);
          return { topology, source, values, csc };
        };
        return [make(space), make()];
      });
      for (const [kept, copied] of made) expect(kept).toEqual(copied);
    }),
    numRuns(40),
  );
  expect(space.room(2 ** 28)).toBeNull();
});
