import { createCpuDevice, version } from "../../../src/api/index.js";
import { readSuiteData } from "../../../src/experiment/plan/load.js";
import { classification } from "../../../src/tasks/classification.js";
import { check } from "../../../src/util/check.js";
import type { Arm } from "./arms/arm.js";
import { ARMS } from "./arms/index.js";
import { type Answer, keyOf, type Unit, type UnitResult } from "./records.js";
import { partsOf } from "./splits.js";
import type { Study } from "./study.js";

/** Runs an arm on a split of a dataset, which is looked up by name in `folder`. Throws what reading or training throws. */
export async function perform(study: Study, unit: Unit, needed: Answer | undefined, folder?: string): Promise<UnitResult> {
  const config = study.datasets.find(({ name }) => name === unit.dataset);
  check(config !== undefined, keyOf(unit), () => "the study has no such dataset");
  const { whole, sha256 } = await readSuiteData(config, { base: ".", folder }, classification);
  const seed = study.seed + unit.split;
  const { train, test } = partsOf(whole, study, seed);
  const arm: Arm = ARMS[unit.arm];
  const start = process.cpuUsage();
  const device = createCpuDevice({ threads: 1 });
  try {
    const answers = await arm.run({ study, device, train, test, seed }, needed);
    const { user, system } = process.cpuUsage(start);
    return {
      ...unit,
      version,
      seed,
      data: {
        sha256,
        features: train.features,
        classes: train.classes.length,
        trainSamples: train.samples,
        testSamples: test.samples,
      },
      answers,
      seconds: (user + system) / 1e6,
    };
  } finally {
    await device.dispose();
  }
}
