import { effect, signal } from "@preact/signals-core";
import type { Settings } from "../settings.js";
import { byId, h, messageOf } from "./dom.js";
import type { View } from "./evaluate.js";
import type { JudgedReport } from "./intervals.js";
import type { Link } from "./link.js";
import { loaded } from "./loaded.js";
import { isLabelled } from "./metrics.js";
import { createOnDemand } from "./on-demand.js";
import { otherData, otherSettings } from "./since.js";
import { busy, data, evaluated, occupied } from "./state.js";
import { explain } from "./trainer.js";
import "./trust.css";

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
  "One split says little when samples are few. Evaluate trains anew on many random splits, and ranks the inputs by all of them.";
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
    shown: () => showing,
  };
  const begin = async () => {
    const chosen = data.peek();
    if (!chosen || busy.peek() || occupied.peek()) return;
    error.hidden = true;
    running.value = true;
    try {
      const many = splits.valueAsNumber;
      if (!Number.isInteger(many) || many < 2 || many > MOST_SPLITS)
        throw new Error(`splits: give a whole number from 2 to ${MOST_SPLITS}`);
      busy.value = `evaluating over ${many} splits`;
      const { evaluate } = await loaded(import("./evaluate.js"), "evaluates");
      await evaluate(chosen, many, shuffle.checked && isLabelled(chosen.info.task) ? SHUFFLED_RUNS : 0, view);
    } catch (failure) {
      view.say("");
      tellError(explain(messageOf(failure)));
    }
    busy.value = null;
    running.value = false;
  };
  const choices = [h("label", { class: "inline" }, "Splits ", splits), h("label", { class: "inline" }, shuffle, SHUFFLE_LABEL)];
  byId("trust").append(
    h("h2", {}, "Trust the result"),
    h("p", { class: "soft" }, EXPLANATION),
    h("div", { class: "row" }, start, cancel, ...choices),
    ...[bar, status, error, since, result],
    createMeasure(),
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

/** What measures the model itself. */
function createMeasure(): HTMLElement {
  const load = async () => ({ node: (await import("./measure.js")).createMeasurePanel() });
  return createOnDemand("measure", "Measure the network", load, "measures networks").node;
}

/** Fills the place of results with an evaluation; null: there is none. */
async function showIn(result: HTMLElement, one: Evaluated | null): Promise<void> {
  const made = one && (await loaded(import("./evaluated.js"), "shows evaluations")).createEvaluated(one);
  result.replaceChildren(...(made ? [made] : []));
  result.hidden = one === null;
}

/** What has changed since an evaluation, which stays: it took long. */
function sinceText({ of, data: { info }, settings: by }: Evaluated): string {
  const other = otherData(of) ? `Other data are chosen now: this is the evaluation of ${info.name}.` : "";
  return [other, otherSettings(by)].filter(Boolean).join(" ");
}
