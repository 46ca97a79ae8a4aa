import { effect, signal } from "@preact/signals-core";
import type { TaskName, Told } from "../../src/api/extend.js";
import { isUneven } from "../../src/tasks/class-report.js";
import { h, messageOf, noteLines, scrollBox } from "./dom.js";
import { capital, compact, percent } from "./format.js";
import { loaded } from "./loaded.js";
import { fieldOf, firstOf, floorOf, inWords, labelOf, metricsOf } from "./metrics.js";
import { oneSample } from "./one-sample.js";
import { originText } from "./origin.js";
import { otherSettings, runIsOver } from "./since.js";
import { occupied, type Run, runs } from "./state.js";
import { winnerText } from "./winner.js";

const BALANCED = "Balanced over the classes";
const lastOf = ({ epochs }: Run) => epochs[epochs.length - 1]?.record;

/** Whether a run's network was rewired after its last epoch: it ended early. */
function isRewired({ epochs, settings }: Run): boolean {
  const last = epochs[epochs.length - 1];
  return last?.rewired === true && last.record.epoch < settings.epochs;
}

/** The mean of the classes' recalls, once the run has ended. */
function balancedText(run: Run): string {
  if (run.left === null || !isUneven({ support: run.inputs.classes.map(({ samples }) => samples) })) return "";
  return run.left === "asked" ? "testing" : percent(run.left.measures.balancedAccuracy);
}

/** What the first metric is if inputs tell nothing. */
function floorText({ start, inputs: { task } }: Run): string {
  return start && start.floor !== null ? inWords(firstOf(task), start.floor) : "";
}

/** What is shown of a run: its last epoch, or of one that ended early the network that it left. */
function figuresOf(run: Run) {
  const last = lastOf(run);
  if (run.left === "asked" && isRewired(run)) return { told: () => "testing", connections: null, neurons: [] };
  const { left } = run;
  const over = left !== "asked" && left;
  const { connections = null, neurons = [] } = over || { connections: last?.nnz, neurons: last?.neurons };
  const told = (metric: Told) => {
    const value = over ? over.measures[metric.name] : last?.[fieldOf(metric, "test")];
    return typeof value === "number" ? inWords(metric, value) : "";
  };
  return { told, connections, neurons };
}

/** "9.21K of 112K, 8.2 %": of how many the dense network of the same sizes has. */
function connectionsText(run: Run): string {
  const connections = figuresOf(run).connections ?? run.start?.connections ?? 0;
  const dense = run.start?.dense ?? connections;
  return compact(connections) + (dense > connections ? ` of ${compact(dense)}, ${percent(connections / dense, 2)}` : "");
}

/** What is told of a run of a task. */
const figuresFor = (task: TaskName): readonly (readonly [string, (run: Run) => string])[] => [
  ...metricsOf(task).map((metric) => [`Test ${labelOf(metric)}`, (run: Run) => figuresOf(run).told(metric)] as const),
  [BALANCED, balancedText],
  [`Without inputs (${floorOf(task)?.name})`, floorText],
  ["Connections", connectionsText],
  ["Neurons", (run: Run) => figuresOf(run).neurons.join("-")],
  ["Time", ({ seconds }: Run) => `${seconds.toFixed(1)} s`],
];

/** Figures of runs as texts: of each a name, and a value of every run. */
export function figureTexts(of: readonly Run[]): { readonly name: string; readonly values: readonly string[] }[] {
  const all = of.length > 0 ? figuresFor(of[0].inputs.task) : [];
  const shown = all.filter(([, value]) => (value !== balancedText && value !== floorText) || of.some(value));
  return shown.map(([name, value]) => ({ name, values: of.map(value) }));
}

/** The drawing, and figures, curves and pictures of the last run; they are put away when they are no longer of the page's data and model. */
export function createResults(): HTMLElement[] {
  const shown = signal(false);
  const [figures, about] = createFigures();
  const charts = createLater("draws curves", async () => (await import("./charts.js")).createCharts());
  const results = h("div", { id: "run-results" }, figures, charts, about);
  const pictures = createLater("draws inputs and weights", async () => (await import("./pictures.js")).createPictures());
  const text = h("span");
  const show = h("button", { onclick: () => (shown.value = true) }, "Show them all the same");
  const away = h("p", { id: "run-away", class: "notice", role: "status" }, text, " ", show);
  effect(() => {
    if (occupied.value) shown.value = false; // what begins is shown
  });
  effect(() => {
    const [run] = runs.value;
    const why = runIsOver(run);
    away.hidden = why === null;
    show.hidden = shown.value;
    results.hidden = pictures.hidden = !run || (why !== null && !shown.value);
    if (run) text.textContent = `The figures and charts of ${runText(run)} are ${shown.value ? "old" : "put away"}: ${why}.`;
  });
  return [h("div", { id: "drawing" }), away, results, pictures];
}

/** A place for what is loaded when there is a run to draw; `draws` says what the script does. */
function createLater(draws: string, load: () => Promise<HTMLElement>): HTMLElement {
  const node = h("div");
  let asked = false;
  effect(() => {
    if (asked || runs.value.length === 0) return;
    asked = true;
    loaded(load(), draws, "train again when the page is here again").then(
      (drawn) => node.replaceChildren(drawn),
      (failure) => {
        asked = false;
        node.textContent = messageOf(failure);
      },
    );
  });
  return node;
}

/** "npset 300-300, seed 1, epoch 7 of 30, on digits". */
export function runText(run: Run): string {
  const { method, hidden, seed, epochs, members } = run.settings;
  const layers = method === "linear" ? "" : ` ${hidden.join("-")}`;
  const many = members > 1 ? `${members} times ` : "";
  return originText({
    method: `${many}${method}${layers}`,
    seed,
    epoch: `${run.epochs.length} of ${epochs}`,
    data: run.inputs.name,
  });
}

/** Metrics, connections, neurons and time of every run, side by side. */
function createFigures(): readonly [HTMLElement, HTMLElement] {
  const of = h("p", { class: "hint", id: "run-of" });
  const winner = h("p", { id: "winner", role: "status" });
  const rewired = h("p", { class: "hint", id: "run-left" });
  const table = h("table", { id: "figures" });
  const first = h("p", { class: "hint", id: "first-run" });
  const worth = h("p", { class: "hint", id: "one-sample" });
  const notes = h("div", { id: "run-notes" });
  effect(() => {
    const shown = runs.value;
    table.hidden = shown.length === 0;
    table.style.setProperty("--runs", String(shown.length));
    table.closest("#train")?.classList.toggle("raced", shown.length > 1);
    table.replaceChildren(
      h("caption", { class: "visually-hidden" }, "The runs so far"),
      h("thead", {}, h("tr", {}, h("th", {}, ""), ...shown.map((run) => h("th", { scope: "col" }, run.settings.method)))),
      h(
        "tbody",
        {},
        ...figureTexts(shown).map(({ name, values }) =>
          h(
            "tr",
            {},
            h("th", { scope: "row" }, name),
            ...shown.map((run, i) =>
              h("td", { class: `run${i}`, "data-run": shown.length > 1 ? run.settings.method : undefined }, values[i]),
            ),
          ),
        ),
      ),
    );
    first.textContent = firstText(shown);
    of.textContent = shown[0] ? `${capital(runText(shown[0]))}. ${otherSettings(shown[0].settings)}` : "";
    rewired.textContent = shown[0] ? leftText(shown[0]) : "";
    const start = shown[0]?.start;
    const won = winnerText(shown);
    const split = start ? `A single split: ${oneSample(start.testSamples, shown[0].inputs.task)}. ` : "";
    winner.textContent = won && won + split;
    worth.textContent = start
      ? `${won ? "" : split}${start.adapter}${start.software ? ": a software adapter, a program on the CPU; its times say little about a GPU" : ""}.`
      : "";
    notes.replaceChildren(...noteLines([...(start?.notes ?? []), ...endNotes(shown[0])]));
  });
  return [h("div", {}, scrollBox("Figures", table), winner, of), h("div", { class: "run-about" }, rewired, first, worth, notes)];
}

/** What of the runs is drawn, where it is not all of them. */
function firstText(shown: readonly Run[]): string {
  if (shown.length === 0) return "";
  const [{ settings }] = shown;
  const race = `The inputs and histograms below are of the first run, ${settings.method}.`;
  const ensemble = `The drawing is of the first of its ${settings.members} members.`;
  return [...(shown.length > 1 ? [race] : []), ...(settings.members > 1 ? [ensemble] : [])].join(" ");
}

/** What there is to tell of the network that a run ended with, such as that it learnt nothing. */
function endNotes(run: Run | undefined): readonly string[] {
  const left = run?.left;
  return left && left !== "asked" ? left.notes : [];
}

/** What the figures are of, where the run ended early. */
function leftText(run: Run): string {
  if (run.left === null || !isRewired(run)) return "";
  if (run.left === "asked") return "Testing the network that it ended with.";
  const metric = firstOf(run.inputs.task);
  const last = lastOf(run);
  const before = last ? last[fieldOf(metric, "test")] : null;
  const was =
    before === null ? "" : `; before that its test ${labelOf(metric)} was ${inWords(metric, before)}, where the curve ends`;
  return `Figures of the network below, as it can be downloaded: after epoch ${run.left.epoch} it was rewired once more${was}.`;
}
