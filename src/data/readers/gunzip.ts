import { CoppiceError, check } from "../../util/check.js";

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

/**
 * Inflates a whole gzip, zlib ("deflate") or bare ("deflate-raw", as in zip) stream with the platform's DecompressionStream. Memory in use is at most twice
 * the limit. Throws, naming `where`, when the stream is truncated or damaged or exceeds `limits.maxBytes`.
 */
export async function inflate(
  bytes: Uint8Array,
  format: "gzip" | "deflate" | "deflate-raw",
  where: string,
  { maxBytes = MAX_INFLATED, atMost = Infinity }: InflateLimits = {},
): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let total = 0;
  const stream = sourceOf(bytes).pipeThrough(new DecompressionStream(format));
  const reader = stream.getReader();
  try {
    while (total < atMost) {
      const { done, value } = await reader.read();
      if (done) break;
      total += value.length;
      chunks.push(value);
      check(total <= maxBytes, where, () => {
        return `${bytes.length} compressed bytes inflate to more than the limit of ${maxBytes} bytes; unpack the file to look at it`;
      });
    }
  } catch (error) {
    if (error instanceof CoppiceError) throw error;
    const reason = error instanceof Error ? (error.cause instanceof Error ? error.cause : error).message : String(error);
    throw new CoppiceError(
      `${where}: its ${bytes.length} compressed bytes (${format}) are truncated or damaged, after ${total} bytes were inflated: ${reason}`,
    );
  } finally {
    await reader.cancel().catch(() => {}); // a stream that failed has nothing left to cancel
  }
  return concatenate(chunks, Math.min(total, atMost));
}

// slices of 64 KiB: the reader's limits act between them
function sourceOf(bytes: Uint8Array): ReadableStream<Uint8Array<ArrayBuffer>> {
  let at = 0;
  return new ReadableStream({
    pull(controller) {
      if (at >= bytes.length) return controller.close();
      controller.enqueue(bytes.slice(at, at + 65536));
      at += 65536;
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
