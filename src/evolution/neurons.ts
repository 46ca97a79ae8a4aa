import type { RemovalConfig } from "./config.js";

/**
 * How many of a layer's first n0 neurons are to be gone after `epoch` (from 1), of which `living` are left; see RemovalConfig for
 * the schedules. Never below what is gone already.
 */
export function removedTarget(config: RemovalConfig, n0: number, living: number, epoch: number): number {
  const { amount, first, last, every, schedule } = config;
  const gone = n0 - living;
  if (schedule === "percentile") {
    const due = epoch >= first && epoch <= last && (epoch - first) % every === 0;
    return due ? gone + Math.floor(amount * living) : gone;
  }
  const t = Math.min(1, Math.max(0, (epoch - first) / (last - first)));
  const reached = schedule === "cubic" ? 1 - (1 - t) ** 3 : t;
  return Math.max(gone, Math.round(amount * n0 * reached));
}

/** Whether neurons are scored at all after `epoch`. */
export function removalDue({ first, schedule, last, every }: RemovalConfig, epoch: number): boolean {
  return epoch >= first && (schedule !== "percentile" || (epoch <= last && (epoch - first) % every === 0));
}

/** Neurons that the schedule leaves of a layer's first n0 after a run of `epochs` epochs with an evolution every `period`. */
export function neuronsLeft(config: RemovalConfig, n0: number, epochs: number, period: number): number {
  let living = n0;
  for (let epoch = period; epoch < epochs; epoch += period) {
    const due = removalDue(config, epoch) ? removedTarget(config, n0, living, epoch) - (n0 - living) : 0;
    living -= Math.min(due, Math.max(0, living - config.floor));
  }
  return living;
}
