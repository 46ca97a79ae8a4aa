import { type Csc, fanIn, fanOut, type Topology, toCsc } from "../sparse/topology.js";

/** Adds the scores of the cells of row `row` to `scores`, one a column; those of cells that hold a connection have no meaning. */
export type RowScores = (row: number, scores: Float64Array) => void;

/** What makes scores of a layer's links: of its connections alone, by paths of length 3 from an output over an input and an output to an input. */
export type LinkScore = (connections: Topology) => RowScores;

/** A layer as a graph of outputs and inputs: who is linked to whom, and with how many. */
interface Links {
  readonly topology: Topology;
  readonly csc: Csc;
  readonly fanIn: Uint32Array;
  readonly fanOut: Uint32Array;
}

const linksOf = (topology: Topology): Links => ({
  topology,
  csc: toCsc(topology),
  fanIn: fanIn(topology),
  fanOut: fanOut(topology),
});

/**
 * CH2-L3n: with c(a, b) the common neighbours of two outputs or two inputs, the score of the cell (u, v) is the sum of (c + 1) / (degree - c) over
 * the outputs z linked to v with c(z, u) > 0 and over the inputs z linked to u with c(z, v) > 0, where the degree is z's (Zhang et al. 2025).
 * It takes sum over the connections of (fan-in) (fan-out) steps.
 */
export const nodeScore: LinkScore = (connections) => {
  const links = linksOf(connections);
  const [common, shared] = [tally(connections.rows), tally(connections.cols)];
  const part = (degree: number, c: number) => (c + 1) / Math.max(1, degree - c);
  return (u, scores) => {
    eachInput(links, u, (z1) => eachOutput(links, z1, common.add));
    common.drain((z2, c) => {
      const size = part(links.fanIn[z2], c);
      eachInput(links, z2, (v) => {
        scores[v] += size;
      });
    });
    eachInput(links, u, (z1) => {
      eachOutput(links, z1, (z2) => eachInput(links, z2, shared.add));
      shared.drain((v, c) => {
        scores[v] += part(links.fanOut[z1], c);
      });
    });
  };
};

/**
 * CH3-L3p: the score of the cell (u, v) is the sum over all paths u - z1 - z2 - v of 1 / sqrt((1 + e1) (1 + e2)), where e1 and e2 count the links of
 * z1 and z2 that lead neither to the path's ends nor to neighbours of these (Zhang et al. 2025). It takes twice as many steps as CH2-L3n.
 */
export const pathScore: LinkScore = (connections) => {
  const links = linksOf(connections);
  const [common, shared] = [tally(connections.rows), tally(connections.cols)];
  return (u, scores) => {
    eachInput(links, u, (z1) => eachOutput(links, z1, common.add));
    eachInput(links, u, (z1) => {
      eachOutput(links, z1, (z2) => z2 !== u && eachInput(links, z2, shared.add));
      eachOutput(links, z1, (z2) => {
        const outside = links.fanIn[z2] - common.counts[z2]; // 1 + e2; at 0 every input of z2 is one of u
        if (z2 === u || outside === 0) return;
        eachInput(links, z2, (v) => {
          scores[v] += 1 / Math.sqrt((links.fanOut[z1] - shared.counts[v]) * outside);
        });
      });
      shared.drain(() => {});
    });
    common.drain(() => {});
  };
};

/** Counts of the things that were added, which are forgotten as they are drained: without a look at those that were not. */
function tally(things: number) {
  const counts = new Uint32Array(things);
  const seen = new Uint32Array(things);
  let many = 0;
  return {
    counts,
    add: (thing: number): void => {
      if (counts[thing]++ === 0) seen[many++] = thing;
    },
    drain: (visit: (thing: number, count: number) => void): void => {
      for (let i = 0; i < many; i++) {
        const count = counts[seen[i]];
        counts[seen[i]] = 0;
        visit(seen[i], count);
      }
      many = 0;
    },
  };
}

function eachInput({ topology: { rowPtr, colIdx } }: Links, output: number, visit: (input: number) => void): void {
  for (let k = rowPtr[output]; k < rowPtr[output + 1]; k++) visit(colIdx[k]);
}

function eachOutput({ csc: { colPtr, rowIdx } }: Links, input: number, visit: (output: number) => void): void {
  for (let k = colPtr[input]; k < colPtr[input + 1]; k++) visit(rowIdx[k]);
}
