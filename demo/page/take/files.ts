import { type Drawing, drawLines, figure, svgFile } from "../../../src/report/charts/index.js";
import { Html, html } from "../../../src/report/html.js";
import { pageOf, tableOf } from "../../../src/report/page.js";
import { testCharts } from "../../../src/report/test-charts.js";
import { LABELS, type Settings } from "../../settings.js";
import type { TestReport } from "../../worker/model-test.js";
import type { Pictures } from "../../worker/pictures.js";
import { type ChartSpec, chartsOf, createEpochs } from "../charts.js";
import { figureTexts, runText } from "../figures.js";
import { capital, listed } from "../format.js";
import { inWords, labelOf } from "../metrics.js";
import type { Run } from "../state.js";
import { RUN_TONES } from "../tones.js";
import { methodsText } from "./methods.js";
import { pictureOf } from "./pictures.js";

// Loaded when a file is asked for, with the library that draws charts.

/** A chart of the page as one of a report; null where it has no value yet. */
export function chartOf(spec: ChartSpec, runs: readonly Run[]): Drawing | null {
  const { title, lines, format, log } = spec;
  const drawn = createEpochs(spec)(runs);
  const series = runs.flatMap((run, i) =>
    lines.map(({ label, dash, value }) => ({
      name: runs.length > 1 ? `${run.settings.method} ${label}` : label,
      tone: RUN_TONES[i % RUN_TONES.length],
      dashed: dash !== undefined,
      values: drawn.map((epoch) => {
        const found = run.epochs[epoch] ? value(run.epochs[epoch].record) : null;
        return log && found !== null && found <= 0 ? null : found;
      }),
    })),
  );
  const of = runs.map(runText).join("; ");
  return drawLines({
    title: `${title}: ${of}`,
    x: drawn.map((epoch) => epoch + 1),
    xLabel: "epoch",
    yLabel: title,
    series,
    format,
    log: { y: log },
    noDots: true,
  });
}

/** A chart, or a picture of the first run, as an SVG file. */
export function chartFile(id: string, runs: readonly Run[]): string {
  const spec = chartsOf(runs[0].inputs.task).find((one) => one.id === id);
  const drawing = spec ? chartOf(spec, runs) : pictureOf(id as keyof Pictures, runs[0]);
  if (!drawing) throw new Error("there is no value to draw yet");
  return svgFile(drawing);
}

/** One page of HTML without scripts or anything to fetch: what the runs were, how they went, what came out. */
export function reportOf(runs: readonly Run[], network: string | null, tested: TestReport | null): string {
  const title = `${runs[0].inputs.name}: ${listed(runs.map(({ settings: { method } }) => method))}`;
  const rows = figureTexts(runs).map(({ name, values }) => [name, ...values]);
  const charts = chartsOf(runs[0].inputs.task).flatMap((spec) => chartOf(spec, runs) ?? []);
  const settings = (Object.keys(LABELS) as (keyof Settings)[]).map((key) => [
    LABELS[key],
    ...runs.map((run) => String(run.settings[key])),
  ]);
  const head = runs.map(({ settings: { method } }) => method);
  const body = html`<h1>${title}</h1>
${runs.map((run) => html`<p class="sub">${capital(runText(run))}</p>`)}
${tableOf(["", ...head], rows)}
${tested ? testOf(tested, runs[0]) : html``}
<h2>Learning</h2><div class="figures">${charts.map(figure)}</div>
${network === null ? html`` : html`<h2>The network</h2><div class="network">${new Html(network)}</div>`}
<h2>Methods</h2>${runs.map((run) => html`<p>${methodsText(run)}</p>`)}
<h2>Settings</h2>${tableOf(["", ...head], settings)}
<p class="note">Written by the page of coppice in a browser, on ${new Date().toISOString().slice(0, 16).replace("T", " ")} UTC. A single split: the result of another split is another.</p>`;
  return pageOf(title, body, "\n.network svg { max-width: 100%; height: auto; }\n");
}

/** How the network that the first run left does on the samples held out. */
function testOf(tested: TestReport, run: Run): Html {
  const rows = tested.scores.map((score) => {
    const value = tested[score.name as keyof TestReport];
    return [capital(labelOf(score)), typeof value === "number" ? inWords(score, value) : "not defined"];
  });
  return html`<h2>On the samples held out: ${runText(run)}</h2>
${tested.notes.map((note) => html`<p class="note">${note}</p>`)}
${tableOf(["", "the network at its end"], rows)}<div class="figures">${testCharts(tested, tested.classes).map(figure)}</div>`;
}
