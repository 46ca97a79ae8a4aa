import { candidatesOf, defaultVariants, TUNED_KERNELS, type TunedKernel, type Variants } from "../kernels/candidates.js";
import type { ProductShape, Variant } from "../kernels/variant.js";
import { check, checkOneOf } from "../util/check.js";
import { formatVariant, isVariant } from "./entries.js";
import { classSizes, type Sizes, shapeClass } from "./shape-class.js";

/** Variants by "kernel class", e.g. "spmm 1024x1024/32768/32"; what is not listed takes the default. */
export type VariantTable = Readonly<Record<string, Variant>>;

/** The name of a kernel at a class of shapes in a table. */
export function classKey(kernel: TunedKernel, shape: Sizes): string {
  return `${kernel} ${shapeClass(shape)}`;
}

/** The variants that a table chooses. */
export function variantsOf(table: VariantTable): Variants {
  return (kernel: TunedKernel, shape: ProductShape) => table[classKey(kernel, shape)] ?? defaultVariants(kernel, shape);
}

/** The variants that are candidates for some shape of a class, on any adapter. */
export function classCandidates(kernel: TunedKernel, shape: string): Variant[] {
  const { rows, cols, nnz, quads } = classSizes(shape, "shape");
  const steps = [-2, -1, 0, 1, 2]; // what candidates depend on comes in powers of two, so quarters of one leave no gap
  const within = (size: number) => steps.map((step) => (step < 0 ? Math.ceil : Math.floor)(size * 2 ** (step / 4)));
  const found = new Map<string, Variant>();
  for (const software of [false, true])
    for (const r of within(rows))
      for (const c of within(cols))
        for (const n of within(nnz))
          for (const variant of candidatesOf(kernel, { rows: r, cols: c, nnz: n, quads, software }))
            found.set(formatVariant(variant), variant);
  return [...found.values()];
}

/** Throws "where: ..." unless `variant` is a candidate of the kernel for a class of shapes; `remedy` ends the message. */
export function checkVariant(kernel: string, shape: string, variant: Variant, where: string, remedy = ""): void {
  checkOneOf(kernel, TUNED_KERNELS, `${where}, kernel`);
  classSizes(shape, `${where}, shape`);
  const candidates = classCandidates(kernel, shape).map(formatVariant);
  check(candidates.includes(formatVariant(variant)), where, () => {
    return `"${formatVariant(variant)}" is no variant of ${kernel} at ${shape}; candidates are ${candidates.map((text) => `"${text}"`).join(", ")}${remedy && `; ${remedy}`}`;
  });
}

/** Throws unless everything a table names exists. */
export function checkTable(table: VariantTable, where: string, remedy: string): void {
  for (const [key, variant] of Object.entries(table)) {
    const [kernel, shape = ""] = key.split(" ");
    check(isVariant(variant), where, () => `the variant of "${key}" is no set of constants; ${remedy}`);
    checkVariant(kernel, shape, variant, where, remedy);
  }
}
