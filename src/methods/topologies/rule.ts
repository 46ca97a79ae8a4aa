import type { Dataset } from "../../data/dataset.js";
import type { Inputs } from "../../data/sample-matrix.js";
import type { RowScores } from "../../evolution/link-scores.js";
import type { NetworkConfig } from "../../nn/config.js";
import { erdosRenyiDensity } from "../../sparse/initial.js";
import type { Topology } from "../../sparse/topology.js";
import type { Rng } from "../../util/random.js";

/** Sizes of a layer. */
export interface Sizes {
  readonly in: number;
  readonly out: number;
}

/** What initial densities are made from. */
export interface DensityQuestion {
  /** The layers that may be sparse: all but an output that is dense. */
  readonly layers: readonly Sizes[];
  readonly epsilon: number;
  /** epsilon (in + out) over all layers, less the cells of an output that is dense. */
  readonly total: number;
}

/** What first connections that go by samples are made from. */
export interface SampleQuestion {
  /** Neurons of every layer, inputs and outputs included. */
  readonly sizes: readonly number[];
  readonly network: NetworkConfig;
  /** The network's, or the member's. */
  readonly seed: number;
  /** The training part as the network gets it, and what it learns of each sample: [samples, width], null where those are its inputs. */
  readonly set: Dataset<Inputs>;
  readonly targets: Float32Array | Uint32Array | null;
}

/** How connections are dealt to layers at the start: a density for each, at most 1, and which cells within it. */
export interface TopologyRule {
  readonly name: string;
  densities(question: DensityQuestion): readonly number[];
  /** The cells of a layer of such a density, round(density rows cols) of them; without it they are drawn, every set equally likely. */
  connect?(rows: number, cols: number, density: number, rng: Rng): Topology;
  /** In the place of `connect`: scores of a layer's cells by samples, of which the largest above 0 are taken, and others drawn; null: all are drawn. */
  readonly scores?: (question: SampleQuestion) => (layer: number) => RowScores | null;
}

/** The cells of a layer, and its Erdos-Renyi density. */
export const cellsOf = (sizes: Sizes): number => sizes.in * sizes.out;
export const evenly = (sizes: Sizes, epsilon: number): number => erdosRenyiDensity(epsilon, sizes.out, sizes.in);
