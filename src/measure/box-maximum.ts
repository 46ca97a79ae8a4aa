import { maximum, minimum } from "../util/extremes.js";
import type { Slope } from "./landscape.js";

/** How a spectral projected gradient runs: gains of the last M steps count, a step is taken for this share of what its slope promises, and is halved so often at most. */
const [MEMORY, SHARE, HALVINGS] = [10, 1e-4, 20];
/** Bounds of the length of a step. */
const [SHORTEST, LONGEST] = [1e-30, 1e30];

/**
 * The largest f found for |x_k - start_k| <= room_k by a spectral projected gradient: Birgin, Martinez, Raydan 2000 (SIAM J. Optim. 10, algorithm
 * SPG1), whose steps have Barzilai's and Borwein's length and need not gain each by itself. L-BFGS-B is what Keskar et al. took; no kept library has
 * it for JavaScript. Ends after so many iterations, or where the projected gradient is 0.
 */
export async function maximumInBox(
  f: (x: Float64Array) => Promise<Slope>,
  start: Float64Array,
  room: Float64Array,
  iterations: number,
): Promise<number> {
  const inBox = (value: number, k: number) => Math.min(start[k] + room[k], Math.max(start[k] - room[k], value));
  let x = start;
  let { loss, gradient } = await f(x);
  const values = [loss];
  let length = 1 / largest(x.map((value, k) => inBox(value + gradient[k], k) - value));
  for (let i = 0; i < iterations; i++) {
    const by = Math.min(LONGEST, Math.max(SHORTEST, length));
    const direction = x.map((value, k) => inBox(value + by * gradient[k], k) - value);
    const promised = dot(direction, gradient);
    if (promised <= 0) break;
    const least = minimum(values.slice(-MEMORY));
    let share = 1;
    let next = x;
    let slope: Slope;
    for (let halved = 0; ; halved++, share /= 2) {
      next = x.map((value, k) => inBox(value + share * direction[k], k));
      slope = await f(next);
      if (slope.loss >= least + SHARE * share * promised || halved === HALVINGS) break;
    }
    const moved = next.map((value, k) => value - x[k]);
    const bent = -dot(
      moved,
      slope.gradient.map((value, k) => value - gradient[k]),
    );
    length = bent <= 0 ? LONGEST : dot(moved, moved) / bent;
    [x, gradient] = [next, slope.gradient];
    values.push(slope.loss);
  }
  return maximum(values);
}

const dot = (a: Float64Array, b: Float64Array) => a.reduce((sum, value, k) => sum + value * b[k], 0);

function largest(values: Float64Array): number {
  const most = values.reduce((all, value) => Math.max(all, Math.abs(value)), 0);
  return most === 0 ? 1 : most;
}
