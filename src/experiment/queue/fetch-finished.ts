import { CoppiceError } from "../../util/check.js";
import type { PlannedSuite } from "../plan/plan-suite.js";
import type { PlannedRun } from "../plan/planned-runs.js";
import type { Store } from "../store/store.js";
import type { RemoteSlot } from "./remote-slot.js";

/** Stores the results of runs that workers ended since the last process that asked for them was stopped; says how many. A wrong answer is a failed run. */
export async function fetchFinished(
  planned: PlannedSuite,
  left: readonly PlannedRun[],
  store: Store,
  remote: RemoteSlot,
  tell: (line: string) => void,
): Promise<void> {
  let count = 0;
  const fetch = async (run: PlannedRun) => {
    const rates = run.needs === null ? null : store.result(run.needs)?.tuning;
    if (rates === undefined) return; // the run that chooses them is not done: nobody can have asked for this one
    const job = planned.jobOf(run, rates);
    const { task } = run;
    try {
      const answer = await remote.finished(job);
      if (answer === undefined) return;
      store.addResult(planned.checked(run, job, answer));
      count++;
    } catch (error) {
      if (!(error instanceof CoppiceError && error.kind === "usage")) throw error; // of the disk, of the connection
      store.addFailure({ key: task.key, run: task.run, reason: error.message });
    }
    remote.stored?.(job);
  };
  for (const dependent of [false, true]) await Promise.all(left.filter(({ needs }) => (needs !== null) === dependent).map(fetch));
  if (count > 0) tell(`${count} ${count === 1 ? "run was" : "runs were"} done on the queue in the meantime`);
}
