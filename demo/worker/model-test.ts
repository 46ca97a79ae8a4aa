import { alignClasses, takeSamples, toDense } from "../../src/api/data.js";
import type { Told } from "../../src/api/extend.js";
import type { Dataset, Evaluation, LoadedModel } from "../../src/api/index.js";
import { taskIn } from "../../src/tasks/index.js";
import type { LabelReport } from "../../src/tasks/label-report.js";
import type { TargetReport } from "../../src/tasks/target-report.js";
import type { Settings } from "../settings.js";
import { currentData } from "./data.js";
import { askModel, calibrationNotes, model } from "./model.js";

/** A sample that was taken for another class. */
export interface Mistake {
  /** Its place in the dataset, from 0, and its ID where it has one. */
  readonly sample: number;
  readonly id: string | null;
  readonly truth: string;
  readonly taken: string;
  readonly probability: number;
  /** Its values, where they are a picture. */
  readonly picture: Float32Array | null;
}

/** How a test came out; what there is of classes alone is left out of other tasks. */
export interface TestReport extends Partial<Omit<Evaluation, "confusionPairs" | "answers" | "targets">> {
  readonly samples: number;
  readonly loss: number;
  readonly notes: readonly string[];
  readonly task: string;
  /** Each target, or each label, by itself, where the task has several. */
  readonly perTarget?: readonly TargetReport[];
  readonly perLabel?: readonly LabelReport[];
  /** What is told of it beside the loss, and in a table. */
  readonly tested: readonly Told[];
  readonly scores: readonly Told[];
  /** What `predict` gives of the samples, and what that is held against; null of more numbers than a page draws. */
  readonly answers: object | null;
  readonly targets: ArrayLike<number> | null;
  /** Whether the samples are those held out when this very model was trained; else it may have seen them. */
  readonly heldOut: boolean;
  /** The data they are of, and how their pictures are shaped. */
  readonly data: string;
  readonly imageShape: readonly [number, number] | null;
  readonly classes: readonly string[];
  /** Of a task whose answers are right or wrong. */
  readonly mistakes: readonly Mistake[] | null;
}

const MOST_MISTAKES = 24;
/** Probabilities, or other outputs, that a page draws. */
const MOST_DRAWN = 200_000;
/** Samples that are predicted together in search of mistakes: of very many classes, the probabilities of all samples would not fit. */
const SEARCHED = 256;

/** How something is told of, without what computes it. */
const toldOf = ({ name, label, better, fraction }: Told): Told => ({ name, label, better, fraction });

/** Tries the model on the samples that its training held out, if the data it was trained on are still open; else on all that are open. */
export async function testModel(device: Settings["device"]): Promise<TestReport> {
  const { saved, origin } = model();
  const all = currentData();
  const heldOut = origin?.dataset === all ? origin.test : null;
  const dataset = heldOut ? takeSamples(all, heldOut) : all;
  const task = taskIn(saved);
  const { metrics, measured = [], told = metrics } = task;
  return askModel(device, async (asked) => {
    const each = task.targets === "inputs" ? 1 : saved.classes.length; // of an autoencoder an error, and some of its values
    const few = dataset.samples * each <= MOST_DRAWN;
    const { confusionPairs: _all, answers, targets, ...evaluation } = await asked.evaluate(dataset, { answers: few });
    return {
      task: task.name,
      tested: [...metrics, ...measured].map(toldOf),
      scores: told.map(toldOf),
      heldOut: heldOut !== null,
      data: all.name,
      imageShape: all.imageShape ?? null,
      ...evaluation,
      notes: [...calibrationNotes(saved), ...evaluation.notes],
      answers: answers ?? null,
      targets: targets ?? null,
      classes: saved.classes,
      mistakes: task.right ? await findMistakes(asked, dataset, heldOut) : null,
    };
  });
}

/** The first samples that are taken for another class than theirs. */
async function findMistakes(asked: LoadedModel, dataset: Dataset, indices: Uint32Array | null): Promise<Mistake[]> {
  const { y, classes, ids, imageShape, samples } = alignClasses(dataset, asked.saved.classes);
  const mistakes: Mistake[] = [];
  for (let start = 0; start < samples && mistakes.length < MOST_MISTAKES; start += SEARCHED) {
    const part = takeSamples(
      dataset,
      Uint32Array.from({ length: Math.min(SEARCHED, samples - start) }, (_, k) => start + k),
    );
    const { labels, probabilities } = await asked.predict(part.x);
    for (let k = 0; k < labels.length && mistakes.length < MOST_MISTAKES; k++) {
      const i = start + k;
      if (y[i] === labels[k]) continue;
      mistakes.push({
        sample: indices ? indices[i] : i,
        id: ids?.[i] ?? null,
        truth: classes[y[i]],
        taken: classes[labels[k]],
        probability: probabilities[k * classes.length + labels[k]],
        picture: imageShape ? Float32Array.from(toDense(takeSamples(dataset, [i]).x)) : null,
      });
    }
  }
  return mistakes;
}
