import type { Pruner } from "./pruner.js";

/** So that no key leaves the range of f32: a root of it, by which nothing changes its place. */
const ROOT = 16;

/**
 * The fraction zeta of a layer's weights that are not 0, at random: the others are a sample without replacement by |w|^T. T = d / (1 - d) with d
 * from 0.5 to 0.75 over the run, so it rises from 1 to 3 (soft removal, Zhang et al. 2025). Such a sample is of those with the largest
 * |w|^T / e, with e exponentially distributed: the Gumbel trick.
 */
export const soft: Pruner = {
  name: "soft",
  scope: "layer",
  ages: true,
  count: ({ positive, negative, zeta }) => Math.floor(zeta * (positive + negative)),
  rank({ values, rng, progress }) {
    const delta = 0.5 + 0.25 * progress;
    const power = delta / (1 - delta);
    const keys = new Float32Array(values.length);
    for (let k = 0; k < keys.length; k++) {
      const waited = -Math.log((rng.uint32() + 0.5) / 2 ** 32);
      if (values[k] !== 0) keys[k] = Math.exp((power * Math.log(Math.abs(values[k])) - Math.log(waited)) / ROOT);
    }
    return keys;
  },
};
