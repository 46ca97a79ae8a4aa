import type { Dataset } from "../data/dataset.js";
import type { Device } from "../device/device.js";
import type { Variants } from "../kernels/candidates.js";
import { fitOutputs } from "../metrics/classes/temperature.js";
import { collectOutputs } from "../tasks/answers.js";
import { taskOf } from "../tasks/index.js";
import type { Task } from "../tasks/task.js";
import type { Run } from "./epochs.js";
import { loadModel } from "./model.js";

/** The run with the temperature of its network's outputs that fits the validation set best. */
export async function calibrateRun(device: Device, run: Run, validation: Dataset, variants?: Variants): Promise<Run> {
  const { classes, config } = run.saved;
  const task: Task = { ...taskOf(config.task), name: "outputs-of-classes", answers: collectOutputs }; // f32 probabilities end at 2^-126
  const model = loadModel(device, { ...run.saved, config: { ...config, task } }, variants);
  try {
    const { answers, targets } = await model.evaluate(validation, { answers: true });
    if (!answers || !targets) return run; // they were asked for
    const { values } = answers as unknown as ReturnType<ReturnType<typeof collectOutputs>["result"]>;
    const calibration = fitOutputs(values, targets, classes.length);
    return { ...run, calibration, saved: { ...run.saved, temperature: calibration.temperature } };
  } finally {
    await model.dispose();
  }
}
