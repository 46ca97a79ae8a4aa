import type { DeviceBuffer } from "../../device/device.js";
import type { Dispatch } from "../../device/kernel.js";
import type { Layer } from "../../nn/layer.js";
import type { Topology } from "../../sparse/topology.js";
import type { Rng } from "../../util/random.js";
import type { GradientProbe } from "../gradient-probe.js";

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

/** A hidden layer whose neurons get scores by what the network does with samples. */
export interface MeasureQuestion {
  /** The index of the weight layer that leads to them, from 0. */
  readonly layer: number;
  readonly neurons: number;
  /** The connections that lead to them, of which those marked survive pruning (bit k % 32 of word k >> 5 is slot k's); null of a dense layer. */
  readonly incoming: { readonly topology: Topology; readonly survivors: Uint32Array } | null;
  /** Gradients and zeros, by the numbers that neurons have before any leaves. */
  readonly probe: GradientProbe;
}

/** Which neurons leave: those of the lowest scores, which one of the three functions gives; all are finite. */
export interface Scorer {
  readonly name: string;
  /** Which samples the probe goes over where the grower and the allocator ask for none, see `Grower`. Of scorers that `measure`. */
  readonly gradients?: "batch" | "set" | "auto";
  /** Dispatches that write a score for each neuron of a hidden layer. */
  dispatches?(question: ScoreQuestion): Dispatch[];
  /** Scores that need no look at the device, one a neuron, from a stream of this layer's and this evolution's own. */
  draw?(neurons: number, rng: Rng): ArrayLike<number>;
  /** Scores by samples, one a neuron, each member's as those of the member alone. */
  measure?(question: MeasureQuestion): Promise<ArrayLike<number>>;
}
