import { anndata } from "./anndata.js";
import { arrays } from "./arrays.js";
import type { Layout } from "./layout.js";
import { loom } from "./loom.js";
import { matlab73 } from "./matlab73.js";
import { tenx } from "./tenx.js";

/** Layouts of files of HDF5, the first that claims a file first; the last claims any. */
export const LAYOUTS: readonly Layout[] = [anndata, tenx, loom, matlab73, arrays];
