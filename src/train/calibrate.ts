import type { Dataset } from "../data/dataset.js";
import type { Device } from "../device/device.js";
import type { Variants } from "../kernels/candidates.js";
import { fitOutputs } from "../metrics/classes/temperature.js";
import type { Run } from "./epochs.js";
import { loadModel } from "./model.js";

/** The run with the temperature of its network's outputs that fits the validation set best. */
export async function calibrateRun(device: Device, run: Run, validation: Dataset, variants?: Variants): Promise<Run> {
  const model = loadModel(device, run.saved, variants);
  try {
    const { outputs, targets } = await model.evaluate(validation, { outputs: true }); // f32 probabilities end at 2^-126
    if (!outputs || !targets) return run; // they were asked for
    const calibration = fitOutputs(outputs, targets, run.saved.classes.length);
    return { ...run, calibration, saved: { ...run.saved, temperature: calibration.temperature } };
  } finally {
    await model.dispose();
  }
}
