import { activationOf } from "../activations/index.js";
import type { Device } from "../device/device.js";
import { blockBuffers, connectionBuffers } from "../layers/block.js";
import { isOwn, type LayerKind, paramsOf } from "../layers/kind.js";
import { countOf } from "../layers/members.js";
import { type ParamSpec, valuesOf } from "../layers/param.js";
import { check } from "../util/check.js";
import { joinArrays } from "../util/join-arrays.js";
import type { FloatArray } from "../util/types.js";
import { dropoutStream, keptNames, type NetworkConfig, responseOf } from "./config.js";
import { createLayer, type Layer, layerBuffers, layerConnections, layerTopology } from "./layer.js";
import { countSharing } from "./share-weights.js";
import { checkSkip, createSkip, type Skip } from "./skip.js";
import { memberTopology, memberValues, stackLayers, stackPlaces } from "./stack.js";
import { kindOf, type LayerState, type Member, type NetworkState, validateState } from "./state.js";

/** A network on a device, or several that are stacked to one. Evolution replaces its layers; runners record anew after that. */
export interface Network {
  readonly config: NetworkConfig;
  layers: Layer[];
  /** The linear skip from inputs to outputs, where there is one: of an ensemble those of its members, one below the other. */
  readonly skip: Skip | null;
  /** Arrays that are kept beside every weight: see `keptNames`. */
  readonly states: number;
  /** The seed of each member's streams; one of a single network. */
  readonly seeds: readonly number[];
  /** The share of each member in the average of its ensemble. */
  readonly weights: readonly number[];
}

/**
 * Puts a network on a device, or several, the members of an ensemble, as one. `training` false leaves out the optimiser's state and the indices
 * by column. `given` seeds name the members' dropout masks. Throws when the state's arrays do not fit together, and on layer kinds that know no members.
 */
export function createNetwork(
  device: Device,
  config: NetworkConfig,
  state: Member | readonly Member[],
  training = true,
  given?: readonly number[],
): Network {
  const members = "layers" in state ? [state] : state;
  const states = training ? keptNames(config).length : 0;
  const kinds = members[0].layers.map(kindOf);
  const specs = kinds.map((kind, i) => paramsOf(kind, responseOf(config, kinds, i), members[0].layers[i].share));
  for (const [j, member] of members.entries()) {
    validateState(member);
    checkSkip(member, config, members.length > 1 ? `member ${j}` : "network");
    checkAlike(member.layers.map(kindOf), kinds, j);
    for (const [i, layer] of member.layers.entries()) checkParams(layer, specs[i], `layer ${i}`);
  }
  const share = countSharing(members[0]);
  if (share > 1) checkShared(members, config);
  const count = share * members.length;
  const seeds = given ?? new Array<number>(count).fill(config.seed);
  const layers = specs.map((own, i) => {
    const one = members.map(({ layers }) => layers[i]);
    const places = members.length > 1 ? stackPlaces(one, i === 0, streamsOf(seeds, i)) : null;
    const heads = share > 1 && i === specs.length - 1 ? share : 0;
    return createLayer(device, `layer${i}`, places ? stackLayers(one, own, places) : one[0], own, states, {
      training,
      places,
      heads,
    });
  });
  const skip = createSkip(device, members, states, training);
  const weights = members.flatMap(({ weight = 1 / members.length }) => new Array<number>(share).fill(weight / share));
  return { config, states, layers, skip, seeds, weights };
}

/** Networks whose answers are averaged: 1 of a single one. */
export function countMembers({ weights }: Pick<Network, "weights">): number {
  return weights.length;
}

/** Networks that are stacked to one: 1 of a single network, and of one whose weights members share. */
export function countStacked({ layers }: Pick<Network, "layers">): number {
  return countOf(layers[0].members);
}

/** Throws unless a network whose weights members share is by itself, and has what members can scale. */
function checkShared(members: readonly Member[], { activation }: NetworkConfig): void {
  check(members.length === 1, "share", () => "a network whose weights members share is stacked with no other");
  const { name, parameters } = activationOf(activation);
  check(!parameters, "activation", () => {
    return `${name} has trained parameters, and members that share weights have none of their own; take another activation`;
  });
}

/** Throws unless a member has the layers of the first, all of built-in kinds: one of the user's own may look at all neurons. */
function checkAlike(kinds: readonly LayerKind[], first: readonly LayerKind[], member: number): void {
  if (member === 0) return;
  check(kinds.length === first.length && kinds.every((kind, i) => kind === first[i]), `member ${member}`, () => {
    return `its layers are ${kinds.map(({ name }) => name).join(", ")}, those of the first member ${first.map(({ name }) => name).join(", ")}`;
  });
  const own = kinds.find(isOwn);
  check(!own, "members", () => {
    return `layer kind ${own?.name} is one of your own, and those know no members; leave it out, or train one network`;
  });
}

/** The dropout streams of layer i of each member, and of the layer below. */
function streamsOf(seeds: readonly number[], i: number) {
  return seeds.map((seed) => ({ stream: dropoutStream(seed, i), streamBelow: i > 0 ? dropoutStream(seed, i - 1) : 0 }));
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

/** The weights, state and connections of a single network as they stand on the device. */
export async function snapshot(device: Device, network: Network): Promise<NetworkState> {
  return (await snapshotMembers(device, network))[0];
}

/** `snapshot` of each member of an ensemble. */
export async function snapshotMembers(device: Device, { layers, skip, states }: Network): Promise<NetworkState[]> {
  const made: LayerState[][] = [];
  for (const layer of layers) {
    const [weights, packed] = await readLayer(device, layer, states);
    const sectionsOf = ({ per }: ParamSpec) => (per === "connection" ? weights : split(packed.shift() as FloatArray, 1 + states));
    made.push(membersOf(layer, layer.specs.map(sectionsOf)));
  }
  const networks = made[0].map((_, j) => ({ layers: made.map((each) => each[j]) }));
  if (!skip) return networks;
  const [arrays] = await readLayer(device, { ...skip, params: {} }, states);
  const parts = arrays.map((array) => split(array, networks.length));
  return networks.map((network, j) => {
    const [values, ...state] = parts.map((part) => part[j]);
    return { ...network, skip: { values, state } };
  });
}

/** The weights of a layer's connections, then what the optimiser keeps beside them, all blocks together; and its packed parameters. */
async function readLayer(device: Device, { blocks, params }: Pick<Layer, "blocks" | "params">, states: number) {
  const buffers = blocks.flatMap(connectionBuffers);
  const read = (await device.read([...buffers, ...Object.values(params)])) as FloatArray[];
  const kept = blocks.length > 0 ? 1 + states : 0;
  const weights = Array.from({ length: kept }, (_, k) => joinArrays(blocks.map((_, b) => read[b * kept + k])));
  return [weights, read.slice(buffers.length)] as const;
}

/** The state of each member of a layer, from what its parameters hold: values, then what the optimiser keeps. */
function membersOf(layer: Layer, found: readonly (readonly FloatArray[])[]): LayerState[] {
  const { specs, members, neurons, kind } = layer;
  const topology = layerTopology(layer);
  const named = (of: (k: number) => FloatArray | FloatArray[]) => Object.fromEntries(specs.map(({ name }, k) => [name, of(k)]));
  if (!members) {
    const { share } = layer;
    const shape = { in: layer.in, out: layer.out, topology, ...(isOwn(kind) && { kind }), ...(share && { share }) };
    const state = found[0]?.length > 1 ? named((k) => found[k].slice(1)) : {};
    return [{ ...shape, params: named((k) => found[k][0]), state, neurons } as LayerState];
  }
  return members.places.map((place, j) => {
    const own = (k: number) => found[k].map((stack) => memberValues(specs[k], stack, members.places, j));
    return {
      in: place.cols,
      out: place.rows,
      topology: topology && memberTopology(topology, place),
      params: named((k) => own(k)[0]),
      state: found[0].length > 1 ? named((k) => own(k).slice(1)) : {},
      neurons: neurons.slice(place.rowStart, place.rowStart + place.rows),
    } as LayerState;
  });
}

/** Device bytes of the layers: connections, state, biases. */
export function networkBytes(network: Network): number {
  return networkBuffers(network).reduce((sum, buffer) => sum + 4 * (buffer?.length ?? 0), 0);
}

/** Connections of all layers. */
export function networkConnections({ layers }: Network): number {
  return layers.reduce((sum, layer) => sum + layerConnections(layer), 0);
}

/** Neurons of every layer, inputs and classes included. */
export function networkSizes({ layers }: Network): number[] {
  return [layers[0].in, ...layers.map((layer) => layer.out)];
}

/** Neurons of every layer of one member, the first: of a single network its own. Members that share weights count together. */
export function memberSizes(network: Network): number[] {
  const { layers } = network;
  if (layers[0].share) return columnSizes(network);
  return [layers[0].in, ...layers.map(({ out, members }) => members?.places[0].rows ?? out)];
}

/** Rows of the activations of every layer, inputs included: members that share weights have one each of a neuron. */
export function columnSizes(network: Network): number[] {
  const [{ share = 1 }] = network.layers;
  const sizes = networkSizes(network);
  return sizes.map((size, i) => (i < sizes.length - 1 ? share * size : size));
}

function networkBuffers({ layers, skip }: Network) {
  return [...layers.flatMap(layerBuffers), ...(skip?.blocks.flatMap(blockBuffers) ?? [])];
}

/** Frees the network's buffers. */
export function destroyNetwork(device: Device, network: Network): void {
  device.destroyBuffers(networkBuffers(network));
  network.layers = [];
}

function split(packed: FloatArray, parts: number): FloatArray[] {
  const length = packed.length / parts;
  return Array.from({ length: parts }, (_, i) => packed.slice(i * length, (i + 1) * length));
}
