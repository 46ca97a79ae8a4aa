import { afterAll, expect } from "vitest";
import { createCpuDevice } from "../../src/device/cpu/device.js";
import type { Device, DeviceBuffer, TypedData } from "../../src/device/device.js";
import type {
  Binding,
  Bindings,
  CallableKernel,
  Constants,
  Dispatch,
  ParamsOf,
  Pieces,
  Scalars,
} from "../../src/device/kernel.js";
import type { Rng } from "../../src/util/random.js";
import { WHOLE } from "../matrix.js";
import { sharedGpu } from "../one-gpu.js";

/** The NaN that outputs and guards hold before a kernel runs: no kernel computes these bits, so what still has them was not written. */
export const POISON = 0x7fc0beef;
/** Poisoned elements behind every array that a kernel writes; a kernel that leaves its work behind touches them. */
const GUARD = 64;

export interface TestDevice {
  readonly name: string;
  readonly device: Device;
  /** True for the oracle, whose floats are f64. */
  readonly f64: boolean;
}

/** The devices every kernel is tested on: the twin in f64 (the oracle) and, in test:matrix, in f32, WebGPU, and WebAssembly. Disposed after the file's tests. */
export async function devices(): Promise<TestDevice[]> {
  const all = [
    { name: "cpu f64", device: createCpuDevice({ precision: 64 }), f64: true },
    ...(WHOLE ? [{ name: "cpu f32", device: createCpuDevice({ simd: false }), f64: false }] : []),
    { name: "webgpu", device: await sharedGpu(), f64: false },
    { name: "cpu simd", device: createCpuDevice({ simd: true }), f64: false },
  ];
  afterAll(() => Promise.all(all.map(({ device }) => device.dispose())));
  return all;
}

type Written<B extends Bindings> = {
  [K in keyof B]: B[K] extends `write ${string}` | `readWrite ${string}` ? K : never;
}[keyof B];

export interface KernelRun<P extends Scalars, B extends Bindings, C extends Constants, S extends Pieces> {
  readonly params: ParamsOf<P>;
  /** What each binding holds: data, a number for an output of that many poisoned elements, null where the variant uses none. */
  readonly arrays: { readonly [K in keyof B]: TypedData | number | null };
  readonly constants?: { readonly [K in keyof C]?: number };
  readonly pieces?: Partial<S>;
  /** Replaces the dispatch by several, which run in order. */
  readonly expand?: (dispatch: Dispatch) => readonly Dispatch[];
  /** Replays; default 1. */
  readonly times?: number;
}

/**
 * Runs a kernel (`times` times) and returns what it wrote: the contents of its `write` and `readWrite` bindings (empty for null ones).
 * Fails when it touched a guard behind one of them.
 */
export async function runKernel<P extends Scalars, B extends Bindings, C extends Constants, S extends Pieces>(
  device: Device,
  kernel: CallableKernel<P, B, C, S>,
  { params, arrays, constants, pieces, times, expand = (dispatch) => [dispatch] }: KernelRun<P, B, C, S>,
): Promise<Record<Written<B>, TypedData>> {
  const buffers: Record<string, DeviceBuffer | null> = {};
  const lengths: Record<string, number> = {};
  for (const [name, binding] of Object.entries(kernel.bindings)) {
    const array = arrays[name];
    lengths[name] = array === null ? 0 : typeof array === "number" ? array : array.length;
    buffers[name] =
      array === null ? null : device.createBuffer(name, binding.endsWith("f32") ? "f32" : "u32", initial(array, binding));
  }
  const dispatch = kernel.on({ params, buffers: buffers as { [K in keyof B]: DeviceBuffer | null }, constants, pieces });
  const recording = await device.record(expand(dispatch));
  await device.run(recording, times);

  const written = Object.keys(kernel.bindings).filter((name) => isWritten(kernel.bindings[name]));
  const used = written.filter((name) => buffers[name]);
  const contents = await device.read(used.flatMap((name) => buffers[name] ?? []));
  device.release(recording);
  device.destroyBuffers(Object.values(buffers));

  const results: Record<string, TypedData> = {};
  for (const name of written) {
    const content = contents[used.indexOf(name)] ?? new Uint32Array(0);
    results[name] = content.subarray(0, lengths[name]);
    for (let i = lengths[name]; i < content.length; i++) {
      if (!isPoison(content, i))
        expect.fail(`${kernel.name} wrote ${content[i]} to ${name}[${i}], beyond its ${lengths[name]} elements`);
    }
  }
  return results as Record<Written<B>, TypedData>;
}

const isWritten = (binding: Binding) => binding.startsWith("write") || binding.startsWith("readWrite");

/** What a binding starts with: the data or poison, and a guard behind it where the kernel writes. */
function initial(array: TypedData | number, binding: Binding): TypedData {
  const length = typeof array === "number" ? array : array.length;
  const f64 = array instanceof Float64Array;
  const words = new Uint32Array(length + (isWritten(binding) ? GUARD : 0)).fill(POISON);
  const content = f64
    ? new Float64Array(words.length).fill(Number.NaN)
    : binding.endsWith("f32")
      ? new Float32Array(words.buffer)
      : words;
  if (typeof array !== "number") content.set(array);
  return content;
}

/** Whether element i still holds what it was poisoned with (in f64, whose conversion loses the bits: any NaN). */
export function isPoison(array: TypedData, i: number): boolean {
  if (array instanceof Float64Array) return Number.isNaN(array[i]);
  return new Uint32Array(array.buffer, array.byteOffset + 4 * i, 1)[0] === POISON;
}

/**
 * Largest error of a sum of m rounded terms whose absolute values add up to sumAbs, in f32 and in any order:
 * m u / (1 - m u) sumAbs + 2 m 2^-126 with u = 2^-23 (WGSL fixes no rounding mode, so one operation may be a full ulp off; results below
 * 2^-126 may be flushed to 0).
 */
export function bound(m: number, sumAbs: number): number {
  const u = 2 ** -23;
  return ((m * u) / (1 - m * u)) * sumAbs + 2 * m * 2 ** -126;
}

/** The tolerance of a device for such a sum: `bound` in f32, 1e-12 sumAbs in f64. */
export function tolerance({ f64 }: TestDevice, m: number, sumAbs: number): number {
  return f64 ? 1e-12 * sumAbs : bound(m, sumAbs);
}

/** Fails, naming the first index and its values, unless every |actual - expected| <= bound (one for all or one each); NaN never passes. */
export function expectWithin(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  bounds: ArrayLike<number> | number,
  label: string,
): void {
  if (actual.length !== expected.length) expect.fail(`${label}: ${actual.length} elements, expected ${expected.length}`);
  for (let i = 0; i < expected.length; i++) {
    const allowed = typeof bounds === "number" ? bounds : bounds[i];
    const error = Math.abs(actual[i] - expected[i]);
    if (!(error <= allowed))
      expect.fail(`${label}[${i}] is ${actual[i]}, expected ${expected[i]} within ${allowed} (it is off by ${error})`);
  }
}

/** Fails, naming the first index and its values, unless the arrays are equal as numbers (0 equals -0; NaN never passes). */
export function expectEqual(actual: ArrayLike<number>, expected: ArrayLike<number>, label: string): void {
  expectWithin(actual, expected, 0, label);
}

/** Fails, naming the first index, unless the arrays hold the same bits; f64 arrays are compared as f64. */
export function expectEqualBits(actual: TypedData, expected: TypedData, label: string): void {
  if (actual.length !== expected.length) expect.fail(`${label}: ${actual.length} elements, expected ${expected.length}`);
  const words = (a: TypedData) => new Uint32Array(a.buffer, a.byteOffset, a.byteLength / 4);
  const [a, b] = [words(actual), words(expected)];
  const perElement = a.length / actual.length;
  for (let i = 0; i < Math.max(a.length, b.length); i++) {
    if (a[i] !== b[i]) {
      const at = Math.floor(i / perElement);
      expect.fail(
        `${label}[${at}] is ${actual[at]} (0x${a[i].toString(16)}), expected ${expected[at]} (0x${b[i]?.toString(16)})`,
      );
    }
  }
}

/** `make`, whose results are kept by its arguments, or by what `key` makes of them: what is drawn, or summed in f64, is the same for all devices. */
export function once<A extends readonly unknown[], T>(
  make: (...args: A) => T,
  key: (...args: A) => readonly unknown[] = (...args) => args,
): (...args: A) => T {
  const kept: { key: readonly unknown[]; made: T }[] = [];
  return (...args) => {
    const asked = key(...args);
    const known = kept.find((other) => other.key.length === asked.length && asked.every((part, i) => part === other.key[i]));
    if (known) return known.made;
    const made = make(...args);
    kept.push({ key: asked, made });
    return made;
  };
}

/** n normal numbers, rounded to f32 so that every device gets the same. */
export function normals(rng: Rng, n: number): Float32Array {
  return Float32Array.from({ length: n }, () => rng.normal());
}

/** n integers from -8 to 8: their products and sums (below 2^24) are exact in f32 in any order. */
export function integers(rng: Rng, n: number): Float32Array {
  return Float32Array.from({ length: n }, () => rng.below(17) - 8);
}

/** Batch rounded up to the row stride of activations. */
export const strideOf = (batch: number): number => 4 * Math.ceil(batch / 4);

/** Copies [neurons, batch] into [neurons, stride], with `pad` (default: poison) in the columns from batch on. */
export function padded(values: Float32Array, neurons: number, batch: number, pad?: number): Float32Array {
  const stride = strideOf(batch);
  const result = new Float32Array(new Uint32Array(neurons * stride).fill(POISON).buffer);
  if (pad !== undefined) result.fill(pad);
  for (let n = 0; n < neurons; n++) result.set(values.subarray(n * batch, (n + 1) * batch), n * stride);
  return result;
}

/** The columns below `batch` of a [neurons, stride] array. */
export function unpadded(values: TypedData, neurons: number, batch: number): Float64Array {
  const stride = strideOf(batch);
  return Float64Array.from({ length: neurons * batch }, (_, i) => values[Math.floor(i / batch) * stride + (i % batch)]);
}

/** One array after the other. */
export function concat<T extends TypedData>(arrays: readonly T[]): T {
  const length = arrays.reduce((sum, array) => sum + array.length, 0);
  const all = new (arrays[0].constructor as new (length: number) => T)(length);
  let at = 0;
  for (const array of arrays) {
    all.set(array, at);
    at += array.length;
  }
  return all;
}
