import { colour, type Drawing, WIDTH } from "../../src/report/charts/chart.js";
import { html } from "../../src/report/html.js";
import { spread } from "../throughput.js";
import { compact } from "./format.js";

// Loaded when the bars are saved.

/** A side: its name, and samples a second of every repetition. */
export interface Rates {
  readonly title: string;
  readonly tone: number;
  readonly rates: readonly number[];
}

const [LEFT, RIGHT, ROW] = [140, 490, 28];

/** Rates as bars on a log axis from `low` to `high`: the median, with a dot for every repetition. */
export function drawRates(title: string, sides: readonly Rates[], [low, high]: readonly [number, number]): Drawing {
  const x = (rate: number) => (LEFT + ((RIGHT - LEFT) * Math.log10(rate / low)) / Math.log10(high / low)).toFixed(1);
  const base = 6 + ROW * sides.length;
  const powers = Array.from({ length: Math.round(Math.log10(high / low)) + 1 }, (_, k) => low * 10 ** k);
  const axis = powers.map(
    (rate) =>
      html`<path d="M${x(rate)} 2V${base}" stroke="currentColor" stroke-opacity="0.25"/><text x="${x(rate)}" y="${base + 16}">${compact(rate)}</text>`,
  );
  const bars = sides.map(({ title: name, tone, rates }, row) => {
    const y = 6 + ROW * row;
    const { median } = spread(rates);
    const dots = rates.map((rate) => html`<circle cx="${x(rate)}" cy="${y + 9}" r="3.5" fill="${colour(tone)}" stroke="#fff"/>`);
    return html`<text x="${LEFT - 8}" y="${y + 13}" text-anchor="end">${name}</text><path d="M${LEFT} ${y + 9}H${x(median)}" stroke="${colour(tone)}" stroke-opacity="0.6" stroke-width="18"/>${dots}<text x="${RIGHT + 10}" y="${y + 13}" text-anchor="start">${compact(median)}</text>`;
  });
  const said = sides.map(({ title: name, rates }) => `${name}: ${rates.map(compact).join(", ")}`);
  const under = html`<text x="${(LEFT + RIGHT) / 2}" y="${base + 34}">samples a second</text>`;
  return {
    title,
    description: `${said.join("; ")}.`,
    width: WIDTH,
    height: base + 42,
    content: html`${axis}${bars}${under}`,
    legend: [],
  };
}
