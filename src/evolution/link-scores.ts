import { type Topology, toCsc } from "../sparse/topology.js";

/** Adds the scores of the cells of row `row` to `scores`, one a column; those of cells that hold a connection have no meaning. */
export type RowScores = (row: number, scores: Float64Array) => void;

/** What makes scores of a layer's links: of its connections alone, by paths of length 3 from an output over an input and an output to an input. */
export type LinkScore = (connections: Topology) => RowScores;

// Loops are written out: a call for each step takes several times as long. Counts are 0 between rows.

/**
 * CH2-L3n: with c(a, b) the common neighbours of two outputs or two inputs, the score of the cell (u, v) is the sum of (c + 1) / (degree - c) over
 * the outputs z linked to v with c(z, u) > 0 and over the inputs z linked to u with c(z, v) > 0, where the degree is z's (Zhang et al. 2025).
 * It takes sum over the connections of (fan-in) (fan-out) steps.
 */
export const nodeScore: LinkScore = (connections) => {
  const { rows, cols, rowPtr, colIdx } = connections;
  const { colPtr, rowIdx } = toCsc(connections);
  const [common, seen] = [new Uint32Array(rows), new Uint32Array(rows)];
  const [shared, near] = [new Uint32Array(cols), new Uint32Array(cols)];
  const part = (degree: number, c: number) => (c + 1) / Math.max(1, degree - c);
  return (u, scores) => {
    let many = 0;
    for (let a = rowPtr[u]; a < rowPtr[u + 1]; a++)
      for (let b = colPtr[colIdx[a]]; b < colPtr[colIdx[a] + 1]; b++) if (common[rowIdx[b]]++ === 0) seen[many++] = rowIdx[b];
    for (let i = 0; i < many; i++) {
      const z2 = seen[i];
      const size = part(rowPtr[z2 + 1] - rowPtr[z2], common[z2]);
      for (let k = rowPtr[z2]; k < rowPtr[z2 + 1]; k++) scores[colIdx[k]] += size;
      common[z2] = 0;
    }
    for (let a = rowPtr[u]; a < rowPtr[u + 1]; a++) {
      const [from, to] = [colPtr[colIdx[a]], colPtr[colIdx[a] + 1]]; // of the outputs of the input z1
      let reached = 0;
      for (let b = from; b < to; b++)
        for (let k = rowPtr[rowIdx[b]], end = rowPtr[rowIdx[b] + 1]; k < end; k++)
          if (shared[colIdx[k]]++ === 0) near[reached++] = colIdx[k];
      for (let i = 0; i < reached; i++) {
        scores[near[i]] += part(to - from, shared[near[i]]);
        shared[near[i]] = 0;
      }
    }
  };
};

/**
 * CH3-L3p: the score of the cell (u, v) is the sum over all paths u - z1 - z2 - v of 1 / sqrt((1 + e1) (1 + e2)), where e1 and e2 count the links of
 * z1 and z2 that lead neither to the path's ends nor to neighbours of these (Zhang et al. 2025). It takes twice as many steps as CH2-L3n.
 */
export const pathScore: LinkScore = (connections) => {
  const { rows, cols, rowPtr, colIdx } = connections;
  const { colPtr, rowIdx } = toCsc(connections);
  const [common, shared] = [new Uint32Array(rows), new Uint32Array(cols)];
  return (u, scores) => {
    const [first, last] = [rowPtr[u], rowPtr[u + 1]];
    for (let a = first; a < last; a++) for (let b = colPtr[colIdx[a]]; b < colPtr[colIdx[a] + 1]; b++) common[rowIdx[b]]++;
    for (let a = first; a < last; a++) {
      const [from, to] = [colPtr[colIdx[a]], colPtr[colIdx[a] + 1]]; // of the outputs of the input z1
      const count = (step: number) => {
        for (let b = from; b < to; b++)
          for (let k = rowPtr[rowIdx[b]], end = rowPtr[rowIdx[b] + 1]; k < end && rowIdx[b] !== u; k++) shared[colIdx[k]] += step;
      };
      count(1);
      for (let b = from; b < to; b++) {
        const [start, end] = [rowPtr[rowIdx[b]], rowPtr[rowIdx[b] + 1]]; // of the inputs of the output z2
        const outside = end - start - common[rowIdx[b]]; // 1 + e2; at 0, as of u itself, every input of z2 is one of u
        for (let k = start; k < end && outside > 0; k++)
          scores[colIdx[k]] += 1 / Math.sqrt((to - from - shared[colIdx[k]]) * outside);
      }
      count(-1);
    }
    for (let a = first; a < last; a++) for (let b = colPtr[colIdx[a]]; b < colPtr[colIdx[a] + 1]; b++) common[rowIdx[b]] = 0;
  };
};
