import { alignFeatures, checkFeatures } from "../data/align.js";
import type { Dataset } from "../data/dataset.js";
import { rawFeatures } from "../data/prepare/index.js";
import { withAverages } from "../io/folded.js";
import { SIZES } from "../io/model-json.js";
import { checkSingle, type SavedModel } from "../io/saved-model.js";
import { connections } from "../layers/param.js";
import type { Layout } from "../methods/layouts/layout.js";
import type { Method } from "../methods/method.js";
import { ADDED, LEARNT, NETWORK } from "../nn/options.js";
import { type NetworkState, withoutStates } from "../nn/state.js";
import { givenOf, optionalsOf, schemasOf } from "../options/option.js";
import { nameOf } from "../options/piece.js";
import { anything, flag, list, nullable, number, optional, record, type Schema, take, text } from "../options/schema.js";
import { taskOf } from "../tasks/index.js";
import { check, isRecord } from "../util/check.js";
import { crc32c } from "../util/crc32.js";
import type { StartRecord, WeightOptions } from "./options.js";

/** What a run that starts from `model` takes over from it. */
export function recordStart(model: SavedModel): StartRecord {
  checkSingle(model, "start", "a run starts from a single network");
  const { features, network, config, input } = model;
  const own = network.layers.find(({ kind }) => kind)?.kind;
  check(!own, "start", () => {
    return `the model has a layer of kind ${own?.name}; a run starts from built-in kinds alone: train it from the beginning`;
  });
  return {
    sizes: [features, ...network.layers.map(({ out }) => out)],
    densities: network.layers.map((layer) => layer.topology && connections(layer) / (layer.in * layer.out)),
    network: givenOf({ ...LEARNT, ...NETWORK, ...ADDED }, config),
    standardised: input !== null,
    checksum: checksumOf(network),
  };
}

function checksumOf({ layers, skip }: NetworkState): string {
  const ofLayers = layers.flatMap(({ topology, params }) => [
    ...(topology ? [topology.rowPtr, topology.colIdx] : []),
    ...Object.values(params),
  ]);
  const arrays = [...ofLayers, ...(skip ? [skip.values] : [])];
  const each = Uint32Array.from(arrays, (data) => crc32c(new Uint8Array(data.buffer, data.byteOffset, data.byteLength)));
  return crc32c(new Uint8Array(each.buffer)).toString(16).padStart(8, "0");
}

/** What the run of a checkpoint took over from the model it started from; undefined where it started from none. Throws on what is no such record. */
export function recordedStart({ training, config }: SavedModel): StartRecord | undefined {
  const start = isRecord(training?.config) ? training.config.start : undefined;
  if (start === undefined) return undefined;
  const where = "resume: start";
  const recorded = take(START, start, where);
  const { length } = recorded.sizes;
  check(recorded.densities.length === length - 1, `${where}: densities`, () => `expected one for each of ${length - 1} layers`);
  return { ...recorded, network: { ...recorded.network, ...givenOf({ activation: 0, loss: 0, task: 0 }, config) } }; // pieces, where the record has their names
}

const START: Schema<StartRecord> = record({
  sizes: SIZES,
  densities: list(nullable(number({ min: 0, max: 1 }))),
  network: record({
    ...schemasOf(NETWORK),
    ...optionalsOf(ADDED),
    activation: anything(),
    loss: anything(),
    task: optional(anything()),
  }) as Schema<StartRecord["network"]>,
  standardised: flag(),
  checksum: text(),
});

/** The model's weights, or the averages of them that it kept, and connections, without optimiser state. */
export function freshState(saved: SavedModel): NetworkState {
  return withoutStates(withAverages(saved).network);
}

/** A dataset as a model takes it: its features, by name where both have names, and its labels, in its order. Throws where the data do not fit. */
export function alignToModel(dataset: Dataset, saved: SavedModel): Dataset {
  const { classes, imageShape: picture, config } = saved;
  const { features, featureNames } = rawFeatures(saved);
  const named = alignFeatures(dataset, featureNames);
  checkFeatures(named, features);
  const imageShape = picture && ([...picture] as [number, number]);
  const aligned = taskOf(config.task).align?.(named, classes) ?? named;
  return { ...(featureNames && { featureNames }), ...(imageShape && { imageShape }), ...aligned };
}

/** The options with what the model decides in the place of what was left out. Throws, naming the first that contradicts the model. */
export function startedOptions(options: WeightOptions, { sizes, densities, network, standardised }: StartRecord): WeightOptions {
  const { dropout = network.dropout, dropoutStyle = network.dropoutStyle, loss = network.loss } = options;
  const { inputDropout = network.inputDropout, clipNorm = network.clipNorm } = options;
  const { maxNorm = network.maxNorm, ema = network.ema } = options;
  const { labelSmoothing = loss === network.loss ? network.labelSmoothing : undefined } = options;
  const hidden = sizes.slice(1, -1).join(",");
  const activation = nameOf(network.activation);
  const last = densities[densities.length - 1] === null ? "dense" : "sparse";
  const scale = (rate: number, style: string) => (style === "authors" ? 1 - rate : 1);
  const before = scale(network.dropout, network.dropoutStyle);
  const rescaled = scale(dropout, dropoutStyle) !== before;
  const statistics = standardised
    ? "it brings the statistics of its inputs"
    : "its weights take inputs raw (statistics they expect are imported with them)";
  const { task } = network;
  const contradictions: [key: keyof WeightOptions, found: boolean, why: string][] = [
    ["task", nameOf(options.task ?? "") !== taskOf(task).name, `its task is ${taskOf(task).name}`],
    ["hidden", String(options.hidden) !== hidden, `its hidden layers are ${hidden || "none"}`],
    ["epsilon", true, "it brings its connections"],
    ["topology", true, "it brings its connections"],
    ["init", true, "it brings its weights"],
    ["prepare", true, "it brings the steps of its samples"],
    ["activation", nameOf(options.activation ?? "") !== activation, `its neurons were trained with ${activation}`],
    ["alpha", options.alpha !== network.alpha, `its neurons were trained with ${network.alpha}`],
    ["norm", options.norm !== (network.norm ?? "none"), `it has ${network.norm ? "batch norm" : "none"}`],
    ["skip", options.skip !== (network.skip ?? "none"), `it has ${network.skip ? "a linear skip" : "none"}`],
    ["output", options.output === (last === "dense" ? "sparse" : "dense"), `its last layer is ${last}`],
    ["inputs", standardised || options.inputs !== "raw", statistics],
    ["dropout", rescaled, `with style authors it scales what layers get, which was by ${before}`],
    ["dropoutStyle", rescaled, `authors scales what layers get, which was by ${before}`],
  ];
  for (const [key, found, why] of contradictions) {
    const contradicts = options[key] !== undefined && found;
    check(!contradicts, key, () => {
      return `${key === "activation" || key === "task" ? nameOf(options[key] ?? "") : options[key]} contradicts the model that training starts from: ${why}; leave it out`;
    });
  }
  return {
    ...options,
    task,
    activation: network.activation,
    alpha: network.alpha,
    dropout,
    dropoutStyle,
    inputDropout,
    loss,
    labelSmoothing,
    clipNorm,
    maxNorm,
    ema,
    norm: network.norm,
    skip: network.skip,
  };
}

/** The layout of the model, if `method` can train it; throws with the reason where it cannot. */
export function startLayout({ name, layout, remove }: Method, { sizes, densities }: StartRecord): Layout {
  const sparse = densities.some((density) => density !== null);
  const hidden = sizes.length > 2;
  const refuse = (why: string) => check(false, "method", () => `${name} cannot start from this model: ${why}`);
  if (layout.matched) refuse("it makes a network of sizes of its own; take dense for a dense model");
  if (!layout.sparse && sparse)
    refuse("it has sparse layers; take static to keep their connections, set or npset to evolve them");
  if (layout.sparse && !sparse) refuse(`its layers are all dense; take ${hidden ? "dense" : "linear"}`);
  if (!layout.hidden && hidden) refuse("it has hidden layers; take dense");
  if (!layout.sparse && layout.hidden && !hidden) refuse("it has no hidden layer; take linear");
  if (remove !== undefined && !hidden) refuse("it has no hidden neurons to remove; take set or static");
  return { sizes, densities };
}
