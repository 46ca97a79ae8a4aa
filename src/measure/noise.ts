import { hash4 } from "../util/counter-random.js";

/** Fills `out` with normal numbers named by a stream and a step, by Box and Muller of the counter generator: the same names give the same numbers. */
export function fillNormal(out: Float64Array, stream: number, step: number): void {
  for (let k = 0; k < out.length; k += 2) {
    const radius = Math.sqrt(-2 * Math.log((hash4(stream, step, k, 0) + 1) / 2 ** 32)); // above 0
    const angle = (2 * Math.PI * hash4(stream, step, k, 1)) / 2 ** 32;
    out[k] = radius * Math.cos(angle);
    if (k + 1 < out.length) out[k + 1] = radius * Math.sin(angle);
  }
}
