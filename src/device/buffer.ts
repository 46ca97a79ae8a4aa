import type { FloatArray } from "../util/types.js";

/** Type of a buffer's elements, 4 bytes each on a GPU. */
export type ElementType = "f32" | "u32";
/** A buffer's contents on the host. */
export type TypedData = FloatArray | Uint32Array;

/** An array that lives on a device. Made by `createBuffer`, freed by `destroyBuffers`. */
export interface DeviceBuffer {
  readonly label: string;
  readonly type: ElementType;
  /** Elements. */
  readonly length: number;
}
