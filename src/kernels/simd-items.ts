// How src/device/cpu/assembly deals its work to items.

/** Rows of an item of the dense products (ROWS of assembly/dense-product.ts). */
export const SIMD_ROWS = 16;

/** Values of an item of carry and count-signs (VALUES of assembly/magnitude.ts), and connections of one of mark (32 WORDS). */
export const SIMD_VALUES = 4096;

/** Slices of the batch that are items of their own in spmm and spmm-t (TILE of assembly/sparse-product.ts). */
export function simdTiles(quads: number): number {
  return Math.ceil(quads / 8);
}

/** Items of dense and dense-t: blocks of rows x slices of the batch (ROWS and TILE of assembly/dense-product.ts). */
export function simdBlocks(rows: number, quads: number): number {
  return Math.ceil(rows / SIMD_ROWS) * Math.ceil(quads / 4);
}
