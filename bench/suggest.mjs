// COPPICE_DATA=folder node bench/suggest.mjs: what decay `suggestOptions` should suggest for few samples. Prints a row a dataset: validation
// accuracy, the mean of three splits of the training part (2/3, seed 1), npset by the suggested settings with other decays; test parts are never looked at.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createCpuDevice, readDataset, split, train } from "coppice";
import { suggestOptions } from "coppice/data";

const NAMES = ["ALLAML", "Prostate_GE", "lung_discrete", "lymphoma", "Yale", "warpAR10P", "arcene"];
const DECAYS = [0.05, 0.2, 0.5, 1];

const device = createCpuDevice({ threads: 1 });
console.log(`| data | samples | features | ${DECAYS.map((decay) => `decay ${decay}`).join(" | ")} |`);
console.log(`|---|--:|--:|${DECAYS.map(() => "--:").join("|")}|`);
for (const name of NAMES) {
  const bytes = readFileSync(join(process.env.COPPICE_DATA, "asu", `${name}.mat`));
  const part = split(await readDataset([{ name: `${name}.mat`, bytes }]), { test: 1 / 3, seed: 1 }).train;
  const cells = [];
  for (const decay of DECAYS) cells.push(await validate(part, decay));
  console.log(`| ${[name, part.samples, part.features, ...cells].join(" | ")} |`);
}
await device.dispose();

/** Mean accuracy, and how many of the three diverged. */
async function validate(part, decay) {
  const { options } = suggestOptions(part);
  const accuracies = [];
  for (const seed of [1, 2, 3]) {
    const { train: fitted, test: held } = split(part, { test: 0.3, seed });
    try {
      const model = await train(
        { train: fitted, test: held },
        { ...options, optimizer: { decay }, seed, device, tune: "off", evaluateEvery: options.epochs },
      );
      accuracies.push(model.history.at(-1).testAccuracy);
      await model.dispose();
    } catch (error) {
      if (error.code !== "diverged") throw error;
    }
  }
  if (accuracies.length < 3) return `${3 - accuracies.length} of 3 diverged`;
  return (accuracies.reduce((sum, value) => sum + value, 0) / 3).toFixed(3);
}
