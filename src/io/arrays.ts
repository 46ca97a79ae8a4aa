import { check } from "../util/check.js";
import type { FloatArray } from "../util/types.js";

/** Numbers as files hold them: those of the f64 oracle are rounded. */
export function float32(data: FloatArray | readonly number[]): Float32Array {
  return data instanceof Float32Array ? data : Float32Array.from(data);
}

/** Bits of unsigned words as I32: scipy and others have no sparse indices of U32. Beyond 2^31 they could not be told from negative ones. */
export function int32(data: Uint32Array, where: string): Int32Array {
  check(
    data.every((value) => value < 2 ** 31),
    where,
    () => {
      return "an index is 2^31 or more; a layer holds at most 2147483647 connections in a file";
    },
  );
  return new Int32Array(data.buffer, data.byteOffset, data.length);
}
