import { ranksOf } from "../util/ranks.js";
import type { Dataset } from "./dataset.js";

/** Samples of a stratum, at least, and strata at most. */
const [LEAST, MOST] = [10, 10];

/**
 * The strata of a split of numbers to learn, [samples]: of one target equal shares of the samples in its order, at most 10, of at least 10 samples
 * each. Of several targets, or few samples, there is one: the split is not stratified.
 */
export function quantileStrata({
  targets,
  targetNames,
  samples,
}: Pick<Dataset, "targets" | "targetNames" | "samples">): Uint32Array {
  const bins = Math.min(MOST, Math.floor(samples / LEAST));
  if (!targets || targetNames?.length !== 1 || bins < 2) return new Uint32Array(samples);
  return Uint32Array.from(ranksOf(targets), (rank) => Math.min(bins - 1, Math.floor(((rank - 0.5) * bins) / samples)));
}
