import { paramsOf } from "../layers/kind.js";
import { shapeOf } from "../layers/param.js";
import { type NetworkConfig, responseOf, updateRule } from "../nn/config.js";
import { kindOf, type LayerState } from "../nn/state.js";
import { check } from "../util/check.js";
import { float32, int32 } from "./arrays.js";
import type { Tensor, TensorData } from "./safetensors.js";
import type { Shelf } from "./shelf.js";

/** The tensors of a network's layers, by name: see `encodeCheckpoint`. */
export function layerTensors(layers: readonly LayerState[], config: NetworkConfig): [string, Tensor][] {
  const slots = updateRule(config.optimizer).optimiser.state;
  return layers.flatMap((layer, i) => {
    const { topology, out } = layer;
    const tensors: [string, Tensor][] = [];
    const put = (part: string, data: TensorData, shape: number[]) => tensors.push([`layers.${i}.${part}`, { shape, data }]);
    if (topology) {
      put("indptr", int32(topology.rowPtr, "checkpoint"), [out + 1]);
      put("indices", int32(topology.colIdx, "checkpoint"), [topology.nnz]);
    }
    for (const spec of paramsOf(kindOf(layer), responseOf(config, i, layers.length).activation)) {
      const { name, file = name } = spec;
      const [values, state = [], shape] = [layer.params[name], layer.state[name], shapeOf(spec, layer)];
      check(values !== undefined, `checkpoint: layers.${i}.${file}`, () => "is missing");
      put(file, float32(values), shape);
      check(state.length <= slots.length, `checkpoint: layers.${i}.${file}`, () => {
        return `it has ${state.length} arrays of optimiser state, ${slots.length} are kept`;
      });
      for (const [k, array] of state.entries()) put(`${file}.${slots[k]}`, float32(array), shape);
    }
    put("neurons", int32(layer.neurons, "checkpoint"), [out]);
    return tensors;
  });
}

/** The layers of a file, from their tensors. */
export function readLayers(shelf: Shelf, sizes: readonly number[], config: NetworkConfig): LayerState[] {
  const slots = updateRule(config.optimizer).optimiser.state;
  return sizes.slice(1).map((out, i) => {
    const name = `layers.${i}`;
    const dense = shelf.has(`${name}.weight`);
    const rowPtr = dense ? null : shelf.indices(`${name}.indptr`, [out + 1]);
    const colIdx = dense ? null : shelf.indices(`${name}.indices`);
    const topology = rowPtr && colIdx && { rows: out, cols: sizes[i], nnz: colIdx.length, rowPtr, colIdx };
    const layer = { in: sizes[i], out, topology };
    const found = paramsOf(kindOf(layer), responseOf(config, i, sizes.length - 1).activation).map((spec) => {
      const [tensor, shape] = [`${name}.${spec.file ?? spec.name}`, shapeOf(spec, layer)];
      return { key: spec.name, values: shelf.floats(tensor, shape), state: shelf.state(tensor, shape, slots) };
    });
    return {
      ...layer,
      params: Object.fromEntries(found.map(({ key, values }) => [key, values])),
      state: Object.fromEntries(found.flatMap(({ key, state }) => (state.length > 0 ? [[key, state]] : []))),
      neurons: shelf.indices(`${name}.neurons`, [out]),
    };
  });
}
