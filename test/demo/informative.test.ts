import { expect, test } from "vitest";
import { BUILT_IN_SETTINGS, DEFAULTS, trainOptions } from "../../demo/settings.js";
import { INFORMATIVE, informative } from "../../demo/worker/informative.js";
import { rankFeatures, repeatTraining, shuffleLabels } from "../../src/api/experiment.js";
import { createCpuDevice } from "../../src/api/index.js";

// The made-up data of the demo page: what is said to be in them is there, and is found.

const data = informative();
const SETTINGS = trainOptions({ ...DEFAULTS, ...BUILT_IN_SETTINGS.informative.settings });

test("the set has 120 samples of 5,000 named features in two classes of 60, and 20 known features apart", () => {
  expect(data).toMatchObject({ samples: 120, features: 5000, classes: ["case", "control"] });
  expect(data.y.reduce((a, b) => a + b, 0)).toBe(60);
  expect(data.featureNames?.[4999]).toBe("gene 5000");
  expect(new Set(INFORMATIVE).size).toBe(20);
  expect(informative().x.every((value, k) => value === data.x[k])).toBe(true);
  const differences = Array.from({ length: 5000 }, (_, j) => {
    const sums = [0, 0];
    for (let i = 0; i < 120; i++) sums[data.y[i]] += data.x[i * 5000 + j];
    return Math.abs(sums[0] - sums[1]) / 60;
  });
  const mean = (values: number[]) => values.reduce((a, b) => a + b, 0) / values.length;
  const error = Math.sqrt(2 / 60); // of a difference of two means of 60
  expect(Math.abs(mean(INFORMATIVE.map((j) => differences[j])) - 1)).toBeLessThan((4 * error) / Math.sqrt(20));
  const others = differences.filter((_, j) => !INFORMATIVE.includes(j));
  expect(mean(others)).toBeCloseTo(error * Math.sqrt(2 / Math.PI), 2); // of |N(0, error^2)|
});

test("the ranking over splits holds at least 15 of the 20 in its first 20; under shuffled labels it holds none and agrees less", async () => {
  const device = createCpuDevice();
  const rank = async (dataset: typeof data, splits: number) => {
    const { runs } = await repeatTraining(dataset, { device, train: SETTINGS, splits });
    const ranking = rankFeatures(runs.map(({ strength }) => strength));
    return { ranking, runs, found: ranking.features.slice(0, 20).filter(({ feature }) => INFORMATIVE.includes(feature)).length };
  };
  const real = await rank(data, 5);
  const baseline = await rank(shuffleLabels(data, 1), 3);
  await device.dispose();
  expect(real.found).toBeGreaterThanOrEqual(15);
  for (const { accuracy, floor } of real.runs) expect(accuracy).toBeGreaterThan(floor);
  expect(baseline.found).toBeLessThanOrEqual(3);
  const [found, chance] = [real.ranking.agreement?.kuncheva ?? 0, baseline.ranking.agreement?.kuncheva ?? 1];
  expect(found).toBeGreaterThan(chance + 0.1);
}, 60_000);
