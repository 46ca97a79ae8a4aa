import { effect } from "@preact/signals-core";
import type uPlot from "uplot";
import { REPETITIONS, ratesOf } from "../throughput.js";
import { h } from "./dom.js";
import { compact } from "./format.js";
import { createPlot, keyOf, type PlotOptions } from "./plot.js";
import { themeColor } from "./theme.js";
import { measurement, type Side } from "./throughput-run.js";

const HEIGHT = 180;
const COLORS: Readonly<Record<Side["id"], string>> = { gpu: "--a", cpu: "--c", dense: "--b" };

/** Samples a second of every repetition, from 0, drawn as they come. */
export function createThroughputChart(): HTMLElement {
  const plot = createPlot(HEIGHT);
  const caption = h("figcaption");
  const figure = h("figure", { class: "figure", id: "throughput-chart", role: "img", hidden: true }, caption, plot.node);
  effect(() => {
    const sides = (measurement.value?.sides ?? []).filter(({ refusal }) => refusal === null);
    figure.hidden = sides.every(({ trials }) => trials.length === 0);
    if (figure.hidden) return plot.clear();
    const turns = Array.from({ length: REPETITIONS }, (_, i) => i + 1);
    const rates = sides.map(({ trials }) => ratesOf(trials));
    const table: uPlot.AlignedData = [turns, ...rates.map((values) => turns.map((turn) => values[turn - 1] ?? null))];
    plot.show(sides.map(({ id }) => id).join(), table, () => optionsOf(sides));
    caption.replaceChildren("Samples a second, by repetition", ...sides.map(({ id, title }) => keyOf(title, COLORS[id])));
    const spoken = sides.map(({ title }, i) => `${title} ${rates[i].map(compact).join(", ")}`);
    figure.setAttribute("aria-label", `Samples a second, by repetition: ${spoken.join("; ")}`);
  });
  return figure;
}

function optionsOf(sides: readonly Side[]): PlotOptions {
  return {
    scales: { x: { time: false, range: [0.8, REPETITIONS + 0.2] }, y: { range: (_, _low, high) => [0, 1.05 * high || 1] } },
    series: [
      { label: "repetition" },
      ...sides.map(({ id, title }): uPlot.Series => {
        const stroke = themeColor(COLORS[id]);
        return { label: title, stroke, width: 2, points: { show: true, size: 8, fill: stroke } };
      }),
    ],
    x: { incrs: [1], size: 28 },
    format: compact,
  };
}
