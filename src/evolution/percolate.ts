import { isOwn, type LayerKind } from "../layers/kind.js";
import { clearMark } from "../sparse/marks.js";
import { select } from "../sparse/remove.js";
import { fanIn, fanOut } from "../sparse/topology.js";
import type { Pruned } from "./remains.js";

/** A layer after pruning; null of one that has no connections of its own to lose. */
interface Shape {
  readonly in: number;
  readonly out: number;
  readonly kind: LayerKind;
  readonly pruned: Pruned | null;
}

/**
 * What survives of each layer without the connections of hidden neurons that lost a side (chain removal; Zhang et al. 2025). A neuron without
 * outputs loses its inputs, from the last layer down; then one without inputs loses its outputs, from the first layer up. So what neighbours
 * lose by that is seen in turn, and every hidden neuron has both sides or none. Dense layers, and layers that do not evolve, keep their
 * connections. O(connections).
 */
export function percolate(layers: readonly Shape[], evolves: readonly boolean[]): (Pruned | null)[] {
  const pruned = layers.map(({ pruned: part }) => part && { ...part, survivors: part.survivors.slice() });
  const weighted = [...layers.keys()].filter((i) => !isOwn(layers[i].kind));
  const pairs = weighted.slice(1).map((above, k) => [weighted[k], above]);
  const meeting = pairs.filter(([below, above]) => layers[below].out === layers[above].in);
  for (const [below, above] of meeting.toReversed()) if (evolves[below]) dropInputs(pruned[below], pruned[above]);
  for (const [below, above] of meeting) if (evolves[above]) dropOutputs(pruned[above], pruned[below]);
  return pruned;
}

/** Takes the connections of `below` to neurons from which none of `above` leads. */
function dropInputs(below: Pruned | null, above: Pruned | null): void {
  if (!below || !above) return;
  const outs = fanOut(select(above.topology, above.survivors).topology);
  const { rows, rowPtr } = below.topology;
  for (let row = 0; row < rows; row++)
    if (outs[row] === 0) for (let k = rowPtr[row]; k < rowPtr[row + 1]; k++) clearMark(below.survivors, k);
}

/** Takes the connections of `above` from neurons to which none of `below` leads. */
function dropOutputs(above: Pruned | null, below: Pruned | null): void {
  if (!above || !below) return;
  const ins = fanIn(select(below.topology, below.survivors).topology);
  const { nnz, colIdx } = above.topology;
  for (let k = 0; k < nnz; k++) if (ins[colIdx[k]] === 0) clearMark(above.survivors, k);
}
