import { check } from "../../../util/check.js";

const SIGNATURE = [0x47, 0x43, 0x4f, 0x4c, 1, 0, 0, 0]; // GCOL, of version 1
const HEADER = 16;

/**
 * Throws where a heap of texts (a global heap collection) has an object without a length, or one that reaches beyond its end: the HDF5 library would step
 * from it to itself without end. What else looks like a heap is of 64 bits that are those of one.
 */
export function checkHeaps(bytes: Uint8Array, where: string): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = bytes.indexOf(SIGNATURE[0]); at >= 0; at = bytes.indexOf(SIGNATURE[0], at + 1)) {
    if (!SIGNATURE.every((byte, k) => bytes[at + k] === byte) || at + HEADER > bytes.length) continue;
    const end = at + Number(view.getBigUint64(at + 8, true));
    if (end > bytes.length) continue; // the library refuses that
    for (let object = at + HEADER; object + HEADER <= end; ) {
      const size = Number(view.getBigUint64(object + 8, true));
      const step = view.getUint16(object, true) === 0 ? size : HEADER + 8 * Math.ceil(size / 8);
      check(step >= 8 && object + step <= end, where, () => {
        return `the heap of texts at byte ${at} is damaged: its object at byte ${object} takes ${step} bytes of ${end - object}`;
      });
      object += step;
    }
  }
}
