import { effect, signal } from "@preact/signals-core";
import type { Histogram, Pictures } from "../worker/pictures.js";
import { h } from "./dom.js";
import { createHeat } from "./heat.js";
import { runs } from "./state.js";
import { onTheme, themeColor } from "./theme.js";

type Measure = "inputDegree" | "inputStrength";

/** What there is beside the curves, of the first run, and what it is called. */
export const PICTURES = {
  inputDegree: "Inputs by connections",
  inputStrength: "Inputs by strength",
  weights: "Weights",
  degrees: "Degrees of the hidden neurons",
} as const satisfies Record<keyof Pictures, string>;

/** Where the first layer looks, and how weights and degrees are spread; of the first run, after every epoch. */
export function createPictures(): HTMLElement {
  const measure = signal<Measure>("inputDegree");
  const heat = createHeat("heat");
  const choose = h(
    "select",
    { id: "heat-measure", onchange: (event: Event) => (measure.value = (event.target as HTMLSelectElement).value as Measure) },
    h("option", { value: "inputDegree" }, "connections"),
    h("option", { value: "inputStrength" }, "strength, the sum of |w|"),
  );
  const weights = h("canvas", { id: "histogram-weights", width: 640, height: 260, role: "img" });
  const degrees = h("canvas", { id: "histogram-degrees", width: 640, height: 260, role: "img" });
  const draw = () => {
    const [run] = runs.value;
    const pictures = run?.pictures ?? null;
    heat.draw(pictures?.[measure.value] ?? null, run?.inputs ?? null);
    drawHistogram(weights, "weights of the connections", pictures?.weights ?? null);
    drawHistogram(degrees, "connections of a hidden neuron", pictures?.degrees ?? null);
  };
  effect(draw);
  onTheme(draw);
  return h(
    "div",
    { class: "grid" },
    h(
      "figure",
      { class: "figure" },
      h("figcaption", { class: "row" }, h("label", { class: "inline" }, "Inputs by ", choose)),
      heat.node,
    ),
    h("figure", { class: "figure" }, h("figcaption", {}, PICTURES.weights), weights),
    h("figure", { class: "figure" }, h("figcaption", {}, PICTURES.degrees), degrees),
  );
}

function drawHistogram(canvas: HTMLCanvasElement, what: string, histogram: Histogram | null): void {
  const context = canvas.getContext("2d") as CanvasRenderingContext2D;
  const { width, height } = canvas;
  const floor = height - 32;
  context.clearRect(0, 0, width, height);
  canvas.setAttribute("aria-label", `Histogram of the ${what}`);
  if (!histogram) return;
  const { from, to, counts } = histogram;
  const most = counts.reduce((a, b) => Math.max(a, b), 0) || 1;
  context.fillStyle = themeColor("--a");
  const bar = width / counts.length;
  counts.forEach((count, i) => {
    const tall = (count / most) * (floor - 8);
    context.fillRect(i * bar + 1, floor - tall, bar - 2, tall);
  });
  context.fillStyle = themeColor("--soft");
  context.font = "22px system-ui, sans-serif";
  context.fillText(from.toPrecision(2).replace(/\.0$/, ""), 2, height - 6);
  context.textAlign = "right";
  context.fillText(to.toPrecision(3), width - 2, height - 6);
  context.textAlign = "left";
}
