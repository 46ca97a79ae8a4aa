import fc from "fast-check";
import { expect, test } from "vitest";
import { percolate } from "../../src/evolution/percolate.js";
import type { PrunedShape } from "../../src/evolution/reshape.js";
import { LAYER_KINDS } from "../../src/layers/index.js";
import { countMarked, isMarked, setMark } from "../../src/sparse/marks.js";
import { random } from "../../src/util/random.js";
import { BASE, EVERY_DEVICE, trainEvolved } from "../extend/trained.js";
import { matrixTest, numRuns } from "../matrix.js";
import { topologyOf } from "../sparse/cells.js";

/** Layers of random connections, of which some survive; a layer is null where it is dense. */
function layersOf(sizes: readonly number[], seed: number, dense: number) {
  const rng = random(seed, "percolate");
  return sizes.slice(1).map((out, i): PrunedShape => {
    const shape = { in: sizes[i], out, place: null, ids: new Uint32Array(out) };
    if (i === dense) return { ...shape, kind: LAYER_KINDS.dense, pruned: null };
    const cells = Array.from({ length: out }, () => Array.from({ length: sizes[i] }, () => rng.below(5) < 2));
    const topology = topologyOf(cells);
    const survivors = new Uint32Array(Math.ceil(topology.nnz / 32));
    for (let k = 0; k < topology.nnz; k++) if (rng.below(3) > 0) setMark(survivors, k);
    return { ...shape, kind: LAYER_KINDS.sparse, pruned: { topology, survivors } };
  });
}

/** The connections that survive, as "row,col", after connections of one-sided neurons were taken one by one until there are none. */
function oracle(layers: readonly PrunedShape[], evolves: readonly boolean[]): (Set<string> | null)[] {
  const left = layers.map(({ pruned }) => {
    if (!pruned) return null;
    const { rows, rowPtr, colIdx } = pruned.topology;
    const cells = new Set<string>();
    for (let row = 0; row < rows; row++)
      for (let k = rowPtr[row]; k < rowPtr[row + 1]; k++) if (isMarked(pruned.survivors, k)) cells.add(`${row},${colIdx[k]}`);
    return cells;
  });
  const leads = (i: number, side: 0 | 1, neuron: string) =>
    left[i] === null || [...(left[i] ?? [])].some((cell) => cell.split(",")[side] === neuron);
  for (let changed = true; changed; ) {
    changed = false;
    for (const [i, cells] of left.entries())
      for (const cell of evolves[i] ? (cells ?? []) : []) {
        const [row, col] = cell.split(",");
        const idle = (i + 1 < left.length && !leads(i + 1, 1, row)) || (i > 0 && !leads(i - 1, 0, col));
        if (idle) changed = cells?.delete(cell) || changed;
      }
  }
  return left;
}

test("what is left are the connections that remain when those of one-sided neurons go one by one", () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 2, maxLength: 6 }),
      fc.nat(),
      fc.integer({ min: -1, max: 5 }),
      fc.integer({ min: -1, max: 5 }),
      (sizes, seed, dense, fixed) => {
        const layers = layersOf(sizes, seed, dense);
        const evolves = layers.map((_, i) => i !== fixed);
        const before = layers.map(({ pruned }) => pruned?.survivors.slice());
        const expected = oracle(layers, evolves);
        for (const [i, part] of percolate(layers, evolves).entries()) {
          expect(part === null).toBe(expected[i] === null);
          if (!part) continue;
          const { rows, rowPtr, colIdx, nnz } = part.topology;
          expect(countMarked(part.survivors, nnz)).toBe(expected[i]?.size);
          for (let row = 0; row < rows; row++)
            for (let k = rowPtr[row]; k < rowPtr[row + 1]; k++)
              expect(isMarked(part.survivors, k)).toBe(expected[i]?.has(`${row},${colIdx[k]}`));
        }
        expect(layers.map(({ pruned }) => pruned?.survivors)).toEqual(before); // as it was
      },
    ),
    numRuns(60),
  );
});

for (const [name, open] of EVERY_DEVICE) {
  matrixTest(`percolation keeps to what all evolutions keep to, and is resumed to the same bits, on ${name}`, async () => {
    const device = await open();
    const wide = { hidden: [30, 24], epsilon: 1 }; // thin, so that neurons lose sides
    const evolved = await trainEvolved(device, { ...wide, method: "set", evolution: { percolate: true, zeta: 0.5 } });
    const [{ before, records }] = evolved;
    const plain = before.layers.map(({ params: { values } }) => {
      const ofSign = (sign: number) => Math.floor(0.5 * values.filter((w) => Math.sign(w) === sign).length);
      return ofSign(1) + ofSign(-1) + values.filter((w) => w === 0).length;
    });
    if (name === "cpu") expect(records.some(({ pruned }, i) => pruned > plain[i])).toBe(true);
    for (const { lost } of records) expect(lost).toBe(0); // as many grow elsewhere
    await trainEvolved(device, { ...wide, method: "set", epochs: BASE.epochs, evolution: { percolate: true, growFirst: true } });
    await trainEvolved(device, {
      ...wide,
      method: "npset",
      evolution: { percolate: true, removal: { amount: 0.4, first: 1, last: 3 } },
    });
    await device.dispose();
  });
}
