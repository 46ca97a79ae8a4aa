import type { Device } from "../device/device.js";
import { check } from "../util/check.js";
import type { FloatArray } from "../util/types.js";
import { type NetworkConfig, responseOf, updateRule } from "./config.js";
import { createLayer, type Layer, layerBuffers, layerConnections, layerTopology } from "./layer.js";
import { type LayerState, type NetworkState, validateState } from "./state.js";

/** A network on a device. Evolution replaces its layers; runners record anew after that. */
export interface Network {
  readonly config: NetworkConfig;
  layers: Layer[];
  /** Arrays of optimiser state beside every weight. */
  readonly slots: number;
}

/** Puts a network on a device. `training` false leaves out the optimiser's state and the indices by column. Throws when the state's arrays do not fit together. */
export function createNetwork(device: Device, config: NetworkConfig, state: NetworkState, training = true): Network {
  validateState(state);
  for (const [i, { trained, out }] of state.layers.entries()) {
    const { name, parameters = [] } = responseOf(config, i, state.layers.length).activation;
    check(
      (trained?.length ?? 0) === parameters.length * out,
      `layer ${i}`,
      () => `it has ${(trained?.length ?? 0) / out} trained parameters a neuron, activation ${name} has ${parameters.length}`,
    );
  }
  const slots = training ? updateRule(config.optimizer).optimiser.state.length : 0;
  return { config, slots, layers: state.layers.map((layer, i) => createLayer(device, `layer${i}`, layer, slots, training)) };
}

/** The network's weights, state and connections as they stand on the device. */
export async function snapshot(device: Device, { layers, slots }: Network): Promise<NetworkState> {
  const states: LayerState[] = [];
  for (const layer of layers) {
    const { blocks } = layer;
    const buffers = [
      blocks.map((b) => b.w),
      ...(slots > 0 ? [blocks.map((b) => b.m)] : []),
      ...(slots > 1 ? [blocks.map((b) => b.v)] : []),
    ];
    const flat = buffers.flat().filter((buffer) => buffer !== null);
    const read = (await device.read([layer.bias, ...flat, ...(layer.trained ? [layer.trained] : [])])) as FloatArray[];
    const bias = split(read[0], 1 + slots);
    const trained = layer.trained ? split(read[read.length - 1], 1 + slots) : [];
    const [values, ...state] = buffers.map((_, i) => concat(read.slice(1 + i * blocks.length, 1 + (i + 1) * blocks.length)));
    states.push({
      in: layer.in,
      out: layer.out,
      topology: layerTopology(layer),
      values,
      state,
      bias: bias[0],
      biasState: bias.slice(1),
      trained: trained[0] ?? null,
      trainedState: trained.slice(1),
      neurons: layer.neurons,
    });
  }
  return { layers: states };
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
