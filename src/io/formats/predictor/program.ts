import { ACTIVATIONS } from "../../../activations/index.js";
import { checkPrepared, type Preparation } from "../../../data/prepare/index.js";
import type { Task } from "../../../tasks/task.js";
import { check, checkFloats, checkInteger, checkNumber, checkOneOf, checkTexts, isRecord } from "../../../util/check.js";

/** A layer of a predictor: y = f(scale z), z = W x + b, with the activation f of that name at the slope alpha. Its tensors are `members.j.layers.i...`. */
export interface PredictorLayer {
  readonly in: number;
  readonly out: number;
  /** Whether W is stored by its connections, `indptr`, `indices` and `values`; else it is `weight` [out, in]. */
  readonly sparse: boolean;
  readonly activation: string;
  readonly alpha: number;
  readonly scale: number;
}

/** One of the networks that a predictor averages, with its share; what its inputs add by a linear skip is in `members.j.skip.weight`. */
export interface PredictorMember {
  readonly weight: number;
  readonly layers: readonly PredictorLayer[];
  readonly skip: boolean;
}

/** All that a predictor does, but for its tensors: JSON in the file's metadata. Nothing is left to look up or to choose. */
export interface Program {
  readonly features: number;
  readonly featureNames?: readonly string[];
  readonly prepared?: Preparation;
  /** What inputs are clipped to, smoothly. */
  readonly clip?: number;
  readonly members: readonly PredictorMember[];
  /** What is averaged, as kernel `average` has it by OF: outputs, probabilities of classes, of labels. */
  readonly average: 0 | 1 | 2;
  readonly outputs: readonly string[];
  readonly answer: NonNullable<Task["predicts"]>;
  readonly temperature?: number;
  /** Of two classes: the second is taken where z1 - z0 is above. */
  readonly odds?: number;
  /** Of numbers: the mean and deviation of each target. */
  readonly targets?: { readonly mean: readonly number[]; readonly std: readonly number[] };
}

/** Value of `__metadata__.format`. */
export const PREDICTOR = "coppice-predictor/1";

/** Throws, naming the field, unless a program is whole: what came out of a file is anything. */
export function checkProgram(program: Program, where: string): void {
  check(isRecord(program) && isListed(program.members), where, () => "has no members; write the file again");
  for (const [j, member] of program.members.entries()) checkMember(member, `${where}: members[${j}]`);
  const { features, featureNames, prepared, clip, average, outputs, answer, temperature, odds, targets } = program;
  const ends = program.members.map(({ layers }) => `${layers[0].in} inputs and ${layers[layers.length - 1].out} outputs`);
  check(new Set(ends).size === 1, `${where}: members`, () => `have ${ends.join(", ")}; expected the same of all`);
  const [{ layers }] = program.members;
  checkTexts(outputs, `${where}: outputs`, layers[layers.length - 1].out);
  checkInteger(features, `${where}: features`, 1);
  if (prepared === undefined)
    check(features === layers[0].in, `${where}: features`, () => `${features}, the network has ${layers[0].in}`);
  else checkPrepared(prepared, layers[0].in, `${where}: prepared`);
  if (featureNames !== undefined) checkTexts(featureNames, `${where}: featureNames`, features);
  checkOneOf(answer, ANSWER_KINDS, `${where}: answer`);
  checkInteger(average, `${where}: average`, 0, 2);
  for (const [name, above] of Object.entries({ clip, temperature }))
    if (above !== undefined) checkNumber(above, `${where}: ${name}`, 0, Infinity, true);
  if (odds !== undefined) {
    checkNumber(odds, `${where}: odds`);
    check(outputs.length === 2, `${where}: odds`, () => `are of two classes, there are ${outputs.length}`);
  }
  if (targets === undefined) return;
  check(isListed(targets.mean) && outputs.length % targets.mean.length === 0, `${where}: targets`, () => {
    return "are not those of the outputs";
  });
  for (const name of ["mean", "std"] as const)
    checkFloats(Float64Array.from(targets[name] ?? []), `${where}: targets.${name}`, targets.mean.length);
}

const ANSWER_KINDS = ["classes", "labels", "numbers"] as const;
const isListed = (value: unknown) => Array.isArray(value) && value.length > 0;

function checkMember(member: PredictorMember, where: string): void {
  check(isRecord(member), where, () => "is no object");
  const { weight, layers } = member;
  checkNumber(weight, `${where}: weight`, 0, Infinity, true);
  check(isListed(layers), `${where}: layers`, () => "are no list of layers");
  for (const [i, layer] of layers.entries()) {
    const at = `${where}: layers[${i}]`;
    check(isRecord(layer), at, () => "is no object");
    for (const name of ["in", "out"] as const) checkInteger(layer[name], `${at}: ${name}`, 1, 2 ** 31);
    checkOneOf(layer.activation, Object.keys(ACTIVATIONS), `${at}: activation`);
    for (const name of ["alpha", "scale"] as const) checkNumber(layer[name], `${at}: ${name}`);
    check(i === 0 || layer.in === layers[i - 1].out, at, () => {
      return `has ${layer.in} inputs, the layer below ${layers[i - 1].out} outputs`;
    });
  }
}
