import { type Inputs, inputName } from "../names.js";
import { h } from "./dom.js";
import { compact } from "./format.js";
import { themeColor } from "./theme.js";

/** Inputs that are no picture: so many of them, the largest first, are bars by name. */
const NAMED = 16;

/** A picture with a cell for every input, and what is under the pointer in words; of inputs that are no picture, bars by name. */
export interface Heat {
  readonly node: HTMLElement;
  /** Draws values, one an input, all at least 0; null: nothing yet. */
  draw(values: Float32Array | null, inputs: Inputs | null): void;
}

export function createHeat(id: string): Heat {
  const canvas = h("canvas", { id, class: "heat", role: "img" });
  const legend = h("span", { class: "hint" });
  const pointed = h("p", { id: `${id}-input`, class: "hint heat-input" });
  const bars = h("ol", { class: "named-bars", "aria-label": "The largest inputs" });
  let shown: { readonly values: Float32Array; readonly inputs: Inputs | null; readonly width: number } | null = null;
  canvas.addEventListener("pointermove", (event) => {
    const place = shown && cellAt(canvas, event);
    const j = shown && place ? place.row * shown.width + place.column : -1;
    pointed.textContent =
      shown && j >= 0 && j < shown.values.length ? `${inputName(shown.inputs ?? {}, j)}: ${compact(shown.values[j])}` : "";
  });
  canvas.addEventListener("pointerleave", () => {
    pointed.textContent = "";
  });
  return {
    node: h("div", {}, canvas, bars, legend, pointed),
    draw(values, inputs) {
      shown = values && { values, inputs, width: widthOf(values.length, inputs?.imageShape) };
      const named = shown && inputs && !inputs.imageShape ? namedBars(shown.values, inputs) : [];
      canvas.hidden = named.length > 0;
      bars.replaceChildren(...named);
      if (shown && named.length === 0) paint(canvas, shown.values, shown.width);
      else canvas.getContext("2d")?.clearRect(0, 0, canvas.width, canvas.height);
      const largest = named.length > 0 ? `; the ${named.length} largest` : "";
      legend.textContent = shown ? legendOf(shown.values) + largest : "drawn after the first epoch";
      canvas.setAttribute("aria-label", shown ? `${shown.values.length} inputs, ${legend.textContent}` : "No inputs yet");
    },
  };
}

/** Cells a row: the picture's, or about twice as many as rows. */
function widthOf(count: number, shape: Inputs["imageShape"]): number {
  return shape ? shape[1] : Math.ceil(Math.sqrt(count * 2));
}

function legendOf(values: Float32Array): string {
  const most = values.reduce((a, b) => Math.max(a, b), 0);
  const least = values.reduce((a, b) => Math.min(a, b), most);
  return `from ${compact(least)} to ${compact(most)}`;
}

/** The inputs with the largest values, in their order. */
export function largestOf(values: Float32Array): number[] {
  const largest: number[] = [];
  values.forEach((value, j) => {
    if (largest.length === NAMED && value <= values[largest[NAMED - 1]]) return;
    const at = largest.findIndex((other) => values[other] < value);
    largest.splice(at < 0 ? largest.length : at, 0, j);
    largest.length = Math.min(largest.length, NAMED);
  });
  return largest;
}

/** The largest values, each with the name of its input. */
function namedBars(values: Float32Array, inputs: Inputs): HTMLElement[] {
  const largest = largestOf(values);
  return largest.map((j) => {
    const bar = h("span", { class: "bar", "aria-hidden": "true" });
    bar.style.width = `${(100 * values[j]) / (values[largest[0]] || 1)}%`;
    return h("li", {}, h("span", { class: "name" }, inputName(inputs, j)), h("span", {}, compact(values[j])), bar);
  });
}

function paint(canvas: HTMLCanvasElement, values: Float32Array, width: number): void {
  const context = canvas.getContext("2d") as CanvasRenderingContext2D;
  const height = Math.ceil(values.length / width);
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
}

/** The cell under the pointer; null beside the picture, which is fitted into its box. */
function cellAt(canvas: HTMLCanvasElement, { offsetX, offsetY }: MouseEvent): { row: number; column: number } | null {
  const { width, height, clientWidth, clientHeight } = canvas;
  const scale = Math.min(clientWidth / width, clientHeight / height);
  const column = Math.floor((offsetX - (clientWidth - scale * width) / 2) / scale);
  const row = Math.floor((offsetY - (clientHeight - scale * height) / 2) / scale);
  return column < 0 || row < 0 || column >= width || row >= height ? null : { row, column };
}

function rgb(color: string): number[] {
  return (color.match(/[\d.]+/g) ?? []).slice(0, 3).map(Number);
}
