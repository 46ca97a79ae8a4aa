import { expect } from "vitest";
import type { EvolutionConfig } from "../../src/evolution/config.js";
import type { EvolveOptions, LayerEvolution } from "../../src/evolution/evolve-options.js";
import { removedTarget } from "../../src/evolution/neurons.js";
import type { LayerState, NetworkState } from "../../src/nn/state.js";
import type { FloatArray } from "../../src/util/types.js";

// What an evolution must have done, worked out cell by cell with maps and sorts.

/** Connections of a layer by cell, "output id,input id" -> slot, ids being the neurons' original ones. */
type Cells = Map<string, number>;

const inputIds = ({ layers }: NetworkState, i: number): ArrayLike<number> =>
  i > 0 ? layers[i - 1].neurons : Array.from({ length: layers[0].in }, (_, n) => n);

function cellsOf(state: NetworkState, i: number): Cells {
  const { topology, neurons, out, in: inputs } = state.layers[i];
  const ids = inputIds(state, i);
  const cells: Cells = new Map();
  for (let row = 0; row < out; row++) {
    if (!topology) for (let col = 0; col < inputs; col++) cells.set(`${neurons[row]},${ids[col]}`, row * inputs + col);
    else
      for (let k = topology.rowPtr[row]; k < topology.rowPtr[row + 1]; k++)
        cells.set(`${neurons[row]},${ids[topology.colIdx[k]]}`, k);
  }
  return cells;
}

/** Slots that magnitude pruning takes: zeros always; floor(zeta count) of the smallest |w|, of each sign or of both, lowest slots first. */
function prunedSlots(values: FloatArray, prune: EvolutionConfig["prune"], zeta: number): Set<number> {
  if (prune === "none") return new Set();
  const slots = [...values.keys()];
  const classes =
    prune === "set"
      ? [slots.filter((k) => values[k] > 0), slots.filter((k) => values[k] < 0)]
      : [slots.filter((k) => values[k] !== 0)];
  const smallest = classes.flatMap((list) =>
    list.sort((a, b) => Math.abs(values[a]) - Math.abs(values[b]) || a - b).slice(0, Math.floor(zeta * list.length)),
  );
  return new Set([...slots.filter((k) => values[k] === 0), ...smallest]);
}

/** Ids of the neurons of hidden layer i that leave, by its surviving connections on both sides. */
function leaving(
  before: NetworkState,
  i: number,
  surviving: readonly Cells[],
  { config, epoch, firstSizes }: EvolveOptions,
  random: number[] | null,
): Set<number> {
  const { removal } = config;
  const { neurons } = before.layers[i];
  if (!removal) return new Set();
  const ins = [...surviving[i]].map(([cell, slot]) => [Number(cell.split(",")[0]), before.layers[i].params.values[slot]]);
  const outs = [...surviving[i + 1]].map(([cell, slot]) => [
    Number(cell.split(",")[1]),
    before.layers[i + 1].params.values[slot],
  ]);
  const weigh = ([, w]: number[]) => (removal.score === "degree" ? 1 : Math.abs(w));
  const total = (list: number[][], id: number) =>
    list.filter((entry) => entry[0] === id).reduce((sum, entry) => sum + weigh(entry), 0);
  const score = (id: number, index: number) =>
    random
      ? random[index]
      : (removal.score === "strength-out" ? 0 : total(ins, id)) + (removal.score === "strength-in" ? 0 : total(outs, id));
  const ranked = [...neurons].map((id, index) => {
    const alive = ins.some((entry) => entry[0] === id) && outs.some((entry) => entry[0] === id);
    return { id, alive, score: score(id, index) };
  });
  ranked.sort((a, b) => Number(a.alive) - Number(b.alive) || a.score - b.score || a.id - b.id);
  const dead = ranked.filter(({ alive }) => !alive).length;
  const n0 = firstSizes[i + 1];
  const due = removedTarget(removal, n0, neurons.length, epoch) - (n0 - neurons.length);
  return new Set(ranked.slice(0, Math.min(Math.max(dead, due), Math.max(0, neurons.length - removal.floor))).map(({ id }) => id));
}

/**
 * Fails unless `after` is what one evolution of `before` must give. `due` tells whether neurons leave after this epoch, `random` the scores
 * of a random removal by layer. Grown connections start within `grownBound` of 0, and at 0 exactly when that is 0.
 */
export function expectEvolved(
  before: NetworkState,
  after: NetworkState,
  records: readonly LayerEvolution[],
  options: EvolveOptions,
  { due, zeta, random, grownBound }: { due: boolean; zeta: number; random?: number[][]; grownBound: number },
): void {
  const { config, evolves } = options;
  const all = before.layers.map((_, i) => cellsOf(before, i));
  const pruned = before.layers.map(({ params: { values } }, i) =>
    evolves[i] ? prunedSlots(values, config.prune, zeta) : new Set<number>(),
  );
  const surviving = all.map((cells, i) => new Map([...cells].filter(([, slot]) => !pruned[i].has(slot))));
  const hidden = before.layers.length - 1;
  const gone = before.layers.map((_, i) =>
    due && i < hidden ? leaving(before, i, surviving, options, random?.[i] ?? null) : new Set<number>(),
  );
  before.layers.forEach((layer, i) => {
    const next = after.layers[i];
    const kept = [...layer.neurons].filter((id) => !gone[i].has(id));
    expect([...next.neurons], `layer ${i}: neurons`).toEqual(kept);
    const rows = kept.map((id) => layer.neurons.indexOf(id));
    for (const key of Object.keys(layer.params).filter((name) => name !== "values")) {
      expectCarried(layer.params[key], next.params[key], rows, layer.out, `layer ${i}: ${key}`);
      (layer.state[key] ?? []).forEach((array, slot) => {
        expectCarried(array, next.state[key][slot], rows, layer.out, `layer ${i}: state of ${key}`);
      });
    }

    const survivors = [...surviving[i]].filter(([cell]) => {
      const [to, from] = cell.split(",").map(Number);
      return !gone[i].has(to) && !(i > 0 && gone[i - 1].has(from));
    });
    const cells = cellsOf(after, i);
    const grown = new Set(cells.keys());
    for (const [cell, slot] of survivors) {
      const at = cells.get(cell);
      if (at === undefined) expect.fail(`layer ${i}: surviving connection ${cell} is gone`);
      expectSameBits(next, at, layer, slot, `layer ${i}: connection ${cell}`);
      grown.delete(cell);
    }
    // What is left are cells that no survivor holds, among the neurons that stay.
    for (const cell of grown) {
      const at = cells.get(cell) ?? -1;
      const small =
        grownBound === 0
          ? next.params.values[at] === 0
          : next.params.values[at] !== 0 && Math.abs(next.params.values[at]) <= grownBound;
      if (!small || stateOf(next).some((array) => array[at] !== 0))
        expect.fail(
          `layer ${i}: grown connection ${cell} is ${next.params.values[at]}, state ${stateOf(next).map((array) => array[at])}`,
        );
    }
    const shrinking = !evolves[i] || config.removal?.budget === "shrinking";
    const count = layer.params.values.length;
    const freeToGrow = layer.topology
      ? Math.min(next.in * next.out, shrinking ? survivors.length + pruned[i].size : count) - survivors.length
      : 0;
    expect(grown.size, `layer ${i}: grown connections`).toBe(freeToGrow);
    expect(records[i]).toEqual({
      pruned: pruned[i].size,
      regrown: freeToGrow,
      lost: layer.topology ? count - next.params.values.length : 0,
      nnz: next.params.values.length,
      removedNeurons: gone[i].size,
    });
  });
}

function expectCarried(from: FloatArray, to: FloatArray, rows: readonly number[], neurons: number, label: string): void {
  const parts = from.length / neurons;
  const expected = Array.from({ length: parts }, (_, p) => rows.map((row) => from[p * neurons + row])).flat();
  expect([...to], label).toEqual(expected);
}

/** What the optimiser keeps beside a layer's weights. */
const stateOf = (layer: LayerState): readonly FloatArray[] => layer.state.values ?? [];

function expectSameBits(next: LayerState, at: number, layer: LayerState, slot: number, label: string): void {
  const same =
    Object.is(next.params.values[at], layer.params.values[slot]) &&
    stateOf(layer).every((array, s) => Object.is(stateOf(next)[s][at], array[slot]));
  if (!same)
    expect.fail(
      `${label} was ${layer.params.values[slot]} and is ${next.params.values[at]}, state ${stateOf(layer).map((a) => a[slot])} and ${stateOf(next).map((a) => a[at])}`,
    );
}
