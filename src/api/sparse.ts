// `coppice/sparse`: sparse matrices, products with them, and random connections.

import "./globals.js";

export { type SelectOptions, selectSmallest } from "../evolution/select-smallest.js";
export type { Variants } from "../kernels/candidates.js";
export type { Prepared } from "../kernels/prepared.js";
export {
  type CooMatrix,
  type CsrMatrix,
  prepareSddmm,
  prepareSpmm,
  prepareSpmmT,
  type SparseMatrix,
  sddmm,
  spmm,
  spmmT,
} from "../kernels/public.js";
export type { CutCounts } from "../kernels/segments.js";
export type { ProductShape, Variant } from "../kernels/variant.js";
export type { WeightInit } from "../sparse/init-weights.js";
export { erdosRenyi, uniformDensity } from "../sparse/initial.js";
export type { Loops, Room, Workspace } from "../sparse/loops.js";
export {
  type Coo,
  type Csc,
  type Derived,
  fromCoo,
  fromDense,
  type Topology,
  toCoo,
  toCsc,
  validateCsc,
  validateTopology,
} from "../sparse/topology.js";
export { type Rng, random } from "../util/random.js";
export type { FloatArray } from "../util/types.js";
