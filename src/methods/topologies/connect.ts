import { bestCells } from "../../evolution/best-cells.js";
import type { RowScores } from "../../evolution/link-scores.js";
import type { Connect } from "../../nn/state.js";
import { grow } from "../../sparse/grow.js";
import { uniformDensity } from "../../sparse/initial.js";
import { placeCells } from "../../sparse/place.js";
import type { Topology } from "../../sparse/topology.js";
import type { Rng } from "../../util/random.js";
import type { SampleQuestion, TopologyRule } from "./rule.js";

/** What chooses the cells of a network's sparse layers; undefined: they are drawn. `about` is made for rules that go by samples alone. */
export function connectBy({ connect, scores }: TopologyRule, about: () => SampleQuestion): Connect | undefined {
  if (!scores) return connect;
  const scoresOf = scores(about());
  return (rows, cols, density, rng, layer) => {
    const own = scoresOf(layer);
    return own ? connectBest(rows, cols, density, rng, own) : uniformDensity(rows, cols, density, rng);
  };
}

/** round(density rows cols) cells of the largest scores; where fewer have any, the others at random. */
function connectBest(rows: number, cols: number, density: number, rng: Rng, scores: RowScores): Topology {
  const empty = { rows, cols, nnz: 0, rowPtr: new Uint32Array(rows + 1), colIdx: new Uint32Array(0) };
  const nnz = Math.round(density * rows * cols);
  const { topology } = placeCells(empty, new Uint32Array(0), bestCells(empty, nnz, scores));
  return topology.nnz < nnz ? grow(topology, nnz - topology.nnz, rng).topology : topology;
}
