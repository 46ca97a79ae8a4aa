import { checkImageShape } from "../data/check-dataset.js";
import { checkLayout, type TableLayout } from "../data/formats/table/layout.js";
import { checkPrepared, type Preparation } from "../data/prepare/index.js";
import type { LayerKind } from "../layers/kind.js";
import { LAYER } from "../layers/schema.js";
import { type OwnPiece, withParts } from "../methods/pieces.js";
import { constantsOf, type NetworkConfig, type NetworkOptions, networkConfig } from "../nn/config.js";
import { ADDED, LEARNT, NETWORK, OPTIMIZER, SEED } from "../nn/options.js";
import type { Member } from "../nn/state.js";
import { optionalsOf, schemasOf } from "../options/option.js";
import { withPieces } from "../options/piece.js";
import { anything, integer, list, nullable, number, optional, record, take, text } from "../options/schema.js";
import { quantilesNamed } from "../tasks/quantiles.js";
import type { TargetScale } from "../tasks/target-scale.js";
import type { Task } from "../tasks/task.js";
import { check, isRecord } from "../util/check.js";
import type { Json } from "./json.js";
import { checkScale, inFile, type SavedModel, type TrainingState } from "./saved-model.js";

/** What the network computes. Throws, naming the first field that is missing or wrong, and on pieces that are neither built in nor given. */
function readNetworkConfig(config: Json, where: string, pieces: readonly OwnPiece[]): NetworkConfig {
  const quantiles = quantilesNamed(config.task);
  const learnt = withPieces(LEARNT, config, quantiles ? [...pieces, quantiles] : pieces);
  const known = withParts(isRecord(learnt.task) ? [learnt.task as unknown as Task, ...pieces] : pieces);
  const optimizer = isRecord(config.optimizer) ? withPieces(OPTIMIZER, config.optimizer, pieces) : config.optimizer;
  const schema = record({
    ...optionalsOf({ ...LEARNT, ...ADDED }),
    ...schemasOf({ ...NETWORK, ...SEED }),
    optimizer: record(schemasOf({ ...OPTIMIZER, ...constantsOf({ ...(optimizer as object) }) })),
  });
  const fields = take(schema, { ...withPieces(NETWORK, learnt, known), optimizer }, where);
  return inFile(where, () => networkConfig(fields as NetworkOptions));
}

const count = integer({ min: 0 });
const TRAINING = record({
  training: record({
    config: anything(),
    plan: anything(),
    history: list(anything()),
    evolutions: list(anything()),
    best: optional(record({ loss: number(), epoch: number(), value: optional(number()) })),
  }),
  random: record({ epoch: count, step: count }),
});

/** Where training stood; undefined in a model that is not in training. */
export function readTraining(config: Json, where: string): TrainingState | undefined {
  if (config.training === undefined) return undefined;
  const { training, random } = take(TRAINING, config, where);
  const { best, ...state } = training;
  return { ...state, ...random, history: state.history.map(fromJson), ...(best && { best }) };
}

/** JSON has no numbers that are not finite, and a loss may be none: in a record they are written as strings. */
const NOT_FINITE = ["NaN", "Infinity", "-Infinity"];

/** A record of an epoch as JSON holds it. */
export function toJson(record: unknown): unknown {
  return replaceValues(record, (value) => (typeof value === "number" && !Number.isFinite(value) ? String(value) : value));
}

/** What `toJson` made of a record, as it was. */
export function fromJson(record: unknown): unknown {
  return replaceValues(record, (value) => (NOT_FINITE.includes(value as string) ? Number(value) : value));
}

function replaceValues(record: unknown, replace: (value: unknown) => unknown): unknown {
  if (!isRecord(record)) return record;
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, replace(value)]));
}

/** Neurons of every layer, inputs and classes included. */
export const SIZES = list(integer({ min: 1, max: 2 ** 31 }), { least: 2, takes: "a list of the neurons of at least 2 layers" });

/** The sizes that a config names. Throws on what is none. */
export function readSizes({ sizes }: Json, where: string): readonly number[] {
  return take(SIZES, sizes, `${where}: sizes`);
}

const MEMBERS = list(record({ sizes: SIZES, config: optional(anything()) }), {
  least: 2,
  takes: "a list of at least two networks with sizes",
});

/** What is said of each member of an ensemble. */
export interface MemberFields {
  readonly sizes: readonly number[];
  /** What it computes, where that is its own. */
  readonly config?: NetworkConfig;
}

/** The members of an ensemble. Throws unless they have the same inputs and outputs and, where they have no weights, as many layers. */
export function readMembers(
  { members }: Json,
  weighted: boolean,
  where: string,
  pieces: readonly OwnPiece[],
): readonly MemberFields[] {
  const all = take(MEMBERS, members, `${where}: members`);
  const ends = ({ sizes }: MemberFields) =>
    `${sizes[0]} inputs, ${sizes[sizes.length - 1]} outputs${weighted ? "" : ` and ${sizes.length - 1} layers`}`;
  const first = ends({ sizes: all[0].sizes });
  return all.map(({ sizes, config }, j) => {
    check(ends({ sizes }) === first, `${where}: members[${j}]: sizes`, () => {
      return `make up ${ends({ sizes })}, those of member 0 ${first}`;
    });
    if (config === undefined) return { sizes };
    const at = `${where}: members[${j}]: config`;
    check(isRecord(config), at, () => "is no JSON object");
    return { sizes, config: readNetworkConfig(config, at, pieces) };
  });
}

/** The kinds of layers that are of one's own, and null for the others. Throws where one is not among `pieces`. */
export function readKinds({ kinds }: Json, count: number, where: string, pieces: readonly OwnPiece[]): (LayerKind | null)[] {
  if (kinds === undefined) return [];
  const names = take(list(nullable(text()), { length: count, takes: `a list of ${count} kinds` }), kinds, `${where}: kinds`);
  return names.map((name, i) => {
    const piece = pieces.find((one) => one.name === name && LAYER.isOne(one));
    check(name === null || piece !== undefined, `${where}: kinds: layer ${i}`, () => {
      return `"${name}" is a kind of one's own; hand it in by pieces (--pieces FILE.js)`;
    });
    return (piece as LayerKind | undefined) ?? null;
  });
}

/** What files say in JSON of a model beside its tensors. */
export function modelFields(saved: SavedModel): Json {
  const {
    network,
    members,
    config,
    features,
    classes,
    targets,
    featureNames,
    imageShape,
    temperature,
    threshold,
    layout,
    prepared,
  } = saved;
  const sizesOf = ({ layers, config }: Member) => {
    return { sizes: [features, ...layers.map((layer) => layer.out)], ...(config && { config }) };
  };
  const kinds = network.layers.map(({ kind }) => kind?.name ?? null);
  return {
    ...(members ? { members: members.map(sizesOf) } : sizesOf(network)),
    ...(kinds.some((kind) => kind !== null) && { kinds }),
    ...config,
    classes,
    ...(targets && { targets: { mean: Array.from(targets.mean), std: Array.from(targets.std) } }),
    ...(featureNames && { featureNames }),
    ...(imageShape && { imageShape }),
    ...(temperature !== undefined && { temperature }),
    ...(threshold !== undefined && { threshold }),
    ...(layout && { layout }),
    ...(prepared && { prepared }),
  };
}

/** The fields that `modelFields` wrote. Throws, naming the field, unless they fit a network of these sizes. */
export function readModelFields(
  config: Json,
  sizes: readonly number[],
  where: string,
  pieces: readonly OwnPiece[],
): Omit<SavedModel, "network" | "members" | "input" | "conformal" | "training"> {
  const [features, outputs] = [sizes[0], sizes[sizes.length - 1]];
  const labels = list(text(), { length: outputs, takes: `a list of a label for each of ${outputs} outputs` });
  const names = list(text(), { length: features, takes: `a list of a name for each of ${features} inputs` });
  const fields = record({
    classes: labels,
    targets: optional(SCALE),
    featureNames: optional(names),
    temperature: optional(number({ above: 0 })),
    threshold: optional(number({ above: 0, below: 1 })),
  });
  const { classes, targets, featureNames, temperature, threshold } = take(fields, config, where);
  const { imageShape, layout, prepared } = config;
  if (prepared !== undefined) checkPrepared(prepared as Preparation, features, `${where}: prepared`);
  if (layout !== undefined) checkLayout(layout as TableLayout, `${where}: layout`);
  return {
    config: readNetworkConfig(config, where, pieces),
    features,
    classes,
    ...(targets && { targets: readScale(targets, `${where}: targets`) }),
    ...(featureNames !== undefined && { featureNames }),
    ...(imageShape !== undefined && { imageShape: readImageShape(imageShape, features, where) }),
    ...(temperature !== undefined && { temperature }),
    ...(threshold !== undefined && { threshold }),
    ...(layout !== undefined && { layout: layout as TableLayout }),
    ...(prepared !== undefined && { prepared: prepared as Preparation }),
  };
}

const SCALE = record({
  mean: list(number(), { least: 1, takes: "a list of numbers" }),
  std: list(number(), { least: 1, takes: "a list of numbers" }),
});

/** The scale of targets. Throws unless it is one. */
function readScale({ mean, std }: { mean: readonly number[]; std: readonly number[] }, where: string): TargetScale {
  const scale = { mean: Float64Array.from(mean), std: Float64Array.from(std) };
  checkScale(scale, where);
  return scale;
}

/** Height and width of image-shaped inputs. Throws unless they make up all features. */
function readImageShape(shape: unknown, features: number, where: string): [number, number] {
  checkImageShape(shape as [number, number], features, `${where}: imageShape`);
  const [height, width] = shape as [number, number];
  return [height, width];
}
