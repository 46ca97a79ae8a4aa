import { check } from "../../util/check.js";
import type { FloatArray } from "../../util/types.js";
import type { DeviceBuffer, TypedData } from "../buffer.js";
import type { Dispatch } from "../kernel.js";
import { arraysFrom, sharesOf } from "../shares.js";
import { blockOf, type Simd } from "./simd.js";

/** A buffer of the CPU device. */
export interface CpuBuffer extends DeviceBuffer {
  array: TypedData;
  /** Where the array lies in the memory of WebAssembly; 0 outside of it. */
  readonly address: number;
}

const none = { u32: new Uint32Array(0), f32: new Float32Array(0) };

/** A dispatch made ready to run, by its kernel's SIMD form or twin: pieces that have none of the first are noted in `plain`. */
export function callOf(
  { kernel, params, buffers, constants, pieces = kernel.pieces ?? {} }: Dispatch,
  simd: Simd | null,
  plain: Set<string>,
): () => void {
  const arrays: Record<string, FloatArray | Uint32Array> = {};
  const at: Record<string, number> = {};
  const lengths: Record<string, number> = {};
  for (const [name, binding] of Object.entries(kernel.bindings)) {
    const buffer = buffers[name] as CpuBuffer | null | undefined;
    const type = binding.endsWith("f32") ? "f32" : "u32";
    check(!buffer || buffer.type === type, `cpu device, ${kernel.name}`, () => {
      return `${name} is a ${buffer?.type} buffer, expected ${type}`;
    });
    arrays[name] = buffer ? buffer.array : none[type];
    at[name] = buffer?.address ?? 0;
    lengths[name] = buffer?.length ?? 0;
  }
  const missing = Object.entries(pieces).filter(([, piece]) => piece.simd === undefined);
  const shares = sharesOf(kernel, params, constants, arrays.places as Uint32Array);
  const { simd: form } = kernel;
  if (simd && form && missing.length === 0) {
    const numbers = Object.fromEntries(Object.entries(pieces).map(([role, piece]) => [role, piece.simd]));
    const calls = shares.map(({ params, from }) => {
      const values = { ...params, ...addressesFrom(at, from), ...constants, ...numbers, ...form.more?.(params) };
      return { items: form.items(params), flop: form.flop(params, lengths), ...blockOf(kernel, values) };
    });
    return () => {
      for (const call of calls) simd.run(call);
    };
  }
  if (simd && form) for (const [role, { name }] of missing) plain.add(`${role} ${name} without SIMD`);
  const runs = shares.map((share) => ({ params: share.params, own: arraysFrom(arrays, share) as Record<string, never> }));
  return () => {
    for (const { params, own } of runs) kernel.twin(params, own, constants, pieces);
  };
}

/** Addresses of elements of four bytes; 0 stands for none. */
function addressesFrom(at: Readonly<Record<string, number>>, from: Readonly<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(Object.entries(at).map(([name, address]) => [name, address && address + 4 * (from[name] ?? 0)]));
}
