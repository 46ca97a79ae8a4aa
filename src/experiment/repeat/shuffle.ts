import { checkDataset } from "../../data/check-dataset.js";
import type { Dataset } from "../../data/dataset.js";
import { groupBy } from "../../data/group-by.js";
import type { SampleMatrix } from "../../data/sample-matrix.js";
import { type Rng, random } from "../../util/random.js";

/**
 * The dataset with its labels, or its numbers to learn, dealt out anew at random: what is still found in it is not in the data. Every class keeps
 * its samples' number where there are no groups. The numbers of a sample stay together.
 *
 * Samples of one group depend on each other, so they cannot exchange labels freely with others: groups of one label each (a patient's class)
 * exchange labels as wholes, so that each still has one; in a group of several labels (a patient's tumour and healthy tissue) they are shuffled
 * within it. Both keep what would be exchangeable if labels meant nothing (whole-block and within-block permutation: Winkler et al.,
 * "Permutation inference for the general linear model", NeuroImage 92, 2014). Where groups differ in size, the classes' sizes change.
 */
export function shuffleLabels<X extends SampleMatrix>(dataset: Dataset<X>, seed: number): Dataset<X> {
  checkDataset(dataset);
  const { y, targets, samples } = dataset;
  const from = dealt(dataset, random(seed, "shuffle labels"));
  if (!targets) return { ...dataset, y: from.map((i) => y[i]) };
  const width = targets.length / samples;
  return { ...dataset, targets: targets.map((_, k) => targets[from[Math.floor(k / width)] * width + (k % width)]) };
}

/** Whose label each sample gets. */
function dealt({ groups, y, targets, samples }: Dataset<SampleMatrix>, rng: Rng): Uint32Array {
  const from = Uint32Array.from({ length: samples }, (_, i) => i);
  if (!groups) return shuffled(from, rng);
  const members = groupBy(groups.keys(), (i) => groups[i]);
  const labels = targets ?? y;
  const width = labels.length / samples;
  const alike = (a: number, b: number) => {
    for (let t = 0; t < width; t++) if (labels[a * width + t] !== labels[b * width + t]) return false;
    return true;
  };
  const own = from.slice();
  const uniform: number[][] = [];
  for (const group of members.values()) {
    if (group.every((i) => alike(i, group[0]))) uniform.push(group);
    else for (const [k, i] of shuffled(Uint32Array.from(group), rng).entries()) own[group[k]] = i;
  }
  const wholes = Uint32Array.from(uniform, ([first]) => first);
  for (const [g, first] of shuffled(wholes, rng).entries()) for (const i of uniform[g]) own[i] = first;
  return own;
}

function shuffled(indices: Uint32Array, rng: Rng): Uint32Array {
  const copy = indices.slice();
  rng.shuffle(copy);
  return copy;
}
