import type { RemovalConfig } from "../../evolution/config.js";
import { type LayerKind, outputsOf } from "../../layers/kind.js";
import { check, checkInteger } from "../../util/check.js";
import type { TopologyName } from "../topologies/index.js";

/** Where the output layer stands: auto is sparse and evolved unless its density would exceed 0.6, then dense and left alone (as SET's million-neuron code guards). */
export const OUTPUTS = ["auto", "sparse", "fixed", "dense"] as const;

/** What a layout is made from: the data's sizes and the user's. */
export interface LayoutQuestion {
  readonly inputs: number;
  readonly hidden: readonly number[];
  readonly classes: number;
  readonly epsilon: number;
  readonly output: (typeof OUTPUTS)[number];
  /** Absent: erdos-renyi. */
  readonly topology?: TopologyName;
}

/** How npset removes neurons, and how often it has occasion to. */
export interface RemovalSchedule {
  readonly removal: RemovalConfig;
  readonly epochs: number;
  readonly period: number;
  readonly until?: number;
}

/** A network a method starts with: neurons of every layer, density of every weight layer (null: dense). */
export interface Layout {
  readonly sizes: readonly number[];
  readonly densities: readonly (number | null)[];
  /** The layers that are of a kind of one's own, of density 0; null for the others. Absent where there are none. */
  readonly kinds?: readonly (LayerKind | null)[];
  /** The densities that layers fall to; absent where they keep those they begin with. */
  readonly ends?: readonly (number | null)[];
}

/** A layout whose sparse layers, but for an output that is fixed, begin with at least `density`, and fall to their own. Throws where none is below. */
export function withStart(layout: Layout, density: number, output: LayoutQuestion["output"]): Layout {
  const { densities: ends } = layout;
  const rises = ends.map((own, i) => own && own < density && !(i === ends.length - 1 && output === "fixed"));
  check(rises.includes(true), "density start", () => {
    return `no layer that evolves has a density below ${density}, so none would fall; begin with more, or take a smaller epsilon`;
  });
  return { ...layout, densities: ends.map((own, i) => (rises[i] ? density : own)), ends };
}

/** How many connections each layer is to have where the part `rest` of those that are to go is there still; null where layers keep theirs. */
export function goalsOf({ ends, ...layout }: Layout, rest: number): number[] | null {
  if (!ends) return null;
  const last = connectionsOf({ ...layout, densities: ends });
  return connectionsOf(layout).map((first, i) => Math.round(last[i] + (first - last[i]) * rest));
}

/** A layout with kinds of one's own between its weight layers: null stands for the next of these, whose density stays. Throws on sizes that are none. */
export function withKinds({ sizes, densities }: Layout, kinds: readonly (LayerKind | null)[]): Layout {
  const all = { sizes: [sizes[0]], densities: [] as (number | null)[], kinds };
  let next = 0;
  for (const kind of kinds) {
    all.densities.push(kind ? 0 : densities[next]);
    const below = all.sizes[all.sizes.length - 1];
    const size = kind ? outputsOf(kind, below) : sizes[++next];
    checkInteger(size, `layer kind ${kind?.name}: outputs above ${below} neurons`, 1, 2 ** 31);
    all.sizes.push(size);
  }
  return all;
}

/** How the network that a method starts with is laid out. */
export interface LayoutRule {
  /** Whether any of its layers may be sparse. */
  readonly sparse: boolean;
  /** Whether it has hidden layers. */
  readonly hidden: boolean;
  /** Whether its sizes are what npset's removal would leave, by the schedule: not those that were asked for. */
  readonly matched?: boolean;
  /** The network for data and options; `schedule` is null where nothing would be removed. */
  layout(question: LayoutQuestion, schedule: RemovalSchedule | null): Layout;
}

/** Densities with which layers of new sizes hold as many connections as before, as far as they fit. */
export function keepConnections(layout: Layout, next: readonly number[]): (number | null)[] {
  const connections = connectionsOf(layout);
  return layout.densities.map((density, i) => density && Math.min(1, connections[i] / (next[i] * next[i + 1])));
}

/** Connections of each weight layer of a layout. */
export function connectionsOf({ sizes, densities }: Layout): number[] {
  return densities.map((density, i) => Math.round((density ?? 1) * sizes[i] * sizes[i + 1]));
}

/** Weights and biases of a layout. */
export function parametersOf(layout: Layout): number {
  return connectionsOf(layout).reduce((sum, connections, i) => sum + connections + layout.sizes[i + 1], 0);
}
