import { expect } from "vitest";
import type { Dataset } from "../../src/data/dataset.js";
import type { NetworkState } from "../../src/nn/state.js";
import type { EpochRecord, EvolutionRecord } from "../../src/train/records.js";
import { random } from "../../src/util/random.js";
import { expectEqual } from "../kernels/harness.js";

/** Samples around one random centre a class, with noise: easy to learn, a function of its arguments alone. */
export function blobs({ samples = 60, features = 12, classes = 3, seed = 1, name = "blobs" } = {}): Dataset<Float32Array> {
  const rng = random(1, "centres", features, classes);
  const centres = Float32Array.from({ length: classes * features }, () => 2 * rng.normal());
  const noise = random(seed, "noise", samples);
  const y = Uint32Array.from({ length: samples }, (_, i) => i % classes);
  const x = Float32Array.from({ length: samples * features }, (_, k) => {
    return centres[y[Math.floor(k / features)] * features + (k % features)] + noise.normal();
  });
  return { name, x, y, samples, features, classes: Array.from({ length: classes }, (_, c) => String(c)) };
}

/** Fails unless two networks have the same connections, weights, optimiser state and neurons, bit for bit. */
export function expectSameState(actual: NetworkState, expected: NetworkState): void {
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
