import type { SampleMatrix } from "../data/sample-matrix.js";
import { checkDevice, type Device } from "../device/device.js";
import { withAverages } from "../io/folded.js";
import { checkModel, checkSingle, type SavedModel } from "../io/saved-model.js";
import { mae } from "../metrics/mae.js";
import { evaluationScale } from "../nn/config.js";
import { kindOf, type LayerState, withoutState } from "../nn/state.js";
import { collectOutputs } from "../tasks/answers.js";
import type { Task } from "../tasks/task.js";
import { check, checkInteger, checkKeys } from "../util/check.js";
import { loadModel } from "./model.js";

/** Activations of hidden neurons for samples, in order. */
export interface Encoding {
  /** The neurons' names: of the k-th hidden layer "hK.ID", by their ids at the start of training. */
  readonly neurons: readonly string[];
  /** [samples, neurons]. */
  readonly values: Float32Array;
  /** What there is to tell of the samples: see `Prediction`. */
  readonly notes: readonly string[];
}

/** Which hidden layer encodes. */
export interface EncodeOptions {
  /** From 1, the first after the inputs; default the last. */
  readonly layer?: number;
}

/**
 * The activations of a hidden layer for samples x [samples, features], raw as `predict` takes them: what the model makes of them on its way to
 * the answer, a feature for each neuron. The device stays the caller's.
 *
 * Throws a usage error on an ensemble, whose members have activations of their own, on a model without hidden layers, on a layer that it does not
 * have, and on what `predict` refuses.
 */
export async function encode(device: Device, saved: SavedModel, x: SampleMatrix, options: EncodeOptions = {}): Promise<Encoding> {
  checkDevice(device, "encode: device");
  const model = loadModel(device, encoderOf(saved, options));
  try {
    const { values, notes } = (await model.predict(x)) as unknown as Encoding;
    return { neurons: model.saved.classes, values, notes };
  } finally {
    await model.dispose();
  }
}

/** Its outputs are what they are. */
const ENCODING: Task = {
  name: "encoding",
  losses: ["mse"],
  metrics: [mae], // a task has one; nobody is told
  outputs: () => [],
  width: (outputs) => outputs,
  targets: "inputs",
  answers: (names, samples) => collectOutputs(names, samples),
  answer: ({ values, outputs: { length } }: ReturnType<ReturnType<typeof collectOutputs>["result"]>, i) => ({
    values: values.subarray(i * length, (i + 1) * length),
  }),
};

/** The hidden layer that encodes. Throws a usage error on an ensemble, on a model without hidden layers, and on a layer that it does not have. */
export function encodingLayer(saved: SavedModel, options: EncodeOptions): number {
  checkKeys(options, { layer: true }, "encode: option");
  checkSingle(saved, "encode", "each member has activations of its own: encode by a single network");
  const hidden = saved.network.layers.length - 1;
  check(hidden > 0, "encode", () => "the model has no hidden layer, whose activations would be the encoding");
  const { layer = hidden } = options;
  checkInteger(layer, "encode: layer", 1, hidden);
  return layer;
}

/** The model up to a hidden layer, and behind that a layer that gives what it gets: a last layer has no activation. */
function encoderOf(given: SavedModel, options: EncodeOptions): SavedModel {
  checkModel(given, "encode: saved");
  const saved = withAverages(given);
  const layer = encodingLayer(saved, options);
  const { network, config, features, input, featureNames, prepared } = saved;
  const kept = network.layers.slice(0, layer).map(withoutState);
  const { out, neurons } = kept[layer - 1];
  const { skip: _toOutputs, ...rest } = config;
  const scale = evaluationScale(config, [...kept, network.layers[layer]].map(kindOf), layer);
  return {
    network: { layers: [...kept, identity(out, 1 / scale)] },
    config: { ...rest, loss: "mse", task: ENCODING },
    features,
    classes: Array.from(neurons, (id) => `h${layer}.${id}`),
    input,
    ...(prepared && { prepared }),
    ...(featureNames && { featureNames }),
  };
}

/** A layer of n neurons, each with one connection, from the input of its place. */
function identity(n: number, weight: number): LayerState {
  const rowPtr = Uint32Array.from({ length: n + 1 }, (_, i) => i);
  const colIdx = rowPtr.slice(0, n);
  return {
    in: n,
    out: n,
    topology: { rows: n, cols: n, nnz: n, rowPtr, colIdx },
    params: { values: new Float32Array(n).fill(weight), bias: new Float32Array(n) },
    state: {},
    neurons: colIdx,
  };
}
