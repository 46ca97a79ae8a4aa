import type { SavedModel } from "../io/saved-model.js";
import { goesBySamples } from "../methods/topologies/index.js";
import type { LayerState, NetworkState } from "../nn/state.js";
import type { TrainConfig } from "../train/options.js";
import { initialNetworks } from "../train/settle.js";
import { check, isRecord } from "../util/check.js";
import { logChoose } from "./kl.js";

/** What is known of how a model was trained; undefined of one that was not trained here. */
export function trainingOf({ training }: SavedModel): TrainConfig | undefined {
  return isRecord(training?.config) ? (training.config as unknown as TrainConfig) : undefined;
}

/** Whether the samples of training had no say in which connections there are. */
export function keepsConnections(saved: SavedModel): boolean {
  const config = trainingOf(saved);
  const dense = saved.network.layers.every(({ topology }) => topology === null);
  return config ? config.evolution === null && config.start === undefined && !beganBySamples(config) : dense;
}

const beganBySamples = ({ topology = "erdos-renyi" }: TrainConfig) => goesBySamples(topology);

/**
 * The nats by which a bound pays for neurons and connections that its samples chose: the sum over hidden layers that lost neurons of ln C(n, m) +
 * ln(n + 1), of n neurons of which m are left, and over sparse layers of ln C(N, s) + ln(N + 1), of s connections among the N cells between what is
 * left. It is -ln of the probability of a prior that draws each count uniformly, and then which. Throws where a model started from another, of which
 * nobody knows what its samples chose.
 */
export function priceOf(saved: SavedModel): number {
  const { layers } = saved.network;
  const config = trainingOf(saved);
  check(config?.start === undefined, "measure: bound", () => {
    return "the model started from another, whose samples may have chosen its connections; give samples that neither has seen, and say unseen";
  });
  const choice = (all: number, kept: number) => logChoose(all, kept) + Math.log(all + 1);
  let price = 0;
  for (const [i, { topology, in: inputs, out }] of layers.entries()) {
    const before = config?.layout.sizes[i + 1] ?? out;
    if (before > out) price += choice(before, out);
    if (topology) price += choice(inputs * out, topology.nnz);
  }
  return price;
}

/**
 * The weights that a network began with, for the connections that it has now, 0 where it had none at first; undefined where they are not known, or
 * batch norm was folded since. Of each cell they hang on nothing that was learnt.
 */
export function firstWeights(saved: SavedModel, state: NetworkState): NetworkState | undefined {
  const config = trainingOf(saved);
  const folded = saved.config.norm === "batch" || config?.network.dropoutStyle === "authors";
  if (!config || config.start || config.members || config.share || folded || beganBySamples(config)) return undefined;
  const network = { ...config.network, activation: saved.config.activation };
  const [first] = initialNetworks({ ...config, network });
  if (first.layers[0].in !== state.layers[0].in) return undefined;
  const layers = state.layers.map((layer, i) => ({
    ...layer,
    params: paramsAtFirst(layer, first.layers[i], state.layers[i - 1]?.neurons),
  }));
  return { ...state, layers, ...(state.skip && { skip: { values: state.skip.values.slice().fill(0), state: [] } }) };
}

function paramsAtFirst({ in: inputs, topology, params, neurons }: LayerState, first: LayerState, below?: Uint32Array) {
  const found = finder(first);
  const firstOf = (row: number, col: number) => found(neurons[row], below?.[col] ?? col);
  const values = params.values.slice();
  for (let row = 0; row < neurons.length; row++) {
    const [begin, end] = topology ? [topology.rowPtr[row], topology.rowPtr[row + 1]] : [row * inputs, (row + 1) * inputs];
    for (let k = begin; k < end; k++) values[k] = firstOf(row, topology ? topology.colIdx[k] : k - begin);
  }
  const others = Object.entries(params).filter(([name]) => name !== "values");
  const own = others.map(([name, array]) => {
    const start = first.params[name];
    return [name, array.map((_, k) => start[Math.floor(k / neurons.length) * first.out + neurons[k % neurons.length]])];
  });
  return { values, ...Object.fromEntries(own) };
}

/** The weight of a cell of a layer, 0 where it has none. */
function finder({ in: inputs, topology, params: { values } }: LayerState): (row: number, col: number) => number {
  if (!topology) return (row, col) => values[row * inputs + col];
  const { rowPtr, colIdx } = topology;
  return (row, col) => {
    let [low, high] = [rowPtr[row], rowPtr[row + 1]];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (colIdx[middle] < col) low = middle + 1;
      else high = middle;
    }
    return low < rowPtr[row + 1] && colIdx[low] === col ? values[low] : 0;
  };
}
