import type { Dataset } from "../data/dataset.js";
import type { SampleMatrix } from "../data/sample-matrix.js";
import { lossesOf } from "../losses/index.js";
import { OF_LABELS } from "../metrics/of-labels.js";
import { check } from "../util/check.js";
import { collectOutputs } from "./answers.js";
import { constantLabels, countsOf } from "./constant-labels.js";
import { judgeLabels } from "./judging/labels.js";
import { type LabelReport, reportLabels } from "./label-report.js";
import { alignTargets } from "./regression.js";
import type { Answer, Collector, Task } from "./task.js";
import { type Uncertainty, writeLabelUncertainty } from "./uncertainty.js";

/** What is predicted of several labels for samples, in order. */
export interface LabelAnswers {
  readonly outputs: readonly string[];
  /** 1 / (1 + exp(-z)) of the outputs z, [samples, labels]; those of a sample need not sum to 1. */
  readonly probabilities: Float32Array;
  /** 1 where the probability is above 1/2, else 0, [samples, labels]. */
  readonly decided: Uint8Array;
  /** Of an ensemble: the entropy of each label's probability and the part that is disagreement, by "NAME entropy" and "NAME disagreement", [samples]. */
  readonly uncertainty?: Readonly<Record<string, Float32Array>>;
}

/** A sample has any number of labels: an output for each, which decides by itself. */
export const multiLabel: Task = {
  name: "multi-label",
  called: "labels",
  predicts: "labels",
  losses: lossesOf("labels"),
  metrics: [OF_LABELS.microF1, OF_LABELS.labelF1, OF_LABELS.rankingPrecision],
  numeric: true,
  outputs: trainedLabels,
  width: (outputs) => outputs,
  targets: (set) => Float32Array.from(labelsOf(set)),
  strata: (set) => Uint8Array.from(labelsOf(set)),
  divided: ({ targetNames = [] }) => `split evenly over ${targetNames.length} labels, the rarest first`,
  align(set, names) {
    labelsOf(set);
    return alignTargets(set, names);
  },
  answers(outputs, samples): Collector & { result(): LabelAnswers } {
    const probabilities = new Float32Array(samples * outputs.length);
    const decided = new Uint8Array(probabilities.length);
    let unsure: readonly Uncertainty[] = [];
    return {
      see(seen, start) {
        const { z, outputs: count, stride, count: batch, members } = seen;
        if (members) {
          if (unsure.length === 0)
            unsure = outputs.map(() => ({ entropy: new Float32Array(samples), disagreement: new Float32Array(samples) }));
          writeLabelUncertainty(seen, members, unsure, start);
        }
        for (let b = 0; b < batch; b++) {
          for (let c = 0; c < count; c++) {
            const at = (start + b) * count + c;
            probabilities[at] = 1 / (1 + Math.exp(-z[c * stride + b]));
            decided[at] = Number(z[c * stride + b] > 0);
          }
        }
      },
      result: () => ({ outputs, probabilities, decided, ...(unsure.length > 0 && { uncertainty: byName(outputs, unsure) }) }),
    };
  },
  unsure: true,
  answer({ outputs: { length }, probabilities, decided }: LabelAnswers, i): Answer {
    const of = <A extends Float32Array | Uint8Array>(values: A) => values.subarray(i * length, (i + 1) * length) as A;
    return { probabilities: of(probabilities), decided: Float32Array.from(of(decided)) };
  },
  measures(names, targets): Collector & { result(): { perLabel: readonly LabelReport[]; notes: readonly string[] } } {
    const samples = targets.length / names.length;
    const all = collectOutputs(names, samples);
    return {
      see: all.see,
      result: () => reportLabels(names, { z: all.result().values, targets, samples, outputs: names.length }),
    };
  },
  floor: {
    name: "constant",
    about: "the same labels for every sample, those that are best on the training part",
    of: constantLabels,
  },
  judging: judgeLabels,
  onnx(graph, z, names) {
    const dims = ["batch", names.length];
    graph.node("Sigmoid", [z], "probabilities");
    const above = graph.node("Greater", [z, graph.tensor("decided.above", [], Float32Array.of(0))], "decided.bool");
    graph.node("Cast", [above], "decided", { ints: { to: INT64 } });
    return [
      { name: "decided", type: "int64", dims },
      { name: "probabilities", type: "float", dims },
    ];
  },
};

/** Columns "NAME entropy" and "NAME disagreement" of each label. */
function byName(names: readonly string[], unsure: readonly Uncertainty[]): Record<string, Float32Array> {
  return Object.fromEntries(
    names.flatMap((name, c) => Object.entries(unsure[c]).map(([what, values]) => [`${name} ${what}`, values])),
  );
}

/** ONNX's number of the type. */
const INT64 = 7;

/** The 0s and 1s of a set, [samples, labels]. Throws where it has classes in their place, one label alone, or another value. */
function labelsOf({ name, targets, targetNames = [], classes }: Dataset<SampleMatrix>): Float64Array {
  check(targets !== undefined, name, () => {
    const found = classes.length > 0 ? `${classes.length} classes, one a sample` : "no labels";
    return `it has ${found}; name the columns of 0 and 1 with option target, give makeDataset targets, or take task classification`;
  });
  const { length } = targetNames;
  check(length > 1, name, () => {
    return `it has one label, ${targetNames[0]}; of several labels there are two columns or more: take task classification`;
  });
  const wrong = targets.findIndex((value) => value !== 0 && value !== 1);
  check(wrong < 0, name, () => {
    return `label "${targetNames[wrong % length]}" of sample ${Math.floor(wrong / length) + 1} is ${targets[wrong]}, expected 0 or 1 (task multi-label)`;
  });
  return targets;
}

/** The labels of a training set. Throws where no sample has one of them, or every sample has. */
function trainedLabels(set: Dataset<SampleMatrix>): readonly string[] {
  const { name, samples, targetNames = [] } = set;
  const labels = labelsOf(set);
  const counts = countsOf(labels, targetNames.length);
  const same = counts.findIndex((count) => count === 0 || count === samples);
  check(same < 0, name, () => {
    const who = counts[same] === 0 ? "no training sample has" : `each of the ${samples} training samples has`;
    return `${who} label "${targetNames[same]}": there is nothing to learn; leave it out, or split otherwise`;
  });
  return targetNames;
}
