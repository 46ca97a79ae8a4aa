import { type Inputs, inputName } from "../names.js";
import { h } from "./dom.js";
import { compact } from "./format.js";
import { themeColor } from "./theme.js";

/** A picture with a cell for every input, and what is under the pointer in words. */
export interface Heat {
  readonly node: HTMLElement;
  /** Draws values, one an input, all at least 0; null: nothing yet. */
  draw(values: Float32Array | null, inputs: Inputs | null): void;
}

export function createHeat(id: string): Heat {
  const canvas = h("canvas", { id, class: "heat", role: "img" });
  const legend = h("span", { class: "hint" });
  const pointed = h("p", { id: `${id}-input`, class: "hint heat-input" });
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
    node: h("div", {}, canvas, legend, pointed),
    draw(values, inputs) {
      shown = values && { values, inputs, width: widthOf(values.length, inputs?.imageShape) };
      if (shown) paint(canvas, shown.values, shown.width);
      else canvas.getContext("2d")?.clearRect(0, 0, canvas.width, canvas.height);
      legend.textContent = shown ? legendOf(shown.values, shown.width, inputs) : "drawn after the first epoch";
      canvas.setAttribute("aria-label", shown ? `${shown.values.length} inputs, ${legend.textContent}` : "No inputs yet");
    },
  };
}

/** Cells a row: the picture's, or about twice as many as rows. */
function widthOf(count: number, shape: Inputs["imageShape"]): number {
  return shape ? shape[1] : Math.ceil(Math.sqrt(count * 2));
}

function legendOf(values: Float32Array, width: number, inputs: Inputs | null): string {
  const most = values.reduce((a, b) => Math.max(a, b), 0);
  const least = values.reduce((a, b) => Math.min(a, b), most);
  const order = inputs?.imageShape || values.length <= width ? "" : `; row by row, ${width} inputs in each`;
  return `from ${compact(least)} to ${compact(most)}${order}`;
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
