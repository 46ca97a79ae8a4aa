import { checkImageShape } from "../data/check-dataset.js";
import { checkLayout, type TableLayout } from "../data/formats/table/layout.js";
import { checkPrepared, type Preparation } from "../data/prepare/index.js";
import { checkStandardizer, type Standardizer } from "../data/standardize.js";
import { isOwn } from "../layers/kind.js";
import { type NetworkConfig, networkConfig } from "../nn/config.js";
import { countSharing, outputsOf } from "../nn/share-weights.js";
import { checkSkip } from "../nn/skip.js";
import { checkLayers, kindOf, type Member, type NetworkState, validateState } from "../nn/state.js";
import { nameOf } from "../options/piece.js";
import { classification } from "../tasks/classification.js";
import { checkScores } from "../tasks/conformal.js";
import { taskOf } from "../tasks/index.js";
import type { TargetScale } from "../tasks/target-scale.js";
import { CoppiceError, check, checkInteger, checkNumber, checkObject, checkTexts } from "../util/check.js";
import { shown } from "../util/shown.js";

/** A network with everything needed to use it: what a checkpoint file holds. */
export interface SavedModel {
  /** The network; of an ensemble its first member. */
  readonly network: NetworkState;
  /**
   * Of an ensemble all its members, the first among them: predictions are averages of theirs. Absent of a single network. Where they have a `weight`
   * each, as `blend` makes them, they may have layers and a config of their own.
   */
  readonly members?: readonly Member[];
  readonly config: NetworkConfig;
  readonly features: number;
  /** Label of every class, in the order of the outputs. */
  readonly classes: readonly string[];
  /** Mean and standard deviation that inputs are standardised with, and medians for missing ones; null where they are used raw. */
  readonly input: Standardizer | null;
  /** What samples go through before that: `features` and `featureNames` are of what comes out. Absent where they are taken as they are. */
  readonly prepared?: Preparation;
  /** Mean and standard deviation of each target in training; absent of tasks, as classification, that take targets as they are. */
  readonly targets?: TargetScale;
  /** Names of the inputs, where the data had any. */
  readonly featureNames?: readonly string[];
  readonly imageShape?: readonly [number, number];
  /** What outputs are divided by before softmax, so that probabilities are neither too sure nor too unsure: see `fitTemperature`. */
  readonly temperature?: number;
  /** Of two classes: samples are taken for the second where its probability is above this, in the place of 1/2. */
  readonly threshold?: number;
  /** Where the table that it was trained on had what is no feature; absent where it was none, and in models of version 0.1. */
  readonly layout?: TableLayout;
  /** Scores of out-of-fold predictions, which sets of classes are made by: see `conformalScores`. Of classification alone. */
  readonly conformal?: Float32Array;
  /** How training stands; absent in a network that was not trained here. JSON values only. */
  readonly training?: TrainingState;
}

/** The networks of a model: one, or an ensemble's members. */
export function membersOf(saved: Pick<SavedModel, "network" | "members">): readonly Member[] {
  checkObject(saved, "membersOf: saved");
  return saved.members ?? [saved.network];
}

/** How many networks answer together: an ensemble's members, those that share weights too, or 1. */
export function countAnswers(saved: Pick<SavedModel, "network" | "members">): number {
  return membersOf(saved).reduce((sum, network) => sum + countSharing(network), 0);
}

/** What resuming needs beside the network; JSON. */
export interface TrainingState {
  /** Every choice made (TrainConfig). */
  readonly config: unknown;
  /** What fixes the bits of a run: see `TrainPlan`. */
  readonly plan: unknown;
  /** Epochs done. */
  readonly epoch: number;
  /** Training steps done: dropout masks and Adam's corrections go on from here. */
  readonly step: number;
  /** One record an epoch, and one an evolution. */
  readonly history: readonly unknown[];
  readonly evolutions: readonly unknown[];
  /** Validation loss and epoch of the best so far, and the value of the metric that the run goes by, if one was chosen. */
  readonly best?: { readonly loss: number; readonly epoch: number; readonly value?: number };
}

/**
 * Throws a usage error, naming the field, unless a model that may have been put together by hand is one: layers that fit together, settings in
 * range, a label for each output and whatever it has for its inputs as many as these. O(connections); what is not `whole` needs only fields of
 * the right types, for those who look at the rest themselves.
 */
export function checkModel(saved: SavedModel, where: string, whole = true): void {
  checkObject(saved, where, "saved model; model.save(), decodeCheckpoint() and decodeScipy() give one");
  const { network, members, config, features, classes, input, targets, featureNames, imageShape } = saved;
  const { layout, temperature, threshold, conformal, training } = saved;
  inFile(`${where}: network`, () => (whole ? validateState : checkLayers)(network));
  inFile(`${where}: config`, () => networkConfig(config));
  if (members !== undefined) checkMembers(saved, where, whole);
  for (const [j, member] of membersOf(saved).entries())
    checkSkip(member, member.config ?? config, members ? `${where}: member ${j}` : `${where}: network`);
  const [first] = network.layers;
  check(features === first.in, where, () => `features is ${shown(features)}, its first layer has ${first.in} inputs`);
  const outputs = outputsOf(network);
  checkTexts(classes, `${where}: classes`, whole ? outputs : undefined);
  if (input !== null) {
    checkObject(input, `${where}: input`);
    checkStandardizer(input, features, `${where}: input`);
  }
  if (targets !== undefined) {
    checkScale(targets, `${where}: targets`);
    check(outputs % targets.mean.length === 0, `${where}: targets`, () => `${targets.mean.length} of ${outputs} outputs`);
  }
  if (saved.prepared !== undefined) checkPrepared(saved.prepared, features, `${where}: prepared`);
  if (featureNames !== undefined) checkTexts(featureNames, `${where}: featureNames`, features);
  if (imageShape !== undefined) checkImageShape(imageShape, features, `${where}: imageShape`);
  if (temperature !== undefined) checkNumber(temperature, `${where}: temperature`, 0, Infinity, true);
  if (threshold !== undefined) {
    const binary = taskOf(config.task) === classification && classes.length === 2;
    check(binary, `${where}: threshold`, () => "is of two classes, which this model does not tell apart; leave it out");
    check(threshold > 0 && threshold < 1, `${where}: threshold`, () => `${shown(threshold)}, expected a number between 0 and 1`);
  }
  if (layout !== undefined) checkLayout(layout, `${where}: layout`);
  if (conformal !== undefined) checkConformal(conformal, config, `${where}: conformal`);
  if (training !== undefined) checkTraining(training, `${where}: training`);
}

/** Throws unless these are scores of out-of-fold predictions, of a model that predicts classes. */
export function checkConformal(scores: Float32Array, { task }: NetworkConfig, where: string): void {
  checkScores(scores, where);
  const { name } = taskOf(task);
  check(taskOf(task) === classification, where, () => `task ${name} predicts no classes; leave the scores out`);
}

/** Throws unless the members of an ensemble are several, the first the model's network, all with its inputs, kinds of layers and outputs. */
function checkMembers({ network, members, config }: SavedModel, where: string, whole: boolean): void {
  const several = Array.isArray(members) && members.length > 1;
  check(several, `${where}: members`, () => {
    return `${shown(members)} is no list of at least two networks; leave it out of a single one`;
  });
  check(members[0] === network, `${where}: members`, () => "the first is not the model's network; make it so");
  for (const [j, member] of members.entries())
    inFile(`${where}: member ${j}`, () => (whole ? validateState : checkLayers)(member));
  checkAlike(members, config, where);
}

/**
 * Throws unless the members of an ensemble have the same inputs and outputs, and the same kinds of layers or a weight each. The weights are to be
 * above 0 and to sum to 1, and members with configs of their own to learn the same by the same loss.
 */
export function checkAlike(members: readonly Member[], config: NetworkConfig, where: string): void {
  const weighted = members.some(({ weight, config }) => weight !== undefined || config !== undefined);
  if (weighted) checkWeighted(members, config, where);
  const kinds = ({ layers }: NetworkState) =>
    weighted ? "" : `, layers ${layers.map((layer) => kindOf(layer).name).join(", ")}`;
  const told = (member: NetworkState) => `${member.layers[0].in} inputs${kinds(member)} and ${outputsOf(member)} outputs`;
  const first = told(members[0]);
  for (const [j, member] of members.entries())
    check(told(member) === first, `${where}: member ${j}`, () => `has ${told(member)}, the first member ${first}`);
}

/** How far from 1 the sum of weights may be by rounding. */
const SUM_ERROR = 1e-6;

function checkWeighted(members: readonly Member[], config: NetworkConfig, where: string): void {
  const learnt = ({ task, loss }: NetworkConfig) => `task ${taskOf(task).name} by loss ${nameOf(loss)}`;
  for (const [j, { layers, weight, config: own = config }] of members.entries()) {
    const at = `${where}: member ${j}`;
    check(typeof weight === "number" && weight > 0, `${at}: weight`, () => `${shown(weight)}, expected a number above 0 of each`);
    const kind = layers.map(kindOf).find(isOwn);
    check(!kind, at, () => `layer kind ${kind?.name} is one of your own, and those know no members`);
    inFile(`${at}: config`, () => networkConfig(own));
    check(learnt(own) === learnt(config), at, () => `learnt ${learnt(own)}, the model says ${learnt(config)}`);
  }
  checkSum(members, `${where}: weights`);
}

/** Throws unless weights sum to 1, but for rounding. */
export function checkSum(weighted: readonly { readonly weight?: number }[], where: string): void {
  const sum = weighted.reduce((total, { weight = 0 }) => total + weight, 0);
  check(Math.abs(sum - 1) <= SUM_ERROR, where, () => `sum to ${Number(sum.toPrecision(6))}, expected 1`);
}

/** Throws a usage error where a model is an ensemble, which `what` cannot be. */
export function checkSingle(saved: SavedModel, where: string, what: string): void {
  const members = countAnswers(saved);
  check(members === 1, where, () => `the model is an ensemble of ${members} networks; ${what}`);
}

function checkTraining(training: TrainingState, where: string): void {
  checkObject(training, where);
  const { epoch, step, history, evolutions, best } = training;
  checkInteger(epoch, `${where}: epoch`, 0);
  checkInteger(step, `${where}: step`, 0);
  check(Array.isArray(history) && Array.isArray(evolutions), where, () => "has no history and evolutions");
  if (best !== undefined) checkObject(best, `${where}: best`);
}

/** Throws unless a scale is that of targets: finite means, and deviations above 0. */
export function checkScale(scale: TargetScale, where: string): void {
  checkObject(scale, where);
  checkStandardizer(scale, scale.mean?.length ?? 0, where);
}

/** What `work` makes; its usage errors begin with the file's name. */
export function inFile<T>(where: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw error instanceof CoppiceError ? new CoppiceError(`${where}: ${error.message}`, error.kind) : error;
  }
}
