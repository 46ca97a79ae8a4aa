import { CoppiceError } from "../../util/check.js";

/** Bytes in memory, or a Blob, which may be a file's. */
export type Bytes = Uint8Array | Blob;

/** Bytes that a Blob is asked for at once: of more, Node holds twice as many in memory. */
const AT_ONCE = 2 ** 24;

/** How many bytes there are. */
export function lengthOf(bytes: Bytes): number {
  return bytes instanceof Blob ? bytes.size : bytes.length;
}

/** Bytes [start, end), to the last without `end`: a view of what is in memory, a copy of a Blob's, asked for `most` at once. Throws, naming `where`, when a Blob cannot be read. */
export async function readPart(
  bytes: Bytes,
  start: number,
  end: number | undefined,
  where: string,
  most = AT_ONCE,
): Promise<Uint8Array> {
  if (!(bytes instanceof Blob)) return bytes.subarray(start, end);
  const part = bytes.slice(start, end);
  try {
    if (part.size <= most) return new Uint8Array(await part.arrayBuffer());
    const whole = new Uint8Array(part.size);
    for (let at = 0; at < part.size; at += most) whole.set(new Uint8Array(await part.slice(at, at + most).arrayBuffer()), at);
    return whole;
  } catch (error) {
    throw new CoppiceError(
      `${where}: its ${bytes.size} bytes cannot be read from byte ${start} on (${(error as Error).message})`,
    );
  }
}

/** All bytes in pieces of at most `size`; what is in memory as views. Throws as `readPart` does. */
export async function* pieces(bytes: Bytes, size: number, where: string): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < lengthOf(bytes); at += size) yield readPart(bytes, at, at + size, where);
}
