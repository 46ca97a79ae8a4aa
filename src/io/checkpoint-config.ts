import { checkImageShape } from "../data/check-dataset.js";
import { checkLayout, type TableLayout } from "../data/readers/layout.js";
import type { Standardizer } from "../data/standardize.js";
import { DROPOUT_STYLES } from "../kernels/activation.js";
import { type NetworkConfig, networkConfig } from "../nn/config.js";
import { CoppiceError, check, checkFloats, checkInteger, checkOneOf } from "../util/check.js";
import { shown } from "../util/shown.js";
import type { SavedModel, TrainingState } from "./saved-model.js";

/** What a JSON object holds, unchecked. */
export type Json = Record<string, unknown>;

/** The JSON object of `__metadata__.config`. Throws when it is none. */
export function parseConfig(text: string | undefined, where: string): Json {
  let config: unknown;
  try {
    config = JSON.parse(text ?? "");
  } catch (error) {
    check(false, `${where}: config`, () => `is not JSON (${(error as Error).message})`);
  }
  check(isRecord(config), `${where}: config`, () => "is no JSON object");
  return config;
}

const NETWORK_FIELDS = {
  activation: "string",
  alpha: "number",
  dropout: "number",
  dropoutStyle: "string",
  loss: "string",
  seed: "number",
};
const OPTIMIZER_FIELDS = {
  name: "string",
  momentum: "number",
  nesterov: "boolean",
  decay: "number",
  beta1: "number",
  beta2: "number",
  eps: "number",
};

/** What the network computes, every field of its type. Throws, naming the first that is not. */
function readNetworkConfig(config: Json, where: string): NetworkConfig {
  const { optimizer } = config;
  check(isRecord(optimizer), `${where}: optimizer`, () => "is missing");
  const fields = pick(config, NETWORK_FIELDS, where) as Partial<NetworkConfig>;
  checkOneOf(String(fields.dropoutStyle), DROPOUT_STYLES, `${where}: dropoutStyle`);
  const optimize = pick(optimizer, OPTIMIZER_FIELDS, `${where}: optimizer`);
  return inFile(where, () => networkConfig({ ...fields, optimizer: optimize }));
}

/** What `work` makes; its usage errors begin with the file's name. */
export function inFile<T>(where: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw error instanceof CoppiceError ? new CoppiceError(`${where}: ${error.message}`, error.kind) : error;
  }
}

/** The named fields, each of its type; their values are checked by `networkConfig`. */
function pick(record: Json, types: Record<string, string>, where: string): Json {
  return Object.fromEntries(
    Object.entries(types).map(([key, type]) => {
      const value = Object.hasOwn(record, key) ? record[key] : undefined;
      check(typeof value === type, `${where}: ${key}`, () => `is ${shown(value)}, expected a ${type}`);
      return [key, value];
    }),
  );
}

/** Where training stood; undefined in a model that is not in training. */
export function readTraining(config: Json, where: string): TrainingState | undefined {
  if (config.training === undefined) return undefined;
  const { training, random } = config;
  check(isRecord(training) && isRecord(random), `${where}: training`, () => "or random is no object");
  const { epoch, step } = pick(random, { epoch: "number", step: "number" }, `${where}: random`) as {
    epoch: number;
    step: number;
  };
  checkInteger(epoch, `${where}: epoch`, 0);
  checkInteger(step, `${where}: step`, 0);
  const { history, evolutions, best } = training;
  check(Array.isArray(history) && Array.isArray(evolutions), `${where}: training`, () => "has no history and evolutions");
  const rest = { config: training.config, plan: training.plan, epoch, step, history: history.map(fromJson), evolutions };
  if (best === undefined) return rest;
  check(isRecord(best), `${where}: training.best`, () => "is no object");
  return {
    ...rest,
    best: pick(best, { loss: "number", epoch: "number" }, `${where}: training.best`) as { loss: number; epoch: number },
  };
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
export function readSizes(config: Json, where: string): number[] {
  const sizes = integers(config.sizes, 1, `${where}: sizes`);
  check(sizes.length >= 2, `${where}: sizes`, () => `[${sizes}] has no weight layer`);
  return sizes;
}

/** What files say in JSON of a model beside its tensors. */
export function modelFields({ network, config, features, classes, featureNames, imageShape, layout }: SavedModel): Json {
  const sizes = [features, ...network.layers.map((layer) => layer.out)];
  return {
    sizes,
    ...config,
    classes,
    ...(featureNames && { featureNames }),
    ...(imageShape && { imageShape }),
    ...(layout && { layout }),
  };
}

/** The fields that `modelFields` wrote. Throws, naming the field, unless they fit a network of these sizes. */
export function readModelFields(
  config: Json,
  sizes: readonly number[],
  where: string,
): Pick<SavedModel, "config" | "features" | "classes" | "featureNames" | "imageShape" | "layout"> {
  const { classes, featureNames, imageShape, layout } = config;
  const [features, outputs] = [sizes[0], sizes[sizes.length - 1]];
  check(
    isStrings(classes) && classes.length === outputs,
    `${where}: classes`,
    () => `expected a label for each of ${outputs} outputs`,
  );
  check(
    featureNames === undefined || (isStrings(featureNames) && featureNames.length === features),
    `${where}: featureNames`,
    () => `expected a name for each of ${features} inputs`,
  );
  if (layout !== undefined) checkLayout(layout as TableLayout, `${where}: layout`);
  return {
    config: readNetworkConfig(config, where),
    features,
    classes,
    ...(featureNames !== undefined && { featureNames }),
    ...(imageShape !== undefined && { imageShape: readImageShape(imageShape, features, where) }),
    ...(layout !== undefined && { layout: layout as TableLayout }),
  };
}

/** Throws unless statistics are those of `features` inputs, all finite, of one type, and standard deviations positive. */
export function checkStandardizer({ mean, std, median }: Standardizer, features: number, where: string): void {
  checkFloats(mean, `${where}.mean`, features);
  checkFloats(std, `${where}.std`, features);
  if (median !== undefined) checkFloats(median, `${where}.median`, features);
  const bits = [mean, std, ...(median ? [median] : [])].map((statistic) => 8 * statistic.BYTES_PER_ELEMENT);
  check(new Set(bits).size === 1, where, () => `mean, std and median are of ${bits.join(", ")} bits; expected 64, or 32 of all`);
  check(mean.every(Number.isFinite), `${where}.mean`, () => "holds values that are not finite");
  check(
    std.every((value) => value > 0 && value < Infinity),
    `${where}.std`,
    () => "holds values that are not positive",
  );
  check(median?.every(Number.isFinite) ?? true, `${where}.median`, () => "holds values that are not finite");
}

/** Height and width of image-shaped inputs. Throws unless they make up all features. */
function readImageShape(shape: unknown, features: number, where: string): [number, number] {
  checkImageShape(shape as [number, number], features, `${where}: imageShape`);
  const [height, width] = shape as [number, number];
  return [height, width];
}

/** A list of integers of at least `min`. Throws on anything else. */
function integers(value: unknown, min: number, where: string): number[] {
  check(Array.isArray(value), where, () => "is no list");
  for (const item of value) checkInteger(item, where, min, 2 ** 31);
  return value as number[];
}

/** Whether it is a list of strings. */
function isStrings(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((item) => typeof item === "string");
}

/** Whether it is a JSON object. */
export function isRecord(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
