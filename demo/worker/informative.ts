import { type Dataset, makeDataset } from "../../src/api/index.js";
import { random } from "../../src/api/sparse.js";

const SAMPLES = 120;
const FEATURES = 5000;
/** Distance of the two classes' means in an informative feature, in standard deviations of the noise. */
const SHIFT = 1;

/** The features that tell the class, in increasing order: 20 of them, at random places. */
export const INFORMATIVE: readonly number[] = places();

function places(): number[] {
  const order = Uint32Array.from({ length: FEATURES }, (_, j) => j);
  random(1, "informative", "places").shuffle(order);
  return Array.from(order.subarray(0, 20)).sort((a, b) => a - b);
}

/**
 * Made-up expression data of two classes of 60 samples: noise N(0, 1) in 5,000 features, and in the 20 of `INFORMATIVE` the classes' means
 * SHIFT apart, half of them higher in the one class and half in the other. Always the same numbers.
 */
export function informative(): Dataset<Float32Array> {
  const noise = random(1, "informative", "noise");
  const x = Float32Array.from({ length: SAMPLES * FEATURES }, () => noise.normal());
  const labels = Array.from({ length: SAMPLES }, (_, i) => (i % 2 === 0 ? "control" : "case"));
  labels.forEach((label, i) => {
    INFORMATIVE.forEach((j, rank) => {
      const up = (label === "case") === (rank % 2 === 0);
      x[i * FEATURES + j] += (up ? SHIFT : -SHIFT) / 2;
    });
  });
  const featureNames = Array.from({ length: FEATURES }, (_, j) => `gene ${j + 1}`);
  const notes = ["made in this page: 20 of the 5,000 features are known to tell the class"];
  return makeDataset({ name: "informative", x, labels, features: FEATURES, featureNames, notes });
}
