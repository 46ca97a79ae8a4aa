import { proxy } from "comlink";
import type { RepeatsProgress } from "../worker/repeats.js";
import { withIntervals } from "./intervals.js";
import { linkData } from "./link.js";
import { firstOf } from "./metrics.js";
import { evaluated, settings } from "./state.js";
import { timeLeft } from "./time-left.js";
import type { Evaluated } from "./trust.js";
import { type Helper, startWorker } from "./workers.js";

// Loaded when an evaluation is asked for.

/** What evaluating does to the panel. */
export interface View {
  readonly cancel: HTMLButtonElement;
  /** Where it stands, and the share of all epochs that are done. */
  say(text: string, done?: number): void;
  /** Resolves when what was evaluated last is shown. */
  shown(): Promise<void>;
}

/** Evaluates in a worker of its own, which ends whatever happens. Nothing else may use the device meanwhile. */
export async function evaluate(
  chosen: Evaluated["data"],
  splits: number,
  shuffled: number,
  { cancel, say, shown }: View,
): Promise<void> {
  const begun = performance.now();
  let over = false;
  const progress = ({ done, run, of, ...now }: RepeatsProgress) => {
    if (over) return; // it comes by a way of its own, and may come after the result
    say(`${now.shuffled ? "Shuffled labels, split" : "Split"} ${run + 1} of ${of}${remaining(done, begun)}`, done);
  };
  const helper = startWorker();
  cancel.disabled = false;
  cancel.onclick = () => {
    cancel.disabled = true;
    say("Cancelling");
    over = true; // what comes of it is not told any more
    void helper.api.stopRepeats();
  };
  say("Reading the data, opening the device");
  try {
    const one = await repeat(helper, chosen, splits, shuffled, progress);
    evaluated.value = one.report.real.runs.length > 0 ? one : null;
    await shown();
    const ended = one.report.real.runs.length;
    over = true;
    say(one.report.stopped ? `Cancelled after ${ended} of ${splits} splits` : "Done");
  } finally {
    over = true;
    helper.end();
  }
}

async function repeat(
  { api, failed }: Helper,
  chosen: Evaluated["data"],
  splits: number,
  shuffled: number,
  progress: (progress: RepeatsProgress) => void,
): Promise<Evaluated> {
  const { source } = chosen;
  const by = settings.peek();
  const known = source.kind === "built-in" && source.name === "informative" ? new Set(await api.knownFeatures()) : null;
  const report = await Promise.race([api.startRepeats({ source, settings: by, splits, shuffled }, proxy(progress)), failed]);
  return {
    data: chosen,
    of: linkData(source, chosen.info),
    settings: by,
    report: withIntervals(report, firstOf(chosen.info.task)),
    known,
  };
}

/** ", about 20 s left", once there is something to tell it by. */
function remaining(done: number, begun: number): string {
  if (done < 0.05) return "";
  return `, ${timeLeft(((performance.now() - begun) / 1000) * (1 / done - 1))}`;
}
