import type { PlannedRun } from "../../../experiment/plan.js";
import { say, type Terminal } from "../../terminal.js";
import type { Store } from "../store.js";
import type { SuitePlan } from "../suite-plan.js";
import type { RemoteSlot } from "./remote-slot.js";

/** Stores the results of runs that workers ended since the last process that asked for them was stopped; says how many. */
export async function fetchFinished(
  plan: SuitePlan,
  left: readonly PlannedRun[],
  store: Store,
  remote: RemoteSlot,
  terminal: Terminal,
): Promise<void> {
  let count = 0;
  const fetch = async (run: PlannedRun) => {
    const rates = run.needs === null ? null : store.result(run.needs)?.tuning;
    if (rates === undefined) return; // the run that chooses them is not done: nobody can have asked for this one
    const job = plan.jobOf(run, rates);
    const result = await remote.finished(job);
    if (!result) return;
    store.addResult(result);
    remote.stored?.(job);
    count++;
  };
  for (const dependent of [false, true]) await Promise.all(left.filter(({ needs }) => (needs !== null) === dependent).map(fetch));
  if (count > 0) say(terminal, `${count} ${count === 1 ? "run was" : "runs were"} done on the queue in the meantime`);
}
