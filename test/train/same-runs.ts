import { expect } from "vitest";
import type { NetworkState } from "../../src/nn/state.js";
import type { EpochRecord, EvolutionRecord } from "../../src/train/records.js";
import { expectEqual } from "../kernels/harness.js";

/** Fails unless two networks have the same connections, weights, optimiser state and neurons, bit for bit. */
export function expectSameState(actual: NetworkState, expected: NetworkState): void {
  const skipped = ({ skip }: NetworkState) => skip && [skip.values, ...skip.state].map((array) => [...array]);
  expect(skipped(actual)).toEqual(skipped(expected));
  expect(actual.layers.length).toBe(expected.layers.length);
  for (const [i, layer] of expected.layers.entries()) {
    const other = actual.layers[i];
    expect([other.in, other.out, other.topology?.nnz]).toEqual([layer.in, layer.out, layer.topology?.nnz]);
    if (layer.topology && other.topology) {
      expectEqual(other.topology.rowPtr, layer.topology.rowPtr, `layer ${i}: rowPtr`);
      expectEqual(other.topology.colIdx, layer.topology.colIdx, `layer ${i}: colIdx`);
    }
    expectEqual(other.neurons, layer.neurons, `layer ${i}: neurons`);
    expect(Object.keys(other.params)).toEqual(Object.keys(layer.params));
    expect(Object.keys(other.state)).toEqual(Object.keys(layer.state));
    for (const [name, values] of Object.entries(layer.params)) expectEqual(other.params[name], values, `layer ${i}: ${name}`);
    for (const [name, arrays] of Object.entries(layer.state)) {
      expect(other.state[name].length).toBe(arrays.length);
      arrays.forEach((array, slot) => {
        expectEqual(other.state[name][slot], array, `layer ${i}: state ${slot} of ${name}`);
      });
    }
  }
}

/** Records without what a clock says. */
export function timeless<T extends EpochRecord | EvolutionRecord>(records: readonly T[]): Omit<T, "seconds">[] {
  return records.map(({ seconds, ...rest }) => rest);
}
