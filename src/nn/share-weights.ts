import { linear } from "../activations/linear.js";
import { RUNNING } from "../layers/kind.js";
import { initWeights, type WeightInit } from "../sparse/init-weights.js";
import { check } from "../util/check.js";
import { joinArrays } from "../util/join-arrays.js";
import { random } from "../util/random.js";
import type { FloatArray } from "../util/types.js";
import { initialParams, type LayerState, type NetworkState } from "./state.js";

/**
 * A new network whose weights members share, of one that is new: a member for each seed. Member j's inputs have signs of their own at first, +1 or -1
 * at random, and all other scalings are 1. Weights of its last layer are its own. Gorishniy et al. 2024 (TabM) start so.
 */
export function shareWeights({ layers }: NetworkState, init: WeightInit, seeds: readonly number[]): NetworkState {
  const last = layers.length - 1;
  check(last > 0, "share", () => "a network without a hidden layer has no weights that members could share; give it one");
  const share = seeds.length;
  const shared = layers.slice(0, last).map((layer, i): LayerState => {
    const params = {
      values: layer.params.values,
      ...initialParams({ ...layer, share }, { activation: linear, norm: RUNNING in layer.params }),
    };
    return { ...layer, share, params: i === 0 ? { ...params, scaleIn: signs(layer.in, seeds) } : params };
  });
  const { in: inputs, out: own } = layers[last];
  const out = share * own;
  const values = joinArrays(seeds.map((seed) => initWeights(init, { rows: own, cols: inputs }, random(seed, "weights", last))));
  const neurons = Uint32Array.from({ length: out }, (_, n) => n);
  return { layers: [...shared, { ...layers[last], out, params: { values, bias: new Float32Array(out) }, neurons }] };
}

/** +1 or -1 for each input of each member. */
function signs(inputs: number, seeds: readonly number[]): Float32Array {
  return joinArrays(
    seeds.map((seed) => {
      const rng = random(seed, "signs");
      return Float32Array.from({ length: inputs }, () => (rng.below(2) === 0 ? 1 : -1));
    }),
  ) as Float32Array;
}

/** The networks that answer together in one: members that share weights, or 1. */
export const countSharing = ({ layers }: Pick<NetworkState, "layers">): number => layers[0].share ?? 1;

/** Outputs of a network; of members that share weights those of one. */
export function outputsOf({ layers }: Pick<NetworkState, "layers">): number {
  return layers[layers.length - 1].out / countSharing({ layers });
}

/** Each of the members that share a network's weights as a network by itself, without optimiser state; or else the network. */
export function unshared<N extends NetworkState>(network: N): readonly N[] {
  const { layers } = network;
  const share = countSharing(network);
  if (share === 1) return [network];
  return Array.from({ length: share }, (_, j) => ({ ...network, layers: layers.map((layer) => ownLayer(layer, share, j)) }));
}

/** Member j's part of a layer: W with its columns times r and its rows times s, or its own rows. */
function ownLayer({ share: shared, ...layer }: LayerState, share: number, j: number): LayerState {
  const { in: inputs, topology, params } = layer;
  const part = (array: FloatArray) => array.slice((j * array.length) / share, ((j + 1) * array.length) / share);
  const [bias, out] = [part(params.bias), shared ? layer.out : layer.out / share];
  const own = { ...layer, out, state: {}, neurons: layer.neurons.slice(0, out) };
  if (!shared) return { ...own, params: { values: part(params.values), bias } };
  const [r, s, values] = [part(params.scaleIn), part(params.scaleOut), params.values.slice()];
  const cell = (row: number, k: number) => (topology ? topology.colIdx[k] : k - row * inputs);
  const start = (row: number) => (topology ? topology.rowPtr[row] : row * inputs);
  for (let row = 0; row < out; row++) for (let k = start(row); k < start(row + 1); k++) values[k] *= s[row] * r[cell(row, k)];
  return { ...own, params: { values, bias } };
}
