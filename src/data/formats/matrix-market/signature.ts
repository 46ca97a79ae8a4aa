import { latin } from "../table/cells.js";

/** Names of the files of 10x Genomics, and of the folder that they lie in. */
export const OF_10X = /(^|\/)(matrix\.mtx|barcodes\.tsv|features\.tsv|genes\.tsv)(\.gz)?$|(feature|gene)_bc_matri[^/]*\/$/;

/** Whether bytes start like a MatrixMarket file. */
export function isMtx(head: Uint8Array): boolean {
  return /^%%MatrixMarket/i.test(latin(head, 0, Math.min(14, head.length)));
}
