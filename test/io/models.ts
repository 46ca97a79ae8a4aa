import type { ActivationName } from "../../src/activations/index.js";
import type { Standardizer } from "../../src/data/standardize.js";
import type { SavedModel } from "../../src/io/saved-model.js";
import { networkConfig } from "../../src/nn/config.js";
import { initialState } from "../../src/nn/state.js";
import { random } from "../../src/util/random.js";
import type { FloatArray } from "../../src/util/types.js";

export interface ModelKind {
  readonly sizes?: readonly number[];
  readonly densities?: readonly (number | null)[];
  readonly activation?: ActivationName;
  readonly alpha?: number;
  readonly loss?: "crossEntropy" | "mse" | "authors";
  readonly dropout?: number;
  readonly temperature?: number;
  /** What inputs go through before the network. */
  readonly inputs?: "raw" | "standardised" | "clipped" | "medians" | "of 32 bits";
  readonly seed?: number;
  readonly skip?: "linear";
}

/** A trained-looking model: no bias, knee or statistic is where it starts, a few weights are 0, and neurons are missing from the ids. */
export function madeModel(kind: ModelKind = {}): SavedModel {
  const { sizes = [20, 30, 24, 4], densities = [0.4, 0.5, null], activation = "relu", alpha, loss, dropout = 0, seed = 1 } = kind;
  const normals = (name: string, length: number, scale = 1, shift = 0) => {
    const rng = random(seed, name, length);
    return Float32Array.from({ length }, () => shift + scale * rng.normal());
  };
  const { layers } = initialState({ sizes, densities, init: "xavierNormal", seed, activation });
  const network = {
    layers: layers.map((layer, i) => ({
      ...layer,
      params: {
        values: layer.params.values.map((value, k) => (k % 7 === 3 ? 0 : 2 * value)),
        bias: normals(`bias ${i}`, layer.out, 0.1),
        ...(layer.params.srelu && {
          srelu: normals("knees", 4 * layer.out, 0.1).map((s, k) => s + [-0.4, 0.3, 0.5, 0.7][Math.floor(k / layer.out)]),
        }),
      },
      neurons: i < layers.length - 1 ? layer.neurons.map((id) => 2 * id + 1) : layer.neurons,
    })),
    ...(kind.skip && { skip: { values: normals("skip", sizes[0] * sizes[sizes.length - 1], 0.2), state: [] } }),
  };
  const [features, classes] = [sizes[0], sizes[sizes.length - 1]];
  const { inputs = "standardised" } = kind;
  const statistic = (values: Float32Array) =>
    inputs === "of 32 bits" ? values : Float64Array.from(values, (value) => value * (1 + 1e-9));
  const statistics = {
    mean: statistic(normals("mean", features, 3, 100)),
    std: statistic(normals("std", features).map((value) => 0.5 + Math.abs(value))),
    ...(inputs === "medians" && { median: statistic(normals("median", features, 1, 100)) }),
    ...(inputs === "clipped" && { clip: 1.5 }),
  };
  return {
    network,
    config: networkConfig({
      activation,
      alpha,
      loss,
      dropout,
      dropoutStyle: dropout ? "authors" : undefined,
      seed,
      skip: kind.skip,
    }),
    features,
    classes: Array.from({ length: classes }, (_, c) => `class "${c}"`),
    input: inputs === "raw" ? null : statistics,
    featureNames: Array.from({ length: features }, (_, j) => `gene ${j}`),
    ...(kind.temperature !== undefined && { temperature: kind.temperature }),
  };
}

/** Samples around what the model's inputs are standardised with, with missing values where it has medians. */
export function samplesFor({ features, input }: SavedModel, samples: number, seed = 2): Float32Array {
  const rng = random(seed, "samples");
  const x = Float32Array.from({ length: samples * features }, (_, k) => {
    const j = k % features;
    return (input?.mean[j] ?? 0) + (input?.std[j] ?? 1) * rng.normal();
  });
  if (input?.median) for (let k = 0; k < x.length; k += 7) x[k] = Number.NaN;
  return x;
}

/** A model of times in milliseconds since 1970, with one that is missing, and such times: 32 bits hold neither. */
export function timesModel(samples: number): { saved: SavedModel; x: Float64Array } {
  const { input, ...saved } = madeModel({ inputs: "medians" });
  const { mean, std, median } = input as Required<Standardizer>;
  const wide = (values: FloatArray, shift: number, scale: number) => Float64Array.from(values, (value) => shift + scale * value);
  const times = { mean: wide(mean, 1.7e12, 100), std: wide(std, 0, 1000), median: wide(median, 1.7e12, 100) };
  const rng = random(3, "times");
  const x = Float64Array.from({ length: samples * saved.features }, (_, k) => {
    const j = k % saved.features;
    return k % 7 === 3 ? Number.NaN : Math.round(times.mean[j] + times.std[j] * rng.normal());
  });
  return { saved: { ...saved, input: times }, x };
}

/** One model of every kind that differs in what is computed. */
export const KINDS: readonly [string, ModelKind][] = [
  ["sparse", { densities: [0.3, 0.4, 0.5] }],
  ["dense", { densities: [null, null, null] }],
  ["mixed", { densities: [null, 0.4, null] }],
  ["linear, without a hidden layer", { sizes: [20, 4], densities: [0.5] }],
  ["of raw inputs", { inputs: "raw" }],
  ["with statistics of 32 bits, of version 0.1.0", { inputs: "of 32 bits" }],
  ["of smoothly clipped inputs", { inputs: "clipped" }],
  ["with medians for missing values", { inputs: "medians" }],
  ["of leaky ReLUs", { activation: "leakyRelu", alpha: 0.05 }],
  ["of All-ReLUs, whose first slope is negative", { activation: "allRelu", alpha: 0.6 }],
  ["of trained SReLUs", { activation: "srelu" }],
  ["of sigmoids", { activation: "sigmoid" }],
  ["of tanhs", { activation: "tanh" }],
  ["of GELUs", { activation: "gelu" }],
  ["of the identity", { activation: "linear" }],
  ["trained with mse", { loss: "mse" }],
  ["that is calibrated", { temperature: 1.7 }],
  ["trained as SET's authors, dropout too", { loss: "authors", dropout: 0.3 }],
];
