import type { DeviceBuffer } from "../../device/device.js";
import type { Dispatch } from "../../device/kernel.js";
import type { Layer } from "../../nn/layer.js";
import type { Topology } from "../../sparse/topology.js";
import type { Rng } from "../../util/random.js";

/** How many of the positive keys nearest 0 go, and how many of the negative ones. */
export interface PruneCount {
  readonly positive: number;
  readonly negative: number;
}

/** What the number of connections to prune may depend on: of one layer, or of all that evolve where the scope is the network. */
export interface PruneQuestion {
  /** Connections whose key is above 0, below 0, and 0; without a `key` the weight is the key. */
  readonly positive: number;
  readonly negative: number;
  readonly zero: number;
  /** Connections when training began. */
  readonly first: number;
  /** The fraction to prune now, by its schedule; of layers that fall to fewer connections, that of those with what is to go. */
  readonly zeta: number;
  /** Of layers that fall to fewer connections, how many are to go for good; else absent. */
  readonly due?: number;
  /** The part of the epochs that is done, above 0 and below 1. */
  readonly progress: number;
}

/** A layer whose connections get keys. */
export interface KeyQuestion {
  readonly index: number;
  readonly layer: Layer;
  /** For each row block of the layer the buffer that takes its keys, f32 [slots]; it holds zeros. */
  readonly keys: readonly DeviceBuffer[];
  readonly seed: number;
  /** The epoch just trained, from 1. */
  readonly epoch: number;
}

/** A network's layer, or that of a member, whose connections get keys on the host. */
export interface RankQuestion {
  readonly topology: Topology;
  /** The weights by slots. */
  readonly values: ArrayLike<number>;
  /** A stream of this layer's and this evolution's own. */
  readonly rng: Rng;
  /** The part of the epochs that is done, above 0 and below 1. */
  readonly progress: number;
}

/** Which connections leave: of those compared with one another, the ones whose keys are nearest 0. */
export interface Pruner {
  readonly name: string;
  /** What is compared: the connections of one sign of a layer, those of a layer, or those of all layers that evolve. */
  readonly scope: "sign" | "layer" | "network";
  /** Whether what it does hangs on `progress`, so that a run cannot go on beyond its epochs. Default: of one of your own it does. */
  readonly ages?: boolean;
  /**
   * How many go, beside all whose key is 0: a number for each sign where the scope is sign, else one number.
   * Without it nothing is pruned, zeros neither.
   */
  count?(question: PruneQuestion): PruneCount | number;
  /** Dispatches that write the key of each connection; without them the weight is the key. A key has a sign too: see `scope`. */
  key?(question: KeyQuestion): Dispatch[];
  /** The key of each connection, made on the host, which takes a read-back of the weights: as exact on every device. In the place of `key`. */
  rank?(question: RankQuestion): ArrayLike<number>;
}
