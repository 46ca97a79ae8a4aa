import { ACTIVATIONS } from "../src/activations/index.js";
import type { Kernel, Pieces } from "../src/device/kernel.js";
import { sddmm } from "../src/kernels/sddmm.js";
import { spmm } from "../src/kernels/spmm.js";
import { spmmT } from "../src/kernels/spmm-t.js";
import { RULES } from "./harness.js";

export { defaultVariants } from "../src/kernels/candidates.js";

const KERNELS = { spmm, "spmm-t": spmmT, sddmm };
const PIECES = {
  relu: { activation: ACTIVATIONS.relu },
  momentum: { optimiser: RULES.momentum },
  adam: { optimiser: RULES.adam },
};

/** The whole WGSL of a kernel that is put together with a piece. */
export function textOf(kernel: keyof typeof KERNELS, piece: keyof typeof PIECES): string {
  const { prelude, wgsl } = KERNELS[kernel] as unknown as Kernel;
  return (prelude?.(PIECES[piece] as Pieces) ?? "") + wgsl;
}
