import type { EvolutionConfig, EvolutionOptions } from "../evolution/config.js";
import type { Layout } from "../methods/layouts/layout.js";
import type { NetworkConfig, NetworkOptions } from "../nn/config.js";
import type { NETWORK } from "../options/network.js";
import type { Given, Settled } from "../options/option.js";
import type { LAYOUT, TRAINING } from "../options/training.js";
import type { LearningRate } from "./schedules.js";

/** What a user can choose; everything has a default. */
export interface TrainOptions extends Given<typeof LAYOUT>, NetworkOptions, Given<typeof TRAINING> {
  /** Pruning, regrowth and neuron removal; `removal` is on by default for the methods that remove neurons. */
  readonly evolution?: EvolutionOptions;
  /** A rate, or a schedule. */
  readonly lr?: number | Partial<LearningRate>;
}

/** Every choice made: what config.json and checkpoints record. */
export interface TrainConfig extends Omit<Settled<typeof LAYOUT>, "inputs" | "method">, Settled<typeof TRAINING> {
  /** Name of the method. */
  readonly method: string;
  readonly layout: Layout;
  readonly evolution: EvolutionConfig | null;
  readonly network: NetworkConfig;
  readonly lr: LearningRate;
  readonly seed: number;
  /** model: by the statistics of the model that training started from. */
  readonly inputs: Settled<typeof LAYOUT>["inputs"] | "model";
  /** What was taken over from the model that training started from; its connections and weights stand in for `epsilon` and `init`. */
  readonly start?: StartShape;
}

/** What a run takes over from the model that it starts from; recorded with its choices, so that it is resumed without that model. */
export interface StartShape extends Layout {
  /** What the layers compute, dropout and loss among it. */
  readonly network: Pick<NetworkConfig, keyof typeof NETWORK>;
  /** Whether inputs go through statistics of the model's own; else they are used raw. */
  readonly standardised: boolean;
  /** CRC-32C, in hex, of those of every layer's connections, weights and biases: tells models of the same sizes apart. */
  readonly checksum: string;
}
