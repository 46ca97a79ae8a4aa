import { effect, signal } from "@preact/signals-core";
import { proxy } from "comlink";
import type { Settings } from "../settings.js";
import type { RepeatsProgress } from "../worker/repeats.js";
import { byId, h, messageOf } from "./dom.js";
import type { JudgedReport } from "./intervals.js";
import { type Link, linkData } from "./link.js";
import { loaded } from "./loaded.js";
import { firstOf, isLabelled } from "./metrics.js";
import { otherData, otherSettings } from "./since.js";
import { busy, data, evaluated, occupied, settings } from "./state.js";
import { timeLeft } from "./time-left.js";
import { explain } from "./trainer.js";
import "./trust.css";
import { type Helper, startWorker } from "./workers.js";

/** What was repeated, and what came out. */
export interface Evaluated {
  readonly data: NonNullable<typeof data.value>;
  readonly of: Link["data"];
  readonly settings: Settings;
  readonly report: JudgedReport;
  /** Features that are known to tell the class; null for data of which nobody knows. */
  readonly known: ReadonlySet<number> | null;
}

/** Until the last evaluation is shown, by a script that is loaded for it. */
let showing = Promise.resolve();

/** Splits that the shuffled labels are trained on: enough to see what comes out of nothing. */
const SHUFFLED_RUNS = 3;
const MOST_SPLITS = 200;
const EXPLANATION =
  "One split says little when samples are few. Evaluate trains anew, by the settings above, on many random splits, and ranks the inputs by all of them.";
const SHUFFLE_LABEL = `Also after one shuffle of the labels, on ${SHUFFLED_RUNS} splits: what comes out where there is nothing to learn`;

/** Training over many splits: what its result may be off by, and which inputs it rests on. */
export function createTrustPanel(): void {
  const splits = h("input", { id: "evaluate-splits", type: "number", min: 2, max: MOST_SPLITS, step: 1, value: "10" });
  const shuffle = h("input", { id: "evaluate-shuffled", type: "checkbox", checked: true });
  const start = h("button", { id: "evaluate", class: "primary", onclick: () => void begin() }, "Evaluate");
  const cancel = h("button", { id: "evaluate-cancel", hidden: true }, "Cancel");
  const bar = h("progress", { max: 1, value: 0, hidden: true, "aria-label": "Share of all epochs done" });
  const status = h("p", { id: "evaluate-progress", class: "soft", role: "status" });
  const error = h("p", { id: "evaluate-error", class: "error", role: "alert", hidden: true });
  const result = h("div", { id: "evaluate-result", hidden: true });
  const since = h("p", { id: "evaluate-since", class: "notice", role: "status", hidden: true });
  const tellError = (text: string) => {
    error.textContent = text;
    error.hidden = false;
  };
  const running = signal(false);
  const view: View = {
    cancel,
    say(text, done = bar.value) {
      bar.value = done;
      if (status.textContent !== text) status.textContent = text;
    },
  };
  const begin = async () => {
    const chosen = data.peek();
    if (!chosen || busy.peek() || occupied.peek()) return;
    error.hidden = true;
    running.value = true;
    try {
      await evaluate(chosen, splits.valueAsNumber, shuffle.checked && isLabelled(chosen.info.task) ? SHUFFLED_RUNS : 0, view);
    } catch (failure) {
      view.say("");
      tellError(explain(messageOf(failure)));
    }
    running.value = false;
  };
  const choices = [h("label", { class: "inline" }, "Splits ", splits), h("label", { class: "inline" }, shuffle, SHUFFLE_LABEL)];
  byId("trust").append(
    h("h2", {}, "Trust the result"),
    h("p", { class: "soft" }, EXPLANATION),
    h("div", { class: "row" }, start, cancel, ...choices),
    ...[bar, status, error, since, result],
  );
  effect(() => {
    start.disabled = data.value === null || busy.value !== null || occupied.value;
    for (const input of [splits, shuffle]) input.disabled = running.value;
    choices[1].hidden = data.value !== null && !isLabelled(data.value.info.task);
    cancel.hidden = bar.hidden = !running.value;
    if (!running.value) bar.value = 0;
  });
  effect(() => {
    const one = evaluated.value;
    showing = showIn(result, one);
    showing.catch((failure) => tellError(messageOf(failure)));
  });
  effect(() => {
    const text = evaluated.value ? sinceText(evaluated.value) : "";
    since.hidden = text === "";
    since.textContent = text;
  });
}

/** Fills the place of results with an evaluation; null: there is none. */
async function showIn(result: HTMLElement, one: Evaluated | null): Promise<void> {
  const nodes = one ? (await loaded(import("./evaluated.js"), "shows evaluations")).createEvaluated(one) : [];
  result.replaceChildren(...nodes);
  result.hidden = one === null;
}

/** What has changed since an evaluation, which stays: it took long. */
function sinceText({ of, data: { info }, settings: by }: Evaluated): string {
  const other = otherData(of) ? `Other data are chosen now: this is the evaluation of ${info.name}.` : "";
  return [other, otherSettings(by)].filter(Boolean).join(" ");
}

/** What evaluating does to the panel. */
interface View {
  readonly cancel: HTMLButtonElement;
  /** Where it stands, and the share of all epochs that are done. */
  say(text: string, done?: number): void;
}

/** Evaluates in a worker of its own, which ends whatever happens. Nothing else may use the device meanwhile. */
async function evaluate(chosen: Evaluated["data"], splits: number, shuffled: number, { cancel, say }: View): Promise<void> {
  if (!Number.isInteger(splits) || splits < 2 || splits > MOST_SPLITS)
    throw new Error(`splits: give a whole number from 2 to ${MOST_SPLITS}`);
  busy.value = `evaluating over ${splits} splits`;
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
    await showing;
    const ended = one.report.real.runs.length;
    over = true;
    say(one.report.stopped ? `Cancelled after ${ended} of ${splits} splits` : "Done");
  } finally {
    over = true;
    helper.end();
    busy.value = null;
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
  const { withIntervals } = await import("./intervals.js");
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
