import type { Device } from "../device/device.js";
import { skip } from "../layers/skip.js";
import { check, checkFloats, isFloats } from "../util/check.js";
import { maximum } from "../util/extremes.js";
import { joinArrays } from "../util/join-arrays.js";
import type { NetworkConfig } from "./config.js";
import { createLayer, type Layer } from "./layer.js";
import type { NetworkState } from "./state.js";

/** Linear skips on a device. */
export type Skip = Pick<Layer, "in" | "blocks">;

/** Throws unless a network has a linear skip if its config says so, and of as many weights as its inputs and outputs ask for. */
export function checkSkip({ layers, skip: found }: NetworkState, config: Pick<NetworkConfig, "skip">, where: string): void {
  const wanted = config.skip === "linear";
  check(wanted === (found !== undefined), `${where}: skip`, () => {
    return `its config says "${config.skip ?? "none"}", and there is ${found ? "one" : "none"}`;
  });
  if (!found) return;
  const length = layers[0].in * layers[layers.length - 1].out;
  checkFloats(found.values, `${where}: skip`, length);
  const fits = Array.isArray(found.state) && found.state.every((array) => isFloats(array) && array.length === length);
  check(fits, `${where}: skip`, () => `its optimiser state is no list of arrays of ${length} floats`);
}

/**
 * Puts the linear skips of a network, or of the members of an ensemble, on the device: all get the same inputs, so they are the rows of one
 * matrix. null where there are none.
 */
export function createSkip(device: Device, members: readonly NetworkState[], states: number, training: boolean): Skip | null {
  const skips = members.flatMap((member) => member.skip ?? []);
  if (skips.length === 0) return null;
  const [{ layers }] = members;
  const out = members.length * layers[layers.length - 1].out;
  const kept = Math.min(states, maximum(skips.map(({ state }) => state.length)));
  const stateOf = (k: number) => joinArrays(skips.map(({ values, state }) => state[k] ?? values.slice().fill(0))); // what is missing starts at 0
  const layer = {
    in: layers[0].in,
    out,
    topology: null,
    params: { values: joinArrays(skips.map(({ values }) => values)) },
    state: { values: Array.from({ length: kept }, (_, k) => stateOf(k)) },
    neurons: new Uint32Array(),
  };
  return createLayer(device, "skip", layer, skip.params, states, { training, places: null });
}
