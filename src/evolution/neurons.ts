import type { RemovalConfig } from "./config.js";
import { countEvolutions, type Pace, REMOVAL_SCHEDULES } from "./schedules.js";

/** How many of a layer's first n0 neurons are to be gone after `epoch` (from 1), of which `living` are left. Never below what is gone already. */
export function removedTarget(config: RemovalConfig, n0: number, living: number, epoch: number): number {
  const gone = n0 - living;
  return Math.max(gone, REMOVAL_SCHEDULES[config.schedule].target(config, n0, gone, epoch));
}

/** Whether neurons are scored at all after `epoch`. */
export function removalDue(config: RemovalConfig, epoch: number): boolean {
  return REMOVAL_SCHEDULES[config.schedule].due(config, epoch);
}

/** Neurons that the schedule leaves of a layer's first n0 after a run of `epochs` epochs with evolutions at such a pace. */
export function neuronsLeft(config: RemovalConfig, n0: number, epochs: number, pace: Pace): number {
  let living = n0;
  const evolutions = countEvolutions(pace, epochs);
  for (let i = 1; i <= evolutions; i++) {
    const epoch = i * pace.period;
    const due = removalDue(config, epoch) ? removedTarget(config, n0, living, epoch) - (n0 - living) : 0;
    living -= Math.min(due, Math.max(0, living - config.floor));
  }
  return living;
}
