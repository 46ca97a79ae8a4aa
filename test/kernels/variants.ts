import { candidatesOf, type TunedKernel } from "../../src/kernels/candidates.js";
import type { Variant } from "../../src/kernels/variant.js";
import type { Topology } from "../../src/sparse/topology.js";
import type { TestDevice } from "./harness.js";

/**
 * Variants that a device is tested with: all that there are on the CPU, and on WebGPU in `npm run test:kernel`. `npm test` takes the chosen ones
 * there, because a software adapter compiles a shader for each set of constants, for 0.1 s to 3 s. Throws if none is chosen.
 */
export function compiled<T>({ name }: TestDevice, variants: readonly T[], isChosen: (variant: T) => boolean): readonly T[] {
  const taken = name !== "webgpu" || import.meta.env.MODE === "kernels" ? variants : variants.filter(isChosen);
  if (taken.length === 0) throw new Error("no variant is chosen");
  return taken;
}

/** The candidates of a kernel for a matrix as a GPU and as a software adapter would choose, and where few invocations ask for sharing rows. */
export function everyCandidate(kernel: TunedKernel, { rows, cols, nnz }: Topology, quads: number): readonly Variant[] {
  const shapes = [
    { rows, cols, nnz, quads, software: true },
    { rows, cols, nnz, quads, software: false },
    { rows, cols, nnz: 64 * rows, quads, software: false },
  ];
  const distinct = new Map(shapes.flatMap((shape) => candidatesOf(kernel, shape)).map((v) => [JSON.stringify(v), v]));
  return [...distinct.values()];
}
