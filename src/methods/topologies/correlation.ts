import { sampleReader } from "../../data/sample-matrix.js";
import { random } from "../../util/random.js";
import { erdosRenyi } from "./erdos-renyi.js";
import { products } from "./products.js";
import type { SampleQuestion, TopologyRule } from "./rule.js";

/** Correlations are taken over so many samples at most: they cost features^2 times as many steps. */
const MOST = 1000;

/**
 * As many connections as erdos-renyi, at the cells of the largest |Pearson correlation| of features over the training part (CSTI; Zhang et al.
 * 2025). A neuron stands for a feature: the n-th of a layer of at least as many neurons for feature n mod features, as published for once and twice as
 * many; of a narrower layer for one of evenly spread ones. A feature is not connected to itself, nor one that is constant. The last layer is drawn.
 */
export const correlation: TopologyRule = {
  name: "correlation",
  densities: erdosRenyi.densities,
  scores({ sizes, set, seed }) {
    const [features] = sizes;
    const samples = Math.min(MOST, set.samples);
    const x = unitRows(set, samples, seed);
    const featureOf = (layer: number, n: number) =>
      sizes[layer] < features ? Math.floor((n * features) / sizes[layer]) : n % features;
    const sums = new Float64Array(features);
    return (layer) => {
      if (layer === sizes.length - 2) return null;
      return (row, scores) => {
        const own = featureOf(layer + 1, row);
        products(x.subarray(own * samples, (own + 1) * samples), x, sums);
        for (let col = 0; col < scores.length; col++) {
          const other = featureOf(layer, col);
          if (other !== own) scores[col] += Math.abs(sums[other]);
        }
      };
    };
  },
};

/** [features, samples] each feature over samples that a seed draws, with mean 0 and norm 1, rounded to f32; 0 where it is constant. */
function unitRows({ x, samples: all, features }: SampleQuestion["set"], samples: number, seed: number): Float64Array {
  const order = Uint32Array.from({ length: all }, (_, i) => i);
  random(seed, "correlation").shuffle(order);
  const rows = new Float32Array(features * samples);
  const read = sampleReader(x, features);
  for (let s = 0; s < samples; s++) {
    const sample = read(order[s]);
    for (let j = 0; j < features; j++) rows[j * samples + s] = sample[j];
  }
  for (let j = 0; j < features; j++) {
    const own = rows.subarray(j * samples, (j + 1) * samples);
    const mean = own.reduce((sum, value) => sum + value, 0) / samples;
    const norm = Math.sqrt(own.reduce((sum, value) => sum + (value - mean) ** 2, 0));
    const constant = norm <= 1e-6 * Math.sqrt(samples) * Math.abs(mean);
    for (let s = 0; s < samples; s++) own[s] = constant || norm === 0 ? 0 : (own[s] - mean) / norm;
  }
  return Float64Array.from(rows);
}
