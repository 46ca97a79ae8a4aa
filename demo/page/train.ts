import { computed, effect } from "@preact/signals-core";
import { METHODS } from "../../src/api/extend.js";
import type { Settings } from "../settings.js";
import { ahead, aheadText, durationText } from "./ahead.js";
import { createControls } from "./controls.js";
import { byId, h, messageOf } from "./dom.js";
import { createResults } from "./figures.js";
import { count } from "./format.js";
import { createGlossary } from "./glossary.js";
import { createKept, createOffers } from "./kept.js";
import { compareRuns, type Link, linkData, resultOf, sameData, writeLink } from "./link.js";
import { createPast } from "./past/index.js";
import { createProject } from "./project/index.js";
import { createRace } from "./race.js";
import { otherData, otherSettings } from "./since.js";
import { asked, busy, data, occupied, phase, runs, settings, withinEpoch } from "./state.js";
import { createTake } from "./take/index.js";
import { timeLeft } from "./time-left.js";
import { pause, resume, type Start, startRuns, step, stop } from "./trainer.js";
import "./train.css";

/** The link the page was opened with, which a run may or may not repeat. */
let opened: Link | null = null;
export function compareWith(link: Link): void {
  opened = link;
}

/** Start, controls, figures and pictures of training. */
export function createTrainPanel(): void {
  const error = h("p", { id: "train-error", class: "error", role: "alert", hidden: true });
  const notice = h("p", { id: "train-notice", class: "notice", role: "status", hidden: true });
  const tell = (node: HTMLElement, text: string) => {
    node.textContent = text;
    node.hidden = text === "";
  };
  const begin = async (start: Start) => {
    tell(error, "");
    tell(notice, "");
    showStage();
    began = performance.now();
    try {
      await startRuns(start, (text) => tell(notice, text));
      if (opened) tell(notice, comparison(opened));
    } catch (failure) {
      tell(error, messageOf(failure));
    }
  };
  byId("train").append(
    h("h2", {}, "Train"),
    buttons(begin),
    createBar(),
    h(
      "div",
      { class: "standing" },
      createStatus(),
      h("p", { id: "adapter", class: "adapter", role: "status" }, "Looking for a GPU\u2026"),
    ),
    error,
    notice,
    createOffers(begin),
    ...createResults(),
    h("details", { id: "settings" }, h("summary", {}, "Settings"), createGlossary(), createControls()),
    createTake(),
    createPast(),
    createProject(),
    createLinkRow(),
    createKept(),
  );
}

function buttons(begin: (start: Start) => Promise<void>): HTMLElement {
  const start = h("button", { id: "start", class: "primary", onclick: () => void begin({ chosen: [settings.peek()] }) });
  const race = createRace(begin);
  const best = h("button", { id: "to-fit", onclick: () => showFit() }, "Find the best model");
  const hold = h("button", { id: "pause", onclick: () => void (phase.peek() === "paused" ? resume() : pause()) });
  const one = h(
    "button",
    { id: "step", onclick: () => void (occupied.peek() ? step() : begin({ chosen: [settings.peek()], paused: true })) },
    "Step one epoch",
  );
  const end = h("button", { id: "stop", onclick: () => void stop() }, "Stop");
  effect(() => {
    const { method } = settings.value;
    const ready = data.value !== null && busy.value === null && !occupied.value;
    const seconds = durationText(ahead.value);
    start.textContent = `Train a ${kindOf(method)}${seconds && `, ${seconds}`}`;
    start.disabled = !ready;
    const [pausing, stopping] = [asked.value === "pause", asked.value === "stop"];
    hold.textContent = pausing ? "Pausing" : phase.value === "paused" ? "Resume" : "Pause";
    end.textContent = stopping ? "Stopping" : "Stop";
    for (const button of [hold, end]) button.hidden = !occupied.value;
    hold.disabled = pausing || stopping;
    end.disabled = stopping;
    one.disabled = stopping || (!occupied.value && !ready);
  });
  return h("div", { class: "row actions", role: "group", "aria-label": "Training" }, start, race, one, best, hold, end); // what appears moves nothing under the pointer
}

/** Brings what moves into view, on a phone too, once nobody clicks any more on what would move away. */
function showStage(): void {
  setTimeout(() => {
    const { bottom } = byId("drawing").getBoundingClientRect();
    if (bottom + FIGURES_HEIGHT <= innerHeight) return;
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    byId("train").scrollIntoView({ behavior: still ? "auto" : "smooth" });
  }, 500);
}
/** Pixels of the line of figures below the drawing. */
const FIGURES_HEIGHT = 90;

/** What a method trains, in plain words. */
function kindOf(method: Settings["method"]): string {
  if (method === "linear") return "linear model";
  return METHODS[method].layout.sparse ? "sparse network" : "dense network";
}

/** Leads to where the best model is found, which takes a time to be chosen. */
function showFit(): void {
  byId("fit").scrollIntoView();
  byId("fit-start").focus({ preventScroll: true });
}

/** The share of all epochs of all runs that are done. */
const share = computed(() => {
  const all = runs.value.reduce((sum, run) => sum + run.settings.epochs, 0);
  return all > 0 ? runs.value.reduce((sum, run) => sum + run.epochs.length, 0) / all : 0;
});

/** When the training under way began. */
let began = 0;

/** ", about 20 s left", once there is something to tell it by. */
function leftText(): string {
  const waited = (performance.now() - began) / 1000;
  return share.value > 0 && waited > 2 ? `, ${timeLeft(waited * (1 / share.value - 1))}` : "";
}

/** How far training is, here and in the title of the tab. */
function createBar(): HTMLElement {
  const bar = h("progress", { id: "train-bar", max: 1, value: 0, "aria-label": "Share of the epochs done" });
  const { title } = document;
  effect(() => {
    bar.style.visibility = occupied.value ? "" : "hidden"; // what appears moves nothing
    bar.value = share.value;
    document.title = occupied.value ? `${Math.floor(100 * share.value)} % \u00b7 coppice` : title;
  });
  return bar;
}

/** One line that says where training stands. */
function createStatus(): HTMLElement {
  const status = h("p", { id: "train-status", class: "soft", role: "status" });
  const text = computed(() => {
    const info = data.value?.info;
    const on = info ? `${info.name}: ${count(info.samples, "sample")} of ${count(info.features, "feature")}` : "reading the data";
    const last = runs.value[0]?.epochs.length ?? 0;
    const all = runs.value[0]?.settings.epochs ?? 0;
    const after = last > 0 ? `after epoch ${last} of ${all}` : "before the first epoch has ended";
    if (busy.value) return `Waiting: ${busy.value}`;
    if (asked.value === "stop") return `Stopping: ${last > 0 ? `what it was ${after} stays` : after}`;
    if (asked.value === "pause") return `Pausing ${after}`;
    if (phase.value === "starting") return "Getting ready: opening the device and finding what runs fastest on it";
    if (phase.value === "training")
      return `${asked.value === "step" ? "Stepping" : "Training"}, epoch ${last} of ${all}${asked.value === "step" ? "" : leftText()}`;
    if (phase.value === "paused") return `Paused ${withinEpoch.value ? "within an epoch, " : ""}${after}`;
    if (phase.value === "done") return `${last < all ? `Stopped ${after}` : `Done: ${all} epochs`}${nextText()}`;
    return phase.value === "failed" ? "Stopped by an error" : `Ready. ${on}. ${aheadText(ahead.value)}`.trim();
  });
  effect(() => {
    status.textContent = text.value;
    status.dataset.phase = phase.value;
  });
  return status;
}

/** ". Next: 1.4K of 7.4K connections; 232 kB.", where data or settings are others than those of the run. */
function nextText(): string {
  const [run] = runs.value;
  const next = run && (otherData(run.data) || otherSettings(run.settings)) ? aheadText(ahead.value) : "";
  return next && `. Next: ${next}`;
}

function comparison(link: Link): string {
  const here = currentLink();
  return here?.result ? compareRuns(link, { settings: here.settings, data: here.data, result: here.result }) : "";
}

/** The link of the last run, or of the settings as they stand where nothing was trained by them. */
function currentLink(): Link | null {
  const chosen = data.peek();
  if (!chosen) return null;
  const [run] = runs.peek();
  const last = run?.epochs[run.epochs.length - 1]?.record;
  const here = linkData(chosen.source, chosen.info);
  const own = run?.settings === settings.peek() && sameData(run.data, here);
  const whole = own && run.start && last?.epoch === run.settings.epochs;
  const others = runs.peek().slice(1);
  return {
    settings: settings.peek(),
    data: here,
    ...(own && others.length > 0 && { rivals: others.map((one) => one.settings.method) }),
    result: whole && run.start && last ? resultOf(run.start, last) : null,
  };
}

function createLinkRow(): HTMLElement {
  const field = h("input", { id: "link", type: "text", readOnly: true, "aria-label": "Link to this run" });
  const make = async () => {
    const link = currentLink();
    if (!link) return;
    field.value = writeLink(link, location.href);
    field.hidden = false;
    field.select();
    await navigator.clipboard?.writeText(field.value).catch(() => {}); // the selected field is there for those without a clipboard
  };
  field.hidden = true;
  return h(
    "div",
    { class: "row" },
    h("button", { id: "make-link", onclick: () => void make() }, "Link to this run"),
    field,
    h("span", { class: "hint" }, "Holds the settings, the data's name or the file's sha256, and the result; never the data."),
  );
}
