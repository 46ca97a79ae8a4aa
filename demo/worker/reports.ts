import { TASKS } from "../../src/api/extend.js";
import type {
  Dataset,
  DeviceInfo,
  EpochRecord,
  EvolutionRecord,
  SavedModel,
  Split,
  StartInfo,
  TrainPlan,
} from "../../src/api/index.js";
import { planOf } from "../../src/train/devices.js";
import { deviceName } from "../names.js";
import type { Settings } from "../settings.js";
import { currentTask } from "./data.js";
import type { Pictures } from "./pictures.js";

/** What a run starts with. */
export interface RunStart {
  readonly run: number;
  readonly method: string;
  readonly adapter: string;
  readonly software: boolean;
  readonly plan: TrainPlan;
  readonly connections: number;
  /** Connections the dense network of the same sizes would have; of an ensemble that many dense networks. */
  readonly dense: number;
  readonly trainSamples: number;
  readonly testSamples: number;
  /** The first metric on the test part if inputs tell nothing; null where the task says nothing of it. */
  readonly floor: number | null;
  /** What there is to tell of the data, a sentence each. */
  readonly notes: readonly string[];
}

/** What an epoch brought. */
export interface PastEpoch {
  readonly run: number;
  readonly record: EpochRecord;
  /** Whether the network was rewired at its end, as a checkpoint tells. */
  readonly rewired: boolean;
}

/** Called in the page as training goes on. */
export interface Listener {
  started(start: RunStart): void;
  /** `pictures`: of each run that they are of, what its network looks like after the last of them. */
  epochs(epochs: readonly PastEpoch[], pictures: ReadonlyMap<number, Pictures>): void;
  /** The device was lost and training goes on from the last epoch, on a new one. */
  recovered(reason: string, epoch: number): void;
  /** A kept run goes on from the checkpoint before its last one, for this reason. */
  damaged(problem: string): void;
  /** A checkpoint could not be written; training goes on. */
  notKept(problem: string): void;
}

/** A run among those of a start, and what it is trained and tested on. */
export interface Which {
  readonly run: number;
  readonly settings: Settings;
  readonly parts: Split;
}

/** What a run starts with, also where it goes on: what it began with is then in its history. */
export function startOf(
  { run, settings, parts }: Which,
  { plan, device, layers, notes }: Pick<StartInfo, "plan" | "device" | "layers" | "notes">,
  resume?: SavedModel,
): RunStart {
  const [first] = historyOf(resume);
  const sizes = first?.neurons ?? [layers[0].in, ...layers.map((layer) => layer.out)];
  return {
    run,
    method: settings.method,
    plan,
    software: device.software,
    adapter: deviceName(device),
    connections: first?.nnz ?? layers.reduce((sum, layer) => sum + layer.nnz, 0),
    dense: sizes.slice(1).reduce((sum, out, i) => sum + (sizes[i] * out) / (i > 0 ? settings.members : 1), 0),
    trainSamples: parts.train.samples,
    testSamples: parts.test.samples,
    floor: TASKS[currentTask()].floor?.of(parts.train, parts.test) ?? null,
    notes: [...(parts.validation ? [validationNote(parts.validation)] : []), ...notes],
  };
}

const validationNote = ({ samples }: Dataset) =>
  `of the samples that are not held out, ${samples} are not trained on: calibration and threshold are chosen by them`;

/** `startOf` a run that is done, perhaps on another machine. */
export function startOfDone(which: Which, device: DeviceInfo, saved: SavedModel): RunStart {
  const plan = saved.training?.plan as TrainPlan;
  const here = planOf(device);
  const elsewhere = plan.device !== here.device || plan.adapter !== here.adapter;
  const start = startOf(which, { device, plan, layers: [], notes: [] }, saved);
  return { ...start, ...(elsewhere && { adapter: plan.adapter.replaceAll("|", " ").trim(), software: false }) };
}

/** What every epoch of a run brought. */
export function epochsOf(run: number, saved: SavedModel): PastEpoch[] {
  const ends = new Set(evolutionsOf(saved).map(({ epoch }) => epoch)); // of those within an epoch no whole numbers
  return historyOf(saved).map((record) => ({ run, record, rewired: ends.has(record.epoch) }));
}

/** What its last epoch brought. */
export function lastEpochOf(run: number, saved: SavedModel): PastEpoch {
  const [history, evolutions] = [historyOf(saved), evolutionsOf(saved)];
  const record = history[history.length - 1];
  return { run, record, rewired: evolutions[evolutions.length - 1]?.epoch === record.epoch };
}

function evolutionsOf({ training }: SavedModel): readonly EvolutionRecord[] {
  return (training?.evolutions ?? []) as readonly EvolutionRecord[];
}

function historyOf(saved: SavedModel | undefined): readonly EpochRecord[] {
  return (saved?.training?.history ?? []) as readonly EpochRecord[];
}
