import { expect, test } from "vitest";
import { BUILT_IN_SETTINGS, DEFAULTS, trainOptions } from "../../demo/settings.js";
import { INFORMATIVE, informative } from "../../demo/worker/informative.js";
import { rankFeatures, repeatTraining, shuffleLabels } from "../../src/api/experiment.js";
import { createCpuDevice } from "../../src/api/index.js";

const data = informative();
const SETTINGS = trainOptions({ ...DEFAULTS, ...BUILT_IN_SETTINGS.informative.settings });

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
  for (const { measure, floor } of real.runs) expect(measure).toBeGreaterThan(Number(floor));
  expect(baseline.found).toBeLessThanOrEqual(3);
  const [found, chance] = [real.ranking.agreement?.kuncheva ?? 0, baseline.ranking.agreement?.kuncheva ?? 1];
  expect(found).toBeGreaterThan(chance + 0.1);
});
