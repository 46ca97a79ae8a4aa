import type { Format } from "../format.js";
import { firstEntry, isZip } from "../numpy/zip.js";
import { isMtx, OF_10X } from "./signature.js";

/** Sparse or dense matrices as text: see `readMatrixMarket`. */
export const matrixMarket: Format = {
  name: "matrix-market",
  title: "MatrixMarket",
  plural: "MatrixMarket files",
  about:
    "a sparse matrix, or an array; samples are rows. `m.mtx,labels.txt`: labels, a line for each sample. `matrix.mtx,barcodes.tsv,features.tsv` of 10x Genomics, their folder or a zip of it: samples are the barcodes, features have gene names; `--labels` joins labels to them, of which `--label` and `--group` name columns",
  extensions: [".mtx", ".zip"],
  options: ["orientation", "label", "labels", "group", "extraLabels"],
  several: { most: 4, title: "a matrix (.mtx) with what lies beside it" },
  claims: (head, name) => {
    if (isMtx(head) || (isZip(head) && OF_10X.test(firstEntry(head)))) return "sure";
    return /\.mtx$/i.test(name) && "likely";
  },
  read: async (files, options) => (await import("./matrix-market.js")).readMatrixMarket(files, options),
};
