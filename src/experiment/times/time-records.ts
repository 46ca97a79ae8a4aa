import { groupBy } from "../../data/group-by.js";
import { nullable, number, record, text, type ValueOf } from "../../options/schema.js";
import { count, some } from "../fields.js";
import { device } from "../run/job.js";
import { median } from "./time-network.js";

/** What measured times: those of one are never set beside those of another. */
const MEASURER = record({
  /** Of coppice. */
  version: text(),
  device,
  /** The device in words, and the processor's model: a software adapter runs there too. */
  name: text(),
  processor: text(),
  /** Of the CPU device; null on WebGPU. */
  threads: nullable(count),
  node: text(),
});
export type Measurer = ValueOf<typeof MEASURER>;

/** What an epoch took: see `timeNetwork`. */
const EPOCH = record({
  /** Of its training steps: as many as the training part takes, each of the median time of those that were measured. */
  seconds: number(),
  /** Of an evolution after it; null where nothing evolves. */
  evolution: nullable(number()),
  connections: count,
  hidden: count,
  /** What the process had of a core's time, 0..1. */
  share: number(),
});
export type EpochTime = ValueOf<typeof EPOCH>;

/** What a method took in a round: before any neuron leaves, and after all have left that are to. */
const METHOD = record({
  method: text(),
  first: EPOCH,
  /** null where no neuron leaves, as every epoch is like the first then. */
  last: nullable(EPOCH),
});
export type MethodTime = ValueOf<typeof METHOD>;

/** One round (from 0) of the sequential pass on a dataset, as OUT/times/DATASET/ROUND.json holds it: every method once. */
export const TIME = record({ dataset: text(), round: count, measured: MEASURER, methods: some(METHOD) });
export type TimeRecord = ValueOf<typeof TIME>;

/** Medians over the rounds of a method on a dataset. */
export interface TimedMethod {
  readonly dataset: string;
  readonly method: string;
  readonly rounds: number;
  readonly first: Omit<EpochTime, "share">;
  readonly last: Omit<EpochTime, "share"> | null;
}

/** The medians, in the order in which datasets and methods first occur. */
export function timedMethods(records: readonly TimeRecord[]): TimedMethod[] {
  const all = records.flatMap(({ dataset, methods }) => methods.map((time) => ({ dataset, ...time })));
  return [...groupBy(all, ({ dataset, method }) => JSON.stringify([dataset, method])).values()].map((times) => ({
    dataset: times[0].dataset,
    method: times[0].method,
    rounds: times.length,
    first: medians(times.map(({ first }) => first)),
    last: times[0].last && medians(times.flatMap(({ last }) => last ?? [])),
  }));
}

function medians(epochs: readonly EpochTime[]): Omit<EpochTime, "share"> {
  const [{ evolution, connections, hidden }] = epochs;
  return {
    seconds: median(epochs.map(({ seconds }) => seconds)),
    evolution: evolution === null ? null : median(epochs.map((epoch) => epoch.evolution ?? 0)),
    connections,
    hidden,
  };
}
