import type { Connect } from "../../nn/state.js";
import { erdosRenyiDensity } from "../../sparse/initial.js";

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

/** How connections are dealt to layers at the start: a density for each, at most 1, and which cells within it. */
export interface TopologyRule {
  readonly name: string;
  densities(question: DensityQuestion): readonly number[];
  /** The cells of a layer of such a density, round(density rows cols) of them; without it they are drawn, every set equally likely. */
  readonly connect?: Connect;
}

/** The cells of a layer, and its Erdos-Renyi density. */
export const cellsOf = (sizes: Sizes): number => sizes.in * sizes.out;
export const evenly = (sizes: Sizes, epsilon: number): number => erdosRenyiDensity(epsilon, sizes.out, sizes.in);
