import { alignClasses } from "../data/align.js";
import type { Dataset } from "../data/dataset.js";
import type { SampleMatrix } from "../data/sample-matrix.js";
import { lossesOf } from "../losses/index.js";
import { accuracy } from "../metrics/accuracy.js";
import { scoreProbabilities } from "../metrics/classes/scores.js";
import { oddsOf } from "../metrics/classes/threshold.js";
import { OF_CLASSES } from "../metrics/of-classes.js";
import { check } from "../util/check.js";
import { allEqual, writeLargest, writeSoftmax } from "./answers.js";
import { type ClassReport, doubts, reportClasses, undefinedNotes } from "./class-report.js";
import { judgeClasses } from "./judging/classes.js";
import { majorityAccuracy } from "./majority.js";
import type { Answer, Collector, OnnxOutput, Outputs, Task } from "./task.js";
import { type Uncertainty, writeUncertainty } from "./uncertainty.js";

/** What a classifier predicts for samples, in order. */
export interface ClassAnswers {
  readonly classes: readonly string[];
  /** Index into `classes` of the largest output, and so of the largest probability (the first of equals). */
  readonly labels: Uint32Array;
  /** Softmax of the outputs, whatever the loss, [samples, classes]. */
  readonly probabilities: Float32Array;
  /** Of an ensemble: how unsure it is. */
  readonly uncertainty?: Uncertainty;
}

/** Probabilities up to which an evaluation looks at all of them together: 128 MiB, and a second to sort. */
export const MOST_PROBABILITIES = 2 ** 24;

const leftOut = (cells: number) =>
  `ROC AUC, PR AUC, log loss, Brier score and calibration error would need ${cells} probabilities together; above ${MOST_PROBABILITIES} they are left out`;
/** The classes of a set. Throws where it has numbers to learn in their place. */
function classesOf({ name, classes, targetNames }: Dataset<SampleMatrix>): readonly string[] {
  check(targetNames === undefined, name, () => {
    return `it has numbers to learn (${targetNames?.join(", ")}) and no classes; take task regression, or leave task out`;
  });
  return classes;
}

/** A sample is of one class of several: an output for each, of which the largest decides. */
export const classification: Task = {
  name: "classification",
  called: "classes",
  predicts: "classes",
  losses: lossesOf("classes"),
  metrics: [accuracy],
  outputs: classesOf,
  width: () => 1,
  targets: ({ y }): Uint32Array => y, // inferred, it would be generic, which TypeScript 5.4 does not know
  strata: ({ y }) => y,
  align: alignClasses,
  answers: answersBy(writeLargest),
  unsure: true,
  answer({ classes, labels, probabilities }: ClassAnswers, i): Answer {
    const [from, to] = [i * classes.length, (i + 1) * classes.length];
    return { predicted: classes[labels[i]], probabilities: probabilities.subarray(from, to) };
  },
  measures: measuresBy(writeLargest),
  measured: [OF_CLASSES.balancedAccuracy],
  told: [
    { name: "majority", label: "majority's share", better: "smaller", fraction: true },
    accuracy,
    ...Object.values(OF_CLASSES),
  ],
  right: ({ labels }: ClassAnswers, targets) => Array.from(targets, (target, i) => target === labels[i]),
  floor: { name: "majority", about: "the most frequent class of the training part", of: majorityAccuracy },
  judging: judgeClasses,
  onnx(graph, z, classes) {
    graph.node("Softmax", [z], "probabilities", { ints: { axis: -1 } });
    graph.node("ArgMax", [z], "label", { ints: { axis: -1, keepdims: 0 } });
    return onnxOutputs(classes);
  },
};

const onnxOutputs = ({ length }: readonly string[]): OnnxOutput[] => [
  { name: "label", type: "int64", dims: ["batch"] },
  { name: "probabilities", type: "float", dims: ["batch", length] },
];

/** ONNX's number of the type. */
const INT64 = 7;

/** Classification of two classes that takes a sample for the second where its probability is above a threshold, in the place of 1/2. */
export function classificationAbove(threshold: number): Task {
  const odds = oddsOf(threshold);
  const write: WriteTaken = ({ z, stride, count }, labels, start) => {
    for (let b = 0; b < count; b++) labels[start + b] = Number(Math.fround(z[stride + b] - z[b]) > odds);
  };
  const rule = ([, second]: readonly string[]) =>
    `a sample is taken for ${second} where the probability of that is above ${Number(threshold.toPrecision(4))}`;
  return {
    ...classification,
    answers: answersBy(write),
    measures: measuresBy(write, rule),
    onnx(graph, z, classes) {
      graph.node("Softmax", [z], "probabilities", { ints: { axis: -1 } });
      const margin = graph.node("MatMul", [z, graph.tensor("label.sides", [2], Float32Array.of(-1, 1))], "label.margin");
      const above = graph.node("Greater", [margin, graph.tensor("label.above", [], Float32Array.of(odds))], "label.bool");
      graph.node("Cast", [above], "label", { ints: { to: INT64 } });
      return onnxOutputs(classes);
    },
  };
}

/** Writes the class that each sample of a batch is taken for to labels[start ...]. */
type WriteTaken = (batch: Outputs, labels: Uint32Array, start: number) => void;

/** What is predicted, where `write` takes samples for classes. */
function answersBy(write: WriteTaken) {
  return (classes: readonly string[], samples: number): Collector & { result(): ClassAnswers } => {
    const labels = new Uint32Array(samples);
    const probabilities = new Float32Array(samples * classes.length);
    let uncertainty: Uncertainty | undefined;
    return {
      see(batch, start) {
        writeLargest(batch, labels, start);
        writeSoftmax(batch, labels, probabilities, start);
        if (write !== writeLargest) write(batch, labels, start);
        if (!batch.members) return;
        uncertainty ??= { entropy: new Float32Array(samples), disagreement: new Float32Array(samples) };
        writeUncertainty(batch, batch.members, uncertainty, start);
      },
      result: () => ({ classes, labels, probabilities, ...(uncertainty && { uncertainty }) }),
    };
  };
}

/** What evaluations tell, where `write` takes samples for classes by a rule that is told, too. */
function measuresBy(write: WriteTaken, rule?: (classes: readonly string[]) => string) {
  return (
    names: readonly string[],
    targets: ArrayLike<number>,
  ): Collector & { result(): ClassReport & { notes: readonly string[] } } => {
    const { length: classes } = names;
    const labels = new Uint32Array(targets.length);
    const cells = targets.length * classes;
    const probabilities = cells <= MOST_PROBABILITIES ? new Float64Array(cells) : null; // f32 would tie those next to 1
    let first: Float64Array | undefined;
    let constant = true;
    return {
      see(batch, start) {
        writeLargest(batch, labels, start);
        if (probabilities) writeSoftmax(batch, labels, probabilities, start);
        if (write !== writeLargest) write(batch, labels, start);
        first ??= Float64Array.from({ length: classes }, (_, c) => batch.z[c * batch.stride]);
        constant &&= allEqual(batch, first);
      },
      result() {
        const report = reportClasses(targets, labels, classes);
        const notes = [
          ...(rule ? [rule(names)] : []),
          ...doubts(report, constant),
          ...undefinedNotes(report, names),
          ...(probabilities ? [] : [leftOut(cells)]),
        ];
        return { ...report, ...(probabilities && scoreProbabilities(probabilities, targets, classes)), notes };
      },
    };
  };
}
