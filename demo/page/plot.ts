import type uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { h } from "./dom.js";
import { onTheme, themeColor } from "./theme.js";

/** A chart that is made anew when what it shows is of another kind, or the colour scheme changes, and is as wide as its place. */
export interface Plot {
  readonly node: HTMLElement;
  /** Shows a table; `kind` tells charts apart that need other series. */
  show(kind: string, table: uPlot.AlignedData, options: () => PlotOptions): void;
  /** Shows nothing. */
  clear(): void;
}

/** What a chart of the page has of its own. */
export type PlotOptions = Pick<uPlot.Options, "scales" | "series"> & {
  readonly x?: uPlot.Axis;
  /** A tick of the y axis as text. */
  readonly format: (value: number) => string;
  /** Told which column of the table is under the pointer; null where none is. */
  readonly hover?: (column: number | null) => void;
};

/** Steps of the axis of epochs, which are whole. */
export const EPOCHS = Array.from({ length: 18 }, (_, k) => [1, 2, 5][k % 3] * 10 ** Math.floor(k / 3));
/** Colours of runs beside each other. */
export const RUN_COLOURS = ["--a", "--b", "--c", "--d", "--bad"];

/** Grid lines of a logarithmic axis: powers of ten alone. */
const tens = (_: uPlot, ticks: readonly number[]) => ticks.map((tick) => (Number.isInteger(Math.log10(tick)) ? tick : null));

/** What draws. It is loaded when there is something to draw; then each chart is drawn by a task of its own, so that none is long. */
let library: typeof uPlot | undefined;
let loading: Promise<void> | undefined;
async function loadLibrary(): Promise<void> {
  library = (await import("uplot")).default;
}

export function createPlot(height: number): Plot {
  const node = h("div", { style: `min-height: ${height}px` });
  let plot: uPlot | undefined;
  let shown: Parameters<Plot["show"]> | undefined;
  const drop = () => {
    plot?.destroy();
    plot = undefined;
  };
  const show: Plot["show"] = (kind, table, options) => {
    if (kind !== shown?.[0]) drop();
    shown = [kind, table, options];
    if (plot) plot.setData(table);
    else draw();
  };
  const draw = () => {
    if (!shown || plot) return;
    const [, table, options] = shown;
    if (library) plot = new library(wholeOptions(options(), node.clientWidth || 320, height), table, node);
    else if (table[0].length > 0) {
      loading ??= loadLibrary();
      loading.then(
        () => setTimeout(draw),
        () => node.replaceChildren("The script that draws curves could not be loaded; reload the page."),
      );
    }
  };
  new ResizeObserver(() => plot?.setSize({ width: node.clientWidth, height })).observe(node);
  onTheme(() => {
    drop();
    draw();
  });
  return {
    node,
    show,
    clear() {
      drop();
      shown = undefined;
    },
  };
}

function wholeOptions({ x, format, hover, ...own }: PlotOptions, width: number, height: number): uPlot.Options {
  const axis = { stroke: themeColor("--soft"), grid: { stroke: themeColor("--rule"), width: 1 }, ticks: { show: false } };
  const values = (_: uPlot, ticks: (number | null)[]) => ticks.map((tick) => (tick === null ? "" : format(tick)));
  return {
    ...own,
    width,
    height,
    axes: [
      { ...axis, ...x },
      { ...axis, size: 56, values, grid: { ...axis.grid, ...(own.scales?.y?.distr === 3 && { filter: tens }) } },
    ],
    cursor: { drag: { x: false, y: false } },
    hooks: { setCursor: [({ cursor }) => hover?.(cursor.idx ?? null)] },
    legend: { show: false },
  };
}

/** A line of the legend beside a chart's title. */
export function keyOf(name: string, color: string, dashed = false): HTMLElement {
  const style = `border-top: 3px ${dashed ? "dashed" : "solid"} var(${color})`;
  return h("span", { class: "key" }, h("span", { class: "dash", style }), name);
}
