import type { Dataset } from "../../src/data/dataset.js";
import { random } from "../../src/util/random.js";

/** Samples of which a few features tell the class, and the rest is noise; `shift` is what they differ by, in deviations. */
export function table({
  samples = 40,
  features = 30,
  classes = 2,
  informative = 4,
  shift = 2,
  seed = 1,
} = {}): Dataset<Float32Array> {
  const rng = random(seed, "table", samples, features);
  const y = Uint32Array.from({ length: samples }, (_, i) => i % classes);
  const x = Float32Array.from({ length: samples * features }, (_, k) => {
    const [i, j] = [Math.floor(k / features), k % features];
    return rng.normal() + (j < informative && j % classes === y[i] ? shift : 0);
  });
  return { name: "table", x, y, samples, features, classes: Array.from({ length: classes }, (_, c) => `class ${c}`) };
}
