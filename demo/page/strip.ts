import type { TaskName, Told } from "../../src/api/extend.js";
import { maximum, minimum } from "../extremes.js";
import { h } from "./dom.js";
import type { JudgedSummary } from "./intervals.js";
import { firstOf, floorOf, inWords, labelOf } from "./metrics.js";

const WIDTH = 420;
const LEFT = 78;
const RIGHT = WIDTH - 22;
const ROW = 40;
/** Pixels by which dots one after the other stand beside the line: equal values do not hide each other. */
const JITTER = [0, -7, 5, -3, 8, -5, 3, -8, 7];

/** A dot for the measure of every run, the interval of their mean as a bar, and what answers without the inputs as a line. */
export function createStrip(real: JudgedSummary, shuffled: JudgedSummary, floor: number | null, task: TaskName): HTMLElement {
  const metric = firstOf(task);
  const rows = [
    { name: "true labels", color: "var(--a)", ...real },
    { name: "shuffled", color: "var(--c)", ...shuffled },
  ].filter(({ runs }) => runs.length > 0);
  const height = ROW * rows.length + 46;
  const values = rows.flatMap(({ runs, interval }) => [
    ...(interval ? [interval.low, interval.high] : []),
    ...runs.map((run) => run.measure),
  ]);
  const [low, high] = axisOf(metric, floor === null ? values : [floor, ...values]);
  const x = (value: number) => LEFT + ((RIGHT - LEFT) * (Math.min(high, Math.max(low, value)) - low)) / (high - low);
  const picture = svg("svg", { viewBox: `0 0 ${WIDTH} ${height}`, class: "strip", "aria-hidden": "true" });
  const base = ROW * rows.length + 8;
  for (const tick of ticks(low, high)) {
    picture.append(
      svg("line", { x1: x(tick), x2: x(tick), y1: 4, y2: base, stroke: "var(--rule)" }),
      label(metric.fraction ? `${Math.round(100 * tick)} %` : inWords(metric, tick), x(tick), base + 16, "middle"),
    );
  }
  if (floor !== null)
    picture.append(
      svg("line", { x1: x(floor), x2: x(floor), y1: 4, y2: base, stroke: "var(--soft)", "stroke-dasharray": "4 3" }),
      label(`without inputs (${floorOf(task)?.name})`, x(floor), base + 32, floor > (high + low) / 2 ? "end" : "start"),
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
    runs.forEach(({ measure }, i) => {
      picture.append(
        svg("circle", { cx: x(measure), cy: y + JITTER[i % JITTER.length], r: 4.5, fill: color, "fill-opacity": 0.6 }),
      );
    });
  });
  return h(
    "figure",
    { class: "figure" },
    h("figcaption", {}, `Test ${labelOf(metric)}: a dot for every run, a bar for the interval of their mean`),
    picture,
  );
}

/** What the axis covers: of fractions to 1, from a multiple of a tenth below the least value, at most 0.9; of others all values. */
function axisOf({ fraction }: Told, values: readonly number[]): readonly [low: number, high: number] {
  const [least, most] = [minimum(values), maximum(values)];
  if (fraction) return [Math.min(0.9, Math.max(0, Math.floor(10 * least - 0.2) / 10)), 1];
  const room = 0.1 * (most - least) || 0.1 * Math.abs(most) || 1;
  return [least - room, most + room];
}

/** Round numbers from high down, four to eight of them. */
function ticks(low: number, high: number): number[] {
  const power = 10 ** Math.floor(Math.log10((high - low) / 2));
  const step = [power / 2, power, 2 * power, 5 * power].find((one) => (high - low) / one <= 5.5) ?? power;
  const top = Math.floor(high / step + 1e-9);
  return Array.from({ length: Math.floor((top * step - low) / step + 1e-9) + 1 }, (_, i) => (top - i) * step);
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
