import { checkFunction, checkObject, checkText } from "../util/check.js";
import type { FloatArray } from "../util/types.js";
import type { DeviceBuffer } from "./buffer.js";
import type { Place } from "./place.js";

/** How a kernel uses a binding, and of which type it is; `uniform` buffers are small and read-only. */
export type Binding = `${"uniform" | "read" | "write" | "readWrite"} ${"f32" | "u32"}`;

/** The typed array that stands for a binding in a CPU twin. */
export type ArrayOf<B extends Binding> = B extends `${string} f32` ? FloatArray : Uint32Array;

/** The fields of a kernel's uniform struct. */
export type Scalars = Readonly<Record<string, "u32" | "f32">>;
/** The buffers of a kernel, by their names in the shader. */
export type Bindings = Readonly<Record<string, Binding>>;
/** The values of a shader's overrides. */
export type Constants = Readonly<Record<string, number>>;
/** The values of the fields. */
export type ParamsOf<P extends Scalars> = { readonly [K in keyof P]: number };

/**
 * What the CPU device asks of a kernel that has a form in its WebAssembly module: in the file of its name in src/device/cpu/assembly, as an
 * export in camel case. That takes a block of whatever it names of the kernel's params, constants and pieces, and of its bindings the addresses.
 */
export interface SimdForm<P extends Scalars = Scalars, B extends Bindings = Bindings> {
  /** Units that may be dealt to threads in any way: each output element is computed by one of them, so the bits are the same. */
  items(params: ParamsOf<P>): number;
  /**
   * Multiplications and additions of all items, or as many as take about as long; `lengths` are the bindings' elements. What is too little is
   * not dealt to threads.
   */
  flop(params: ParamsOf<P>, lengths: { readonly [K in keyof B]: number }): number;
  /** What the block has besides, computed in f64. */
  more?(params: ParamsOf<P>): Readonly<Record<string, number>>;
}

/** A part of a kernel that is chosen, such as an optimiser: its WGSL stands before the kernel's, its twin is called by the kernel's. */
export interface Piece {
  readonly name: string;
  /** Its number in the WebAssembly module; a kernel with a piece that has none runs by its twin on the CPU device. */
  readonly simd?: number;
}
/** The pieces of a kernel by what they are for. */
export type Pieces = Readonly<Record<string, Piece>>;

/**
 * One kernel: a WGSL shader and its CPU twin under one name, with one description of what both take.
 *
 * The shader's bindings are `@group(0)`: 0 is the uniform struct of `params` (fields in the order given, 4 bytes each), then
 * `bindings` in the order given. `constants` are the shader's `override`s with their defaults.
 */
export interface Kernel<
  P extends Scalars = Scalars,
  B extends Bindings = Bindings,
  C extends Constants = Constants,
  S extends Pieces = Pieces,
> {
  readonly name: string;
  readonly wgsl: string;
  /** The pieces that it is put together with where a dispatch names no others. */
  readonly pieces?: S;
  /** The WGSL of its pieces, which stands before its own. */
  prelude?(pieces: S): string;
  readonly params: P;
  readonly bindings: B;
  readonly constants: C;
  /** Number of workgroups; the device folds it over two dimensions above 65,535. */
  workgroups(params: ParamsOf<P>, constants: { readonly [K in keyof C]: number }): number;
  /** The same computation on typed arrays, element for element; arrays are of f64 when it serves as the oracle. */
  twin(
    params: ParamsOf<P>,
    arrays: { readonly [K in keyof B]: ArrayOf<B[K]> },
    constants: { readonly [K in keyof C]: number },
    pieces: S,
  ): void;
  /**
   * Of a kernel that the members of an ensemble share: constant MEMBERS, binding `places`, a member in each row of its grid. One member's part
   * is the kernel with MEMBERS 1 on `from` on: params that are its own, and the element of each binding that stands for its first. Twin and
   * SIMD form know nothing of members.
   */
  member?(
    place: Place,
    params: ParamsOf<P>,
    member: number,
  ): { readonly params: Partial<ParamsOf<P>>; readonly from: { readonly [K in keyof B]?: number } };
  /** The same computation in WebAssembly SIMD, where there is one: its sums may be added in another order than the twin's. */
  readonly simd?: SimdForm<P, B>;
}

/** One kernel with everything it runs on: an entry of a recording. A buffer that is null is not used by the variant that the constants choose. */
export interface Dispatch {
  readonly kernel: Kernel;
  readonly params: Readonly<Record<string, number>>;
  readonly buffers: Readonly<Record<string, DeviceBuffer | null>>;
  readonly constants: Constants;
  readonly pieces?: Pieces;
}

/** A kernel that also makes its dispatches: `spmm.on({params, buffers, constants})` checks names and types when compiled. */
export interface CallableKernel<P extends Scalars, B extends Bindings, C extends Constants, S extends Pieces = Pieces>
  extends Kernel<P, B, C, S> {
  /** A dispatch of it: what it works on, and the overrides and pieces that are not the defaults. */
  on(use: {
    params: ParamsOf<P>;
    buffers: { readonly [K in keyof B]: DeviceBuffer | null };
    constants?: { readonly [K in keyof C]?: number };
    pieces?: Partial<S>;
  }): Dispatch;
}

/**
 * Defines a kernel; see {@link Kernel}. One of your own needs a name that none of coppice's kernels has; it is not compared with its twin before
 * it runs. Throws a usage error unless name, text and functions are there. Kernels that a page does not use are left out of its bundle.
 */
/* @__NO_SIDE_EFFECTS__ */
export function defineKernel<
  const P extends Scalars,
  const B extends Bindings,
  const C extends Constants,
  S extends Pieces = Pieces,
>(kernel: Kernel<P, B, C, S>): CallableKernel<P, B, C, S> {
  checkObject(kernel, "defineKernel: kernel");
  for (const key of ["name", "wgsl"] as const) checkText(kernel[key], `defineKernel: ${key}`);
  for (const key of ["params", "bindings", "constants"] as const) checkObject(kernel[key], `defineKernel: ${key}`);
  for (const key of ["workgroups", "twin"] as const) checkFunction(kernel[key], `defineKernel: ${key}`);
  return {
    ...kernel,
    on: (use) => ({
      // Names and types were checked by `use`; a recording holds kernels of every shape.
      kernel: kernel as unknown as Kernel,
      params: use.params,
      buffers: use.buffers,
      constants: { ...kernel.constants, ...use.constants },
      ...(kernel.pieces && { pieces: { ...kernel.pieces, ...use.pieces } }),
    }),
  };
}
