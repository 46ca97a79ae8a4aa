import { check, didYouMean } from "../../../util/check.js";
import { MAX_INFLATED } from "../gunzip.js";
import { decodeNpy, type NpyArray } from "./npy.js";
import { listZip, unzip, type ZipEntry } from "./zip.js";

/** The arrays of a .npz archive, none of them unpacked yet. */
export interface OpenNpz {
  readonly names: readonly string[];
  /** Unpacks one. Throws, naming those that there are, when it is missing, and on what `decodeNpy` refuses. */
  read(name: string): Promise<NpyArray>;
}

/**
 * Lists the arrays of a .npz archive (numpy's savez and savez_compressed, scipy's save_npz) by name, without ".npy". All that is
 * unpacked together is at most `maxBytes`: an archive that inflates to more is refused. Throws on a file in it that is no .npy.
 */
export function openNpz(bytes: Uint8Array, where: string, maxBytes = MAX_INFLATED): OpenNpz {
  const entries = new Map<string, ZipEntry>();
  for (const entry of listZip(bytes, where)) {
    check(/.\.npy$/.test(entry.name), where, () => {
      return `it holds "${entry.name}" at byte ${entry.at}; a .npz archive holds .npy files only`;
    });
    entries.set(entry.name.slice(0, -".npy".length), entry);
  }
  const names = [...entries.keys()];
  let left = maxBytes;
  return {
    names,
    async read(name) {
      const entry = entries.get(name);
      check(entry !== undefined, where, () => {
        const near = name.length > 2 ? didYouMean(name, names) : "";
        return `no array "${name}"; ${near}it holds ${names.slice(0, 20).join(", ") || "none"}`;
      });
      const unpacked = await unzip(entry, where, left);
      left -= unpacked.length;
      return decodeNpy(unpacked, `${where}: array ${name}`);
    },
  };
}
