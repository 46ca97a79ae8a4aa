import { expect } from "vitest";

type Numbers = Float32Array | Float64Array | Int32Array | Uint8Array | Uint32Array;
const isNumbers = (value: unknown): value is Numbers => ArrayBuffer.isView(value) && !(value instanceof DataView);

/** True for typed arrays of the same kind and the same numbers; undefined leaves it to vitest, which tells where others differ. */
function sameNumbers(a: unknown, b: unknown): true | undefined {
  if (!isNumbers(a) || !isNumbers(b) || a.constructor !== b.constructor || a.length !== b.length) return undefined;
  for (let i = 0; i < a.length; i++) if (!Object.is(a[i], b[i])) return undefined;
  return true;
}

// Before tests (`setupFiles` of vitest.config.ts): vitest alone lists the indices as texts, which takes 10 µs an element. Once for the files of a process.
const ADDED = Symbol.for("coppice: typed arrays are compared by a loop");
if (!(ADDED in globalThis)) {
  expect.addEqualityTesters([sameNumbers]);
  Object.assign(globalThis, { [ADDED]: true });
}
