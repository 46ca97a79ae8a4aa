import type { Drawing } from "../../../src/report/charts/chart.js";
import { type Html, html } from "../../../src/report/html.js";
import { maximum, minimum } from "../../extremes.js";
import type { Degrees, LayerWiring } from "../../worker/see/wiring.js";
import { h } from "../dom.js";
import { compact, count, percent, whole } from "../format.js";
import { originOf, originWords } from "../model-origin.js";
import { trainer } from "../trainer.js";
import { following } from "./following.js";
import { type Ask, type SeePart, working } from "./part.js";
import { shades } from "./shades.js";
import { takeable } from "./takeable.js";

const ABOUT =
  "Left: which inputs (columns) each neuron of a layer (rows) is connected to; stronger colour for more connections. Right: how many neurons have how many connections, both axes in powers of ten. Pruning and regrowing may turn a hump into a long, straight tail: a few hubs, and many with few (scale-free).";

/** The connections of a layer, with a slider over the epochs that are remembered. */
export function createWiring(ask: Ask): SeePart {
  const layer = h("select", { id: "see-layer" });
  const slider = h("input", { id: "see-epoch", type: "range", min: 0, step: 1 });
  const at = h("output", { for: "see-epoch" });
  const result = h("div", { id: "see-wiring" });
  const choices = h(
    "div",
    { class: "row", hidden: true },
    h("label", { class: "inline" }, "Layer ", layer),
    h("label", { class: "inline" }, "After epoch ", slider, at),
  );
  const hint = h("p", { class: "hint" });
  let epochs: readonly number[] = [];
  const fail = (text: string) => {
    error.textContent = text;
    error.hidden = false;
  };
  const draw = () =>
    ask(async (about) => {
      const view = await trainer().wiringAt(epochs[slider.valueAsNumber], Number(layer.value));
      at.textContent = String(view.epoch);
      slider.setAttribute("aria-valuetext", `epoch ${view.epoch}`);
      const origin = { ...originOf(about), epoch: view.epoch };
      const title = `Connections of layer ${Number(layer.value) + 1} after epoch ${view.epoch}: ${originWords({ ...about, epoch: view.epoch })}`;
      result.replaceChildren(
        h("p", { id: "see-wiring-words", role: "status" }, wordsOf(view)),
        takeable(drawWiring(view, title), origin, `layer${Number(layer.value) + 1}_degrees`, () => rowsOf(view)),
      );
    });
  const follow = following(draw, fail);
  const open = () =>
    ask(async () => {
      const info = await trainer().wiringInfo();
      epochs = info.epochs;
      layer.replaceChildren(...Array.from({ length: info.layers }, (_, l) => h("option", { value: String(l) }, String(l + 1))));
      slider.max = String(epochs.length - 1);
      slider.value = slider.max;
      choices.hidden = false;
      button.hidden = true;
      hint.textContent = `${count(epochs.length, "epoch")} of this run are remembered, at most ${info.most} and 64 MB, of an ensemble those of its first network. Epoch 0 is before training.`;
      follow();
    });
  const { button, error } = working("see-wiring-open", "Show", open);
  layer.addEventListener("change", follow);
  slider.addEventListener("input", follow);
  return {
    node: h(
      "section",
      { "aria-label": "Connections over the epochs" },
      h("h3", {}, "Connections over the epochs"),
      h("p", { class: "soft" }, ABOUT),
      button,
      choices,
      error,
      result,
      hint,
    ),
    clear() {
      result.replaceChildren();
      choices.hidden = true;
      button.hidden = false;
      error.hidden = true;
      hint.textContent = "";
    },
  };
}

function wordsOf({ rows, cols, connections, fanIn, fanOut }: LayerWiring): string {
  const most = ({ bins }: Degrees) => bins.findLast(({ neurons }) => neurons > 0)?.from ?? 0;
  return `${count(rows, "neuron")}, ${compact(connections)} connections from ${whole(cols)} (${percent(connections / (rows * cols), 2)} of all). The best connected neuron has at least ${most(fanIn)} in; of what they get, one has at least ${most(fanOut)} out.`;
}

const [WIDTH, SIDE, LEFT, RIGHT, TOP, BOTTOM] = [560, 240, 320, 548, 14, 214];

function drawWiring(view: LayerWiring, title: string): Drawing {
  const { shares, shape } = view;
  const [height, width] = shape;
  const scale = [SIDE / width, SIDE / height].map((one) => one.toFixed(3)).join(" ");
  const cells = shades(shares, width, () => "var(--t1)");
  const lines = [
    { name: `in, after epoch ${view.epoch}`, degrees: view.fanIn, tone: 1, dashed: false },
    { name: `out, after epoch ${view.epoch}`, degrees: view.fanOut, tone: 3, dashed: false },
    { name: `in, epoch ${view.first.epoch}`, degrees: view.first.fanIn, tone: 1, dashed: true },
    { name: `out, epoch ${view.first.epoch}`, degrees: view.first.fanOut, tone: 3, dashed: true },
  ];
  const frame = html`<rect x="10" y="4" width="${SIDE}" height="${SIDE}" fill="none" stroke="currentColor"/><text x="${10 + SIDE / 2}" y="${SIDE + 20}">inputs of the layer (${view.cols})</text>`;
  return {
    title,
    description: wordsOf(view),
    width: WIDTH,
    height: SIDE + 30,
    content: html`<g transform="translate(10 4) scale(${scale})" shape-rendering="crispEdges">${cells}</g>${frame}${drawDegrees(lines)}`,
    legend: lines.map(({ name, tone, dashed }) => ({ name, tone, dashed })),
  };
}

interface Line {
  readonly degrees: Degrees;
  readonly tone: number;
  readonly dashed: boolean;
}

/** Neurons per degree over degree, both logarithmic. */
function drawDegrees(lines: readonly Line[]): Html {
  const points = lines.map(({ degrees: { bins } }) =>
    bins
      .filter(({ neurons }) => neurons > 0)
      .map(({ from, to, neurons }) => [Math.log10(Math.sqrt(from * (to - 1))), Math.log10(neurons / (to - from))]),
  );
  const all = points.flat();
  const range = (k: number): [number, number] => {
    const values = all.map((point) => point[k]);
    return [Math.floor(Math.min(0, minimum(values))), Math.max(1, Math.ceil(maximum(values)))];
  };
  const [[x0, x1], [y0, y1]] = [range(0), range(1)];
  const x = (value: number) => LEFT + ((RIGHT - LEFT) * (value - x0)) / (x1 - x0);
  const y = (value: number) => BOTTOM - ((BOTTOM - TOP) * (value - y0)) / (y1 - y0);
  const tens = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, k) => from + k);
  const axes = [
    ...tens(x0, x1).map(
      (power) =>
        html`<path d="M${x(power).toFixed(1)} ${TOP}V${BOTTOM}" stroke="currentColor" stroke-opacity="0.2"/><text x="${x(power).toFixed(1)}" y="${BOTTOM + 16}">${10 ** power}</text>`,
    ),
    ...tens(y0, y1).map(
      (power) =>
        html`<path d="M${LEFT} ${y(power).toFixed(1)}H${RIGHT}" stroke="currentColor" stroke-opacity="0.2"/><text x="${LEFT - 6}" y="${(y(power) + 4).toFixed(1)}" text-anchor="end">${Number((10 ** power).toPrecision(1))}</text>`,
    ),
  ];
  const drawn = lines.map(({ tone, dashed }, l) => {
    const path = points[l].map(([a, b], i) => `${i === 0 ? "M" : "L"}${x(a).toFixed(1)} ${y(b).toFixed(1)}`).join("");
    const dots = dashed
      ? []
      : points[l].map(([a, b]) => html`<circle cx="${x(a).toFixed(1)}" cy="${y(b).toFixed(1)}" r="2.5" fill="var(--t${tone})"/>`);
    return html`<path d="${path}" fill="none" stroke="var(--t${tone})" stroke-width="${dashed ? 1 : 2}"${dashed ? html` stroke-dasharray="5 4"` : html``}/>${dots}`;
  });
  return html`${axes}${drawn}<text x="${(LEFT + RIGHT) / 2}" y="${BOTTOM + 34}">connections of a neuron</text><text transform="translate(${LEFT - 36} ${(TOP + BOTTOM) / 2}) rotate(-90)">neurons</text>`;
}

function rowsOf({ fanIn, fanOut, first }: LayerWiring): (string | number)[][] {
  const lines = (which: string, epoch: string | number, { bins }: Degrees) =>
    bins.map(({ from, to, neurons }) => [which, epoch, from, to - 1, neurons]);
  return [
    ["connections", "epoch", "from", "to", "neurons"],
    ...lines("in", "shown", fanIn),
    ...lines("out", "shown", fanOut),
    ...lines("in", first.epoch, first.fanIn),
    ...lines("out", first.epoch, first.fanOut),
  ];
}
