import { hash4 } from "../util/counter-random.js";

/** Fills `out` with normal numbers named by a stream and a step, by Marsaglia's polar method: the same names give the same numbers. */
export function fillNormal(out: Float64Array, stream: number, step: number): void {
  const uniform = (k: number, attempt: number) => (hash4(stream, step, k, attempt) + 0.5) / 2 ** 31 - 1;
  for (let k = 0; k < out.length; k += 2) {
    let [x, y, square] = [0, 0, 0];
    for (let attempt = 0; square >= 1 || square === 0; attempt++) {
      x = uniform(k, attempt);
      y = uniform(k + 1, attempt);
      square = x * x + y * y;
    }
    const scale = Math.sqrt((-2 * Math.log(square)) / square);
    out[k] = x * scale;
    if (k + 1 < out.length) out[k + 1] = y * scale;
  }
}
