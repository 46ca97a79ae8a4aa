import type { Dispatch } from "../device/kernel.js";
import { norm } from "../kernels/norm.js";
import { normT } from "../kernels/norm-t.js";
import { BIAS } from "../kernels/parts/forward.js";
import { GAMMA, type LayerStep, RUNNING } from "../layers/kind.js";
import { countOf, mostOf } from "../layers/members.js";
import { check } from "../util/check.js";
import type { FloatArray } from "../util/types.js";
import { type NetworkConfig, responseOf } from "./config.js";
import type { StepContext } from "./context.js";
import { KEPT, LINEAR } from "./sharing.js";
import { kindOf, type LayerState, type NetworkState } from "./state.js";

// Batch norm (Ioffe, Szegedy 2015): z = gamma xh + bias, where xh is what a layer's products sum up, less its mean and divided by its deviation. With
// PyTorch's constants. Of members that share weights, each has statistics of its own, and gamma is its scaleOut.

const [EPS, MOMENTUM] = [1e-5, 0.1];

/** The part of layer `index` in a step as its products take it: where it has a norm, they are sums and nothing else. */
export function summed({ activations: { sums } }: StepContext, index: number, step: LayerStep): LayerStep {
  const own = sums[index];
  return own ? { ...step, params: {}, y: own, response: LINEAR, dropout: KEPT } : step;
}

/** y of layer `index` by its sums, where it has a norm. */
export function normalise({ layers, activations, training, software }: StepContext, index: number, step: LayerStep): Dispatch[] {
  const x = activations.sums[index];
  if (!x) return [];
  const { out, share = 1, params } = layers[index];
  const { cursor, y, z, members, response } = step;
  const { activation, alpha, savesZ } = response;
  const { DROPOUT, ...drop } = step.dropout;
  const { [GAMMA]: gamma = null, [RUNNING]: running } = params;
  const { bias = null, [activation.name]: parameters = null } = step.params;
  const neurons = share * out;
  return [
    norm.on({
      params: {
        rows: mostOf(members, "rows") ?? neurons,
        share,
        eps: EPS,
        quads: activations.quads,
        alpha,
        zScale: 1,
        neurons,
        ...drop,
      },
      buffers: { cursor, gamma, running, bias, x, y, z, parameters, places: members?.table ?? null },
      constants: {
        LANES: software ? 1 : 16, // barriers cost a program on the CPU more than the sums
        MEMBERS: countOf(members),
        GAMMA: gamma ? 1 : 0,
        RUNNING: training ? 0 : 1,
        BIAS: bias ? BIAS.bias : BIAS.none,
        DROPOUT,
        SAVED_Z: training && savesZ ? 1 : 0,
      },
      pieces: { activation },
    }),
  ];
}

/** delta of layer `index` by its sums, and one step of gamma and bias, where it has a norm; `optimiser` and `hyper` are those of all layers. */
export function deriveNorm(context: StepContext, index: number, { optimiser, hyper }: LayerStep): Dispatch[] {
  const { layers, activations, cursor, rates, software, still } = context;
  const x = activations.sums[index];
  if (!x) return [];
  const { out, share = 1, params } = layers[index];
  const { [GAMMA]: gamma = null, [RUNNING]: running, bias } = params;
  return [
    normT.on({
      params: { rows: share * out, share, quads: activations.quads, eps: EPS, momentum: still ? 0 : MOMENTUM, ...hyper },
      buffers: { cursor, rates, x, delta: activations.delta[index], gamma, bias: gamma && bias, running },
      constants: { LANES: software ? 1 : 16, GAMMA: gamma ? 1 : 0 },
      pieces: { optimiser },
    }),
  ];
}

/**
 * A network of such a config as one without norms that computes the same once trained: the running statistics are in weights and biases. Optimiser
 * state of layers that change is left out. The network itself where there is no norm.
 */
export function foldNorms<N extends NetworkState>(network: N, config: NetworkConfig): N {
  if (config.norm !== "batch") return network;
  const kinds = network.layers.map(kindOf);
  const layers = network.layers.map((layer, i) => (responseOf(config, kinds, i).norm ? foldNorm(layer) : layer));
  return { ...network, layers };
}

/** W' = diag(f) W and b' = b - f mean, where f = gamma / sqrt(variance + eps); of members that share weights their scaleOut is in the place of W. */
function foldNorm(layer: LayerState): LayerState {
  const { topology, in: inputs, share } = layer;
  const { [GAMMA]: gamma, [RUNNING]: running, ...params } = layer.params;
  check(running !== undefined, "norm", () => `its config says batch, and a layer has no ${RUNNING}`);
  const rows = running.length / 2;
  const factors = Float64Array.from({ length: rows }, (_, k) => (gamma?.[k] ?? 1) / Math.sqrt(running[rows + k] + EPS));
  const scaled = (array: FloatArray, row: (k: number) => number) => array.map((value, k) => value * factors[row(k)]);
  const shift = params.scaleOut ?? factors.map(() => 1);
  const bias = params.bias.map((value, k) => value - shift[k] * factors[k] * running[k]);
  if (share) return { ...layer, params: { ...params, bias, scaleOut: scaled(params.scaleOut, (k) => k) }, state: {} };
  const rowOf = topology ? rowsOf(topology.rowPtr) : (k: number) => Math.floor(k / inputs);
  return { ...layer, params: { ...params, bias, values: scaled(params.values, rowOf) }, state: {} };
}

/** The row of each slot. */
function rowsOf(rowPtr: Uint32Array): (k: number) => number {
  const rows = new Uint32Array(rowPtr[rowPtr.length - 1]);
  for (let row = 0; row + 1 < rowPtr.length; row++) rows.fill(row, rowPtr[row], rowPtr[row + 1]);
  return (k) => rows[k];
}
