import { check } from "../../../util/check.js";
import type { Parts } from "../arrays.js";
import { type DataFile, openFile } from "../file.js";
import type { NamedOptions } from "../format.js";
import { openHdf5 } from "./hdf5-file.js";
import { OPTIONS } from "./layout.js";
import { LAYOUTS } from "./layouts.js";

/** How a file is to be read. */
export type Hdf5Options = NamedOptions & { readonly maxBytes: number };

/**
 * Reads what a dataset is made of from a file of HDF5, by package h5wasm. That library is not written for files that lie: it
 * may take as much memory as a file may unpack to, and what an extent claims is checked before it is read.
 */
export async function readParts(file: DataFile, options: Hdf5Options): Promise<Parts> {
  const opened = await openFile(file, options.maxBytes);
  const { name: where } = opened;
  const open = await openHdf5(await opened.whole(), where, options.maxBytes);
  try {
    const layout = LAYOUTS.find((one) => one.claims(open)) ?? LAYOUTS[0];
    for (const key of OPTIONS)
      check(
        options[key] === undefined || layout.options.includes(key) || (key === "label" && options.label === null),
        where,
        () => {
          const others = LAYOUTS.filter(({ options }) => options.includes(key)).map(({ name }) => name);
          return `option ${key} is for ${others.join(", ")}, and this is ${layout.name}: leave it out`;
        },
      );
    return await layout.read(open, options, []);
  } finally {
    open.close();
  }
}
