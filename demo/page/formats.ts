import type { READ } from "../formats.js";

/** Set by the build: see demo/formats.ts. */
declare const FORMATS_READ: typeof READ;

/** The formats that are read, and a sentence's list of them. */
export const { formats: FORMATS, list: FORMAT_LIST } = FORMATS_READ;

/** Ends of the names of tables, packed ones too, for a file chooser. */
export const TABLE_FILES = [...FORMATS.filter(({ table }) => table).flatMap(({ extensions }) => extensions), ".gz"].join();

/** The format that a file goes by the name of. */
export function formatOf(name: string) {
  const plain = name.toLowerCase().replace(/\.gz$/, "");
  return FORMATS.find(({ extensions }) => extensions.some((extension) => plain.endsWith(extension)));
}
