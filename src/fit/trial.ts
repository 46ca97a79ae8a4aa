import { type Leg, type LegSettings, type LegTask, trainLeg } from "../experiment/run/leg.js";
import { checkFunction, checkInteger, checkObject } from "../util/check.js";
import type { Training } from "./halving.js";
import type { Chosen } from "./parts.js";
import { type FitStore, keep, recall } from "./store.js";

/** The checkpoint that a training goes on from, and its epoch. */
export interface FitBegun {
  readonly epoch: number;
  readonly state: Uint8Array;
}

/** A leg of a training, for whoever makes it elsewhere: what it takes beside the data. */
export interface FitLeg {
  readonly task: LegTask;
  /** Indices of the samples that are trained on, and of those held out. */
  readonly train: readonly number[];
  readonly heldOut: readonly number[];
  /** Class indices, or numbers to learn [samples, targets], of the samples trained on, where they are not the data's. */
  readonly labels?: readonly number[];
  readonly from?: FitBegun;
}

/** Where trainings are made in the place of this process. */
export interface FitSlots {
  /** How many at a time. */
  readonly count: number;
  /** Makes a leg; null where training diverged. The bits have to be those of a device of the plan's kind. */
  train(leg: FitLeg): Promise<Leg | null>;
}

/** Throws unless slots can make legs. */
export function checkSlots(slots: FitSlots): void {
  checkObject(slots, "slots");
  checkInteger(slots.count, "slots: count", 1);
  checkFunction(slots.train, "slots: train");
}

/** Where and how trainings run. */
export interface FitRun extends LegSettings {
  readonly store: FitStore;
  readonly slots?: FitSlots;
}

/** One training of a candidate: on a fold's training part, held against what the fold holds out. */
export interface TrainingTask extends Omit<LegTask, "until"> {
  readonly train: Chosen;
  readonly heldOut: Chosen;
}

const NONE: Training = { epoch: 0, diverged: false, stops: [] };
const recordName = (key: string) => `${key}.json`;
const stateName = (key: string, epoch: number) => `${key}-${epoch}.safetensors`;

/**
 * Trains on until an epoch, from where the store says that the training stands: it holds what was said at each stop, and the state of the last
 * one. What is kept is not trained again. Where the state is lost, the training begins anew, to the same bits.
 */
export async function trainUntil(run: FitRun, training: TrainingTask, until: number): Promise<Training> {
  const { store } = run;
  const { key } = training;
  const before = (await recall<Training>(store, recordName(key))) ?? NONE;
  if (before.diverged || before.epoch >= until) return asOf(before, until);
  const state = before.epoch > 0 ? await store.get(stateName(key, before.epoch)) : undefined;
  const from = state && { epoch: before.epoch, state };
  const after = await makeLeg(run, training, until, from);
  const reached: Training = after
    ? { epoch: until, diverged: false, stops: [...(from ? before.stops : []), ...after.stops] }
    : { epoch: until, diverged: true, stops: before.stops };
  if (after) await store.put(stateName(key, until), after.state);
  await keep(store, recordName(key), reached); // after the state that it speaks of
  await forgetState(store, key, before.epoch);
  return reached;
}

/** Makes a leg on the device of this process, or on a slot. */
export function makeLeg(run: FitRun, training: TrainingTask, until: number, from?: FitBegun): Promise<Leg | null> {
  const { train, heldOut, ...rest } = training;
  const task = { ...rest, until };
  const { slots } = run;
  if (!slots) return trainLeg({ train: train.data, heldOut: heldOut.data }, task, from?.state, run);
  const labels = train.relabelled && { labels: Array.from<number>(train.data.targets ?? train.data.y) };
  return slots.train({ task, train: train.indices, heldOut: heldOut.indices, ...labels, from });
}

/** Does work for each item, as many at a time as there are slots; after a failure none is begun. Resolves or rejects when all that was begun has ended. */
export async function forEach<T>({ slots }: FitRun, items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const left = [...items];
  const lane = async () => {
    try {
      for (let item = left.shift(); item !== undefined; item = left.shift()) await work(item);
    } catch (error) {
      left.length = 0;
      throw error;
    }
  };
  const lanes = await Promise.allSettled(Array.from({ length: slots?.count ?? 1 }, lane));
  for (const ended of lanes) if (ended.status === "rejected") throw ended.reason;
}

/** A training as it stood at an epoch: one that was killed may be ahead of the rung that is decided again. */
function asOf({ epoch, diverged, stops }: Training, until: number): Training {
  return {
    epoch: Math.min(epoch, until),
    diverged: diverged && epoch <= until,
    stops: stops.filter((stop) => stop.epoch <= until),
  };
}

/** Removes the state of a training that nobody will go on with. */
export async function forgetState(store: FitStore, key: string, epoch: number): Promise<void> {
  await store.remove(stateName(key, epoch));
}
