import { minimum } from "../extremes.js";
import { h } from "./dom.js";
import type { JudgedSummary } from "./intervals.js";
import { labelOf, METRICS } from "./metrics.js";

const WIDTH = 420;
const LEFT = 78;
const RIGHT = WIDTH - 22;
const ROW = 40;

/** A dot for the measure of every run, the interval of their mean as a bar, and the most frequent class as a line. */
export function createStrip(real: JudgedSummary, shuffled: JudgedSummary, floor: number): HTMLElement {
  const rows = [
    { name: "true labels", color: "var(--a)", ...real },
    { name: "shuffled", color: "var(--c)", ...shuffled },
  ].filter(({ runs }) => runs.length > 0);
  const height = ROW * rows.length + 46;
  const low = axisStart([
    floor,
    ...rows.flatMap(({ runs, interval }) => [interval?.low ?? 1, ...runs.map((run) => run.measure)]),
  ]);
  const x = (fraction: number) => LEFT + ((RIGHT - LEFT) * (Math.min(1, Math.max(low, fraction)) - low)) / (1 - low);
  const picture = svg("svg", { viewBox: `0 0 ${WIDTH} ${height}`, class: "strip", "aria-hidden": "true" });
  const base = ROW * rows.length + 8;
  for (const tick of ticks(low)) {
    picture.append(
      svg("line", { x1: x(tick), x2: x(tick), y1: 4, y2: base, stroke: "var(--rule)" }),
      label(`${Math.round(100 * tick)} %`, x(tick), base + 16, "middle"),
    );
  }
  picture.append(
    svg("line", { x1: x(floor), x2: x(floor), y1: 4, y2: base, stroke: "var(--soft)", "stroke-dasharray": "4 3" }),
    label("most frequent class", x(floor), base + 32, floor > (1 + low) / 2 ? "end" : "start"),
  );
  rows.forEach(({ name, color, runs, interval }, r) => {
    const y = 4 + ROW * (r + 0.5);
    picture.append(label(name, 0, y + 4, "start"));
    if (interval) {
      const bar = { x: x(interval.low), width: x(interval.high) - x(interval.low), y: y - 12, height: 24, rx: 4 };
      picture.append(
        svg("rect", { ...bar, fill: color, "fill-opacity": 0.2 }),
        svg("line", { x1: x(interval.mean), x2: x(interval.mean), y1: y - 12, y2: y + 12, stroke: color, "stroke-width": 3 }),
      );
    }
    for (const { measure } of runs) {
      picture.append(svg("circle", { cx: x(measure), cy: y, r: 4.5, fill: color, "fill-opacity": 0.6 }));
    }
  });
  return h(
    "figure",
    { class: "figure" },
    h("figcaption", {}, `Test ${labelOf(METRICS[0])}: a dot for every run, a bar for the interval of their mean`),
    picture,
  );
}

/** Where the axis starts: a multiple of a tenth below the least value, at most 0.9. */
function axisStart(values: readonly number[]): number {
  return Math.min(0.9, Math.max(0, Math.floor(10 * minimum(values) - 0.2) / 10));
}

function ticks(low: number): number[] {
  const step = low >= 0.8 ? 0.05 : low >= 0.5 ? 0.1 : 0.2;
  return Array.from({ length: Math.floor((1 - low) / step + 1e-9) + 1 }, (_, i) => 1 - i * step);
}

function svg(tag: string, attributes: Readonly<Record<string, string | number>>): SVGElement {
  const node = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, String(value));
  return node;
}

function label(text: string, x: number, y: number, anchor: string): SVGElement {
  const node = svg("text", { x, y, "text-anchor": anchor, fill: "var(--soft)", "font-size": 12 });
  node.textContent = text;
  return node;
}
