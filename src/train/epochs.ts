import type { ReplayOptions } from "../device/device.js";
import type { SavedModel, TrainingState } from "../io/saved-model.js";
import type { Calibration } from "../metrics/classes/temperature.js";
import type { ChosenThreshold } from "../metrics/classes/threshold.js";
import type { Metric } from "../metrics/metric.js";
import type { NetworkState } from "../nn/state.js";
import { checkBiases, checkEvaluated } from "./divergence.js";
import { type Measures, measureFields, memberFields } from "./measures.js";
import type { TrainConfig } from "./options.js";
import type { EpochRecord, EvolutionRecord, Seconds, TrainPlan } from "./records.js";
import type { RunOptions } from "./run-options.js";
import { evolvesAfter, rateAt } from "./schedules.js";
import type { Evaluated, Session } from "./session.js";
import type { SettledRun } from "./settle.js";

/** The part of a training state that changes from epoch to epoch. */
export type RunProgress = Omit<TrainingState, "config" | "plan">;

/** What a run leaves behind beside the network. */
export interface Run {
  readonly history: EpochRecord[];
  readonly evolutions: EvolutionRecord[];
  readonly seconds: Seconds;
  /** The network that the run ends with, and how training stood then: after the last epoch, or with patience the best in validation. */
  readonly saved: SavedModel;
  /** The epoch (from 1) of that network. */
  readonly epoch: number;
  /** How its outputs were calibrated, if they were. */
  readonly calibration?: Calibration;
  /** The threshold of two classes, if one was chosen. */
  readonly chosen?: ChosenThreshold;
}

/**
 * The training loop. An epoch, in order: train on every sample once, with evolutions between where the period is in steps; evaluate with dropout off; keep best if the validation loss, or
 * metric, improved; unless it is the last epoch and if the period says so, evolve; hand out the resume state. A run that ends early, at `until`, ends
 * with the network before that evolution.
 */
export async function trainEpochs(session: Session, settled: SettledRun, plan: TrainPlan, options: RunOptions): Promise<Run> {
  const { config } = settled;
  const wrap = (network: readonly NetworkState[], progress: RunProgress) => savedModel(settled, plan, network, progress);
  const resumed = options.resume?.training;
  const history = [...((resumed?.history ?? []) as EpochRecord[])];
  const evolutions = [...((resumed?.evolutions ?? []) as EvolutionRecord[])];
  const clock = createClock();
  const replay = { signal: options.signal, hold: clock.stopped(options.hold) };
  let best = bestSoFar(options);
  const costOf = costsBy(config, session.metrics);
  let epoch = resumed?.epoch ?? 0;
  let step = resumed?.step ?? 0;
  const end = options.until ?? config.epochs;
  let ended: SavedModel | undefined;
  const progress = (): RunProgress => ({
    epoch,
    step,
    history: [...history],
    evolutions: [...evolutions],
    ...(best && { best: withoutNetwork(best) }),
  });

  const snapshot = async () => {
    const state = await session.snapshot();
    checkBiases(state, epoch);
    return state;
  };

  const evolved = evolutions[evolutions.length - 1]?.epoch === epoch;
  if (epoch > 0 && !evolved) {
    const late = await evolveAfter(session, config, step, clock); // of a run that goes on beyond the epochs it was planned for
    if (late) evolutions.push(late);
    if (late) await options.onEvolution?.(late);
  }
  await options.onNetwork?.(session.view());
  while (epoch < end && !(best && config.patience !== null && epoch - best.epoch >= config.patience)) {
    epoch++;
    clock.lap();
    const { nnz, sizes, explored, stepsPerEpoch } = session;
    const within = async (steps: number) => {
      clock.lap("train");
      const evolution = await evolveAfter(session, config, steps, clock);
      if (!evolution) return;
      evolutions.push(evolution);
      await options.onEvolution?.(evolution);
      await options.onNetwork?.(session.view());
    };
    const running = await session.trainEpoch(epoch, step, { within, ...replay });
    step += stepsPerEpoch;
    clock.lap("train");
    const evaluated = epoch % config.evaluateEvery === 0 || epoch === config.epochs;
    const found = evaluated ? await session.evaluate(replay) : NOT_EVALUATED;
    clock.lap("evaluate");
    checkEvaluated(found, epoch);
    const { sets: measures, members } = found;

    const score = scoreOf(config, measures.validation, epoch);
    const improved = score !== null && costOf(score) < (best ? costOf(best) : Infinity);
    const record = (seconds: Seconds): EpochRecord => ({
      epoch,
      ...measureFields(session.metrics, { running, ...measures }),
      ...(members.length > 0 && { members: members.map((own) => memberFields(session.metrics, own)) }),
      nnz,
      neurons: sizes,
      ...(explored !== undefined && { explored }),
      lr: rateAt(config.lr, (step - 1) / stepsPerEpoch, config.epochs),
      steps: stepsPerEpoch,
      seconds,
    });
    if (improved) best = score;
    if (improved && (config.patience !== null || options.onBest)) {
      const saved = wrap(await snapshot(), { ...progress(), history: [...history, record(clock.epoch())] });
      best = { ...score, saved };
      await options.onBest?.(saved);
    }
    if (epoch === end && evolvesAfter(config, step, stepsPerEpoch))
      ended = wrap(await snapshot(), { ...progress(), history: [...history, record(clock.epoch())] });
    const evolution = await evolveAfter(session, config, step, clock);
    const entry = record(clock.epoch());
    history.push(entry);
    if (evolution) evolutions.push(evolution);
    await options.onEpoch?.(entry);
    if (evolution) {
      await options.onEvolution?.(evolution);
      await options.onNetwork?.(session.view());
    }
    const due = epoch % (options.checkpointEvery ?? 1) === 0 || epoch === end;
    if (options.onCheckpoint && due) await options.onCheckpoint(wrap(await snapshot(), progress()));
    options.signal?.throwIfAborted();
  }
  const seconds = sumSeconds(history);
  if (best?.saved && config.patience !== null) return { history, evolutions, seconds, saved: best.saved, epoch: best.epoch };
  return { history, evolutions, seconds, saved: ended ?? wrap(await snapshot(), progress()), epoch };
}

const NOT_EVALUATED: Evaluated = { sets: { train: null, test: null, validation: null }, members: [] };

/** How an epoch did in validation: by its loss, or by the value of the metric that the run goes by. */
type Score = NonNullable<TrainingState["best"]>;

/** The best epoch in validation, and its network unless it came from a run that was to end with its last. */
interface Best extends Score {
  readonly saved?: SavedModel;
}

const withoutNetwork = ({ saved, ...score }: Best): Score => score;

function scoreOf({ metric }: TrainConfig, validation: Measures | null, epoch: number): Score | null {
  return validation && { loss: validation.loss, epoch, ...(metric !== undefined && { value: validation[metric] }) };
}

/** What makes an epoch the better one the less it is. */
function costsBy({ metric }: TrainConfig, metrics: readonly Metric[]): (score: Score) => number {
  const larger = metrics.find(({ name }) => name === metric)?.better === "larger";
  return ({ loss, value = loss }) => (larger ? -value : value);
}

/** The best of the run that is resumed; its network is the one given, unless that is of an epoch which will be trained again. */
function bestSoFar({ resume, best }: RunOptions): Best | null {
  const kept = resume?.training?.best;
  if (!kept) return null;
  return { ...kept, ...(best?.training?.epoch === kept.epoch && { saved: best }) };
}

async function evolveAfter(session: Session, config: TrainConfig, step: number, clock: Clock): Promise<EvolutionRecord | null> {
  const { stepsPerEpoch } = session;
  if (!evolvesAfter(config, step, stepsPerEpoch)) return null;
  const bytesBefore = session.bytes;
  const layers = await session.evolve(step);
  const seconds = clock.lap("evolve");
  return {
    epoch: step / stepsPerEpoch,
    ...(config.evolution?.periodSteps && { step }),
    layers,
    bytesBefore,
    bytesAfter: session.bytes,
    seconds,
  };
}

type Clock = ReturnType<typeof createClock>;

/** Adds up the seconds of an epoch by what they were spent on. */
function createClock() {
  let last = performance.now();
  let seconds = { train: 0, evolve: 0, evaluate: 0 };
  return {
    /** Seconds since the last lap, booked under `name`; without a name a new epoch begins. */
    lap(name?: "train" | "evolve" | "evaluate"): number {
      const now = performance.now();
      const passed = (now - last) / 1000;
      last = now;
      if (name) seconds[name] += passed;
      else seconds = { train: 0, evolve: 0, evaluate: 0 };
      return passed;
    },
    /** `hold`, with what training waits for it left out of the laps: not until its own work is done. */
    stopped: (hold: RunOptions["hold"]): ReplayOptions["hold"] => {
      const wait = async (held: Promise<void>, asked: number, underWay?: () => Promise<unknown>) => {
        const began = underWay ? await underWay().then(() => performance.now()) : asked;
        await held;
        last += performance.now() - began;
      };
      return (underWay) => {
        const asked = performance.now();
        const held = hold?.();
        return held && wait(held, asked, underWay);
      };
    },
    epoch: (): Seconds => ({ total: seconds.train + seconds.evolve + seconds.evaluate, ...seconds }),
  };
}

function sumSeconds(history: readonly EpochRecord[]): Seconds {
  const total = { total: 0, train: 0, evolve: 0, evaluate: 0 };
  for (const { seconds } of history)
    for (const key of ["total", "train", "evolve", "evaluate"] as const) total[key] += seconds[key];
  return total;
}

/** A network of the run as a model that can be saved. */
function savedModel(
  { config, set, input, prepared, data: { scale } }: SettledRun,
  plan: TrainPlan,
  members: readonly NetworkState[],
  progress: RunProgress,
): SavedModel {
  return {
    network: members[0],
    ...(members.length > 1 && { members }),
    config: config.network,
    features: set.features,
    classes: set.classes,
    input,
    ...(prepared && { prepared }),
    ...(scale && { targets: scale }),
    ...(set.imageShape && { imageShape: set.imageShape }),
    ...(set.featureNames && { featureNames: set.featureNames }),
    ...(set.layout && { layout: set.layout }),
    training: { config, plan, ...progress },
  };
}
