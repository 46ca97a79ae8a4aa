import { rounded } from "../util/floats.js";
import type { Dataset } from "./dataset.js";
import digitsUri from "./digits.csv.gz?url&inline";
import { readDataset } from "./read-dataset.js";
import { toDense } from "./sample-matrix.js";

/**
 * The bundled digits: 1797 handwritten digits of 8 x 8 pixels from 0 to 16, classes "0" to "9" (UCI's "Optical Recognition of
 * Handwritten Digits", test part, by E. Alpaydin and C. Kaynak). 57 kB, part of the library's code: nothing is fetched.
 */
export async function digits(): Promise<Dataset<Float32Array>> {
  const packed = atob(digitsUri.slice(digitsUri.indexOf(",") + 1));
  const bytes = Uint8Array.from(packed, (byte) => byte.charCodeAt(0));
  const dataset = await readDataset([{ name: "digits.csv.gz", bytes }], { name: "digits", header: false });
  return { ...dataset, x: rounded(toDense(dataset.x)), imageShape: [8, 8] };
}
