import type { Place } from "../device/place.js";
import type { Layer } from "../nn/layer.js";
import { stackPlaces, stackSizes, stackTopologies } from "../nn/stack.js";
import { NEW } from "../sparse/grow.js";
import type { Topology } from "../sparse/topology.js";
import type { ReshapedLayer } from "./reshape.js";

/** A layer after an evolution, of all members where there are several: then with their new places. */
export interface StackedLayer extends ReshapedLayer {
  readonly places: readonly Place[] | null;
}

/** What the members' parts of a layer have become, as one: slots and neurons are numbered through the members, before and after. */
export function stackReshaped({ members }: Layer, parts: readonly ReshapedLayer[]): StackedLayer {
  if (!members) return { ...parts[0], places: null };
  const old = members.places;
  const first = old.every(({ colStart }) => colStart === 0); // the layer whose inputs all members share
  const places = stackPlaces(parts, first, old);
  const sum = (of: (part: ReshapedLayer) => number) => parts.reduce((total, part) => total + of(part), 0);
  const source = new Uint32Array(sum((part) => part.source.length));
  const grown = parts[0].grown && new Float32Array(source.length);
  for (const [j, part] of parts.entries()) {
    const { slotStart } = places[j];
    for (const [k, from] of part.source.entries()) source[slotStart + k] = from === NEW ? NEW : from + old[j].slotStart;
    if (part.grown) grown?.set(part.grown, slotStart);
  }
  const moved = (of: (part: ReshapedLayer) => Uint32Array, start: "rowStart" | "colStart") =>
    Uint32Array.from(parts.flatMap((part, j) => Array.from(of(part), (id) => id + old[j][start])));
  return {
    ...stackSizes(places),
    topology:
      parts[0].topology &&
      stackTopologies(
        parts.map(({ topology }) => topology as Topology),
        places,
      ),
    source,
    grown,
    pruned: sum((part) => part.pruned),
    regrown: sum((part) => part.regrown),
    lost: sum((part) => part.lost),
    keepRows: moved(({ keepRows }) => keepRows, "rowStart"),
    keepCols: first ? parts[0].keepCols : moved(({ keepCols }) => keepCols, "colStart"),
    places,
  };
}
