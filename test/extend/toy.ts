import { expect } from "vitest";
import { createCpuDevice, loadModel, type SavedModel, type TrainOptions, train } from "../../src/api/index.js";
import { blobs } from "../train/blobs.js";

export const set = blobs({ samples: 48, features: 8, classes: 3 });
export const base: TrainOptions = { method: "set", hidden: [16, 12], epsilon: 6, epochs: 8, batch: 12, inputs: "raw" };

/** One step of plain SGD, or of another rule, on all samples at once, in f64, from the weights of `start`. */
export async function oneStep(start: SavedModel, options: TrainOptions): Promise<SavedModel> {
  const { activation, alpha } = start.config;
  const device = createCpuDevice({ precision: 64 });
  const all = { ...options, activation, alpha, epochs: 1, batch: set.samples, inputs: "raw", method: "static" } as const;
  const model = await train({ train: set }, { ...all, device, start });
  return model.save();
}

/** A network of such options that has not learnt yet: the only step of the only epoch is the first of the warm-up. */
export async function untrained(options: TrainOptions): Promise<SavedModel> {
  const device = createCpuDevice({ precision: 64 });
  const still = { epochs: 1, batch: set.samples, lr: { rate: 0.1, warmup: 1 } };
  const model = await train({ train: set }, { ...base, ...options, ...still, method: "static", device });
  return model.save();
}

/** Mean loss of a network in f64. */
export async function lossOf(saved: SavedModel): Promise<number> {
  const model = await loadModel(createCpuDevice({ precision: 64 }), saved);
  const { loss } = await model.evaluate(set);
  await model.dispose();
  return loss;
}

/** dLoss/dp by central differences for the first elements of a parameter of layer `index`. */
export async function differences(saved: SavedModel, index: number, key: string, count = 6): Promise<number[]> {
  const H = 1e-6;
  const gradients: number[] = [];
  for (let k = 0; k < count; k++) {
    const moved = (by: number): SavedModel => {
      const layers = saved.network.layers.map((layer, i) => {
        const array = Float64Array.from(layer.params[key] ?? []);
        if (i === index) array[k] += by;
        return i === index ? { ...layer, params: { ...layer.params, [key]: array } } : layer;
      });
      return { ...saved, network: { layers } };
    };
    gradients.push(((await lossOf(moved(H))) - (await lossOf(moved(-H)))) / (2 * H));
  }
  return gradients;
}

/** Fails unless numbers agree within 1e-6 of the largest. */
export function expectClose(actual: ArrayLike<number>, expected: readonly number[]): void {
  const largest = Math.max(...expected.map(Math.abs));
  expect(largest).toBeGreaterThan(1e-4);
  for (const [i, value] of expected.entries()) expect(Math.abs(actual[i] - value)).toBeLessThan(1e-6 * Math.max(1, largest));
}
