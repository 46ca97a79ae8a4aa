import type { DeviceBuffer } from "../../device/device.js";
import type { Dispatch } from "../../device/kernel.js";
import type { Layer } from "../../nn/layer.js";
import type { Rng } from "../../util/random.js";

/** A weight layer after pruning, still with all its connections on the device. */
export interface PrunedLayer {
  readonly layer: Layer;
  /** For each row block a mask of the connections that survive, bit k % 32 of word k >> 5 being slot k's; null where all do. */
  readonly survivors: readonly DeviceBuffer[] | null;
}

/** A hidden layer of neurons between the weight layers that lead to it and from it. */
export interface ScoreQuestion {
  readonly incoming: PrunedLayer;
  readonly outgoing: PrunedLayer;
  /** Takes the scores: f32, one a neuron. */
  readonly scores: DeviceBuffer;
}

/** Which neurons leave: those of the lowest scores, which one of the two functions gives; all are finite. */
export interface Scorer {
  readonly name: string;
  /** Dispatches that write a score for each neuron of a hidden layer. */
  dispatches?(question: ScoreQuestion): Dispatch[];
  /** Scores that need no look at the device, one a neuron, from a stream of this layer's and this evolution's own. */
  draw?(neurons: number, rng: Rng): ArrayLike<number>;
}
