import type { Place } from "../device/place.js";
import { type Connectivity, elements, type ParamSpec, partsOf } from "../layers/param.js";
import type { Topology } from "../sparse/topology.js";
import { maximum } from "../util/extremes.js";
import type { FloatArray } from "../util/types.js";
import type { LayerState } from "./state.js";

/** Where the parts of members lie in their stack, of layers of these shapes; in the first layer all have the same inputs. */
export function stackPlaces(
  layers: readonly Connectivity[],
  first: boolean,
  streams: readonly Pick<Place, "stream" | "streamBelow">[],
): Place[] {
  let [rowStart, colStart, slotStart] = [0, 0, 0];
  return layers.map((layer, j) => {
    const slots = elements("connection", layer);
    const { stream, streamBelow } = streams[j];
    const place = { rowStart, rows: layer.out, colStart, cols: layer.in, slotStart, slots, stream, streamBelow };
    rowStart += layer.out;
    colStart += first ? 0 : layer.in;
    slotStart += slots;
    return place;
  });
}

/** Inputs and outputs of a stack. */
export function stackSizes(places: readonly Place[]): { in: number; out: number } {
  const last = places[places.length - 1];
  return { in: last.colStart + last.cols, out: last.rowStart + last.rows };
}

/** The layers of members as one: block-diagonal connections, or dense blocks one after the other. */
export function stackLayers(layers: readonly LayerState[], specs: readonly ParamSpec[], places: readonly Place[]): LayerState {
  const stackOf = (spec: ParamSpec, arrays: readonly FloatArray[]) => stackValues(spec, layers, arrays);
  const kept = (spec: ParamSpec) => maximum(layers.map(({ state }) => state[spec.name]?.length ?? 0));
  const stateOf = (spec: ParamSpec) =>
    Array.from({ length: kept(spec) }, (_, k) =>
      stackOf(
        spec,
        layers.map(({ params, state }) => state[spec.name]?.[k] ?? params[spec.name].slice().fill(0)), // what is missing starts at 0
      ),
    );
  const moved = layers[0].topology && layers.map(({ topology }) => topology as Topology);
  return {
    ...stackSizes(places),
    topology: moved && stackTopologies(moved, places),
    params: Object.fromEntries(
      specs.map((spec) => [
        spec.name,
        stackOf(
          spec,
          layers.map(({ params }) => params[spec.name]),
        ),
      ]),
    ),
    state: Object.fromEntries(specs.map((spec) => [spec.name, stateOf(spec)] as const).filter(([, arrays]) => arrays.length > 0)),
    neurons: stackIds(layers.map(({ neurons }) => neurons)),
  };
}

/** The connections of members in one topology, each in its block. */
export function stackTopologies(topologies: readonly Topology[], places: readonly Place[]): Topology {
  const { in: cols, out: rows } = stackSizes(places);
  const nnz = topologies.reduce((sum, topology) => sum + topology.nnz, 0);
  const rowPtr = new Uint32Array(rows + 1);
  const colIdx = new Uint32Array(nnz);
  let slotStart = 0;
  for (const [j, topology] of topologies.entries()) {
    const { rowStart, colStart } = places[j];
    for (let row = 0; row < topology.rows; row++) rowPtr[rowStart + row + 1] = slotStart + topology.rowPtr[row + 1];
    for (let k = 0; k < topology.nnz; k++) colIdx[slotStart + k] = colStart + topology.colIdx[k];
    slotStart += topology.nnz;
  }
  return { rows, cols, nnz, rowPtr, colIdx };
}

/** The connections of one member of a stack. */
export function memberTopology(
  { rowPtr, colIdx }: Topology,
  { rowStart, rows, colStart, cols, slotStart, slots }: Omit<Place, "stream" | "streamBelow">,
): Topology {
  return {
    rows,
    cols,
    nnz: slots,
    rowPtr: rowPtr.slice(rowStart, rowStart + rows + 1).map((k) => k - slotStart),
    colIdx: colIdx.slice(slotStart, slotStart + slots).map((col) => col - colStart),
  };
}

/** The ids of all members' neurons, one member after the other. */
function stackIds(ids: readonly Uint32Array[]): Uint32Array {
  return Uint32Array.from(ids.flatMap((one) => [...one]));
}

/** A parameter's values of all members: each of its parts holds all members' elements, as that of one network holds its own. */
function stackValues(spec: ParamSpec, layers: readonly Connectivity[], arrays: readonly FloatArray[]): FloatArray {
  const parts = partsOf(spec);
  const length = arrays.reduce((sum, array) => sum + array.length, 0);
  const stack = arrays[0] instanceof Float64Array ? new Float64Array(length) : new Float32Array(length);
  let at = 0;
  for (let part = 0; part < parts; part++)
    for (const [j, array] of arrays.entries()) {
      const count = elements(spec.per, layers[j]);
      stack.set(array.subarray(part * count, (part + 1) * count), at);
      at += count;
    }
  return stack;
}

/** One member's values of a parameter, out of a stack's. */
export function memberValues(spec: ParamSpec, stack: FloatArray, places: readonly Place[], j: number): FloatArray {
  const parts = partsOf(spec);
  const [from, count] = spec.per === "connection" ? [places[j].slotStart, places[j].slots] : [places[j].rowStart, places[j].rows];
  const all = stack.length / parts;
  const values = stack.slice(0, parts * count);
  for (let part = 0; part < parts; part++) values.set(stack.subarray(part * all + from, part * all + from + count), part * count);
  return values;
}
