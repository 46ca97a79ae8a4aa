import type { JobDevice } from "../run/job.js";
import { median } from "./time-network.js";

/** What measured times: those of one are never set beside those of another. */
export interface Measurer {
  /** Of coppice. */
  readonly version: string;
  readonly device: JobDevice;
  /** The device in words, and the processor's model: a software adapter runs there too. */
  readonly name: string;
  readonly processor: string;
  /** Of the CPU device; null on WebGPU. */
  readonly threads: number | null;
  readonly node: string;
}

/** One round of the sequential pass on a dataset, as OUT/times/DATASET/ROUND.json holds it: every method once. */
export interface TimeRecord {
  readonly dataset: string;
  /** From 0. */
  readonly round: number;
  readonly measured: Measurer;
  readonly methods: readonly MethodTime[];
}

/** What a method took in a round. */
export interface MethodTime {
  readonly method: string;
  /** Before any neuron leaves. */
  readonly first: EpochTime;
  /** After all have left that are to; null where none does, as every epoch is like the first then. */
  readonly last: EpochTime | null;
}

/** What an epoch took: see `timeNetwork`. */
export interface EpochTime {
  /** Of its training steps: as many as the training part takes, each of the median time of those that were measured. */
  readonly seconds: number;
  /** Of an evolution after it; null where nothing evolves. */
  readonly evolution: number | null;
  readonly connections: number;
  readonly hidden: number;
  /** What the process had of a core's time, 0..1. */
  readonly share: number;
}

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
  const groups = new Map<string, { dataset: string; times: MethodTime[] }>();
  for (const { dataset, methods } of records) {
    for (const time of methods) {
      const key = JSON.stringify([dataset, time.method]);
      const group = groups.get(key) ?? { dataset, times: [] };
      group.times.push(time);
      groups.set(key, group);
    }
  }
  return [...groups.values()].map(({ dataset, times }) => ({
    ...{ dataset, method: times[0].method, rounds: times.length },
    first: medians(times.map(({ first }) => first)),
    last: times[0].last && medians(times.flatMap(({ last }) => last ?? [])),
  }));
}

function medians(epochs: readonly EpochTime[]): Omit<EpochTime, "share"> {
  const [{ evolution, connections, hidden }] = epochs;
  return {
    seconds: median(epochs.map(({ seconds }) => seconds)),
    evolution: evolution === null ? null : median(epochs.map((epoch) => epoch.evolution ?? 0)),
    ...{ connections, hidden },
  };
}
