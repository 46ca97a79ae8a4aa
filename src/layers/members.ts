import type { DeviceBuffer } from "../device/device.js";
import type { Place } from "../device/place.js";
import { maximum } from "../util/extremes.js";

/** The members of an ensemble whose networks are stacked: where each one's part of a layer lies, and the table of it that kernels read. */
export interface Members {
  readonly places: readonly Place[];
  readonly table: DeviceBuffer;
}

/** How many members there are: of none, as in a single network, 1 or what is said. */
export function countOf(members: Members | null, none = 1): number {
  return members?.places.length ?? none;
}

/** The most that a member has of something; undefined of a single network. */
export function mostOf(members: Members | null, of: "rows" | "cols" | "slots"): number | undefined {
  return members ? maximum(members.places.map((place) => place[of])) : undefined;
}
