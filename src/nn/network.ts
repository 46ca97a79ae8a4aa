import type { Device } from "../device/device.js";
import { connectionBuffers } from "../layers/block.js";
import { isOwn, paramsOf } from "../layers/kind.js";
import { type ParamSpec, valuesOf } from "../layers/param.js";
import { check } from "../util/check.js";
import type { FloatArray } from "../util/types.js";
import { type NetworkConfig, responseOf, updateRule } from "./config.js";
import { createLayer, type Layer, layerBuffers, layerConnections, layerTopology } from "./layer.js";
import { kindOf, type LayerState, type NetworkState, validateState } from "./state.js";

/** A network on a device. Evolution replaces its layers; runners record anew after that. */
export interface Network {
  readonly config: NetworkConfig;
  layers: Layer[];
  /** Arrays of optimiser state beside every weight. */
  readonly states: number;
}

/** Puts a network on a device. `training` false leaves out the optimiser's state and the indices by column. Throws when the state's arrays do not fit together. */
export function createNetwork(device: Device, config: NetworkConfig, state: NetworkState, training = true): Network {
  validateState(state);
  const states = training ? updateRule(config.optimizer).optimiser.state.length : 0;
  const kinds = state.layers.map(kindOf);
  const specs = kinds.map((kind, i) => paramsOf(kind, responseOf(config, kinds, i).activation));
  for (const [i, layer] of state.layers.entries()) checkParams(layer, specs[i], `layer ${i}`);
  const layers = state.layers.map((layer, i) => createLayer(device, `layer${i}`, layer, specs[i], states, training));
  return { config, states, layers };
}

/** Throws unless a layer has these parameters and no others: what it has of the activation may be another's. */
function checkParams(layer: LayerState, specs: readonly ParamSpec[], where: string): void {
  for (const spec of specs) {
    const [length, expected] = [layer.params[spec.name]?.length ?? 0, valuesOf(spec, layer)];
    check(length === expected, where, () => `it has ${length} values of parameter ${spec.name}, expected ${expected}`);
  }
  const names = specs.map((spec) => spec.name);
  for (const name of Object.keys(layer.params))
    check(names.includes(name), where, () => {
      return `it has a parameter ${name}, but those of such a layer are ${names.join(", ")}`;
    });
}

/** The network's weights, state and connections as they stand on the device. */
export async function snapshot(device: Device, { layers, states }: Network): Promise<NetworkState> {
  const made: LayerState[] = [];
  for (const layer of layers) {
    const blocks = layer.blocks.map(connectionBuffers);
    const read = (await device.read([...blocks.flat(), ...Object.values(layer.params)])) as FloatArray[];
    const packed = read.slice(blocks.flat().length);
    const sectionsOf = ({ per }: ParamSpec): FloatArray[] =>
      per === "connection"
        ? Array.from({ length: 1 + states }, (_, k) => concat(blocks.map((_, b) => read[b * (1 + states) + k])))
        : split(packed.shift() as FloatArray, 1 + states);
    const found = layer.specs.map((spec) => [spec.name, sectionsOf(spec)] as const);
    made.push({
      in: layer.in,
      out: layer.out,
      topology: layerTopology(layer),
      ...(isOwn(layer.kind) && { kind: layer.kind }),
      params: Object.fromEntries(found.map(([name, [values]]) => [name, values])),
      state: states > 0 ? Object.fromEntries(found.map(([name, [, ...state]]) => [name, state])) : {},
      neurons: layer.neurons,
    });
  }
  return { layers: made };
}

/** Device bytes of the layers: connections, state, biases. */
export function networkBytes({ layers }: Network): number {
  return layers.flatMap(layerBuffers).reduce((sum, buffer) => sum + 4 * (buffer?.length ?? 0), 0);
}

/** Connections of all layers. */
export function networkConnections({ layers }: Network): number {
  return layers.reduce((sum, layer) => sum + layerConnections(layer), 0);
}

/** Neurons of every layer, inputs and classes included. */
export function networkSizes({ layers }: Network): number[] {
  return [layers[0].in, ...layers.map((layer) => layer.out)];
}

/** Frees the network's buffers. */
export function destroyNetwork(device: Device, network: Network): void {
  device.destroyBuffers(network.layers.flatMap(layerBuffers));
  network.layers = [];
}

function split(packed: FloatArray, parts: number): FloatArray[] {
  const length = packed.length / parts;
  return Array.from({ length: parts }, (_, i) => packed.slice(i * length, (i + 1) * length));
}

function concat(arrays: FloatArray[]): FloatArray {
  if (arrays.length === 1) return arrays[0];
  const length = arrays.reduce((sum, array) => sum + array.length, 0);
  const whole = arrays[0] instanceof Float64Array ? new Float64Array(length) : new Float32Array(length);
  let at = 0;
  for (const array of arrays) {
    whole.set(array, at);
    at += array.length;
  }
  return whole;
}
