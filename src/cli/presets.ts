import type { TrainValues } from "../train/flat-options.js";

export const PRESETS = ["authors", "importance"] as const;
export type Preset = (typeof PRESETS)[number];

/** Weight decay of SET's scripts, which is not multiplied by the learning rate: lambda = wd / lr here. */
const AUTHORS_DECAY = 2e-4;

/**
 * The settings of a preset, which the user's own override.
 * - authors: the Fashion-MNIST scripts of SET's authors, their loss and dropout included, mistakes and all: to hold results against theirs.
 * - importance: importance pruning (Curci et al. 2021): the weakest tenth by incoming strength every 10 epochs after a warm-up, for good.
 *   They warm up on large data for 200 of 500 epochs; 20 % is our choice.
 */
export function presetValues(preset: Preset | undefined, given: TrainValues): TrainValues {
  if (preset === "authors") {
    const lr = given.lr ?? 0.05;
    return {
      hidden: [1000, 1000, 1000],
      epsilon: 13,
      outputLayer: "auto",
      init: "normal",
      regrowInit: "normal",
      zeta: 0.3,
      inputs: "scale255",
      loss: "authors",
      dropout: 0.2,
      dropoutStyle: "authors",
      batch: 40,
      dropLast: true,
      epochs: 400,
      optimizer: "sgd",
      momentum: 0.9,
      lr,
      decay: AUTHORS_DECAY / lr,
    };
  }
  if (preset === "importance") {
    const epochs = given.epochs ?? 100;
    return {
      removeScore: "strength-in",
      removeSchedule: "percentile",
      remove: 0.1,
      removeEvery: 10,
      removeFirst: Math.max(1, Math.round(0.2 * epochs)),
      removeLast: Math.max(2, epochs),
      removeBudget: "shrinking",
    };
  }
  return {};
}
