import { effect, signal } from "@preact/signals-core";
import type { Histogram } from "../worker/pictures.js";
import { compact } from "./charts.js";
import { h } from "./dom.js";
import { data, runs } from "./state.js";
import { onTheme, themeColor } from "./theme.js";

type Measure = "inputDegree" | "inputStrength";

/** Where the first layer looks, and how weights and degrees are spread; of the first run, after every epoch. */
export function createPictures(): HTMLElement {
  const measure = signal<Measure>("inputDegree");
  const heat = h("canvas", { id: "heat", class: "heat", role: "img" });
  const legend = h("span", { class: "hint" });
  const choose = h(
    "select",
    { id: "heat-measure", onchange: (event: Event) => (measure.value = (event.target as HTMLSelectElement).value as Measure) },
    h("option", { value: "inputDegree" }, "connections"),
    h("option", { value: "inputStrength" }, "strength, the sum of |w|"),
  );
  const weights = h("canvas", { id: "histogram-weights", width: 640, height: 260, role: "img" });
  const degrees = h("canvas", { id: "histogram-degrees", width: 640, height: 260, role: "img" });
  const draw = () => {
    const pictures = runs.value[0]?.pictures ?? null;
    const shape = data.value?.info.imageShape ?? null;
    drawHeat(heat, legend, pictures?.[measure.value] ?? null, shape);
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
      heat,
      legend,
    ),
    h("figure", { class: "figure" }, h("figcaption", {}, "Weights"), weights),
    h("figure", { class: "figure" }, h("figcaption", {}, "Degrees of the hidden neurons"), degrees),
  );
}

/** One cell an input: over the picture, or in reading order. */
export function drawHeat(
  canvas: HTMLCanvasElement,
  legend: HTMLElement,
  values: Float32Array | null,
  shape: readonly [number, number] | null,
): void {
  const context = canvas.getContext("2d") as CanvasRenderingContext2D;
  if (!values) {
    context.clearRect(0, 0, canvas.width, canvas.height);
    legend.textContent = "drawn after the first epoch";
    return;
  }
  const width = shape ? shape[1] : Math.ceil(Math.sqrt(values.length * 2));
  const height = shape ? shape[0] : Math.ceil(values.length / width);
  Object.assign(canvas, { width, height });
  canvas.style.aspectRatio = `${width} / ${height}`;
  const most = values.reduce((a, b) => Math.max(a, b), 0) || 1;
  const [low, high] = [rgb(themeColor("--page")), rgb(themeColor("--accent"))];
  const image = context.createImageData(width, height);
  values.forEach((value, j) => {
    for (let c = 0; c < 3; c++) image.data[4 * j + c] = low[c] + ((high[c] - low[c]) * value) / most;
    image.data[4 * j + 3] = 255;
  });
  context.putImageData(image, 0, 0);
  const least = values.reduce((a, b) => Math.min(a, b), most);
  legend.textContent = `from ${compact(least)} to ${compact(most)}${shape ? "" : ", features in reading order"}`;
  canvas.setAttribute("aria-label", `${values.length} inputs, ${legend.textContent}`);
}

function rgb(color: string): number[] {
  return (color.match(/[\d.]+/g) ?? []).slice(0, 3).map(Number);
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
