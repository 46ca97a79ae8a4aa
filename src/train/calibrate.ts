import type { Dataset } from "../data/dataset.js";
import type { Device } from "../device/device.js";
import type { Variants } from "../kernels/candidates.js";
import { fitOutputs } from "../metrics/classes/temperature.js";
import { fitThreshold } from "../metrics/classes/threshold.js";
import type { Run } from "./epochs.js";
import { loadModel } from "./model.js";
import type { TrainConfig } from "./options.js";

/** The run with what the validation set settles beside the weights: the temperature of the network's outputs, then the threshold of two classes. */
export async function calibrateRun(
  device: Device,
  run: Run,
  validation: Dataset,
  { calibrate, threshold: score }: Pick<TrainConfig, "calibrate" | "threshold">,
  variants?: Variants,
): Promise<Run> {
  const model = loadModel(device, run.saved, variants);
  try {
    const { outputs, targets } = await model.evaluate(validation, { outputs: true }); // f32 probabilities end at 2^-126
    if (!outputs || !targets) return run; // they were asked for
    const { classes } = run.saved;
    const calibration = calibrate && fitOutputs(outputs, targets, classes.length);
    const { temperature = 1 } = calibration ?? {};
    const margins = Float32Array.from(targets, (_, i) => {
      const [first, second] = [0, 1].map((c) => Math.fround(outputs[i * classes.length + c] / temperature));
      return second - first;
    });
    const chosen = score && fitThreshold(margins, targets, score);
    const saved = { ...run.saved, ...(calibration && { temperature }), ...(chosen && { threshold: chosen.threshold }) };
    return { ...run, ...(calibration && { calibration }), ...(chosen && { chosen }), saved };
  } finally {
    await model.dispose();
  }
}
