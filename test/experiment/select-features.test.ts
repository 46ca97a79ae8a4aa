import { expect, test } from "vitest";
import { createCpuDevice, makeDataset } from "../../src/api/index.js";
import { selectFeatures } from "../../src/experiment/repeat/select-features.js";
import { random } from "../../src/util/random.js";

const [FEATURES, SAMPLES] = [40, 60];
const TOLD = [7, 19, 33]; // features that tell the class; all others are noise
const rng = random(4, "told");
const data = makeDataset({
  name: "told",
  x: Float32Array.from({ length: SAMPLES * FEATURES }, (_, k) => {
    const [sample, feature] = [Math.floor(k / FEATURES), k % FEATURES];
    return rng.normal() + (TOLD.includes(feature) ? 4 * Number(sample % 2 === 0) : 0);
  }),
  labels: Array.from({ length: SAMPLES }, (_, i) => `c${i % 2}`),
  features: FEATURES,
  featureNames: Array.from({ length: FEATURES }, (_, j) => `f${j}`),
});
const device = createCpuDevice({ threads: 1 });
/** Long enough that the weights which the network began with say little. */
const train = { hidden: [30], epsilon: 5, epochs: 40, batch: 10, lr: 0.02, optimizer: { decay: 0.5 }, seed: 2, device } as const;

test("the features that tell the class are among those selected, the strongest first", async () => {
  const found = await selectFeatures({ train: data }, { features: 5, train });
  expect(found.map(({ index }) => index)).toEqual(expect.arrayContaining(TOLD));
  for (const [i, { name, index, strength }] of found.entries()) {
    expect(name).toBe(`f${index}`);
    expect(strength).toBeGreaterThan(0);
    if (i > 0) expect(strength).toBeLessThanOrEqual(found[i - 1].strength);
  }
  expect(await selectFeatures({ train: data }, { features: 5, train })).toEqual(found);
});

test("units of features do not matter, nor what is not in the training part", async () => {
  const x = Float32Array.from(data.x, (value, k) => value * (k % FEATURES === 3 ? 1024 : 1));
  const found = await selectFeatures({ train: data }, { features: 5, train });
  const scaled = await selectFeatures({ train: { ...data, x } }, { features: 5, train });
  expect(scaled.map(({ index }) => index)).toEqual(found.map(({ index }) => index));
  const validation = { ...data, x: data.x.map((value) => 3 - value) };
  expect(await selectFeatures({ train: data, validation }, { features: 5, train })).toEqual(found);
});

test("as many features as there are leave nothing to choose", async () => {
  const all = selectFeatures({ train: data }, { features: FEATURES, train });
  await expect(all).rejects.toThrow("selectFeatures: features: 40, but the data have 40; give fewer");
});
