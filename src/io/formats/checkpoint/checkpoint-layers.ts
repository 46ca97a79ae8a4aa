import { LAYER_KINDS } from "../../../layers/index.js";
import { type LayerKind, paramsOf } from "../../../layers/kind.js";
import { type ParamSpec, shapeOf } from "../../../layers/param.js";
import { keptNames, type NetworkConfig, responseOf } from "../../../nn/config.js";
import { kindOf, type LayerState, type NetworkState } from "../../../nn/state.js";
import { check } from "../../../util/check.js";
import { float32, int32 } from "../../arrays.js";
import type { Tensor, TensorData } from "./safetensors.js";
import type { Shelf } from "./shelf.js";

/** The tensors of a network's layers, by name from `at` on: see `encodeCheckpoint`. */
export function layerTensors(layers: readonly LayerState[], config: NetworkConfig, at = "layers"): [string, Tensor][] {
  const stateNames = keptNames(config);
  const kinds = layers.map(kindOf);
  return layers.flatMap((layer, i) => {
    const { topology, out } = layer;
    const tensors: [string, Tensor][] = [];
    const put = (part: string, data: TensorData, shape: number[]) => tensors.push([`${at}.${i}.${part}`, { shape, data }]);
    if (topology) {
      put("indptr", int32(topology.rowPtr, "checkpoint"), [out + 1]);
      put("indices", int32(topology.colIdx, "checkpoint"), [topology.nnz]);
    }
    for (const spec of paramsOf(kinds[i], responseOf(config, kinds, i), layer.share)) {
      const { name, file = name } = spec;
      const [values, state = [], shape] = [layer.params[name], layer.state[name], shapeOf(spec, layer)];
      check(values !== undefined, `checkpoint: ${at}.${i}.${file}`, () => "is missing");
      put(file, float32(values), shape);
      check(state.length <= stateNames.length, `checkpoint: ${at}.${i}.${file}`, () => {
        return `it has ${state.length} arrays of optimiser state, ${stateNames.length} are kept`;
      });
      for (const [k, array] of state.entries()) put(`${file}.${stateNames[k]}`, float32(array), shape);
    }
    put("neurons", int32(layer.neurons, "checkpoint"), [out]);
    const { explored } = layer;
    if (explored) put("explored", new Int32Array(explored.buffer, explored.byteOffset, explored.length), [explored.length]);
    return tensors;
  });
}

/** The tensors of a linear skip, if there is one, by names that begin with `at`: see `encodeCheckpoint`. */
export function skipTensors({ layers, skip }: NetworkState, config: NetworkConfig, at: string): [string, Tensor][] {
  if (!skip) return [];
  const shape = [layers[layers.length - 1].out, layers[0].in];
  const names = keptNames(config);
  const arrays = [skip.values, ...skip.state].map(float32);
  return arrays.map((data, k) => [k === 0 ? `${at}.weight` : `${at}.weight.${names[k - 1]}`, { shape, data }]);
}

/** The linear skip of a file whose config asks for one, from its tensors. */
export function readSkip(shelf: Shelf, sizes: readonly number[], config: NetworkConfig, at: string) {
  if (config.skip !== "linear") return {};
  const [name, shape] = [`${at}.weight`, [sizes[sizes.length - 1], sizes[0]]];
  const state = shelf.state(name, shape, keptNames(config));
  return { skip: { values: shelf.floats(name, shape), state } };
}

/** Outputs of a network in a file: of members that share weights, as the scalings of the first layer tell, those of one. */
export function readOutputs(shelf: Shelf, sizes: readonly number[], at: string): number {
  return sizes[sizes.length - 1] / Math.max(1, shelf.rows(`${at}.0.scaleIn`) ?? 1);
}

/** The layers of a file, from their tensors, whose names begin with `at`; `own` are the kinds of those that are of one's own. */
export function readLayers(
  shelf: Shelf,
  sizes: readonly number[],
  config: NetworkConfig,
  own: readonly (LayerKind | null)[] = [],
  at = "layers",
): LayerState[] {
  const stateNames = keptNames(config);
  const has = (i: number, { name, file = name }: ParamSpec) => shelf.has(`${at}.${i}.${file}`);
  const builtIn = (i: number) => Object.values(LAYER_KINDS).find(({ params: [weights] }) => has(i, weights));
  const kinds = sizes.slice(1).map((_, i): LayerKind => own[i] ?? builtIn(i) ?? LAYER_KINDS.sparse);
  return sizes.slice(1).map((out, i) => {
    const name = `${at}.${i}`;
    const sparse = kinds[i].connect !== undefined;
    const rowPtr = sparse ? shelf.indices(`${name}.indptr`, [out + 1]) : null;
    const colIdx = sparse ? shelf.indices(`${name}.indices`) : null;
    const topology = rowPtr && colIdx && { rows: out, cols: sizes[i], nnz: colIdx.length, rowPtr, colIdx };
    const kind = own[i];
    const share = shelf.rows(`${name}.scaleIn`);
    const layer = { in: sizes[i], out, topology, ...(kind && { kind }), ...(share !== undefined && { share }) };
    const found = paramsOf(kinds[i], responseOf(config, kinds, i), share).map((spec) => {
      const [tensor, shape] = [`${name}.${spec.file ?? spec.name}`, shapeOf(spec, layer)];
      return { key: spec.name, values: shelf.floats(tensor, shape), state: shelf.state(tensor, shape, stateNames) };
    });
    return {
      ...layer,
      params: Object.fromEntries(found.map(({ key, values }) => [key, values])),
      state: Object.fromEntries(found.flatMap(({ key, state }) => (state.length > 0 ? [[key, state]] : []))),
      neurons: shelf.indices(`${name}.neurons`, [out]),
      ...(shelf.has(`${name}.explored`) && { explored: shelf.indices(`${name}.explored`) }),
    };
  });
}
