import { checkDataset } from "../../data/check-dataset.js";
import type { Dataset } from "../../data/dataset.js";
import type { SampleMatrix } from "../../data/sample-matrix.js";
import { type Rng, random } from "../../util/random.js";

/**
 * The dataset with its labels dealt out anew at random: what is still found in it is not in the data. Every class keeps its samples' number
 * where there are no groups.
 *
 * Samples of one group depend on each other, so they cannot exchange labels freely with others: groups of one label each (a patient's class)
 * exchange labels as wholes, so that each still has one; in a group of several labels (a patient's tumour and healthy tissue) they are shuffled
 * within it. Both keep what would be exchangeable if labels meant nothing (whole-block and within-block permutation: Winkler et al.,
 * "Permutation inference for the general linear model", NeuroImage 92, 2014). Where groups differ in size, the classes' sizes change.
 */
export function shuffleLabels<X extends SampleMatrix>(dataset: Dataset<X>, seed: number): Dataset<X> {
  checkDataset(dataset);
  const rng = random(seed, "shuffle labels");
  const { groups, y } = dataset;
  if (!groups) return { ...dataset, y: shuffled(y, rng) };
  const members = new Map<string, number[]>();
  groups.forEach((name, i) => {
    const group = members.get(name);
    if (group) group.push(i);
    else members.set(name, [i]);
  });
  const labels = y.slice();
  const uniform: number[][] = [];
  for (const group of members.values()) {
    const own = Uint32Array.from(group, (i) => y[i]);
    if (own.every((label) => label === own[0])) uniform.push(group);
    else for (const [k, label] of shuffled(own, rng).entries()) labels[group[k]] = label;
  }
  const wholes = Uint32Array.from(uniform, ([first]) => y[first]);
  for (const [g, label] of shuffled(wholes, rng).entries()) for (const i of uniform[g]) labels[i] = label;
  return { ...dataset, y: labels };
}

function shuffled(labels: Uint32Array, rng: Rng): Uint32Array {
  const copy = labels.slice();
  rng.shuffle(copy);
  return copy;
}
