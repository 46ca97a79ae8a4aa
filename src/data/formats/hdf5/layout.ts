import type { Parts } from "../arrays.js";
import type { NamedOptions } from "../format.js";
import type { ReadOptions } from "../read-options.js";
import type { Hdf5File } from "./hdf5-file.js";

/** The options of reading that concern files of HDF5, some of them layouts of these alone. */
export const OPTIONS = ["label", "target", "labels", "extraLabels", "group", "sampleWeight", "x", "y", "orientation"] as const;

/** What programs keep in files of HDF5, and where. */
export interface Layout {
  /** As messages call it. */
  readonly name: string;
  /** The options of reading that concern it. */
  readonly options: readonly (keyof ReadOptions)[];
  /** Whether a file is laid out so. */
  claims(file: Hdf5File): boolean;
  /** The samples, and what lies with them. */
  read(file: Hdf5File, options: NamedOptions, notes: string[]): Parts | Promise<Parts>;
}
