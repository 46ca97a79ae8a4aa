import { READING } from "../data/options.js";
import { suiteConfig } from "../experiment/plan/check-config.js";
import type { DatasetConfig, ReadingConfig } from "../experiment/plan/config.js";
import type { JobDevice, LegJob } from "../experiment/run/job.js";
import { checkLeg } from "../experiment/run/leg-answer.js";
import type { Slot } from "../experiment/run/slot.js";
import type { ReadingValues } from "../files/reading.js";
import type { FitSlots } from "../fit/trial.js";
import { version } from "../util/version.js";

/** The data of a fit, as its slots find them. */
export interface FitSource {
  readonly values: ReadingValues;
  readonly sha256: string;
  readonly samples: number;
  readonly device: JobDevice;
}

/** Slots for the trainings of a fit: here each is asked for one at a time, and what it answers is checked. */
export function fitSlots(slots: readonly Slot[], { values, sha256, samples, device }: FitSource): FitSlots {
  const free = [...slots];
  const data = datasetOf(values);
  const origin = { version, data: { name: data.name, sha256, samples } };
  return {
    count: slots.length,
    async train({ task, train, heldOut, labels = null, from }) {
      const state = from ? Buffer.from(from.state).toString("base64") : null;
      const split = { train: [...train], test: [...heldOut] };
      const job: LegJob = { task, origin, data, base: ".", split, device, labels: labels && [...labels], from: state };
      const slot = free.pop() as Slot; // no more are asked for than there are
      try {
        return checkLeg(await slot.leg(job), task, from?.epoch ?? 0, heldOut.length);
      } finally {
        free.push(slot);
      }
    },
  };
}

/** What a command says of its data, as a suite says it. */
function datasetOf({ data = "", label, id, ...values }: ReadingValues): DatasetConfig {
  const name = data.replace(/^.*[\\/]/, "").replace(/^\W+|[^\w.+-]+/g, "_");
  const read: ReadingConfig = {
    ...Object.fromEntries(Object.entries(values).filter(([key, value]) => Object.hasOwn(READING, key) && value !== undefined)),
    ...(label !== undefined && label !== false && { label }),
    ...(id !== undefined && { id: id === false ? null : id }),
  };
  return suiteConfig({ datasets: [{ data, name, ...read }] }, "fit").datasets[0];
}
