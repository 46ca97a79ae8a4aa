import { denseCandidates } from "./dense.js";
import { denseUpdateCandidates } from "./dense-update.js";
import { sparseCandidates } from "./parts/sparse-product.js";
import { sddmmCandidates } from "./sddmm.js";
import type { ProductShape, Variant } from "./variant.js";

/** The kernels that have variants. */
export const TUNED_KERNELS = ["spmm", "spmm-t", "sddmm", "dense", "dense-t", "dense-update"] as const;
export type TunedKernel = (typeof TUNED_KERNELS)[number];

/** Chooses the variant of each kernel. */
export type Variants = (kernel: TunedKernel, shape: ProductShape) => Variant;

/** Rows and columns change places, as far as candidates ask. */
const transposed = (shape: ProductShape) => ({ ...shape, rows: shape.cols });

const CANDIDATES: Readonly<Record<TunedKernel, (shape: ProductShape) => readonly Variant[]>> = {
  spmm: sparseCandidates,
  "spmm-t": (shape) => sparseCandidates(transposed(shape)),
  sddmm: sddmmCandidates,
  dense: denseCandidates,
  "dense-t": (shape) => denseCandidates(transposed(shape)),
  "dense-update": denseUpdateCandidates,
};

/** The variants worth timing for a shape, each of which wins on some adapter. The first is the default on an adapter that was never timed. */
export function candidatesOf(kernel: TunedKernel, shape: ProductShape): readonly Variant[] {
  const distinct = new Map(CANDIDATES[kernel](shape).map((variant) => [JSON.stringify(variant), variant]));
  return [...distinct.values()];
}

/** The default everywhere: the first candidate. */
export const defaultVariants: Variants = (kernel, shape) => candidatesOf(kernel, shape)[0];
