/** [samples] index of the largest of each row of `classes` numbers, the first of equals. */
export function largestOfRows(rows: ArrayLike<number>, classes: number): Uint32Array {
  return Uint32Array.from({ length: rows.length / classes }, (_, i) => {
    let largest = 0;
    for (let c = 1; c < classes; c++) if (rows[i * classes + c] > rows[i * classes + largest]) largest = c;
    return largest;
  });
}

/** Softmax of each row of `classes` outputs: exp(z_c - max z) / sum of these. In f64, as f32 would tie what is next to 1. */
export function softmaxOfRows(z: ArrayLike<number>, classes: number): Float64Array {
  const probabilities = new Float64Array(z.length);
  for (const [i, largest] of largestOfRows(z, classes).entries()) {
    const at = i * classes;
    let sum = 0;
    for (let c = at; c < at + classes; c++) {
      probabilities[c] = Math.exp(z[c] - z[at + largest]);
      sum += probabilities[c];
    }
    for (let c = at; c < at + classes; c++) probabilities[c] /= sum;
  }
  return probabilities;
}
