import { effect } from "@preact/signals-core";
import type { TestReport } from "../../worker/model-test.js";
import { chartsOf, shownTask } from "../charts.js";
import { csvOf } from "../csv.js";
import { attempt, download, h } from "../dom.js";
import { loaded } from "../loaded.js";
import { savedName } from "../origin.js";
import { PICTURES } from "../pictures.js";
import { runIsOver } from "../since.js";
import { occupied, type Run, runs } from "../state.js";
import { trainer } from "../trainer.js";

const NETWORK = "network";

/** Files of the run that is shown: charts and the network as pictures, curves, a report, and a paragraph for the section of methods. */
export function createTakePanel(): HTMLElement {
  const error = h("p", { id: "take-error", class: "error", role: "alert", hidden: true });
  const what = h("select", { id: "take-what" });
  effect(() => {
    const charts = chartsOf(shownTask.value).map(({ id, title }) => [id, title] as const);
    const all = [[NETWORK, "The network"] as const, ...charts, ...Object.entries(PICTURES)];
    what.replaceChildren(...all.map(([value, text]) => h("option", { value }, text)));
  });
  const methods = h("textarea", { id: "take-methods", rows: 7, readOnly: true, "aria-label": "Methods paragraph", hidden: true });
  const picture = async () =>
    what.value === NETWORK ? trainer().networkSvg(0) : (await files()).chartFile(what.value, runs.peek());
  const name = (part: string, ending: string) => nameOf(runs.peek()[0], part, ending);
  const part = () => what.value.replace("chart-", "");
  const button = (id: string, text: string, work: () => Promise<void>) =>
    h("button", { id: `take-${id}`, onclick: () => void attempt(error, work) }, text);
  const buttons = [
    button("svg", "SVG", async () => download(name(part(), "svg"), await picture(), "image/svg+xml")),
    button("png", "PNG", async () => download(name(part(), "png"), await (await drawn()).pngOf(await picture()), "image/png")),
    button("csv", "Curves as CSV", async () => download(name("curves", "csv"), await curvesOf(runs.peek()), "text/csv")),
    button("report", "Report", async () => {
      const network = await trainer()
        .networkSvg(0)
        .catch(() => null); // a report is one without it, too
      download(name("report", "html"), (await files()).reportOf(runs.peek(), network, await testOf(runs.peek()[0])), "text/html");
    }),
    button("words", "Methods paragraph", async () => {
      methods.value = runs
        .peek()
        .map((await words()).methodsText)
        .join("\n\n");
      methods.hidden = false;
      methods.select();
      await navigator.clipboard?.writeText(methods.value).catch(() => {}); // the selected field is there for those without a clipboard
    }),
  ];
  effect(() => {
    const ready = (runs.value[0]?.epochs.length ?? 0) > 0;
    for (const one of buttons) one.disabled = !ready;
    methods.hidden ||= runs.value[0]?.start === null; // another run has begun
  });
  const [svg, png, ...others] = buttons;
  return h(
    "div",
    {},
    h("div", { class: "row" }, h("label", { class: "inline" }, "Picture of ", what), svg, png, ...others),
    methods,
    error,
  );
}

/** How the model of the run does on the samples held out from it; null where the page has another model by now, or other data. */
async function testOf(run: Run): Promise<TestReport | null> {
  if (occupied.peek() || runIsOver(run) !== null) return null;
  const tested = await trainer().testModel(run.settings.device);
  return tested.heldOut ? tested : null;
}

/** What writes reports and pictures, what makes a PNG, and what writes the paragraph on methods. */
const INSTEAD = "the curves can be saved as CSV";
const files = () => loaded(import("./files.js"), "draws pictures", INSTEAD);
const drawn = () => loaded(import("../png.js"), "draws pictures", INSTEAD);
const words = () => loaded(import("./methods.js"), "writes about methods", INSTEAD);

function nameOf({ settings: { method, seed }, inputs, epochs }: Run, what: string, ending: string): string {
  return savedName({ data: inputs.name, method, seed, epoch: epochs.length }, what, ending);
}

/** Epochs that a task writes as lines: of 100,000 at once the page would stand still. */
const LINES = 1000;

/** What every epoch brought as CSV, a line for each epoch of each run. */
async function curvesOf(all: readonly Run[]): Promise<Blob> {
  const lines = chartsOf(all[0].inputs.task).flatMap((chart) =>
    chart.lines.map((line) => ({ ...line, name: `${chart.title} ${line.label}` })),
  );
  const parts = [csvOf([["run", "epoch", ...lines.map(({ name }) => name), "seconds"]])];
  for (const { settings, epochs } of all)
    for (let from = 0; from < epochs.length; from += LINES) {
      const rows = epochs
        .slice(from, from + LINES)
        .map(({ record }) => [
          settings.method,
          record.epoch,
          ...lines.map(({ value }) => value(record) ?? ""),
          record.seconds.train + record.seconds.evolve,
        ]);
      parts.push(csvOf(rows));
      await new Promise((resolve) => setTimeout(resolve));
    }
  return new Blob(parts);
}
