import { zipSync } from "fflate";

/** An archive with some files of others in it. */
export function archive(entries: Record<string, Uint8Array>) {
  return { name: "made.npz", bytes: zipSync(entries) };
}

/** A .npy of texts, as numpy writes them. */
export function texts(values: readonly string[]): Uint8Array {
  const width = Math.max(...values.map((value) => value.length));
  const header = `{'descr': '<U${width}', 'fortran_order': False, 'shape': (${values.length},), }`;
  const padded = `${header.padEnd(64 * Math.ceil((header.length + 11) / 64) - 11)}\n`;
  const bytes = new Uint8Array(10 + padded.length + 4 * width * values.length);
  bytes.set([0x93, ...new TextEncoder().encode("NUMPY"), 1, 0, padded.length & 255, padded.length >> 8]);
  bytes.set(new TextEncoder().encode(padded), 10);
  const cells = new DataView(bytes.buffer, 10 + padded.length);
  values.forEach((value, i) => {
    for (let k = 0; k < value.length; k++) cells.setUint32(4 * (i * width + k), value.charCodeAt(k), true);
  });
  return bytes;
}

/** A .npy of numbers. */
export function numbers(name: string, shape: readonly number[], values: readonly number[]) {
  const header = `{'descr': '<f8', 'fortran_order': False, 'shape': (${shape.join(", ")},), }`;
  const padded = `${header.padEnd(64 * Math.ceil((header.length + 11) / 64) - 11)}\n`;
  const bytes = new Uint8Array(10 + padded.length + 8 * values.length);
  bytes.set([0x93, ...new TextEncoder().encode("NUMPY"), 1, 0, padded.length & 255, padded.length >> 8]);
  bytes.set(new TextEncoder().encode(padded), 10);
  bytes.set(new Uint8Array(Float64Array.from(values).buffer), 10 + padded.length);
  return { name, bytes };
}
