import { computed, effect } from "@preact/signals-core";
import type uPlot from "uplot";
import type { TaskName } from "../../src/api/extend.js";
import type { EpochRecord } from "../../src/api/index.js";
import { h } from "./dom.js";
import { capital, compact, percent } from "./format.js";
import { fieldOf, inWords, labelOf, metricsOf } from "./metrics.js";
import { createPlot, EPOCHS, keyOf, type PlotOptions, RUN_COLOURS } from "./plot.js";
import { data, type Run, runs } from "./state.js";
import { themeColor } from "./theme.js";
import { createThinner } from "./thin.js";

/** A line of a chart: of one run, a value of each epoch. */
interface Line {
  readonly label: string;
  readonly dash?: number[];
  readonly value: (record: EpochRecord) => number | null;
}

export interface ChartSpec {
  readonly id: string;
  readonly title: string;
  readonly lines: readonly Line[];
  readonly format: (value: number) => string;
  readonly log?: boolean;
  /** The axis ends at 1, and need not start at 0. */
  readonly fraction?: boolean;
}

const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);
const hidden = ({ neurons }: EpochRecord) => sum(neurons.slice(1, -1));

/** The test part's line, and the training part's beside it. */
const parts = (value: (part: "train" | "test", record: EpochRecord) => number | null): Line[] => [
  { label: "test", value: (record) => value("test", record) },
  { label: "train", dash: [5, 4], value: (record) => value("train", record) },
];

/** What is drawn of runs of a task. */
export const chartsOf = (task: TaskName): readonly ChartSpec[] => [
  ...metricsOf(task).map((metric) => ({
    id: `chart-${metric.name}`,
    title: capital(labelOf(metric)),
    fraction: metric.fraction,
    format: (value: number) => (metric.fraction ? percent(value, 3) : inWords(metric, value)),
    lines: parts((part, record) => record[fieldOf(metric, part)]),
  })),
  {
    id: "chart-loss",
    title: "Loss",
    log: true,
    format: (value) => value.toPrecision(2),
    lines: parts((part, record) => record[`${part}Loss`]),
  },
  {
    id: "chart-connections",
    title: "Connections",
    format: compact,
    lines: [{ label: "connections", value: (record) => record.nnz }],
  },
  { id: "chart-neurons", title: "Hidden neurons alive", format: compact, lines: [{ label: "hidden neurons", value: hidden }] },
];

/** Picks the epochs of runs that a chart draws; one such function keeps up with runs that grow. */
export function createEpochs({ lines }: ChartSpec): (shown: readonly Run[]) => readonly number[] {
  const values = lines.map(
    ({ value }) =>
      ({ record }: Run["epochs"][number]) =>
        value(record),
  );
  const thinners: ReturnType<typeof createThinner<Run["epochs"][number]>>[] = [];
  const drawnOf = ({ epochs }: Run, run: number) => {
    thinners[run] ??= createThinner(values);
    return thinners[run](epochs);
  };
  return (shown) => [...new Set(shown.flatMap(drawnOf))].sort((a, b) => a - b);
}

/** The task of the runs shown, else of the data chosen. */
export const shownTask = computed(() => runs.value[0]?.inputs.task ?? data.value?.info.task ?? "classification");

/** The curves of the runs, drawn anew after every epoch: a colour for each run, dashes for the training part. */
export function createCharts(): HTMLElement {
  const grid = h("div", { class: "charts" });
  effect(() => {
    const all = chartsOf(shownTask.value).map(createChart);
    grid.replaceChildren(...all.map(({ figure }) => figure));
    return () => {
      for (const { end } of all) end();
    };
  });
  return grid;
}

function createChart(spec: ChartSpec): { readonly figure: HTMLElement; end(): void } {
  const plot = createPlot(HEIGHT);
  const caption = h("figcaption", {});
  const pointed = h("p", { class: "hint pointed", "aria-hidden": "true" });
  const figure = h(
    "figure",
    { class: "figure", id: spec.id, role: "img", "aria-label": spec.title },
    caption,
    plot.node,
    pointed,
  );
  const epochsOf = createEpochs(spec);
  let drawn: readonly number[] = [];
  const hover = (column: number | null) => {
    pointed.textContent = column === null ? "" : pointedText(spec, runs.peek(), drawn[column]);
  };
  const draw = () => {
    const shown = runs.value;
    caption.replaceChildren(spec.title, ...keys(spec, shown));
    drawn = epochsOf(shown);
    plot.show(shown.map((run) => run.settings.method).join(), dataOf(spec, shown, drawn), () => ({
      ...optionsOf(spec, shown),
      hover,
    }));
    figure.setAttribute("aria-label", `${spec.title}: ${spoken(spec, shown)}`);
  };
  let stop = () => plot.clear();
  const waiting = requestAnimationFrame(() => {
    const drawing = effect(draw);
    stop = () => {
      drawing();
      plot.clear();
    };
  });
  return {
    figure,
    end() {
      cancelAnimationFrame(waiting);
      stop();
    },
  };
}

/** "epoch 12: npset test 96.1 %, train 99.0 %". */
function pointedText({ lines, format }: ChartSpec, shown: readonly Run[], epoch: number): string {
  const texts = shown.flatMap((run) => {
    const record = run.epochs[epoch]?.record;
    if (!record) return [];
    const values = lines.flatMap((line) => {
      const value = line.value(record);
      return value === null ? [] : [lines.length > 1 ? `${line.label} ${format(value)}` : format(value)];
    });
    return [`${shown.length > 1 ? `${run.settings.method} ` : ""}${values.join(", ")}`];
  });
  return texts.length > 0 ? `epoch ${epoch + 1}: ${texts.join("; ")}` : "";
}

const HEIGHT = 150;

function optionsOf(spec: ChartSpec, shown: readonly Run[]): PlotOptions {
  const series = (shown.length ? shown : [null]).flatMap((run, i) =>
    spec.lines.map(
      ({ label, dash }): uPlot.Series => ({
        label: shown.length > 1 ? `${run?.settings.method} ${label}` : label,
        stroke: themeColor(RUN_COLOURS[i]),
        width: 2,
        dash,
        points: { show: false },
        value: (_, value: number | null) => (value === null ? "" : spec.format(value)),
      }),
    ),
  );
  return {
    scales: { x: { time: false }, y: spec.log ? { distr: 3 } : { range: (_, low, high) => rangeOf(spec, low ?? 0, high ?? 1) } },
    series: [{ label: "epoch" }, ...series],
    x: { incrs: EPOCHS },
    format: spec.format,
  };
}

function dataOf({ lines }: ChartSpec, shown: readonly Run[], drawn: readonly number[]): uPlot.AlignedData {
  const columns = (shown.length ? shown : [null]).flatMap((run) =>
    lines.map(({ value }) => drawn.map((i) => (run?.epochs[i] ? value(run.epochs[i].record) : null))),
  );
  return [drawn.map((i) => i + 1), ...columns];
}

/** What the y axis covers: 0 and all values, or for fractions from below the least one. */
function rangeOf({ fraction }: ChartSpec, low: number, high: number): [number, number] {
  return fraction ? [Math.floor(10 * Math.min(low, 0.9)) / 10, 1] : [Math.min(0, 1.05 * low), 1.05 * Math.max(0, high) || 1];
}

/** Which line is which: of several runs a hue for each, and a dash for the part. */
function keys({ lines }: ChartSpec, shown: readonly Run[]): HTMLElement[] {
  if (lines.length * Math.max(1, shown.length) === 1) return [];
  if (shown.length < 2) return lines.map(({ label, dash }) => keyOf(label, RUN_COLOURS[0], dash !== undefined));
  const dashed = lines.filter(({ dash }) => dash !== undefined);
  return [
    ...shown.map(({ settings }, i) => keyOf(settings.method, RUN_COLOURS[i])),
    ...dashed.map(({ label }) => keyOf(label, "--soft", true)),
  ];
}

/** The last values in words, for those who do not see the curve. */
function spoken({ lines, format }: ChartSpec, shown: readonly Run[]): string {
  const words = shown.flatMap((run) => {
    const last = run.epochs[run.epochs.length - 1]?.record;
    if (!last) return [];
    const values = lines.map((line) => `${line.label} ${format(line.value(last) ?? Number.NaN)}`);
    return [`${run.settings.method} after epoch ${last.epoch}: ${values.join(", ")}`];
  });
  return words.join("; ") || "no epoch yet";
}
