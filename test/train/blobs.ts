import type { Dataset } from "../../src/data/dataset.js";
import { random } from "../../src/util/random.js";

/** Samples around one random centre a class, with noise: easy to learn, a function of its arguments alone. */
export function blobs({ samples = 60, features = 12, classes = 3, seed = 1, name = "blobs" } = {}): Dataset<Float32Array> {
  const rng = random(1, "centres", features, classes);
  const centres = Float32Array.from({ length: classes * features }, () => 2 * rng.normal());
  const noise = random(seed, "noise", samples);
  const y = Uint32Array.from({ length: samples }, (_, i) => i % classes);
  const x = Float32Array.from({ length: samples * features }, (_, k) => {
    return centres[y[Math.floor(k / features)] * features + (k % features)] + noise.normal();
  });
  return { name, x, y, samples, features, classes: Array.from({ length: classes }, (_, c) => String(c)) };
}
