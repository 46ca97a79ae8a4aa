import type { Topology } from "../sparse/topology.js";

/** What has a value of a parameter: each connection, output neuron or input neuron of a layer, or the layer itself. */
export type Axis = "connection" | "output" | "input" | "layer";

/** A parameter of a layer. Evolution carries its values along the axis; files call it `layers.i.NAME`. */
export interface ParamSpec {
  readonly name: string;
  readonly per: Axis;
  /** Where it starts. A list is of several values each, which files hold as [values, elements of the axis]. */
  readonly init: number | readonly number[];
  /** Its name in files, if another; a dense layer's weights are `weight` [out, in] there. */
  readonly file?: string;
}

/** What a layer connects, without its parameters. */
export interface LayerShape {
  readonly in: number;
  readonly out: number;
  /** Which connections there are; null where all are. */
  readonly topology: Topology | null;
}

/** Connections of a layer: nnz, or out x in of a dense one. */
export function connections({ topology, in: inputs, out }: LayerShape): number {
  return topology ? topology.nnz : inputs * out;
}

/** Elements of an axis of a layer. */
function elements(per: Axis, layer: LayerShape): number {
  return per === "connection" ? connections(layer) : { output: layer.out, input: layer.in, layer: 1 }[per];
}

const partsOf = ({ init }: ParamSpec) => (typeof init === "number" ? 1 : init.length);

/** Values of a parameter of a layer. */
export function valuesOf(spec: ParamSpec, layer: LayerShape): number {
  return partsOf(spec) * elements(spec.per, layer);
}

/** The shape of a parameter in files. */
export function shapeOf(spec: ParamSpec, layer: LayerShape): number[] {
  if (spec.per === "connection") return layer.topology ? [layer.topology.nnz] : [layer.out, layer.in];
  const length = elements(spec.per, layer);
  return typeof spec.init === "number" ? [length] : [spec.init.length, length];
}

/** Where a parameter starts: its values one after the other, for each element of the axis. */
export function initialValues(spec: ParamSpec, layer: LayerShape): Float32Array {
  const length = elements(spec.per, layer);
  const starts = typeof spec.init === "number" ? [spec.init] : spec.init;
  return Float32Array.from({ length: starts.length * length }, (_, k) => starts[Math.floor(k / length)]);
}
