import { alignClasses } from "../data/align.js";
import type { Dataset } from "../data/dataset.js";
import type { SampleMatrix } from "../data/sample-matrix.js";
import { lossesOf } from "../losses/index.js";
import { accuracy } from "../metrics/accuracy.js";
import { scoreProbabilities } from "../metrics/classes/scores.js";
import { OF_CLASSES } from "../metrics/of-classes.js";
import { check } from "../util/check.js";
import { allEqual, writeLargest, writeSoftmax } from "./answers.js";
import { type ClassReport, doubts, reportClasses, undefinedNotes } from "./class-report.js";
import { majorityAccuracy } from "./majority.js";
import type { Answer, Collector, Task } from "./task.js";
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
  losses: lossesOf("classes"),
  metrics: [accuracy],
  outputs: classesOf,
  width: () => 1,
  targets: ({ y }): Uint32Array => y, // inferred, it would be generic, which TypeScript 5.4 does not know
  strata: ({ y }) => y,
  align: alignClasses,
  answers(classes, samples): Collector & { result(): ClassAnswers } {
    const labels = new Uint32Array(samples);
    const probabilities = new Float32Array(samples * classes.length);
    let uncertainty: Uncertainty | undefined;
    return {
      see(batch, start) {
        writeLargest(batch, labels, start);
        writeSoftmax(batch, labels, probabilities, start);
        if (!batch.members) return;
        uncertainty ??= { entropy: new Float32Array(samples), disagreement: new Float32Array(samples) };
        writeUncertainty(batch, batch.members, uncertainty, start);
      },
      result: () => ({ classes, labels, probabilities, ...(uncertainty && { uncertainty }) }),
    };
  },
  unsure: true,
  answer({ classes, labels, probabilities }: ClassAnswers, i): Answer {
    const [from, to] = [i * classes.length, (i + 1) * classes.length];
    return { predicted: classes[labels[i]], probabilities: probabilities.subarray(from, to) };
  },
  measures(names, targets): Collector & { result(): ClassReport & { notes: readonly string[] } } {
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
        first ??= Float64Array.from({ length: classes }, (_, c) => batch.z[c * batch.stride]);
        constant &&= allEqual(batch, first);
      },
      result() {
        const report = reportClasses(targets, labels, classes);
        const notes = [...doubts(report, constant), ...undefinedNotes(report, names), ...(probabilities ? [] : [leftOut(cells)])];
        return { ...report, ...(probabilities && scoreProbabilities(probabilities, targets, classes)), notes };
      },
    };
  },
  measured: [OF_CLASSES.balancedAccuracy],
  told: [
    { name: "majority", label: "majority's share", better: "smaller", fraction: true },
    accuracy,
    ...Object.values(OF_CLASSES),
  ],
  right: ({ labels }: ClassAnswers, targets) => Array.from(targets, (target, i) => target === labels[i]),
  floor: { name: "majority", about: "the most frequent class of the training part", of: majorityAccuracy },
  onnx(graph, z, classes) {
    graph.node("Softmax", [z], "probabilities", { ints: { axis: -1 } });
    graph.node("ArgMax", [z], "label", { ints: { axis: -1, keepdims: 0 } });
    return [
      { name: "label", type: "int64", dims: ["batch"] },
      { name: "probabilities", type: "float", dims: ["batch", classes.length] },
    ];
  },
};
