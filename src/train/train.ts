import type { Device } from "../device/device.js";
import { membersOf } from "../io/saved-model.js";
import { rememberChecks } from "../self-check/known.js";
import { variantsOf } from "../tune/table.js";
import { calibrateRun } from "./calibrate.js";
import { openDevice, openPlanned } from "./devices.js";
import { type Run, trainEpochs } from "./epochs.js";
import { chooseDevice, type Planned, planKernels } from "./open.js";
import type { TrainOptions } from "./options.js";
import type { TrainData } from "./prepare-data.js";
import { summarize } from "./records.js";
import { despiteLoss, rememberProgress } from "./recover.js";
import { withRoom } from "./run-memory.js";
import type { RunOptions } from "./run-options.js";
import { createSession } from "./session.js";
import { type SettledRun, settleRun } from "./settle.js";
import { type Model, modelOf } from "./trained.js";

/**
 * Trains a network in four phases: settle (check and plan), open (device and kernels), the epochs, and the model. The data stay as they are
 * until the promise settles. With equal data, options and plan the same bits come out on the same device. Usage errors (options, data, a network that does not fit) are thrown before anything is computed. Divergence and
 * memory that runs out are failures. So is a lost device, unless `train` opened it (see `onDeviceLost`).
 */
export async function train(data: TrainData, options: TrainOptions & RunOptions = {}): Promise<Model> {
  const settled = settleRun(data, options);
  return withRoom(settled.memory, settled.config, async () => {
    const chosen = await chooseDevice(settled);
    const { device, owned } = chosen;
    const progress = rememberProgress(options);
    const canBeLost = owned && device.info.kind === "webgpu"; // elsewhere the last state need not be held
    let planned: Planned | undefined;
    const run = async (on: Device): Promise<Model> => {
      options.signal?.throwIfAborted();
      planned ??= await planKernels(on, chosen, settled);
      const ended = await trainOn(on, settled, planned, canBeLost ? progress.options() : options);
      const { config, validation } = settled;
      const variants = variantsOf(planned.plan.variants);
      const settles = validation && (config.calibrate || config.threshold);
      const run = settles ? await calibrateRun(on, ended, validation, config, variants) : ended;
      return modelOf(on, owned, config, planned.plan, run);
    };
    if (!owned) return run(device);
    return despiteLoss(device, {
      run,
      open: () => (planned ? openPlanned(planned.plan, options.memoryBytes) : openDevice(device.info.kind, options.memoryBytes)),
      epoch: progress.epoch,
      onLost: options.onDeviceLost,
      signal: options.signal,
    });
  });
}

/** Trains on a device, from the start or from what `options` resume. Whatever happens, nothing of the session stays there. */
async function trainOn(on: Device, settled: SettledRun, { plan, tuning }: Planned, options: RunOptions): Promise<Run> {
  const { config, data, memory, streamed, initial } = settled;
  const members = options.resume ? membersOf(options.resume) : initial.get();
  const layers = summarize(members);
  const session = await createSession(on, { config, members, data, variants: variantsOf(plan.variants) });
  try {
    const problem = tuning.problem ?? (await rememberChecks(on.info, options.tuning));
    const told = { ...tuning, ...(problem !== undefined && { problem }) };
    const { onStart } = options;
    await onStart?.({ config, plan, device: on.info, layers, memory, streamed, tuning: told, notes: settled.notes });
    initial.forget();
    const run = await trainEpochs(session, settled, plan, options);
    await rememberChecks(on.info, options.tuning); // of evolutions; that it cannot be written was told
    return run;
  } finally {
    session.dispose();
  }
}
