import { inputStrength } from "../../experiment/repeat/strength.js";
import { membersOf, type SavedModel } from "../../io/saved-model.js";
import { formatBytes } from "../../nn/memory.js";
import { drawHistogram, drawLines, figure, heatMap, type LineChart, type Series } from "../../report/charts/index.js";
import { duration, grouped, hiddenNeurons, measured, short } from "../../report/format.js";
import { type Html, html } from "../../report/html.js";
import { pageOf, tableOf } from "../../report/page.js";
import { testCharts } from "../../report/test-charts.js";
import { balancedOf, isUneven } from "../../tasks/class-report.js";
import { deviceName } from "../../train/devices.js";
import { measureKey, metricsOf } from "../../train/measures.js";
import type { Evaluation } from "../../train/model.js";
import { countCells } from "../../train/records.js";
import type { Model } from "../../train/trained.js";
import { counted } from "../../util/counted.js";
import { percent } from "../../util/percent.js";
import { degreesOfMembers, distribution, type Spread, spread } from "../degrees.js";
import type { DataDescription } from "../load-data.js";
import { finalMeasures, memberLine, outputsText, recalls } from "../summary.js";

/** What a report shows. */
export interface ReportInput {
  readonly model: Omit<Model, "save" | "evaluate" | "predict" | "dispose" | "classes" | typeof Symbol.asyncDispose>;
  readonly saved: SavedModel;
  /** The model on the test set; undefined where there is none. */
  readonly onTest: Evaluation | undefined;
  readonly data: DataDescription;
  /** The command that makes this run again. */
  readonly command: string;
  readonly version: string;
}

/** Features in the list of the most connected ones. */
const TOP_FEATURES = 20;

/** One page of HTML without scripts, links or anything else to fetch: what a run was, how it went, what came out. */
export function renderReport(input: ReportInput): string {
  const { model, onTest, data, command, version } = input;
  const { config, device, plan } = model;
  const title = `${data.name}: ${config.method}${config.members ? `, an ensemble of ${config.members} networks` : ""}`;
  const trials = plan.trials.map(({ device: kind, msPerStep, reason }) =>
    msPerStep === null ? `${kind}: ${reason}` : `${kind}: ${short(msPerStep)} ms a step`,
  );
  const body = html`<h1>${title}</h1>
<p class="sub">${grouped(data.samples.train)} training and ${grouped(data.samples.test)} test samples, ${counted(grouped(data.features), "feature")}${outputsText(config, data.classes)}, seed ${config.seed}</p>
<p class="sub">${deviceName(device)}${trials.length > 0 ? `; chosen by trial: ${trials.join(", ")}` : ""}</p>
${tiles(input)}
${memberLine(config, model.history[model.epoch - 1].members).map((line) => html`<p class="note">${line}</p>`)}
${onTest ? testLines(onTest, data.classes) : []}
${onTest ? chartsOf(onTest, data.classes) : []}
<h2>Learning</h2><div class="figures">${learning(model)}</div>
<h2>Connections and neurons</h2><div class="figures">${growth(model)}</div>
<h2>Layers</h2>${layerTable(input)}<div class="figures">${degreeCharts(input)}</div>
<h2>What the inputs are connected to</h2>${inputs(input)}
<h2>Again</h2><pre>${command}</pre><p class="note">coppice ${version}. With <code>--plan config.json</code> of this run it is the same device or none, and the same bits.</p>
${settings(input)}`;
  return pageOf(title, body);
}

/** A line chart over the epochs as a figure; nothing where no series has a value. */
function epochChart({ history }: ReportInput["model"], chart: Omit<LineChart, "x" | "xLabel">): Html {
  const drawing = drawLines({ x: history.map((record) => record.epoch), xLabel: "epoch", ...chart });
  return drawing ? figure(drawing) : html``;
}

function tiles({ model, onTest }: ReportInput): Html {
  const { config, epoch, history, neurons, layers, seconds, evolutions } = model;
  const measures = finalMeasures(model);
  const balanced = onTest ? balancedOf(onTest) : null;
  const nnz = layers.reduce((sum, layer) => sum + layer.nnz, 0);
  const cells = countCells(layers);
  const steps = history.reduce((sum, record) => sum + record.steps, 0);
  const [before, after] = [evolutions[0]?.bytesBefore, evolutions.at(-1)?.bytesAfter];
  const entries: (readonly [string, string, string])[] = [
    ...metricsOf(config).flatMap((metric, i): (readonly [string, string, string])[] => {
      const { name } = metric;
      const value = (part: "train" | "test") => measured(metric, measures[measureKey(part, name)], 2);
      const [test, training] = [`test ${name}`, `training ${name}`];
      if (i > 0)
        return [
          [test, value("test"), ""],
          [training, value("train"), ""],
        ];
      return [
        [test, value("test"), `loss ${short(measures.testLoss)}${epoch < history.length ? `, epoch ${epoch}` : ""}`],
        ...(model.chosen && onTest
          ? [[`${test} by the threshold`, measured(metric, onTest[name as never], 2), ""] as const]
          : []),
        ...(balanced === null ? [] : [[`balanced test ${name}`, percent(balanced, 2), "mean recall of the classes"] as const]),
        [training, value("train"), `loss ${short(measures.trainLoss)}`],
      ];
    }),
    ["connections", grouped(nnz), `${percent(nnz / cells, 2)} of ${grouped(cells)}`],
    ["hidden neurons", grouped(hiddenNeurons(neurons.final)), `of ${grouped(hiddenNeurons(neurons.initial))} at the start`],
    [
      "time",
      duration(seconds.total),
      `${counted(history.length, "epoch")}, ${short((1000 * seconds.train) / Math.max(1, steps))} ms a step`,
    ],
  ];
  if (before !== undefined && after !== undefined)
    entries.push(["device memory of the layers", formatBytes(after), `from ${formatBytes(before)}`]);
  return html`<dl class="tiles">${entries.map(([name, value, note]) => html`<div><dt>${name}</dt><dd>${value}<small>${note}</small></dd></div>`)}</dl>`;
}

/** What is to be known of the test set's measures. */
function testLines(onTest: Evaluation, classes: readonly string[]): Html[] {
  const lines = [...onTest.notes, ...(isUneven(onTest) ? [`Found of the classes: ${recalls(onTest, classes)}`] : [])];
  return lines.map((line) => html`<p class="note">${line}</p>`);
}

/** What there is to draw of the test set; nothing of a task that has no charts. */
function chartsOf(onTest: Evaluation, classes: readonly string[]): Html[] {
  const drawings = testCharts(onTest, classes);
  return drawings.length > 0 ? [html`<h2>On the test set</h2><div class="figures">${drawings.map(figure)}</div>`] : [];
}

function learning(model: ReportInput["model"]): Html[] {
  const { config, history } = model;
  const chart = (yLabel: string, format: (value: number) => string, fromZero: boolean) => {
    const all = (["train", "test", "validation"] as const).map((name, i): Series => {
      return { name, tone: i + 1, values: history.map((record) => record[measureKey(name, yLabel)]) };
    });
    const series = all.filter(({ values }) => values.some((value) => value !== null));
    const title = yLabel[0].toUpperCase() + yLabel.slice(1);
    return epochChart(model, { title, yLabel, format, series, fromZero });
  };
  const ofMetrics = metricsOf(config).map((metric) => chart(metric.name, (value) => measured(metric, value), false));
  return [chart("loss", short, true), ...ofMetrics];
}

function growth(model: ReportInput["model"]): Html[] {
  const { history } = model;
  const hidden = (history[0]?.neurons.length ?? 2) - 2;
  const neurons = Array.from({ length: hidden }, (_, i): Series => {
    const values = history.map((record) => record.neurons[i + 1]);
    return { name: `hidden layer ${i + 1}`, tone: (i % 6) + 1, dashed: i > 0, values };
  });
  const connections: Series[] = [{ name: "connections", tone: 1, values: history.map((record) => record.nnz) }];
  const times = (["train", "evolve", "evaluate"] as const).map((name, i): Series => {
    return { name, tone: i + 1, values: history.map((record) => record.seconds[name]) };
  });
  const chart = (title: string, yLabel: string, series: Series[], format: (value: number) => string) =>
    epochChart(model, { title, yLabel, series, format, fromZero: true });
  const explored: Series[] = [{ name: "ever connected", tone: 1, values: history.map((record) => record.explored ?? null) }];
  const told = history.some((record) => record.explored !== undefined);
  return [
    chart("Connections", "connections", connections, grouped),
    ...(told ? [chart("Possible connections that were ever there", "share", explored, (value) => percent(value, 0))] : []),
    chart("Neurons", "neurons", neurons, grouped),
    chart("Time of an epoch", "seconds", times, short),
  ];
}

function layerTable({ saved, model }: ReportInput): Html {
  const degree = ({ min, median, max }: Spread) => `${min} / ${median} / ${max}`;
  const rows = model.layers.map(({ in: inputs, out, nnz, density }, i) => {
    const { fanIn, fanOut, dense } = layerOf(saved, i);
    return [
      `${i + 1}${dense ? " (dense)" : ""}`,
      grouped(inputs),
      grouped(out),
      grouped(nnz),
      percent(density, 2),
      degree(spread(distribution(fanIn))),
      degree(spread(distribution(fanOut))),
    ];
  });
  const [{ in: features }, last] = [model.layers[0], model.layers[model.layers.length - 1]];
  if (saved.network.skip)
    rows.push(["linear skip", grouped(features), grouped(last.out), grouped(features * last.out), percent(1, 2), "", ""]);
  const sizes = ["weight layer", "inputs", "outputs", "connections", "density"];
  return tableOf([...sizes, "fan-in min / median / max", "fan-out min / median / max"], rows);
}

/** The degrees of a layer, of all members of an ensemble, and whether it is dense. */
function layerOf(saved: SavedModel, i: number) {
  const layers = membersOf(saved).map((network) => network.layers[i]);
  return { ...degreesOfMembers(layers, i === 0), dense: layers[0].topology === null };
}

function degreeCharts({ saved }: ReportInput): Html[] {
  return saved.network.layers.flatMap((_, i) => {
    const { fanIn, fanOut, dense } = layerOf(saved, i);
    if (dense) return [];
    return [
      {
        title: `Layer ${i + 1}: connections into a neuron (fan-in)`,
        values: fanIn,
        xLabel: "connections",
        yLabel: "neurons",
        tone: 1,
      },
      {
        title: `Layer ${i + 1}: connections out of ${i === 0 ? "an input" : "a neuron"} (fan-out)`,
        values: fanOut,
        xLabel: "connections",
        yLabel: i === 0 ? "inputs" : "neurons",
        tone: 4,
      },
    ].map((chart) => figure(drawHistogram(chart)));
  });
}

function inputs({ saved }: ReportInput): Html {
  const [first] = saved.network.layers;
  const { fanOut } = layerOf(saved, 0);
  const strength = inputStrength(saved);
  if (saved.imageShape) {
    const shape = saved.imageShape;
    return html`<div class="figures">${[
      heatMap({ title: "Connections that leave each pixel", values: fanOut, shape, format: grouped }),
      heatMap({ title: "Strength of each pixel: sum of |w|", values: strength, shape, format: short }),
    ]}</div>`;
  }
  const order = Array.from(strength.keys())
    .sort((a, b) => strength[b] - strength[a] || a - b)
    .slice(0, TOP_FEATURES);
  const rows = order.map(
    (j) => html`<tr><td>${saved.featureNames?.[j] ?? j}</td><td>${grouped(fanOut[j])}</td><td>${short(strength[j])}</td></tr>`,
  );
  const silent = fanOut.reduce((count, degree) => count + (degree === 0 ? 1 : 0), 0);
  return html`<p class="note">The ${order.length} strongest of ${counted(grouped(first.in), "feature")}, by the sum of |w| of their connections; ${counted(grouped(silent), "feature")} ${silent === 1 ? "has" : "have"} no connection.</p>
<div class="scroll"><table><thead><tr><th>${saved.featureNames ? "feature" : "feature (from 0)"}</th><th>connections</th><th>strength</th></tr></thead><tbody>${rows}</tbody></table></div>`;
}

function settings({ model, data }: ReportInput): Html {
  const { layout, ...config } = model.config;
  const entries = Object.entries({ ...config, test: data.test, files: data.files, "data sha256": data.sha256 });
  const rows = entries.map(
    ([name, value]) =>
      html`<tr><td>${name}</td><td class="text">${typeof value === "string" ? value : JSON.stringify(value)}</td></tr>`,
  );
  return html`<h2>Settings</h2><p class="note">Starts as ${layout.sizes.join("-")}.</p><div class="scroll"><table><tbody>${rows}</tbody></table></div>`;
}
