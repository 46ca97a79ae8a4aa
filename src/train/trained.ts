/// <reference lib="esnext.disposable" preserve="true" />
import type { Device, DeviceInfo } from "../device/device.js";
import { membersOf, type SavedModel } from "../io/saved-model.js";
import type { Calibration } from "../metrics/classes/temperature.js";
import type { ChosenThreshold } from "../metrics/classes/threshold.js";
import { variantsOf } from "../tune/table.js";
import type { Run } from "./epochs.js";
import { type LoadedModel, loadModel } from "./model.js";
import type { TrainConfig } from "./options.js";
import { type EpochRecord, type EvolutionRecord, type LayerSummary, type Seconds, summarize, type TrainPlan } from "./records.js";

/** A trained network, still on its device. */
export interface Model extends Pick<LoadedModel, "view" | "evaluate" | "predict" | typeof Symbol.asyncDispose> {
  readonly config: TrainConfig;
  readonly plan: TrainPlan;
  readonly device: DeviceInfo;
  /** Class labels, in the order of the outputs. */
  readonly classes: readonly string[];
  /** The epoch (from 1) whose network this is: the last one, or with `patience` the best in validation. */
  readonly epoch: number;
  /** How its probabilities were calibrated, with `calibrate`. */
  readonly calibration?: Calibration;
  /** The probability above which it takes samples for the second of two classes, with `threshold`. */
  readonly chosen?: ChosenThreshold;
  readonly history: readonly EpochRecord[];
  readonly evolutions: readonly EvolutionRecord[];
  readonly seconds: Seconds;
  /** Neurons of every layer, inputs and classes included. */
  readonly neurons: { readonly initial: readonly number[]; readonly final: readonly number[] };
  readonly layers: readonly LayerSummary[];
  /** Everything a checkpoint holds; `encodeCheckpoint` makes it a file. */
  save(): Promise<SavedModel>;
  /** Frees the network, and the device unless it was given; what asks the model for more after that throws a usage error. */
  dispose(): Promise<void>;
}

/** Neurons of every layer at the start, of all members together. */
export function initialSizes({ layout: { sizes }, members = 1, share }: TrainConfig): number[] {
  return sizes.map((size, i) => (i === 0 || (share && i < sizes.length - 1) ? size : members * size));
}

/** The model that a run ended with; disposing of it disposes of a device that is `owned`. */
export function modelOf(device: Device, owned: boolean, config: TrainConfig, plan: TrainPlan, run: Run): Model {
  const { saved } = run;
  const loaded = loadModel(device, saved, variantsOf(plan.variants));
  let disposing: Promise<void> | undefined;
  const freeAll = async () => {
    await loaded.dispose();
    if (owned) await device.dispose();
  };
  const dispose = () => {
    disposing ??= freeAll();
    return disposing;
  };
  const layers = summarize(membersOf(saved));
  return {
    config,
    plan,
    device: device.info,
    classes: saved.classes,
    epoch: run.epoch,
    ...(run.calibration && { calibration: run.calibration }),
    ...(run.chosen && { chosen: run.chosen }),
    history: run.history,
    evolutions: run.evolutions,
    seconds: run.seconds,
    neurons: { initial: initialSizes(config), final: [saved.features, ...layers.map(({ out }) => out)] },
    layers,
    view: loaded.view,
    save: async () => saved,
    evaluate: loaded.evaluate,
    predict: loaded.predict,
    dispose,
    [Symbol.asyncDispose]: dispose,
  };
}
