import type { DeviceBuffer } from "../device/device.js";
import type { Place } from "../device/place.js";

/** The members of an ensemble whose networks are stacked: where each one's part of a layer lies, and the table of it that kernels read. */
export interface Members {
  readonly places: readonly Place[];
  readonly table: DeviceBuffer;
}
