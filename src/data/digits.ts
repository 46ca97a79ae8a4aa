import type { Dataset } from "./dataset.js";
import digitsUri from "./digits.csv.gz?url&inline";
import { inflate } from "./formats/gunzip.js";
import { makeDataset } from "./make-dataset.js";

const PIXELS = 64;

/**
 * The bundled digits: 1797 handwritten digits of 8 x 8 pixels from 0 to 16, classes "0" to "9" (UCI's "Optical Recognition of
 * Handwritten Digits", test part, by E. Alpaydin and C. Kaynak). 57 kB, part of the library's code: nothing is fetched.
 */
export async function digits(): Promise<Dataset<Float32Array>> {
  const packed = atob(digitsUri.slice(digitsUri.indexOf(",") + 1));
  const bytes = Uint8Array.from(packed, (byte) => byte.charCodeAt(0));
  // known rows are not worth the reader of tables, which pages load when there is one
  const lines = new TextDecoder()
    .decode(await inflate(bytes, "gzip", "digits"))
    .trimEnd()
    .split("\n");
  const rows = lines.map((line) => line.split(","));
  const dataset = makeDataset({
    name: "digits",
    x: Float32Array.from(rows.flatMap((cells) => cells.slice(0, PIXELS).map(Number))),
    labels: rows.map((cells) => cells[PIXELS]),
    features: PIXELS,
    imageShape: [8, 8],
  });
  return { ...dataset, layout: { columns: PIXELS + 1, label: PIXELS, id: null, ignored: [] } };
}
