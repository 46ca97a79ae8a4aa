import { type Answer, keyOf, type Unit, type UnitResult } from "./records.js";
import type { Store } from "./store.js";
import { armOf, needOf } from "./units.js";

/** Where one unit is run at a time; rejects where it failed, with the reason as the message. */
export type Slot = (unit: Unit, needed: Answer | undefined) => Promise<UnitResult>;

/** What to run, and where. */
export interface Running {
  /** In the order in which they are started. */
  readonly units: readonly Unit[];
  readonly slots: readonly Slot[];
  readonly store: Store;
  /** True from when on no further unit is to be started. */
  isOver(): boolean;
  onEnd?(unit: Unit, failed?: string): void;
}

/**
 * Runs units on slots and keeps what comes out as it comes. One that takes another's rates waits until that has ended, and fails where it failed.
 * Resolves with the units that were not started.
 */
export async function runUnits({ units, slots, store, isOver, onEnd }: Running): Promise<Unit[]> {
  const queue = [...units];
  const underWay = new Map<string, Promise<void>>();
  const take = () => {
    const waits = (unit: Unit) => {
      const need = needOf(unit);
      return need !== null && (underWay.has(need) || queue.some((other) => keyOf(other) === need));
    };
    const at = queue.findIndex((unit) => !waits(unit));
    return at < 0 ? undefined : queue.splice(at, 1)[0];
  };
  const work = async (slot: Slot) => {
    while (queue.length > 0 && !isOver()) {
      const unit = take();
      if (!unit) {
        await Promise.race(underWay.values());
        continue;
      }
      const done = runUnit(slot, unit, store).then((failed) => {
        underWay.delete(keyOf(unit));
        onEnd?.(unit, failed);
      });
      underWay.set(keyOf(unit), done);
      await done;
    }
  };
  await Promise.all(slots.map(work));
  return queue;
}

/** Runs a unit and keeps its result, or why it has none, which is returned. */
async function runUnit(slot: Slot, unit: Unit, store: Store): Promise<string | undefined> {
  const need = needOf(unit);
  const needed = need === null ? undefined : store.results.get(need)?.answers[armOf(unit.arm).needs?.answer as string];
  try {
    if (need !== null && !needed) throw new Error(`it takes the rates of ${need}, which has no result`);
    store.add({ result: await slot(unit, needed) });
    return undefined;
  } catch (error) {
    const reason = (error as Error).message;
    store.add({ failed: { ...unit, reason } });
    return reason;
  }
}
