import type { Pruner } from "./pruner.js";

/**
 * The fraction zeta of a layer's weights that are not 0, those of the least relative importance |w| / (sum of |w| in the row) + |w| / (sum of |w|
 * in the column) (Zhang et al. 2025). The last connections of a neuron so stay longer.
 */
export const importance: Pruner = {
  name: "importance",
  scope: "layer",
  count: ({ positive, negative, zeta }) => Math.floor(zeta * (positive + negative)),
  rank({ topology: { rows, cols, rowPtr, colIdx }, values }) {
    const [inRow, inCol] = [new Float64Array(rows), new Float64Array(cols)];
    const each = (visit: (k: number, row: number, size: number) => void) => {
      for (let row = 0; row < rows; row++) for (let k = rowPtr[row]; k < rowPtr[row + 1]; k++) visit(k, row, Math.abs(values[k]));
    };
    each((k, row, size) => {
      inRow[row] += size;
      inCol[colIdx[k]] += size;
    });
    const keys = new Float32Array(values.length); // those of weights that are 0 stay 0
    each((k, row, size) => {
      if (size > 0) keys[k] = size / inRow[row] + size / inCol[colIdx[k]];
    });
    return keys;
  },
};
