import type { Device } from "../device/device.js";
import type { NetworkConfig } from "./config.js";
import { createNetwork, type Network } from "./network.js";
import { ADDED, NETWORK } from "./options.js";
import { countSharing } from "./share-weights.js";
import { kindOf, type Member } from "./state.js";

/**
 * The networks of a model on a device, for use without training. Members that are alike and follow one another are one stack: those whose layers
 * are of the same kinds and compute the same. Widths may differ.
 */
export function createStacks(device: Device, config: NetworkConfig, members: readonly Member[]): Network[] {
  const stacks: [Member, ...Member[]][] = [];
  for (const member of members) {
    const last = stacks.at(-1);
    if (last && alike(last[0], member, config)) last.push(member);
    else stacks.push([member]);
  }
  return stacks.map((stack) => createNetwork(device, stack[0].config ?? config, stack, false));
}

function alike(a: Member, b: Member, config: NetworkConfig): boolean {
  const [first, second] = [a, b].map((member) => member.config ?? config);
  const same = (Object.keys({ ...NETWORK, ...ADDED }) as (keyof NetworkConfig)[]).every((key) => first[key] === second[key]);
  const kinds = a.layers.map(kindOf);
  if (countSharing(a) > 1 || countSharing(b) > 1) return false;
  return same && kinds.length === b.layers.length && b.layers.every((layer, i) => kindOf(layer) === kinds[i]);
}
