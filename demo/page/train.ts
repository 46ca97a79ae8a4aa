import { computed, effect } from "@preact/signals-core";
import { createCharts } from "./charts.js";
import { createControls } from "./controls.js";
import { byId, h, messageOf, noteLines, scrollBox } from "./dom.js";
import { compact, count, percent } from "./format.js";
import { createKept, createOffers } from "./kept.js";
import { compareRuns, type Link, linkData, resultOf, writeLink } from "./link.js";
import { oneSample } from "./one-sample.js";
import { createPictures } from "./pictures.js";
import { busy, data, occupied, phase, type Run, runs, settings } from "./state.js";
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
    createStatus(),
    error,
    notice,
    createOffers(begin),
    h("div", { class: "stage" }, h("div", { id: "drawing" }), h("div", {}, createFigures(), createCharts())),
    createPictures(),
    h("details", { id: "settings", open: innerWidth > 800 }, h("summary", {}, "Settings"), createControls()),
    createLinkRow(),
    createKept(),
  );
}

function buttons(begin: (start: Start) => Promise<void>): HTMLElement {
  const start = h("button", { id: "start", class: "primary", onclick: () => void begin({ chosen: [settings.peek()] }) });
  const race = h("button", { id: "race" });
  race.onclick = () => void begin({ chosen: [settings.peek(), { ...settings.peek(), method: "dense" }] });
  const hold = h("button", { id: "pause", onclick: () => void (phase.peek() === "paused" ? resume() : pause()) });
  const one = h(
    "button",
    { id: "step", onclick: () => void (occupied.peek() ? step() : begin({ chosen: [settings.peek()], paused: true })) },
    "Step one epoch",
  );
  const end = h("button", { id: "stop", onclick: () => void stop() }, "Stop");
  effect(() => {
    const { method, device } = settings.value;
    const ready = data.value !== null && busy.value === null && !occupied.value;
    start.textContent = `Train ${method} on ${device === "webgpu" ? "the GPU" : "the CPU"}`;
    race.textContent = `Race ${method} against dense`;
    start.disabled = !ready;
    race.disabled = !ready || method === "dense";
    hold.textContent = phase.value === "paused" ? "Resume" : "Pause";
    const held = phase.value === "training" || phase.value === "paused";
    for (const button of [hold, end]) button.hidden = !held;
    one.disabled = !held && !ready;
  });
  return h("div", { class: "row", role: "group", "aria-label": "Training" }, start, race, hold, one, end);
}

/** One line that says where training stands. */
function createStatus(): HTMLElement {
  const status = h("p", { id: "train-status", class: "soft", role: "status" });
  const text = computed(() => {
    const info = data.value?.info;
    const on = info ? `${info.name}: ${count(info.samples, "sample")} of ${count(info.features, "feature")}` : "reading the data";
    const last = runs.value[0]?.epochs.length ?? 0;
    const all = runs.value[0]?.settings.epochs ?? 0;
    if (busy.value) return `Waiting: ${busy.value}`;
    if (phase.value === "starting") return "Getting ready: opening the device and finding what runs fastest on it";
    if (phase.value === "training") return `Training, epoch ${last} of ${all}`;
    if (phase.value === "paused") return `Paused after epoch ${last} of ${all}`;
    if (phase.value === "done") return last < all ? `Stopped after epoch ${last} of ${all}` : `Done: ${all} epochs`;
    return phase.value === "failed" ? "Stopped by an error" : `Ready. ${on}`;
  });
  effect(() => {
    status.textContent = text.value;
    status.dataset.phase = phase.value;
  });
  return status;
}

const DENSE = "A dense network would have";
const lastOf = ({ epochs }: Run) => epochs[epochs.length - 1]?.record;

const FIGURES = [
  [
    "Test accuracy",
    (run: Run) => {
      const accuracy = lastOf(run)?.testAccuracy ?? null;
      return accuracy === null ? "" : percent(accuracy);
    },
  ],
  ["Connections", (run: Run) => compact(lastOf(run)?.nnz ?? run.start?.connections ?? 0)],
  [DENSE, ({ start }: Run) => (start ? compact(start.dense) : "")],
  ["Neurons", (run: Run) => lastOf(run)?.neurons.join("-") ?? ""],
  ["Training and evolving", ({ epochs }: Run) => `${seconds(epochs).toFixed(1)} s`],
] as const;

/** Accuracy, connections, neurons and time of every run, side by side. */
function createFigures(): HTMLElement {
  const table = h("table", { id: "figures" });
  const first = h("p", { class: "hint", id: "first-run" });
  const worth = h("p", { class: "hint", id: "one-sample" });
  const notes = h("div", { id: "run-notes" });
  effect(() => {
    const shown = runs.value;
    const race = shown.length > 1; // the dense network is then beside it
    table.hidden = shown.length === 0;
    table.style.setProperty("--runs", String(shown.length));
    table.replaceChildren(
      h("caption", { class: "visually-hidden" }, "The runs so far"),
      h("thead", {}, h("tr", {}, h("th", {}, ""), ...shown.map((run) => h("th", { scope: "col" }, run.settings.method)))),
      h(
        "tbody",
        {},
        ...FIGURES.filter(([name]) => !(race && name === DENSE)).map(([name, value]) =>
          h(
            "tr",
            {},
            h("th", { scope: "row" }, name),
            ...shown.map((run) => h("td", { class: name === "Neurons" ? "" : "big" }, value(run))),
          ),
        ),
      ),
    );
    first.textContent = race
      ? `The drawing, and the inputs and histograms below, are of the first run, ${shown[0].settings.method}.`
      : "";
    const start = shown[0]?.start;
    worth.textContent = start
      ? `A single split: ${oneSample(start.testSamples)}. ${start.adapter}${start.software ? ": a software adapter, a program on the CPU; its times say little about a GPU" : ""}.`
      : "";
    notes.replaceChildren(...noteLines(start?.notes ?? []));
  });
  return h("div", {}, scrollBox("Figures", table), first, worth, notes);
}

function seconds(epochs: Run["epochs"]): number {
  return epochs.reduce((sum, { record }) => sum + record.seconds.train + record.seconds.evolve, 0);
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
  const whole = run?.start && last?.epoch === run.settings.epochs && run.settings === settings.peek();
  return {
    settings: settings.peek(),
    data: linkData(chosen.source, chosen.info),
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
