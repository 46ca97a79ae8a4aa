import type { Activation } from "../activations/activation.js";
import type { ActivationName } from "../activations/index.js";
import { activationOf } from "../activations/index.js";
import { initWeights, type WeightInit } from "../sparse/init-weights.js";
import { uniformDensity } from "../sparse/initial.js";
import { type Topology, validateTopology } from "../sparse/topology.js";
import { check, checkFloats, checkInteger, checkObject, checkTyped, isFloats } from "../util/check.js";
import { random } from "../util/random.js";
import { shown } from "../util/shown.js";
import type { FloatArray } from "../util/types.js";

/**
 * One weight layer on the host: W is [out, in]. A sparse layer has a topology and one value a connection, a dense one
 * (topology null) out x in values, row-major. Optimiser state, where there is any, has one array a slot (m, then v).
 */
export interface LayerState {
  readonly in: number;
  readonly out: number;
  readonly topology: Topology | null;
  readonly values: FloatArray;
  readonly bias: FloatArray;
  /** Optimiser state of the values and of the biases; empty arrays of slots for a network that is not to be trained on. */
  readonly state: readonly FloatArray[];
  readonly biasState: readonly FloatArray[];
  /** Trained parameters of the activation, one after the other, of `out` elements each; and their optimiser state. */
  readonly trained: FloatArray | null;
  readonly trainedState: readonly FloatArray[];
  /** Original ids of the output neurons, increasing. */
  readonly neurons: Uint32Array;
}

/** The parameters of a layer: their field, that of their optimiser state, and the axis along which evolution carries them. */
export const PARAMETERS = [
  { key: "values", state: "state", per: "connection" },
  { key: "bias", state: "biasState", per: "output" },
  { key: "trained", state: "trainedState", per: "output" },
] as const;

/** A layer that nothing has trained yet. */
export function withoutState(layer: LayerState): LayerState {
  return { ...layer, ...Object.fromEntries(PARAMETERS.map(({ state }) => [state, []])) };
}

/** Every layer of a network, first to last. */
export interface NetworkState {
  readonly layers: readonly LayerState[];
}

export interface InitialOptions {
  /** Neurons of every layer, inputs and classes included. */
  readonly sizes: readonly number[];
  /** Density of every weight layer: round(density in out) connections at random cells; null for a dense layer. */
  readonly densities: readonly (number | null)[];
  readonly init: WeightInit;
  readonly seed: number;
  /** Of the hidden layers; default relu. */
  readonly activation?: ActivationName | Activation;
}

/** A new network: random sparse or dense layers, weights by `init`, biases 0, no optimiser state. */
export function initialState({ sizes, densities, init, seed, activation = "relu" }: InitialOptions): NetworkState {
  check(sizes.length >= 2, "network", () => `sizes [${sizes}] has no weight layer; give at least inputs and classes`);
  for (const size of sizes) checkInteger(size, "layer size", 1, 2 ** 31);
  check(
    densities.length === sizes.length - 1,
    "network",
    () => `${densities.length} densities for ${sizes.length - 1} weight layers`,
  );
  const layers = sizes.slice(1).map((out, i): LayerState => {
    const inputs = sizes[i];
    const density = densities[i];
    const topology = density === null ? null : uniformDensity(out, inputs, density, random(seed, "topology", i));
    const values = initWeights(init, topology ?? { rows: out, cols: inputs }, random(seed, "weights", i));
    const hidden = i < sizes.length - 2;
    return {
      in: inputs,
      out,
      topology,
      values,
      bias: new Float32Array(out),
      state: [],
      biasState: [],
      trained: hidden ? initialParameters(activationOf(activation), out) : null,
      trainedState: [],
      neurons: Uint32Array.from({ length: out }, (_, n) => n),
    };
  });
  return { layers };
}

/** Where an activation's parameters start, [parameters, out]; null where it has none. */
function initialParameters({ parameters }: Activation, out: number): Float32Array | null {
  return parameters
    ? Float32Array.from({ length: parameters.length * out }, (_, i) => parameters[Math.floor(i / out)].init)
    : null;
}

/** Throws unless the arrays of a state fit together: lengths, layer sizes, valid topologies, increasing neuron ids. */
export function validateState(state: NetworkState): void {
  checkLayers(state);
  const { layers } = state;
  layers.forEach((layer, i) => {
    const where = `layer ${i}`;
    if (i > 0)
      check(
        layer.in === layers[i - 1].out,
        where,
        () => `has ${layer.in} inputs, layer ${i - 1} has ${layers[i - 1].out} outputs`,
      );
    if (layer.topology) {
      validateTopology(layer.topology, where);
      check(
        layer.topology.rows === layer.out && layer.topology.cols === layer.in,
        where,
        () => `topology is ${layer.topology?.rows} x ${layer.topology?.cols}, expected ${layer.out} x ${layer.in}`,
      );
    }
    const lengths = { connection: connections(layer), output: layer.out };
    const expect = (name: string, length: number, expected: number) =>
      check(length === expected, where, () => `${name} has ${length} elements, expected ${expected}`);
    for (const { key, state, per } of PARAMETERS) {
      const length = layer[key]?.length ?? 0;
      const each = lengths[per];
      expect(key, length, key === "trained" ? each * Math.ceil(length / each) : each); // an activation has several an output
      for (const array of layer[state]) expect(state, array.length, length);
    }
    expect("neurons", layer.neurons.length, layer.out);
    for (let n = 1; n < layer.neurons.length; n++)
      check(layer.neurons[n] > layer.neurons[n - 1], where, () => `neuron ids do not increase at ${n}`);
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
  for (const { key, state } of PARAMETERS) {
    const array = layer[key];
    if (key !== "trained" || array !== null) checkFloats(array as FloatArray, `${where}: ${key}`);
    check(Array.isArray(layer[state]) && layer[state].every(isFloats), where, () => {
      return `${state} is ${shown(layer[state])}, expected a list of floats a slot of the optimiser`;
    });
  }
  checkTyped(layer.neurons, Uint32Array, `${where}: neurons`);
  if (layer.topology !== null) checkObject(layer.topology, `${where}: topology`, "topology");
}

/** Connections of a layer: nnz, or out x in of a dense one. */
export function connections(layer: { topology: Topology | null; in: number; out: number }): number {
  return layer.topology ? layer.topology.nnz : layer.in * layer.out;
}
