import type { EvolutionConfig, RemovalConfig } from "../evolution/config.js";
import { neuronsLeft } from "../evolution/neurons.js";
import { erdosRenyiDensity } from "../sparse/initial.js";
import { check } from "../util/check.js";

/** Presets of the same parts: what each connects, evolves and removes. */
export const METHODS = ["npset", "set", "static", "static-np", "set-half", "dense", "dense-small", "linear"] as const;
/** The name of a method. */
export type Method = (typeof METHODS)[number];

/** Where the output layer stands: auto is sparse and evolved unless its density would exceed 0.6, then dense and left alone (as SET's million-neuron code guards). */
export const OUTPUTS = ["auto", "sparse", "fixed", "dense"] as const;

/** Density above which `auto` makes the output layer dense. */
const DENSE_OUTPUT = 0.6;

/** What a layout is made from: the data's sizes and the user's. */
export interface Shape {
  readonly inputs: number;
  readonly hidden: readonly number[];
  readonly classes: number;
  readonly epsilon: number;
  readonly output: (typeof OUTPUTS)[number];
}

/** How npset removes neurons, and how often it has occasion to. */
export interface RemovalPlan {
  readonly removal: RemovalConfig;
  readonly epochs: number;
  readonly period: number;
}

/** A network a method starts with: neurons of every layer, density of every weight layer (null: dense). */
export interface Layout {
  readonly sizes: readonly number[];
  readonly densities: readonly (number | null)[];
}

/** The evolution of a method, from the user's settings: what it does not do is switched off. Null when nothing ever changes. */
export function evolutionOf(method: Method, config: EvolutionConfig): EvolutionConfig | null {
  switch (method) {
    case "npset":
      return config;
    case "set":
    case "set-half":
      return { ...config, removal: null };
    case "static-np":
      return { ...config, prune: "none", removal: config.removal && { ...config.removal, budget: "shrinking" } };
    default:
      return null;
  }
}

/** Whether a method removes neurons. */
export function removesNeurons(method: Method): boolean {
  return method === "npset" || method === "static-np";
}

/**
 * What a method starts with. Sparse methods: Erdos-Renyi, density min(1, epsilon (in + out) / (in out)); a layer of density 1 is dense.
 * set-half: half the widths, with the connections npset is left with. dense-small: see {@link smallDense}. linear: no hidden layer.
 */
export function layoutOf(method: Method, shape: Shape, plan: RemovalPlan | null): Layout {
  const { inputs, hidden, classes } = shape;
  const dense = (widths: readonly number[]): Layout => ({
    sizes: [inputs, ...widths, classes],
    densities: new Array(widths.length + 1).fill(null),
  });
  if (method === "linear") return dense([]);
  check(hidden.length > 0, "hidden", () => `method ${method} needs at least one hidden layer; method linear has none`);
  if (method === "dense") return dense(hidden);
  const sparse = erdosRenyiLayout(shape);
  if (method === "set-half") return halved(sparse);
  if (method === "dense-small") return dense(smallDense(shape, plan));
  return sparse;
}

function erdosRenyiLayout({ inputs, hidden, classes, epsilon, output }: Shape): Layout {
  const sizes = [inputs, ...hidden, classes];
  const densities = sizes.slice(1).map((out, i) => {
    const density = erdosRenyiDensity(epsilon, out, sizes[i]);
    const last = i === sizes.length - 2;
    if (last && (output === "dense" || (output === "auto" && density > DENSE_OUTPUT))) return null;
    return density === 1 ? null : density;
  });
  return { sizes, densities };
}

function halved({ sizes, densities }: Layout): Layout {
  const half = sizes.map((size, i) => (i === 0 || i === sizes.length - 1 ? size : size - Math.round(size / 2)));
  return { sizes: half, densities: keepConnections({ sizes, densities }, half) };
}

/** Densities with which layers of new sizes hold as many connections as before, as far as they fit. */
function keepConnections({ sizes, densities }: Layout, next: readonly number[]): (number | null)[] {
  return densities.map((density, i) => {
    if (density === null) return null;
    const connections = Math.round(density * sizes[i] * sizes[i + 1]);
    return Math.min(1, connections / (next[i] * next[i + 1]));
  });
}

/** Weights and biases of a layout. */
export function parametersOf({ sizes, densities }: Layout): number {
  return densities.reduce<number>(
    (sum, density, i) => sum + Math.round((density ?? 1) * sizes[i] * sizes[i + 1]) + sizes[i + 1],
    0,
  );
}

/** The layout npset is planned to end with: hidden layers as its schedule leaves them, connections by its budget. */
function finalLayout(shape: Shape, plan: RemovalPlan | null): Layout {
  const layout = erdosRenyiLayout(shape);
  if (!plan) return layout;
  const { removal, epochs, period } = plan;
  const sizes = layout.sizes.map((size, i) =>
    i === 0 || i === layout.sizes.length - 1 ? size : neuronsLeft(removal, size, epochs, period),
  );
  const densities = removal.budget === "constant" ? keepConnections(layout, sizes) : layout.densities;
  return { sizes, densities };
}

/**
 * Hidden widths of a dense network with as many parameters as npset's planned final count, within 1 % or half a first-layer neuron:
 * all widths scaled alike to below that count, then single neurons added where that comes nearer. None is taken away again: that would pay
 * for a neuron of a wide first layer with all but one of the others'. Throws when even one neuron a layer has more parameters.
 */
export function smallDense(shape: Shape, plan: RemovalPlan | null): number[] {
  const target = parametersOf(finalLayout(shape, plan));
  const parameters = (widths: number[]) => {
    const sizes = [shape.inputs, ...widths, shape.classes];
    return sizes.slice(1).reduce((sum, out, i) => sum + out * (sizes[i] + 1), 0);
  };
  const scaled = (scale: number) => shape.hidden.map((width) => Math.max(1, Math.round(scale * width)));
  let [low, high] = [0, 1];
  for (let i = 0; i < 50; i++) {
    const middle = (low + high) / 2;
    if (parameters(scaled(middle)) > target) high = middle;
    else low = middle;
  }
  let widths = scaled(low);
  const distance = (candidate: number[]) => Math.abs(parameters(candidate) - target);
  for (let improved = true; improved; ) {
    const moves = widths.map((_, i) => widths.map((width, j) => (i === j ? width + 1 : width)));
    const best = moves.reduce((a, b) => (distance(b) < distance(a) ? b : a));
    improved = distance(best) < distance(widths);
    if (improved) widths = best;
  }
  const tolerance = Math.max(0.01 * target, (shape.inputs + 1 + (widths[1] ?? shape.classes)) / 2);
  check(
    distance(widths) <= tolerance,
    "dense-small",
    () =>
      `npset would end with ${target} parameters, the nearest dense network of hidden layers ${widths.join("-")} has ${parameters(widths)}; use fewer hidden layers or a larger epsilon`,
  );
  return widths;
}
