import { zipSync } from "fflate";
import { check } from "../../../util/check.js";
import type { OwnBytes } from "../../../util/types.js";
import { encodeNpy, type NpyContent } from "./npy.js";

/** What a zip archive without zip64, as it is written here, can say of sizes. */
const MAX_BYTES = 2 ** 32 - 1;
/** numpy's own date of files in archives, so that equal arrays are equal files: the first that zip knows. */
const DATE = new Date(1980, 0, 1);

/**
 * The bytes of a .npz archive, the same for the same arrays; stored, not deflated: packing weights takes 30 times as long and saves a third.
 * Throws above 4 GiB.
 */
export function encodeNpz(arrays: Readonly<Record<string, NpyContent>>): OwnBytes {
  const files = Object.entries(arrays).map(([name, array]) => [`${name}.npy`, encodeNpy(array)] as const);
  const bytes = files.reduce((sum, [, file]) => sum + file.length, 0);
  check(bytes <= MAX_BYTES, "npz", () => `its arrays take ${bytes} bytes, an archive holds at most ${MAX_BYTES}`);
  return zipSync(Object.fromEntries(files), { level: 0, mtime: DATE });
}
