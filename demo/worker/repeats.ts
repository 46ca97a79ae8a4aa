import {
  type Agreement,
  type Ranking,
  type RepeatedRun,
  rankFeatures,
  repeatTraining,
  shuffleLabels,
} from "../../src/api/experiment.js";
import type { Dataset, Device, TrainPlan } from "../../src/api/index.js";
import { balancedOf } from "../../src/api/metrics.js";
import { type Settings, trainOptions } from "../settings.js";
import type { Source } from "../sources.js";
import { currentData, currentTask, openData } from "./data.js";
import { memoryOf, onDevice, wasLost } from "./device.js";
import { INFORMATIVE } from "./informative.js";

/** What to repeat: training by `settings` on `splits` random splits of the source, and on `shuffled` more with shuffled labels. */
export interface RepeatsRequest {
  readonly source: Source;
  readonly settings: Settings;
  readonly splits: number;
  readonly shuffled: number;
}

/** A run as the page lists it. */
export interface RunLine extends Omit<RepeatedRun, "strength" | "evaluation"> {
  /** The mean recall of the classes, where these are uneven in the test part. */
  readonly balanced: number | null;
  readonly loss: number;
}

/** How far repeated training has come. */
export interface RepeatsProgress {
  /** Whether labels are shuffled; the run of so many, from 0, and the fraction of all epochs that are done. */
  readonly shuffled: boolean;
  readonly run: number;
  readonly of: number;
  readonly done: number;
}

/** Runs of one kind together; the agreement is null for less than two. */
export interface RepeatsSummary {
  readonly runs: readonly RunLine[];
  readonly agreement: Agreement | null;
}

/** The features by rank, in columns: `feature[0]` is the index of the strongest. See `RankedFeature`. */
export interface RankingTable {
  readonly top: number;
  readonly feature: Uint32Array;
  readonly strength: Float32Array;
  readonly rank: Float32Array;
  readonly frequency: Float32Array;
}

export interface RepeatsReport {
  readonly stopped: boolean;
  readonly real: RepeatsSummary;
  /** On shuffled labels; without runs where none were asked for. */
  readonly shuffled: RepeatsSummary;
  /** null before the first run has ended, and for a single feature. */
  readonly ranking: RankingTable | null;
}

let stop: AbortController | undefined;
const PROGRESS_MS = 100;
/** Features that a run selects: a fourth of few ones, so that agreement by chance stays well below 1. */
const TOP = 20;

/** Trains again and again; after `stopRepeats` it resolves with the runs that had ended. */
export async function startRepeats(
  { source, settings, splits, shuffled }: RepeatsRequest,
  progress: (progress: RepeatsProgress) => void,
): Promise<RepeatsReport> {
  stop = new AbortController();
  const { signal } = stop;
  await openData(source);
  const dataset = currentData();
  const [real, dealt]: RepeatedRun[][] = [[], []];
  const { seed: _eachHasItsOwn, ...what } = trainOptions(settings, currentTask());
  let told = 0;
  const repeat = (device: Device, data: Dataset, kept: RepeatedRun[], of: number, before: number, plan?: TrainPlan) =>
    repeatTraining(data, {
      device,
      signal,
      plan,
      ...memoryOf(device),
      splits: of,
      test: settings.test,
      seed: settings.seed,
      train: what,
      onRun: (run) => void kept.push(run),
      onEpoch: (run, { epoch }) => {
        if (performance.now() - told < PROGRESS_MS && epoch > 1) return;
        told = performance.now();
        const done = (before + run + epoch / settings.epochs) / (splits + shuffled);
        progress({ shuffled: kept === dealt, run, of, done });
      },
    });
  await onDevice(settings.device, async (device) => {
    try {
      const { plan } = await repeat(device, dataset, real, splits, 0);
      if (shuffled > 0) await repeat(device, shuffleLabels(dataset, settings.seed), dealt, shuffled, splits, plan);
    } catch (error) {
      if (!signal.aborted && !(wasLost(device) && real.length > 0)) throw error; // runs that ended stay good without the device
    }
  });
  const [ranking, baseline] = [rankingOf(real, dataset), rankingOf(dealt, dataset)];
  return {
    stopped: real.length < splits || dealt.length < shuffled,
    real: summarize(real, ranking),
    shuffled: summarize(dealt, baseline),
    ranking: ranking && tableOf(ranking),
  };
}

export async function stopRepeats(): Promise<void> {
  stop?.abort();
}

/** The features of the made-up data that tell the class. */
export async function knownFeatures(): Promise<readonly number[]> {
  return INFORMATIVE;
}

function rankingOf(runs: readonly RepeatedRun[], { features }: Dataset): Ranking | null {
  if (runs.length === 0 || features < 2) return null;
  const strengths = runs.map(({ strength }) => strength);
  return rankFeatures(strengths, { top: Math.max(1, Math.min(TOP, Math.floor(features / 4))) });
}

function summarize(runs: readonly RepeatedRun[], ranking: Ranking | null): RepeatsSummary {
  return {
    runs: runs.map(({ strength, evaluation, ...line }) => {
      return { ...line, loss: evaluation.loss, balanced: balancedOf(evaluation) };
    }),
    agreement: ranking?.agreement ?? null,
  };
}

function tableOf({ features, top }: Ranking): RankingTable {
  return {
    top,
    feature: Uint32Array.from(features, ({ feature }) => feature),
    strength: Float32Array.from(features, ({ strength }) => strength),
    rank: Float32Array.from(features, ({ rank }) => rank),
    frequency: Float32Array.from(features, ({ frequency }) => frequency),
  };
}
