import { effect, signal } from "@preact/signals-core";
import type uPlot from "uplot";
import { csvOf } from "../csv.js";
import { attempt, download, h, scrollBox } from "../dom.js";
import { compact, count, percent } from "../format.js";
import { loaded } from "../loaded.js";
import { fieldOf, firstOf, inWords, labelOf, taskOf } from "../metrics.js";
import { NO_ORIGIN, savedName } from "../origin.js";
import { pictureFiles } from "../picture-files.js";
import { createPlot, EPOCHS, keyOf, RUN_COLOURS } from "../plot.js";
import { settings } from "../state.js";
import { themeColor } from "../theme.js";
import { differing, drop, type PastRun, pastProblem, pastRuns, save } from "./store.js";
import "./past.css";

/** What runs of its task are compared by. */
const metricOf = ({ data }: PastRun) => firstOf(taskOf(data));
/** "accuracy 96.1 %": runs of other tasks go by other metrics. */
const scoreOf = (run: PastRun) => (run.score === null ? "" : `${labelOf(metricOf(run))} ${inWords(metricOf(run), run.score)}`);
const sizeOf = ({ connections, dense }: PastRun) =>
  compact(connections) + (dense > connections ? `, ${percent(connections / dense, 2)}` : "");

/** Runs whose curves lie upon each other, in the order they were chosen. */
const overlaid = signal<readonly string[]>([]);

/** All runs that there were: what they were trained with and came to, their curves upon each other, and files of them. */
export function createPastPanel(): HTMLElement {
  const summary = h("summary", {}, "Runs");
  const body = h("tbody");
  const error = h("p", { class: "error", role: "alert", hidden: true });
  const problem = h("p", { class: "notice", role: "status", hidden: true });
  const heads = [
    "Curves",
    "Name",
    "Data",
    "Settings that differ",
    "On the test part",
    "Connections",
    "Epochs",
    "Time",
    "Note",
    "",
  ];
  const table = h(
    "table",
    { id: "past-runs" },
    h("thead", {}, h("tr", {}, ...heads.map((text) => h("th", { scope: "col" }, text)))),
    body,
  );
  const name = (ending: string) => savedName(NO_ORIGIN, "coppice-runs", ending);
  const json = () => download(name("json"), JSON.stringify(pastRuns.peek(), null, 1), "application/json");
  const csv = () => download(name("csv"), csvOf(rowsOf(pastRuns.peek())), "text/csv");
  const all = () => void attempt(error, () => drop(pastRuns.peek().map(({ id }) => id)));
  const details = h(
    "details",
    { id: "past" },
    summary,
    scrollBox("Runs", table),
    createOverlay(),
    h(
      "div",
      { class: "row" },
      h("button", { id: "past-csv", onclick: csv }, "Save as CSV"),
      h("button", { id: "past-json", onclick: json }, "Save as JSON"),
      h("button", { id: "past-drop", onclick: all }, "Delete all"),
      h("span", { class: "hint" }, "Kept in this browser, on this computer, until you delete them."),
    ),
    error,
    problem,
  );
  effect(() => {
    const shown = pastRuns.value;
    details.hidden = shown.length === 0 && pastProblem.value === "";
    summary.textContent = `Runs so far: ${shown.length}`;
    body.replaceChildren(...shown.map((run) => rowOf(run, shown, error)));
    problem.hidden = pastProblem.value === "";
    problem.textContent = pastProblem.value;
  });
  // one effect for all rows: one of a row would outlive it
  effect(() => {
    for (const check of body.querySelectorAll("input"))
      if (check.type === "checkbox") check.checked = overlaid.value.includes(check.value);
  });
  return details;
}

function rowOf(run: PastRun, among: readonly PastRun[], error: HTMLElement): HTMLElement {
  const { id, name, dataName, epochs, seconds, time } = run;
  const when = new Intl.DateTimeFormat("en", { dateStyle: "medium", timeStyle: "short" }).format(time);
  const check = h("input", {
    type: "checkbox",
    value: id,
    checked: overlaid.peek().includes(id),
    "aria-label": `Curves of ${name}`,
    onchange: () => {
      const others = overlaid.peek().filter((one) => one !== id);
      overlaid.value = check.checked ? [...others, id].slice(-RUN_COLOURS.length) : others;
    },
  });
  const rename = h("input", { type: "text", value: name, "aria-label": `Name of the run of ${when}` });
  rename.onchange = () => void save({ ...run, name: rename.value.trim() || name });
  const note = h("input", { type: "text", value: run.note ?? "", "aria-label": `Note on ${name}` });
  note.onchange = () => void save({ ...run, note: note.value.trim() });
  const again = () => {
    settings.value = run.settings;
  };
  return h(
    "tr",
    { title: when },
    h("td", {}, check),
    h("td", {}, rename),
    h("td", {}, dataName),
    h("td", { class: "past-settings" }, differing(run, among)),
    ...[scoreOf(run), sizeOf(run), String(epochs), `${seconds.toFixed(1)} s`].map((text) => h("td", {}, text)),
    h("td", {}, note),
    h(
      "td",
      {},
      h("button", { class: "small", onclick: again, "aria-label": `Use settings of ${name}` }, "Use settings"),
      " ",
      h(
        "button",
        { class: "small", onclick: () => void attempt(error, () => drop([id])), "aria-label": `Delete ${name}` },
        "Delete",
      ),
    ),
  );
}

/** The table as rows of a file: every setting of every run. */
function rowsOf(all: readonly PastRun[]): (string | number)[][] {
  const keys = Object.keys(all[0]?.settings ?? {}) as (keyof PastRun["settings"])[];
  const head = [
    "name",
    "time",
    "data",
    ...keys,
    "metric",
    "on the test part",
    "connections",
    "dense",
    "neurons",
    "epochs done",
    "seconds",
  ];
  return [
    [...head, "version", "adapter", "note"],
    ...all.map((run) => [
      run.name,
      new Date(run.time).toISOString(),
      run.dataName,
      ...keys.map((key) => String(run.settings[key])),
      metricOf(run).name,
      run.score ?? "",
      run.connections,
      run.dense,
      run.neurons.join("-"),
      run.epochs,
      run.seconds,
      run.version,
      run.adapter,
      run.note ?? "",
    ]),
  ];
}

/** The test curves of the runs that are ticked: of those that go by the metric of the first. */
function createOverlay(): HTMLElement {
  const plot = createPlot(180);
  const caption = h("figcaption", {});
  const figure = h("figure", { id: "past-curves", class: "figure", role: "img" }, caption, plot.node);
  let drawn: readonly PastRun[] = [];
  const file = async () => {
    const { overlayFile } = await loaded(import("./overlay-file.js"), "draws pictures", "the runs can be saved as CSV");
    return overlayFile(metricOf(drawn[0]), drawn, epochsOf(drawn));
  };
  const files = pictureFiles(() => NO_ORIGIN, "coppice-runs-curves", file);
  effect(() => {
    const ticked = overlaid.value.flatMap((id) => pastRuns.value.find((run) => run.id === id) ?? []);
    const shown = ticked.filter((run) => metricOf(run) === metricOf(ticked[0]));
    drawn = shown;
    figure.hidden = files.hidden = shown.length === 0;
    if (shown.length === 0) return plot.clear();
    const metric = metricOf(shown[0]);
    const others = ticked.length - shown.length;
    const without = others > 0 ? [`; ${count(others, "run")} of another task cannot lie upon these`] : [];
    caption.replaceChildren(`Test ${labelOf(metric)}`, ...shown.map(({ name }, i) => keyOf(name, RUN_COLOURS[i])), ...without);
    figure.setAttribute(
      "aria-label",
      `Test ${labelOf(metric)}: ${shown.map((run) => `${run.name} ${run.score === null ? "" : inWords(metric, run.score)}`).join(", ")}`,
    );
    const field = fieldOf(metric, "test");
    const epochs = epochsOf(shown);
    const columns = shown.map(({ curves }) => {
      const values = new Map(curves.epoch.map((epoch, i) => [epoch, curves[field]?.[i] ?? null]));
      return epochs.map((epoch) => values.get(epoch)); // undefined is no gap, null is one
    });
    const series = shown.map(({ name }, i): uPlot.Series => {
      return { label: name, stroke: themeColor(RUN_COLOURS[i]), width: 2, points: { show: false } };
    });
    plot.show(shown.map(({ id }) => id).join(), [epochs, ...columns] as uPlot.AlignedData, () => ({
      scales: { x: { time: false } },
      series: [{ label: "epoch" }, ...series],
      x: { incrs: EPOCHS },
      format: (value) => inWords(metric, value),
    }));
  });
  return h("div", {}, figure, files);
}

/** Epochs that any of the runs has a value of, in their order. */
function epochsOf(shown: readonly PastRun[]): number[] {
  return [...new Set(shown.flatMap(({ curves }) => curves.epoch))].sort((a, b) => a - b);
}
