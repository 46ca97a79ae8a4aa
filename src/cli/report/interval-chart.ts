import { type Drawing, extremes, figure, fixed, niceTicks } from "./charts.js";
import { type Html, html } from "./html.js";

/** One line of an interval chart: a value, and what it may be off by. */
export interface IntervalRow {
  readonly name: string;
  readonly value: number;
  /** Null where there is a value alone. */
  readonly interval: { readonly low: number; readonly high: number } | null;
  /** Colour 1 to 6 of the style sheet. */
  readonly tone: number;
}

/** What an interval chart shows. */
export interface IntervalChart {
  readonly title: string;
  readonly xLabel: string;
  readonly rows: readonly IntervalRow[];
  readonly format: (value: number) => string;
  /** Where upright lines stand, e.g. 0: no difference. */
  readonly lines: readonly number[];
}

const [WIDTH, NAMES, STEP, FOOT] = [560, 170, 22, 40];

/** Values with their intervals one below the other, on one axis. */
export function intervalChart(chart: IntervalChart): Html {
  const drawing = drawIntervals(chart);
  return drawing ? figure(drawing) : html``;
}

/** The same as a drawing; null without rows. */
export function drawIntervals({ title, xLabel, rows, format, lines }: IntervalChart): Drawing | null {
  if (rows.length === 0) return null;
  const ends = rows.flatMap(({ value, interval }) => [value, ...(interval ? [interval.low, interval.high] : [])]);
  const ticks = niceTicks(...extremes([...ends, ...lines]), 6);
  const [low, high] = [ticks[0], ticks[ticks.length - 1]];
  const px = (value: number) => fixed(NAMES + ((value - low) / (high - low)) * (WIDTH - NAMES - 24));
  const bottom = 6 + rows.length * STEP;
  const axis = ticks.map(
    (tick) =>
      html`<path class="grid" d="M${px(tick)} 4V${bottom}"/><text class="x" x="${px(tick)}" y="${bottom + 15}">${format(tick)}</text>`,
  );
  const upright = lines.map((line) => html`<path class="rule" d="M${px(line)} 2V${bottom + 2}"/>`);
  const marks = rows.map(({ name, value, interval, tone }, i) => {
    const y = 6 + i * STEP + STEP / 2;
    const reach = interval ? html`<path class="line t${tone}" d="M${px(interval.low)} ${y}H${px(interval.high)}"/>` : html``;
    const said = interval ? `${format(value)} (${format(interval.low)} to ${format(interval.high)})` : format(value);
    return html`<text class="y" x="${NAMES - 10}" y="${y + 4}">${name}</text>${reach}<circle class="t${tone}" cx="${px(value)}" cy="${y}" r="4"><title>${name}: ${said}</title></circle>`;
  });
  const label = html`<text class="x" x="${(NAMES + WIDTH) / 2}" y="${bottom + 32}">${xLabel}</text>`;
  return { title, width: WIDTH, height: bottom + FOOT, marks: [...axis, ...upright, label, ...marks], legend: [] };
}
