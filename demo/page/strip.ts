import type { TaskName, Told } from "../../src/api/extend.js";
import { colour, type Drawing } from "../../src/report/charts/chart.js";
import { type Html, html } from "../../src/report/html.js";
import { maximum, minimum } from "../extremes.js";
import type { JudgedSummary } from "./intervals.js";
import { firstOf, floorOf, inWords } from "./metrics.js";
import { RUN_TONES } from "./tones.js";

const WIDTH = 420;
const LEFT = 84;
const RIGHT = WIDTH - 22;
const ROW = 40;
/** Pixels by which dots one after the other stand beside the line: equal values do not hide each other. */
const JITTER = [0, -7, 5, -3, 8, -5, 3, -8, 7];

/** A dot for the measure of every run, the interval of their mean as a bar, and what answers without the inputs as a line. */
export function drawStrip(
  title: string,
  real: JudgedSummary,
  shuffled: JudgedSummary,
  floor: number | null,
  task: TaskName,
): Drawing {
  const metric = firstOf(task);
  const rows = [
    { name: "true labels", fill: colour(RUN_TONES[0]), ...real },
    { name: "shuffled", fill: "currentColor", ...shuffled },
  ].filter(({ runs }) => runs.length > 0);
  const values = rows.flatMap(({ runs, interval }) => [
    ...(interval ? [interval.low, interval.high] : []),
    ...runs.map((run) => run.measure),
  ]);
  const [low, high] = axisOf(metric, floor === null ? values : [floor, ...values]);
  const x = (value: number) => (LEFT + ((RIGHT - LEFT) * (Math.min(high, Math.max(low, value)) - low)) / (high - low)).toFixed(1);
  const base = ROW * rows.length + 8;
  const upright = (value: number, dashes: Html) => html`<path d="M${x(value)} 4V${base}" stroke="currentColor"${dashes}/>`;
  const axis = ticks(low, high).map((tick) => {
    const text = metric.fraction ? `${Math.round(100 * tick)} %` : inWords(metric, tick);
    return html`${upright(tick, html` stroke-opacity="0.25"`)}<text x="${x(tick)}" y="${base + 16}">${text}</text>`;
  });
  const without =
    floor === null
      ? html``
      : html`${upright(floor, html` stroke-dasharray="4 3"`)}<text x="${x(floor)}" y="${base + 32}" text-anchor="${floor > (high + low) / 2 ? "end" : "start"}">without inputs (${floorOf(task)?.name ?? ""})</text>`;
  const strips = rows.map(({ name, fill, runs, interval }, r) => {
    const y = 4 + ROW * (r + 0.5);
    const bar = interval
      ? html`<path d="M${x(interval.low)} ${y}H${x(interval.high)}" stroke="${fill}" stroke-opacity="0.2" stroke-width="24"/><path d="M${x(interval.mean)} ${y - 12}v24" stroke="${fill}" stroke-width="3"/>`
      : html``;
    const dots = runs.map(
      ({ measure }, i) =>
        html`<circle cx="${x(measure)}" cy="${y + JITTER[i % JITTER.length]}" r="4.5" fill="${fill}" fill-opacity="0.6"><title>split ${i + 1}: ${inWords(metric, measure)}</title></circle>`,
    );
    return html`<text x="4" y="${y + 4}" text-anchor="start">${name}</text>${bar}${dots}`;
  });
  const said = rows.map(({ name, runs }) => `${name}: ${runs.map((run) => inWords(metric, run.measure)).join(", ")}`);
  return {
    title,
    description: `${said.join("; ")}.`,
    width: WIDTH,
    height: base + 38,
    content: html`${axis}${without}${strips}`,
    legend: [],
  };
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
