import type { ProductShape } from "../kernels/variant.js";
import { check } from "../util/check.js";

/** What of a shape decides which variant is fast. */
export type Sizes = Pick<ProductShape, "rows" | "cols" | "nnz" | "quads">;

/**
 * The class of shapes that share a tuned variant: rows, columns and connections by the nearest power of two (0 stays 0), the quads of the
 * batch exactly. "1024x1024/32768/32" is about 1024 outputs x 1024 inputs with about 32,768 connections at a batch of 125 to 128.
 */
export function shapeClass({ rows, cols, nnz, quads }: Sizes): string {
  return `${bucket(rows)}x${bucket(cols)}/${bucket(nnz)}/${quads}`;
}

/** The sizes that a class is named after. Throws on text that names none. */
export function classSizes(text: string, where: string): Sizes {
  const [, rows, cols, nnz, quads] = (/^(\d+)x(\d+)\/(\d+)\/(\d+)$/.exec(text) ?? []).map(Number);
  const sizes = { rows, cols, nnz, quads };
  check(quads > 0 && shapeClass(sizes) === text, where, () => {
    return `"${text}" is no class of shapes: expected ROWSxCOLS/CONNECTIONS/QUADS, each but the last a power of two, e.g. 1024x1024/32768/32`;
  });
  return sizes;
}

function bucket(count: number): number {
  return count < 1 ? 0 : 2 ** Math.round(Math.log2(count));
}
