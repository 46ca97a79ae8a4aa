import type { Topology } from "../sparse/topology.js";

/** What has a value of a parameter: each connection, output neuron or input neuron of a layer, or the layer itself. */
export type Axis = "connection" | "output" | "input" | "layer";

/** A parameter of a layer. Evolution carries its values along the axis; files call it `layers.i.NAME`. */
export interface ParamSpec {
  readonly name: string;
  readonly per: Axis;
  /** Where it starts. A list is of several values each, which files hold as [values, elements of the axis]. */
  readonly init: number | readonly number[];
  /** Whether the optimiser moves it; default true. */
  readonly trained?: boolean;
  /** Whether the optimiser's decay shrinks it; default false, but for weights. */
  readonly decays?: boolean;
  /** Its name in files, if another; a dense layer's weights are `weight` [out, in] there. */
  readonly file?: string;
}

/** What a layer connects, without its parameters. */
export interface Connectivity {
  readonly in: number;
  readonly out: number;
  /** Which connections there are; null where all are. */
  readonly topology: Topology | null;
  /** A kind of one's own: it has no connections, and a neuron for each of the layer below. */
  readonly kind?: object;
}

/** Connections of a layer: nnz; out x in of a dense one; none of a kind of one's own. */
export function connections({ topology, in: inputs, out, kind }: Connectivity): number {
  if (kind) return 0;
  return topology ? topology.nnz : inputs * out;
}

/** Elements of an axis of a layer. */
export function elements(per: Axis, layer: Pick<Connectivity, "in" | "out"> & Partial<Connectivity>): number {
  return per === "connection" ? connections({ topology: null, ...layer }) : { output: layer.out, input: layer.in, layer: 1 }[per];
}

/** Values that each element of a parameter's axis has. */
export function partsOf({ init }: ParamSpec): number {
  return typeof init === "number" ? 1 : init.length;
}

/** Values of a parameter of a layer. */
export function valuesOf(spec: ParamSpec, layer: Connectivity): number {
  return partsOf(spec) * elements(spec.per, layer);
}

/** The shape of a parameter in files. */
export function shapeOf(spec: ParamSpec, layer: Connectivity): number[] {
  if (spec.per === "connection") return layer.topology ? [layer.topology.nnz] : [layer.out, layer.in];
  const length = elements(spec.per, layer);
  return typeof spec.init === "number" ? [length] : [spec.init.length, length];
}

/** Where a parameter starts: its values one after the other, for each element of the axis. */
export function initialValues(spec: ParamSpec, layer: Connectivity): Float32Array {
  const length = elements(spec.per, layer);
  const starts = typeof spec.init === "number" ? [spec.init] : spec.init;
  return Float32Array.from({ length: starts.length * length }, (_, k) => starts[Math.floor(k / length)]);
}
