import type { READ } from "../formats.js";

/** Set by the build: see demo/formats.ts. */
declare const FORMATS_READ: typeof READ;

/** The formats that are read, a sentence's list of them, and those of models. */
export const { formats: FORMATS, list: FORMAT_LIST, models: MODEL_FORMATS } = FORMATS_READ;

/** Ends of the names of tables, packed ones too, for a file chooser. */
export const TABLE_FILES = [...FORMATS.filter(({ table }) => table).flatMap(({ extensions }) => extensions), ".gz"].join();

/** Ends of the names of files that a model can be asked about; a pair of IDX files is data to evaluate on. */
export const SAMPLE_FILES = [...FORMATS.flatMap(({ extensions }) => extensions), ".gz"].join();

/** The format that a file goes by the name of. */
export function formatOf(name: string) {
  const plain = name.toLowerCase().replace(/\.gz$/, "");
  return FORMATS.find(({ extensions }) => extensions.some((extension) => plain.endsWith(extension)));
}
