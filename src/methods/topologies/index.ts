import { correlation } from "./correlation.js";
import { erdosRenyi } from "./erdos-renyi.js";
import { erk } from "./erk.js";
import { fanIn } from "./fan-in.js";
import { smallWorld } from "./small-world.js";
import { snip } from "./snip.js";
import { uniform } from "./uniform.js";

/** How connections are dealt to layers at the start, by name. */
export const TOPOLOGIES = {
  "erdos-renyi": erdosRenyi,
  uniform,
  erk,
  "small-world": smallWorld,
  "fan-in": fanIn,
  snip,
  correlation,
};
/** The name of such a rule. */
export type TopologyName = keyof typeof TOPOLOGIES;
/** Their names. */
export const TOPOLOGY_NAMES = Object.keys(TOPOLOGIES) as TopologyName[];
/** Whether first connections by that rule hang on samples. */
export const goesBySamples = (name: TopologyName): boolean => "scores" in TOPOLOGIES[name];
