import { applySteps, rawFeatures } from "../../../data/prepare/index.js";
import { checkStandardizer, keepRaw, standardize } from "../../../data/standardize.js";
import { collectOutputs, findNotFinite, writeLargest, writeSoftmax } from "../../../tasks/answers.js";
import { inOwnUnits } from "../../../tasks/target-scale.js";
import type { Outputs } from "../../../tasks/task.js";
import { MEANS, sumOfLogs } from "../../../util/averages.js";
import { check, checkFloats } from "../../../util/check.js";
import type { FloatArray } from "../../../util/types.js";
import { parseConfig } from "../../json.js";
import { checkChecksums } from "../checkpoint/checksums.js";
import { unquantise } from "../checkpoint/quantise.js";
import { decodeSafetensors } from "../checkpoint/safetensors.js";
import { createShelf } from "../checkpoint/shelf.js";
import { readMember } from "./member.js";
import { checkProgram, PREDICTOR, type Program } from "./program.js";

/** What a predictor says of samples, in order. */
export interface Predicted {
  /** Of classes: the index of the largest output among `outputs`, or of the second of two where the model has a threshold, [samples]. */
  readonly labels?: Uint32Array;
  /** Softmax of the outputs of classes; of several labels 1 / (1 + exp(-z)) each, [samples, outputs]. */
  readonly probabilities?: Float32Array;
  /** Of several labels: 1 where the probability is above 1/2, else 0, [samples, outputs]. */
  readonly decided?: Uint8Array;
  /** Of numbers: the outputs in the targets' own units, of survival log risks, [samples, outputs]. */
  readonly values?: Float32Array;
}

/** A model that predicts, and does nothing else. */
export interface Predictor {
  readonly features: number;
  readonly featureNames?: readonly string[];
  /** Classes, labels or targets, in the order of the outputs. */
  readonly outputs: readonly string[];
  /**
   * What is predicted of samples x [samples, features], sample-major and raw, as `predict` of a loaded model has it but for rounding. Throws, naming sample
   * and feature, on values that the model does not take.
   */
  predict(x: FloatArray): Predicted;
}

/** What is made of the average's outputs. */
const ANSWERS: Readonly<Record<Program["answer"], (batch: Outputs, program: Program) => Predicted>> = {
  classes(batch, { odds }) {
    const { z, count, outputs } = batch;
    const [labels, probabilities] = [new Uint32Array(count), new Float32Array(count * outputs)];
    writeLargest(batch, labels, 0);
    writeSoftmax(batch, labels, probabilities, 0);
    if (odds === undefined) return { labels, probabilities };
    return { labels: labels.map((_, b) => Number(Math.fround(z[count + b] - z[b]) > odds)), probabilities };
  },
  labels(batch, program) {
    const z = valuesOf(batch, program);
    return {
      probabilities: z.map((value) => 1 / (1 + Math.exp(-value))),
      decided: Uint8Array.from(z, (value) => Number(value > 0)),
    };
  },
  numbers: (batch, program) => ({ values: valuesOf(batch, program) }),
};

/** The outputs, [samples, outputs]. */
function valuesOf(batch: Outputs, { outputs }: Program): Float32Array {
  const all = collectOutputs(outputs, batch.count);
  all.see(batch, 0);
  return all.result().values;
}

/** Outputs [outputs, samples] of the average of members, whose own are z [members, outputs, samples]. */
function averageOf(z: Float32Array, length: number, { members, average, outputs }: Program): Float32Array {
  if (members.length === 1) return z;
  const samples = length / outputs.length;
  const column = (j: number, b: number) => outputs.map((_, c) => z[j * length + c * samples + b]);
  const y = new Float32Array(length);
  for (let b = 0; b < samples; b++) {
    const columns = members.map(({ weight }, j) => ({ weight, z: column(j, b) }));
    const parts = columns.map((own) => ({ ...own, logSum: sumOfLogs(own.z) }));
    for (let c = 0; c < outputs.length; c++) y[c * samples + b] = MEANS[average](parts.map((own) => ({ ...own, z: own.z[c] })));
  }
  return y;
}

/**
 * The predictor of a file that `coppice export --to predictor` wrote: no device, no training, and a few kilobytes of code in a page. Throws, naming the
 * tensor, on any other bytes, and on damaged ones.
 */
export function loadPredictor(bytes: Uint8Array, where = "predictor"): Predictor {
  const file = decodeSafetensors(bytes, where);
  const { metadata, tensors } = file;
  const format = metadata.get("format");
  check(format === PREDICTOR, where, () => {
    return `format is ${format}, expected ${PREDICTOR}; write it by: coppice export MODEL --to predictor --out FILE`;
  });
  checkChecksums(file, where);
  const program = parseConfig(metadata.get("config"), where) as unknown as Program;
  checkProgram(program, `${where}: config`);
  const shelf = createShelf(unquantise(tensors, where), where);
  const members = program.members.map((member, j) => readMember(shelf, member, `members.${j}`));
  const { clip, temperature = 1, targets } = program;
  const [{ inputs }] = members;
  const part = (name: string) => (shelf.has(`input.${name}`) ? shelf.statistics(`input.${name}`, inputs) : undefined);
  const [mean, std, median] = ["mean", "std", "median"].map(part);
  const scale = mean && std && { mean, std, ...(median && { median }), ...(clip !== undefined && { clip }) };
  if (scale) checkStandardizer(scale, inputs, `${where}: input`);
  shelf.checkEmpty();
  const raw = rawFeatures(program);
  const units = targets && { mean: Float64Array.from(targets.mean), std: Float64Array.from(targets.std) };

  return {
    ...raw,
    outputs: program.outputs,
    predict(x) {
      checkFloats(x, "predict: x");
      const samples = x.length / raw.features;
      check(Number.isInteger(samples) && samples > 0, "predict: x", () => {
        return `${x.length} values are not samples of ${raw.features} features`;
      });
      const given = { name: "predict", x, y: new Uint32Array(samples), samples, classes: [], ...raw };
      const set = program.prepared ? applySteps(given, program.prepared) : given;
      const prepared = (scale ? standardize(set, scale) : keepRaw(set)).x as Float32Array;
      const outputs = program.outputs.length;
      const z = new Float32Array(members.length * outputs * samples);
      for (const [j, member] of members.entries()) member.run(prepared, samples, z.subarray(j * outputs * samples));
      const y = averageOf(z, outputs * samples, program);
      const batch = { z: y.map((value) => value / temperature), outputs, stride: samples, count: samples };
      const own = inOwnUnits(batch, units);
      const odd = findNotFinite(own);
      check(odd < 0, "predict", () => `sample ${odd + 1}: an output is not finite; correct its values, or leave it out`);
      return ANSWERS[program.answer](own, program);
    },
  };
}
