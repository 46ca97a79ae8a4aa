import { effect } from "@preact/signals-core";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { REPETITIONS, ratesOf } from "../throughput.js";
import { compact } from "./charts.js";
import { h } from "./dom.js";
import { onTheme, themeColor } from "./theme.js";
import { measurement, type Side } from "./throughput-run.js";

const HEIGHT = 180;
const COLORS: Readonly<Record<Side["id"], string>> = { gpu: "--a", cpu: "--c", dense: "--b" };

/** Samples a second of every repetition, from 0, drawn as they come. */
export function createThroughputChart(): HTMLElement {
  const place = h("div");
  const caption = h("figcaption");
  const figure = h("figure", { class: "figure", id: "throughput-chart", role: "img", hidden: true }, caption, place);
  let plot: uPlot | undefined;
  const drop = () => {
    plot?.destroy();
    plot = undefined;
  };
  const draw = () => {
    const sides = (measurement.value?.sides ?? []).filter(({ refusal }) => refusal === null);
    figure.hidden = sides.every(({ trials }) => trials.length === 0);
    if (figure.hidden) return drop();
    if (plot && plot.series.length !== sides.length + 1) drop();
    const turns = Array.from({ length: REPETITIONS }, (_, i) => i + 1);
    const rates = sides.map(({ trials }) => ratesOf(trials));
    const table: uPlot.AlignedData = [turns, ...rates.map((values) => turns.map((turn) => values[turn - 1] ?? null))];
    plot ??= new uPlot(optionsOf(sides, place.clientWidth || 320), table, place);
    plot.setData(table);
    caption.replaceChildren("Samples a second, by repetition", ...sides.map(keyOf));
    const spoken = sides.map(({ title }, i) => `${title} ${rates[i].map(compact).join(", ")}`);
    figure.setAttribute("aria-label", `Samples a second, by repetition: ${spoken.join("; ")}`);
  };
  effect(draw);
  new ResizeObserver(() => plot?.setSize({ width: place.clientWidth, height: HEIGHT })).observe(place);
  onTheme(() => {
    drop();
    draw();
  });
  return figure;
}

function optionsOf(sides: readonly Side[], width: number): uPlot.Options {
  const axis = { stroke: themeColor("--soft"), grid: { stroke: themeColor("--rule"), width: 1 }, ticks: { show: false } };
  return {
    width,
    height: HEIGHT,
    scales: { x: { time: false, range: [0.8, REPETITIONS + 0.2] }, y: { range: (_, _low, high) => [0, 1.05 * high || 1] } },
    series: [
      { label: "repetition" },
      ...sides.map(({ id, title }): uPlot.Series => {
        const stroke = themeColor(COLORS[id]);
        return { label: title, stroke, width: 2, points: { show: true, size: 8, fill: stroke } };
      }),
    ],
    axes: [
      { ...axis, incrs: [1], size: 28 },
      { ...axis, size: 56, values: (_, ticks) => ticks.map(compact) },
    ],
    cursor: { drag: { x: false, y: false } },
    legend: { show: false },
  };
}

function keyOf({ id, title }: Side): HTMLElement {
  return h("span", { class: "key" }, h("span", { class: "dash", style: `border-top: 3px solid var(${COLORS[id]})` }), title);
}
