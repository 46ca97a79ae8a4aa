import type { TrainValues } from "../train/flat-options.js";

/** Weight decay of SET's scripts, which is not multiplied by the learning rate: lambda = wd / lr here. */
const AUTHORS_DECAY = 2e-4;

/** The settings of publications, by name, for what the user gave; the user's own override them. */
const SETTINGS = {
  /** The Fashion-MNIST scripts of SET's authors, their loss and dropout included, mistakes and all: to hold results against theirs. */
  authors: ({ lr = 0.05 }) => ({
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
  }),
  /**
   * Importance pruning (Curci et al. 2021): the weakest tenth by incoming strength every 10 epochs after a warm-up, for good.
   * They warm up on large data for 200 of 500 epochs; 20 % is our choice.
   */
  importance: ({ epochs = 100 }) => ({
    removeScore: "strength-in",
    removeSchedule: "percentile",
    remove: 0.1,
    removeEvery: 10,
    removeFirst: Math.max(1, Math.round(0.2 * epochs)),
    removeLast: Math.max(2, epochs),
    removeBudget: "shrinking",
  }),
} satisfies Record<string, (given: TrainValues) => TrainValues>;

export type Preset = keyof typeof SETTINGS;
export const PRESETS = Object.keys(SETTINGS) as Preset[];

/** The settings of a preset; without one, none. */
export const presetValues = (preset: Preset | undefined, given: TrainValues): TrainValues =>
  preset === undefined ? {} : SETTINGS[preset](given);
