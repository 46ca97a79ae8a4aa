import type { Dataset } from "../../dataset.js";
import { datasetOf } from "../arrays.js";
import type { OpenFile } from "../file.js";
import { endsIn, type Format, type NamedOptions } from "../format.js";
import { MAX_INFLATED } from "../gunzip.js";
import { latin } from "../table/cells.js";
import { OPTIONS } from "./layout.js";

const EXTENSIONS = [".h5ad", ".h5", ".hdf5", ".loom"];

/** Whether a file is one of HDF5: its signature stands at its start, or at 512, 1024 or 2048, behind what another program put there. */
export function isHdf5(head: Uint8Array): boolean {
  return [0, 512, 1024, 2048].some((at) => latin(head, at, Math.min(at + 8, head.length)) === "\x89HDF\r\n\x1a\n");
}

/** Reads what AnnData, 10x Genomics, loompy or MATLAB 7.3 wrote, or datasets by their paths, in a thread of its own where there is one: see `readParts`. */
async function readHdf5({ source, name: where }: OpenFile, options: NamedOptions): Promise<Dataset> {
  const { maxBytes = MAX_INFLATED } = options;
  const { readApart } = await import("#hdf5");
  const numeric = options.target ? true : options.numeric;
  return datasetOf(await readApart({ name: where, bytes: source }, { ...options, maxBytes }), where, { ...options, numeric });
}

/** Files of HDF5: see `readHdf5`. */
export const hdf5: Format = {
  name: "hdf5",
  title: "HDF5",
  plural: "HDF5 files",
  about:
    "HDF5, by `npm install h5wasm`. AnnData: `X`, or `--x layers/counts`, `raw/X`; `--label`, `--group`, `--target` name columns of obs, or `--labels` a file. 10x Genomics: genes x cells, labels by `--labels`. Loom: `--label` names a column attribute. MATLAB 7.3: as `.mat`. Others: datasets `X` and `y`, or `--x /data/X --y /data/y`. Sparse matrices stay sparse",
  extensions: EXTENSIONS,
  options: OPTIONS,
  claims: (head, name) => (isHdf5(head) ? "sure" : endsIn(name, EXTENSIONS) && "likely"),
  read: ([file], options) => readHdf5(file, options),
};
