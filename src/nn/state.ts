import type { Activation } from "../activations/activation.js";
import type { ActivationName } from "../activations/index.js";
import { activationOf } from "../activations/index.js";
import { linear } from "../activations/linear.js";
import { LAYER_KINDS } from "../layers/index.js";
import { type LayerKind, outputsOf, paramsOf, type Response } from "../layers/kind.js";
import { type Connectivity, connections, initialValues, valuesOf } from "../layers/param.js";
import { initWeights, type WeightInit } from "../sparse/init-weights.js";
import { type Topology, validateTopology } from "../sparse/topology.js";
import { check, checkFloats, checkInteger, checkObject, checkTyped, isFloats } from "../util/check.js";
import { type Rng, random } from "../util/random.js";
import { shown } from "../util/shown.js";
import type { FloatArray } from "../util/types.js";
import type { NetworkConfig } from "./config.js";

/** One layer on the host: the values of its parameters by their names, and what the optimiser keeps beside them. */
export interface LayerState extends Connectivity {
  readonly kind?: LayerKind;
  /**
   * Members that share its weights: each has its own `bias` and `scaleOut` s [members, out], and `scaleIn` r [members, in], and answers
   * f(s (W (r x)) + bias). So are all layers of such a network but the last, which is dense and holds the outputs of all members.
   */
  readonly share?: number;
  /** Sparse layers have `values` by slot, dense ones out x in of them row-major; both have `bias`, and what the activation trains by its name. */
  readonly params: Readonly<Record<string, FloatArray>>;
  /** Arrays of the optimiser (m, then v) for each parameter; none in a network that is not to be trained on. */
  readonly state: Readonly<Record<string, readonly FloatArray[]>>;
  /** Original ids of the output neurons, increasing. */
  readonly neurons: Uint32Array;
  /** Marks of the cells that ever held a connection, where training counts them: see `Exploration`. */
  readonly explored?: Uint32Array;
}

/** The kind of a layer. */
export function kindOf({ kind, topology }: Pick<LayerState, "kind" | "topology">): LayerKind {
  return kind ?? (topology ? LAYER_KINDS.sparse : LAYER_KINDS.dense);
}

/** A layer without what training keeps beside it. */
export function withoutState({ explored: _, ...layer }: LayerState): LayerState {
  return { ...layer, state: {} };
}

/** The linear skip of a network: S [outputs, inputs], row-major, and what the optimiser keeps beside it. */
export interface SkipState {
  readonly values: FloatArray;
  /** None in a network that is not to be trained on. */
  readonly state: readonly FloatArray[];
}

/** Every layer of a network, first to last. */
export interface NetworkState {
  readonly layers: readonly LayerState[];
  /** Of a network whose inputs also go straight to its outputs: absent in others. */
  readonly skip?: SkipState;
}

/** A network of an ensemble, with what it has of its own. */
export interface Member extends NetworkState {
  /** Its share of the average, above 0; those of all members sum to 1. Absent of all where the shares are equal. */
  readonly weight?: number;
  /** What it computes, where that is not what the model says of all. */
  readonly config?: NetworkConfig;
}

/** A network without what the optimiser keeps. */
export function withoutStates({ layers, skip }: NetworkState): NetworkState {
  return { layers: layers.map(withoutState), ...(skip && { skip: { ...skip, state: [] } }) };
}

/** The connections that sparse layer `layer` begins with. */
export type Connect = (rows: number, cols: number, density: number, rng: Rng, layer: number) => Topology;

export interface InitialOptions {
  /** Neurons of every layer, inputs and classes included. */
  readonly sizes: readonly number[];
  /** Density of every weight layer: round(density in out) connections at random cells; null for a dense layer. */
  readonly densities: readonly (number | null)[];
  /** The layers that are of a kind of one's own; null for the others. */
  readonly kinds?: readonly (LayerKind | null)[];
  /** Chooses the cells of built-in sparse layers; by default at random. */
  readonly connect?: Connect;
  readonly init: WeightInit;
  readonly seed: number;
  /** Of the hidden layers; default relu. */
  readonly activation?: ActivationName | Activation;
  /** Of the hidden layers; default none. */
  readonly norm?: "none" | "batch";
  /** linear: the inputs go straight to the outputs as well, at first by weights of 0. */
  readonly skip?: "none" | "linear";
}

/** A new network: random sparse or dense layers, weights by `init`, biases 0, no optimiser state. */
export function initialState({
  sizes,
  densities,
  kinds,
  connect: given,
  init,
  seed,
  activation = "relu",
  norm,
  skip,
}: InitialOptions): NetworkState {
  check(sizes.length >= 2, "network", () => `sizes [${sizes}] has no weight layer; give at least inputs and classes`);
  for (const size of sizes) checkInteger(size, "layer size", 1, 2 ** 31);
  check(densities.length === sizes.length - 1, "network", () => {
    return `${densities.length} densities for ${sizes.length - 1} weight layers`;
  });
  const layers = sizes.slice(1).map((out, i): LayerState => {
    const inputs = sizes[i];
    const density = densities[i];
    const kind = kinds?.[i] ?? undefined;
    const { connect } = kind ?? (density === null ? LAYER_KINDS.dense : LAYER_KINDS.sparse);
    const topology =
      (connect && !kind ? (given ?? connect) : connect)?.(out, inputs, density as number, random(seed, "topology", i), i) ?? null;
    const connectivity = { in: inputs, out, topology, ...(kind && { kind }) };
    const values = kind ? null : initWeights(init, topology ?? { rows: out, cols: inputs }, random(seed, "weights", i));
    const hidden = i < sizes.length - 2 && !kind;
    const responds = hidden ? { activation: activationOf(activation), norm: norm === "batch" } : undefined;
    const params = { ...(values && { values }), ...initialParams(connectivity, responds) };
    return { ...connectivity, params, state: {}, neurons: Uint32Array.from({ length: out }, (_, n) => n) };
  });
  return {
    layers,
    ...(skip === "linear" && { skip: { values: new Float32Array(sizes[0] * sizes[sizes.length - 1]), state: [] } }),
  };
}

/** Where the parameters of a layer start, but for its weights. */
export function initialParams(
  layer: Connectivity & Pick<LayerState, "kind" | "share">,
  answers: Pick<Response, "activation" | "norm"> = { activation: linear },
): Record<string, Float32Array> {
  const specs = paramsOf(kindOf(layer), answers, layer.share).filter(({ per }) => per !== "connection");
  return Object.fromEntries(specs.map((spec) => [spec.name, initialValues(spec, layer)]));
}

/** Throws unless the arrays of a state fit together: lengths, layer sizes, valid topologies, increasing neuron ids. */
export function validateState(state: NetworkState): void {
  checkLayers(state);
  checkSharing(state);
  const { layers } = state;
  layers.forEach((layer, i) => {
    const where = `layer ${i}`;
    if (i > 0)
      check(layer.in === layers[i - 1].out, where, () => {
        return `has ${layer.in} inputs, layer ${i - 1} has ${layers[i - 1].out} outputs`;
      });
    const expected = layer.kind ? outputsOf(layer.kind, layer.in) : layer.out;
    check(layer.out === expected, where, () => `has ${layer.in} inputs and ${layer.out} outputs; its kind has ${expected}`);
    if (layer.topology) {
      validateTopology(layer.topology, where);
      check(layer.topology.rows === layer.out && layer.topology.cols === layer.in, where, () => {
        return `topology is ${layer.topology?.rows} x ${layer.topology?.cols}, expected ${layer.out} x ${layer.in}`;
      });
    }
    const expect = (name: string, length: number, expected: number) =>
      check(length === expected, where, () => `${name} has ${length} elements, expected ${expected}`);
    const own = paramsOf(kindOf(layer), { activation: linear }, layer.share);
    for (const [name, { length }] of Object.entries(layer.params)) {
      const spec = own.find((one) => one.name === name);
      expect(name, length, spec ? valuesOf(spec, layer) : layer.out * Math.ceil(length / layer.out)); // the activation's
      for (const array of layer.state[name] ?? []) expect(`state of ${name}`, array.length, length);
    }
    expect("neurons", layer.neurons.length, layer.out);
    for (let n = 1; n < layer.neurons.length; n++)
      check(layer.neurons[n] > layer.neurons[n - 1], where, () => `neuron ids do not increase at ${n}`);
  });
}

/** Throws unless layers that members share are all but the last, of as many members each; the last is dense, with equal parts for all. */
function checkSharing({ layers }: NetworkState): void {
  const share = layers.find((layer) => layer.share !== undefined)?.share;
  if (share === undefined) return;
  const last = layers.length - 1;
  check(Number.isInteger(share) && share > 1 && share <= 256, "share", () => `${share} members, expected 2 to 256`);
  for (const [i, layer] of layers.entries()) {
    check(layer.kind === undefined, `layer ${i}`, () => "is of a kind of one's own, and those know no members");
    const expected = i < last ? share : undefined;
    check(layer.share === expected, `layer ${i}`, () => {
      return `${layer.share ?? "no"} members share its weights, expected ${expected ?? "no"}: all layers but the last are shared`;
    });
  }
  check(layers[last].topology === null && layers[last].out % share === 0, `layer ${last}`, () => {
    return `has ${connections(layers[last])} connections to ${layers[last].out} outputs, expected a dense layer of as many outputs for each of ${share} members`;
  });
}

/** Throws unless a state has layers whose fields are of their types. */
export function checkLayers(state: NetworkState): void {
  checkObject(state, "state of a network");
  const { layers } = state;
  check(Array.isArray(layers) && layers.length > 0, "layers", () => `${shown(layers)} is no list of layers`);
  for (const [i, layer] of layers.entries()) checkArrays(layer, `layer ${i}`);
}

/** Throws unless the fields of a layer are of their types. */
function checkArrays(layer: LayerState, where: string): void {
  checkObject(layer, where, "layer");
  checkInteger(layer.in, `${where}: in`, 1, 2 ** 31);
  checkInteger(layer.out, `${where}: out`, 1, 2 ** 31);
  checkObject(layer.params, `${where}: params`);
  checkObject(layer.state, `${where}: state`);
  for (const name of new Set([...kindOf(layer).params.map(({ name }) => name), ...Object.keys(layer.params)]))
    checkFloats(layer.params[name], `${where}: ${name}`);
  for (const [name, arrays] of Object.entries(layer.state)) {
    check(name in layer.params && Array.isArray(arrays) && arrays.every(isFloats), `${where}: state of ${name}`, () => {
      return `is ${shown(arrays)}, expected a list of floats for each array that the optimiser keeps beside a parameter`;
    });
  }
  checkTyped(layer.neurons, Uint32Array, `${where}: neurons`);
  if (layer.topology !== null) checkObject(layer.topology, `${where}: topology`, "topology");
}
