import { effect } from "@preact/signals-core";
import type { EstimateMode } from "../../../src/api/index.js";
import type { FitRequest } from "../../worker/fit.js";
import { byId, field, h } from "../dom.js";
import { LEARNING } from "../learning.js";
import { busy, data, occupied, settings } from "../state.js";
import { find, forget, goOn, standing, stop } from "./finder.js";
import "./fit.css";

const EXPLANATION =
  "Tries sparse networks and linear ones with many settings, and trains the best on all samples. " +
  "Then it says how good that is, beside simple models.";

/** Finds the best model for the data chosen; other data end the search, and what it found goes. */
export function createFitPanel(): void {
  const start = h("button", { id: "fit-start" }, "Find the best model");
  const end = h("button", { id: "fit-stop", onclick: stop }, "Stop");
  const more = h("button", { id: "fit-go-on", onclick: () => void goOn() }, "Go on");
  const bar = h("progress", { id: "fit-bar", max: 1, "aria-label": "Share of the work done" });
  const status = h("p", { id: "fit-status", class: "soft", role: "status" });
  const error = h("p", { id: "fit-error", class: "error", role: "alert", hidden: true });
  const other = h("p", { id: "fit-other", class: "notice", hidden: true });
  const { node: choices, read } = createChoices();
  start.onclick = () => {
    const chosen = data.peek();
    if (!chosen || busy.peek() || occupied.peek()) return;
    void find({ source: chosen.source, task: chosen.info.task, seed: settings.peek().seed, ...read() });
  };
  byId("fit").append(
    h("h2", {}, "Find the best model"),
    h("p", { class: "soft" }, EXPLANATION),
    choices,
    h("div", { class: "row" }, start, more, end),
    ...[bar, status, error, other, createResult()],
  );
  effect(() => {
    if (data.value) forget();
  });
  effect(() => {
    const now = standing.value;
    const working = now.phase === "finding" || now.phase === "stopping";
    start.className = data.value?.source.kind === "files" ? "primary" : ""; // for one's own data it is the main thing to do
    const task = data.value?.info.task ?? "classification";
    other.hidden = LEARNING[task].asks.length > 0;
    other.textContent = `Nothing says which of two models of ${LEARNING[task].text} is better: train above, and evaluate.`;
    start.disabled = more.disabled = data.value === null || busy.value !== null || occupied.value || !other.hidden;
    more.hidden = now.phase !== "stopped";
    end.hidden = bar.hidden = !working;
    end.disabled = now.phase === "stopping";
    choices.disabled = working;
    bar.value = "done" in now ? now.done : 0;
  });
  effect(() => {
    const now = standing.value;
    const text = now.phase === "found" ? "Done" : now.phase !== "failed" && "text" in now ? now.text : "";
    if (status.textContent !== text) status.textContent = text;
    status.dataset.phase = now.phase;
    error.textContent = now.phase === "failed" ? now.text : "";
    error.hidden = now.phase !== "failed";
  });
}

/** Time, estimate and device. */
function createChoices() {
  const minutes = h("input", { id: "fit-minutes", type: "number", min: 0, step: "any", value: "5" });
  const select = (id: string, options: Readonly<Record<string, string>>) =>
    h("select", { id }, ...Object.entries(options).map(([value, text]) => h("option", { value }, text)));
  const estimate = select("fit-estimate", { quick: "quick: 5 outer folds", none: "none" });
  const device = select("fit-device", { cpu: "the CPU", webgpu: "the GPU" });
  const plan = h("input", { id: "fit-plan", type: "file", accept: ".json" });
  const node = h(
    "fieldset",
    { class: "controls" },
    h("legend", { class: "visually-hidden" }, "How to find it"),
    field("Time, minutes", "For everything, the estimate too", minutes),
    field("Estimate", "How good the outcome is, on samples that it never saw", estimate),
    field("Device", "On the CPU the same plan ends with the same model on every computer", device),
    field("Plan, if there is one", "The plan.json of an earlier fit: it says time, estimate, seed and device", plan),
  );
  plan.onchange = () => {
    for (const decided of [minutes, estimate, device]) decided.disabled = plan.files?.length === 1;
  };
  effect(() => {
    if (!data.value) return;
    plan.value = ""; // it was for other data
    plan.dispatchEvent(new Event("change"));
  });
  const read = (): Omit<FitRequest, "source" | "task" | "seed"> => ({
    budget: 60 * minutes.valueAsNumber,
    estimate: estimate.value as EstimateMode,
    device: device.value as FitRequest["device"],
    plan: plan.files?.[0] ?? null,
  });
  return { node, read };
}

/** What was found, until it is no longer what was found last. */
function createResult(): HTMLElement {
  const node = h("div", { id: "fit-result" });
  effect(() => {
    const now = standing.value;
    if (now.phase !== "found") return node.replaceChildren();
    const show = async () => {
      const { createFound } = await import("./found.js"); // it is here: it was loaded before the search began
      if (standing.peek() === now) node.replaceChildren(...createFound(now.found));
    };
    void show();
  });
  return node;
}
