const TYPES = [
  "ArrayBuffer",
  "Int8Array",
  "Uint8Array",
  "Uint8ClampedArray",
  "Int16Array",
  "Uint16Array",
  "Int32Array",
  "Uint32Array",
  "Float32Array",
  "Float64Array",
  "BigInt64Array",
  "BigUint64Array",
] as const;

let allocated = 0;
let limit = Infinity;

/** Thrown in the place of an allocation that would pass the limit: it is never made. */
export class TooMuch extends Error {}

function count(bytes: number): void {
  allocated += bytes;
  if (allocated > limit) throw new TooMuch(`allocates ${allocated} bytes in all, the limit is ${limit}`);
}

/** Bytes that `new Type(...values)` allocates: none for a view of a buffer. */
function bytesOf(name: string, [first]: readonly unknown[], each: number): number {
  if (typeof first === "number") return first * each;
  if (typeof first !== "object" || first === null || first instanceof ArrayBuffer) return 0;
  const length = "length" in first ? Number(first.length) : 0;
  return name === "ArrayBuffer" ? 0 : length * each;
}

/** Makes ArrayBuffer, typed arrays, their copies, and arrays of a length that is given count what they allocate, in this thread. */
function countAllocations(): void {
  for (const name of TYPES) {
    const Type = globalThis[name] as unknown as { new (...values: unknown[]): object; BYTES_PER_ELEMENT?: number };
    const each = Type.BYTES_PER_ELEMENT ?? 1;
    const counted = new Proxy(Type, {
      construct(target, values, newTarget) {
        count(bytesOf(name, values, each));
        return Reflect.construct(target, values, newTarget);
      },
    });
    Object.defineProperty(globalThis, name, { value: counted, configurable: true, writable: true });
  }
  const { prototype } = Object.getPrototypeOf(Int8Array) as {
    prototype: Record<"slice" | "map", (...values: unknown[]) => { byteLength: number }>;
  };
  for (const method of ["slice", "map"] as const) {
    const original = prototype[method];
    prototype[method] = function (...values) {
      const copy = original.apply(this, values);
      count(copy.byteLength);
      return copy;
    };
  }
  const { from } = Array;
  Array.from = ((items: ArrayLike<unknown>, ...more: unknown[]) => {
    if (typeof items?.length === "number") count(8 * items.length);
    return Reflect.apply(from, Array, [items, ...more]);
  }) as typeof Array.from;
}

// on import, which comes before that of the readers: some keep the constructors they find then
countAllocations();

/** Starts to count anew, up to `most` bytes; returns a function that tells how many were allocated and lifts the limit. */
export function allocationsUpTo(most: number): () => number {
  allocated = 0;
  limit = most;
  return () => {
    limit = Infinity;
    return allocated;
  };
}
