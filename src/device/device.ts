import { check, checkInteger, checkObject, checkOneOf, checkText, isFloats } from "../util/check.js";
import { shown } from "../util/shown.js";
import type { DeviceBuffer, ElementType, TypedData } from "./buffer.js";
import type { Dispatch } from "./kernel.js";

export type { DeviceBuffer, ElementType, TypedData };

/** What the device is; empty strings where the platform does not tell. */
export interface DeviceInfo {
  readonly kind: "webgpu" | "cpu";
  readonly vendor: string;
  readonly architecture: string;
  /** The card, where the platform tells it: what was timed on one says nothing of another of its family. */
  readonly model?: string;
  /** Card and driver; of the CPU its threads, and where they or its memory are less than asked or usual the reason. */
  readonly description: string;
  /** Of the CPU: the threads that compute, as far as is known; workers that cannot start are missed at the first work for them. */
  readonly threads?: number;
  /** Of the CPU in WebAssembly: bytes that the memory of its buffers may grow to. */
  readonly memoryBytes?: number;
  /** True when the "GPU" is a program on the CPU (SwiftShader, lavapipe): right, but its times say little about a GPU. */
  readonly software: boolean;
  /** Kernels that run as their CPU twins instead of their shaders: see `WebgpuDeviceOptions`. */
  readonly twins?: readonly string[];
}

/** Limits that layouts depend on, in bytes. */
export interface DeviceLimits {
  /** Largest range one binding of a kernel may cover; layers above it are split in row blocks. */
  readonly bindingBytes: number;
  /** What all buffers together may take, in bytes; Infinity when unknown (a GPU does not tell). */
  readonly memoryBytes: number;
}

/** A list of dispatches made ready: replayed as a whole, any number of times, without creating anything. */
export interface Recording {
  readonly dispatches: readonly Dispatch[];
}

/** How to replay a recording. */
export interface ReplayOptions {
  /** Stops between submits when aborted, with the signal's reason. */
  readonly signal?: AbortSignal;
  /** Asked between submits: what follows waits until what it returns has resolved. `underWay` resolves when what a GPU got before is done. */
  readonly hold?: (underWay?: () => Promise<unknown>) => Promise<void> | undefined;
}

/**
 * Where buffers live and recordings run. Both implementations run the same recordings on the same kernels:
 * `webgpu` the shaders, `cpu` their twins.
 */
export interface Device {
  readonly info: DeviceInfo;
  /** What `createBuffer` and `record` hold to. */
  readonly limits: DeviceLimits;
  /** A new buffer holding `initial` (a typed array of its type; f64 data is rounded to the device's floats) or zeros. */
  createBuffer(label: string, type: ElementType, initial: TypedData | number): DeviceBuffer;
  /** Overwrites elements [offset, offset + data.length). */
  write(buffer: DeviceBuffer, data: TypedData, offset?: number): void;
  /** Copies all elements of `to` from the first ones of `from`, a buffer of the same type, bit for bit. */
  copy(from: DeviceBuffer, to: DeviceBuffer): void;
  /** Copies of the buffers' contents, in one read-back. */
  read(buffers: readonly DeviceBuffer[]): Promise<TypedData[]>;
  /** Frees buffers at once; null is passed over. */
  destroyBuffers(buffers: Iterable<DeviceBuffer | null>): void;
  /** Makes dispatches ready to run. Pipelines are shared between recordings; bind groups belong to this one. */
  record(dispatches: readonly Dispatch[]): Promise<Recording>;
  /** Frees what `record` made for the recording (bind groups, uniform blocks); its buffers stay. */
  release(recording: Recording): void;
  /**
   * Replays `recording` `times` times in order, in submits short enough for the device and the page to stay responsive.
   * Resolves when the last one has been *submitted* (webgpu) or done (cpu); `read` and `idle` wait for the rest.
   */
  run(recording: Recording, times?: number, options?: ReplayOptions): Promise<void>;
  /**
   * How long `times` replays take together, run at once in one submit (keep it well below 2 s): by the GPU's own timestamps where it
   * has them and they advanced, else by the host's clock.
   */
  time(recording: Recording, times: number): Promise<{ readonly ms: number; readonly clock: "gpu" | "wall" }>;
  /** Resolves when everything submitted is done. */
  idle(): Promise<void>;
  /** Frees everything. A device given by the user is left alive. */
  dispose(): Promise<void>;
}

/** Throws unless a buffer can be made of these; returns its elements. */
export function checkNewBuffer(label: string, type: ElementType, initial: TypedData | number, where: string): number {
  checkText(label, `${where}: label`);
  checkOneOf(type, ["f32", "u32"], `${where}: type`);
  if (typeof initial === "number") checkInteger(initial, `${where}: elements of "${label}"`, 0, 2 ** 53 / 8);
  else checkData(initial, `${where}: "${label}"`);
  return typeof initial === "number" ? initial : initial.length;
}

/** Throws unless `items` are a list, such as of buffers or dispatches. */
export function checkEach(items: Iterable<unknown>, where: string, what: string): void {
  check(typeof items === "object" && items !== null && Symbol.iterator in items, where, () => {
    return `${shown(items)} is no list of ${what}`;
  });
}

/** Throws unless `data` fit into the buffer at `offset`. */
export function checkWrite(buffer: DeviceBuffer, data: TypedData, offset: number, where: string): void {
  checkData(data, where);
  checkInteger(offset, `${where}: offset`, 0);
  check(offset + data.length <= buffer.length, where, () => {
    return `${data.length} elements at ${offset} do not fit into "${buffer.label}" of ${buffer.length}`;
  });
}

/** Throws unless `from` fills all of `to`. */
export function checkCopy(from: DeviceBuffer, to: DeviceBuffer, where: string): void {
  check(from !== to && from.type === to.type && from.length >= to.length, where, () => {
    return `"${from.label}" of ${from.length} ${from.type} does not fill "${to.label}" of ${to.length} ${to.type}`;
  });
}

function checkData(data: TypedData, where: string): void {
  const fits = isFloats(data) || (ArrayBuffer.isView(data) && data instanceof Uint32Array);
  check(fits, where, () => `${shown(data)} is no Float32Array, Float64Array or Uint32Array`);
}

const METHODS = "createBuffer write copy read destroyBuffers record release run time idle dispose".split(" ") as (keyof Device)[];

/** Throws a usage error unless `value` is a device: what `createCpuDevice` and `createWebgpuDevice` give, or something that wraps it. */
export function checkDevice(value: Device, where: string): void {
  checkObject(value, where, "device; open one with createCpuDevice() or await createWebgpuDevice()");
  for (const method of METHODS)
    check(typeof value[method] === "function", where, () => {
      return `it has no method ${method}, so it is no device; open one with createCpuDevice() or await createWebgpuDevice()`;
    });
  checkObject(value.info, `${where}: info`);
  checkObject(value.limits, `${where}: limits`);
}
