import type { Dataset } from "../data/dataset.js";
import { sampleName } from "../data/names.js";
import type { SampleMatrix } from "../data/sample-matrix.js";
import { lossesOf } from "../losses/index.js";
import { concordance } from "../metrics/concordance.js";
import { check } from "../util/check.js";
import { collectOutputs, nothingLearnt } from "./answers.js";
import { judgeRisks } from "./judging/risks.js";
import type { Collector, Task } from "./task.js";

/** What an evaluation of survival has beside loss and concordance. */
export interface SurvivalReport {
  /** Samples whose event came. */
  readonly events: number;
  readonly notes: readonly string[];
}

/** The one output names the columns that it was learnt from, so that others are read alike. */
const NAMED = /^log risk of (.*?) over (.*)$/s;

/**
 * Each sample has a time, and whether its event came then (1) or had not come yet (0): one output, the log of its risk. Only differences of log risks say
 * something: a sample whose log risk is larger by ln 2 has twice the risk at any time.
 */
export const survival: Task = {
  name: "survival",
  predicts: "numbers",
  losses: lossesOf("times"),
  metrics: [concordance],
  numeric: true,
  outputs(set) {
    const [time, event] = columnsOf(set);
    const { length: events } = eventsOf(set);
    check(events > 0, set.name, () => {
      return `no event came among its ${set.samples} samples (column "${event}" is 0 throughout): there is nothing to learn`;
    });
    return [`log risk of ${event} over ${time}`];
  },
  width: () => 2,
  targets(set) {
    eventsOf(set);
    return Float32Array.from(set.targets as Float64Array);
  },
  targetNames([output]) {
    const [, event, time] = NAMED.exec(output) ?? [];
    return event === undefined ? [] : [time, event];
  },
  strata(set) {
    eventsOf(set);
    return Uint32Array.from({ length: set.samples }, (_, i) => (set.targets as Float64Array)[2 * i + 1]);
  },
  divided: () => "split so that each part has its share of the events",
  measures(names, targets): Collector & { result(): SurvivalReport } {
    const samples = targets.length / 2;
    const all = collectOutputs(names, samples);
    return {
      see: all.see,
      result() {
        const { values: z } = all.result();
        const constant = samples > 1 && z.every((value) => value === z[0]);
        const events = Array.from({ length: samples }, (_, i) => targets[2 * i + 1]).filter((event) => event > 0).length;
        return { events, notes: constant ? [nothingLearnt(samples)] : [] };
      },
    };
  },
  told: [concordance],
  floor: { name: "chance", about: "the same risk for all samples", of: () => 0.5 },
  judging: judgeRisks,
  onnx(graph, z, names) {
    graph.node("Identity", [z], "values");
    return [{ name: "values", type: "float", dims: ["batch", names.length] }];
  },
};

/** The names of time and event. Throws where a set does not have these two. */
function columnsOf({ name, targetNames, classes }: Dataset<SampleMatrix>): readonly string[] {
  check(targetNames?.length === 2, name, () => {
    const numbers = targetNames ? `numbers to learn (${targetNames.join(", ")})` : "no targets";
    const found = classes.length > 0 ? `${classes.length} classes` : numbers;
    return `it has ${found}; survival learns a time and an event: name their columns with options time and event, or give makeDataset targets of both`;
  });
  return targetNames;
}

/** The samples whose event came. Throws on a time below 0, and an event that is neither 0 nor 1. */
function eventsOf(set: Dataset<SampleMatrix>): Uint32Array {
  const [time, event] = columnsOf(set);
  const targets = set.targets as Float64Array;
  const all = Uint32Array.from({ length: set.samples }, (_, i) => i);
  const early = all.find((i) => !(targets[2 * i] >= 0));
  check(early === undefined, set.name, () => {
    return `${sampleName(set.ids, early as number)}: time "${time}" is ${targets[2 * (early as number)]}, expected a number of at least 0; correct it, or leave the sample out`;
  });
  const odd = all.find((i) => targets[2 * i + 1] !== 0 && targets[2 * i + 1] !== 1);
  check(odd === undefined, set.name, () => {
    const value = targets[2 * (odd as number) + 1];
    const shift = value === 2 ? "; where 1 and 2 stand for no and yes, subtract 1" : "";
    return `${sampleName(set.ids, odd as number)}: event "${event}" is ${value}, expected 1 where it came, 0 where it had not come yet${shift}`;
  });
  return all.filter((i) => targets[2 * i + 1] === 1);
}
