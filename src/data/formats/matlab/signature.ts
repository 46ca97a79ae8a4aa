import { latin } from "../table/cells.js";

/** Bytes of the header of a matrix of Level 4, before its name. */
export const MAT4_HEADER = 20;

/** Bytes as text, a character each. */
export function text(bytes: Uint8Array, from: number, to: number): string {
  return latin(bytes, from, Math.min(to, bytes.length));
}

/** Whether the signature of HDF5 stands at a byte. */
export function isHdf5(bytes: Uint8Array, at: number): boolean {
  return text(bytes, at, at + 8) === "\x89HDF\r\n\x1a\n";
}

/** Whether `bytes` look like a MATLAB file of Level 5, or of version 7.3 (HDF5 behind a header), which `readMat` refuses with a remedy. */
export function isMat(bytes: Uint8Array): boolean {
  if (isHdf5(bytes, 512) || ["MATLAB 5.0", "MATLAB 7.3"].includes(text(bytes, 0, 10))) return true;
  // the text at the start is free but for its first byte; a version with a zero byte before the byte order is no text file's
  return bytes[0] !== 0 && ["IM", "MI"].includes(text(bytes, 126, 128)) && (bytes[124] === 0 || bytes[125] === 0);
}

/** The header of a matrix: its type in decimal digits (numbers in either byte order), rows, columns, complex or not, the length of its name; then that. */
export function isMat4(head: Uint8Array): boolean {
  if (head.length < MAT4_HEADER + 2) return false;
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  return [true, false].some((little) => {
    const [type, rows, columns, complex, length] = [0, 4, 8, 12, 16].map((at) => view.getUint32(at, little));
    const inOrder = /^[01]?0?[0-5]?[0-2]$/.test(String(type)) && (little ? type < 1000 : type >= 1000 && type < 2000);
    const name = latin(head, MAT4_HEADER, Math.min(MAT4_HEADER + length, head.length));
    return inOrder && rows > 0 && columns > 0 && complex < 2 && length > 1 && length < 64 && /^[A-Za-z]\w*\0$/.test(name);
  });
}
