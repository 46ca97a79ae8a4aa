import { CoppiceError, check } from "../../util/check.js";
import { type Bytes, lengthOf, pieces } from "./pieces.js";

/**
 * The most bytes one compressed stream may inflate to unless told otherwise: 1 GiB, twice the longest string of V8 and 20 times
 * MNIST. Deflate packs at most 1032:1, so no limit on the ratio would catch what this one does not.
 */
export const MAX_INFLATED = 2 ** 30;

/** Limits of `inflate`: above `maxBytes` it throws; at `atMost` it stops and returns what it has. */
export interface InflateLimits {
  maxBytes?: number;
  atMost?: number;
}

/** Whether `bytes` start with the gzip magic 1f 8b. */
export function isGzip(bytes: Uint8Array): boolean {
  return bytes.length >= 2 && bytes[0] === 0x1f && bytes[1] === 0x8b;
}

/** Bytes of a packed stream that are read at once: limits act between them. */
const PACKED_BLOCK = 2 ** 16;

/**
 * Inflates a whole gzip, zlib ("deflate") or bare ("deflate-raw", as in zip) stream. Memory in use is at most twice the limit. Throws as
 * `inflateChunks` does.
 */
export async function inflate(
  bytes: Bytes,
  format: CompressionFormat,
  where: string,
  { maxBytes, atMost = Infinity }: InflateLimits = {},
): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let total = 0;
  for await (const chunk of inflateChunks(bytes, format, where, maxBytes)) {
    total += chunk.length;
    chunks.push(chunk);
    if (total >= atMost) break;
  }
  return concatenate(chunks, Math.min(total, atMost));
}

/**
 * Inflates a stream chunk by chunk with the platform's DecompressionStream. Throws, naming `where`, when the stream is truncated or damaged or
 * inflates to more than `maxBytes`.
 */
export async function* inflateChunks(
  bytes: Bytes,
  format: CompressionFormat,
  where: string,
  maxBytes = MAX_INFLATED,
): AsyncGenerator<Uint8Array> {
  const packed = lengthOf(bytes);
  let total = 0;
  const reader = streamOf(pieces(bytes, PACKED_BLOCK, where))
    .pipeThrough(new DecompressionStream(format))
    .getReader();
  try {
    for (let { done, value } = await reader.read(); !done && value; { done, value } = await reader.read()) {
      total += value.length;
      check(total <= maxBytes, where, () => {
        const raise = format === "gzip" ? "; raise it with option maxBytes (--max-bytes)" : ""; // the others are held to what their file claims
        return `${packed} compressed bytes inflate to more than the limit of ${maxBytes} bytes${raise}`;
      });
      yield value;
    }
  } catch (error) {
    if (error instanceof CoppiceError) throw error;
    const reason = error instanceof Error ? (error.cause instanceof Error ? error.cause : error).message : String(error);
    throw new CoppiceError(
      `${where}: its ${packed} compressed bytes (${format}) are truncated or damaged, after ${total} bytes were inflated: ${reason}`,
    );
  } finally {
    await reader.cancel().catch(() => {}); // a stream that failed has nothing left to cancel
  }
}

function streamOf(chunks: AsyncGenerator<Uint8Array>): ReadableStream<Uint8Array<ArrayBuffer>> {
  return new ReadableStream({
    async pull(controller) {
      const { done, value } = await chunks.next();
      if (done) controller.close();
      else controller.enqueue(value.slice()); // the stream may take hold of it
    },
  });
}

function concatenate(chunks: Uint8Array[], length: number): Uint8Array {
  const whole = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk.subarray(0, length - at), at);
    at += Math.min(chunk.length, length - at);
  }
  return whole;
}
