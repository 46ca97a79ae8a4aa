/** Each point of the picture: the mean of how much of its block is drawn on. */
export function averageBlocks(rgba: ArrayLike<number>, ink: Float32Array, cols: number, block: number): void {
  const width = cols * block;
  for (let k = 0; k < ink.length; k++) {
    let sum = 0;
    const from = Math.floor(k / cols) * block * width + (k % cols) * block;
    for (let y = 0; y < block; y++) for (let x = 0; x < block; x++) sum += rgba[4 * (from + y * width + x) + 3];
    ink[k] = sum / (255 * block * block);
  }
}
