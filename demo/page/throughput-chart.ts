import { effect } from "@preact/signals-core";
import { maximum, minimum } from "../extremes.js";
import { ratesOf, spread } from "../throughput.js";
import { h } from "./dom.js";
import { compact } from "./format.js";
import { measurement, type Side } from "./measurement.js";

const COLORS: Readonly<Record<Side["id"], string>> = { gpu: "--a", cpu: "--c", dense: "--b" };

/** Samples a second of every side as bars on a log axis: the median, with a dot for every repetition, drawn as they come. */
export function createThroughputChart(): HTMLElement {
  const bars = h("div", { class: "rates" });
  const caption = h("figcaption");
  const figure = h("figure", { class: "figure", id: "throughput-chart", role: "img", hidden: true }, caption, bars);
  effect(() => {
    const sides = (measurement.value?.sides ?? []).filter(({ refusal, trials }) => refusal === null && trials.length > 0);
    figure.hidden = sides.length === 0;
    const rates = sides.map(({ trials }) => ratesOf(trials));
    const [low, high] = decades(rates.flat());
    const place = (rate: number) => `${(100 * Math.log10(rate / low)) / Math.log10(high / low)}%`;
    caption.textContent = `Samples a second, from ${compact(low)} to ${compact(high)} on a log axis: median, and a dot for every repetition`;
    bars.replaceChildren(...sides.flatMap(({ id, title }, i) => barOf(title, COLORS[id], rates[i], place)));
    const spoken = sides.map(({ title }, i) => `${title} ${rates[i].map(compact).join(", ")}`);
    figure.setAttribute("aria-label", `Samples a second, by repetition: ${spoken.join("; ")}`);
  });
  return figure;
}

/** A side's name, its bar and its median. */
function barOf(title: string, color: string, rates: readonly number[], place: (rate: number) => string): HTMLElement[] {
  const { median } = spread(rates);
  const bar = h("span", { class: "rate-bar" });
  bar.style.width = place(median);
  const dots = rates.map((rate) => {
    const dot = h("i");
    dot.style.left = place(rate);
    return dot;
  });
  const track = h("span", { class: "rate-track" }, bar, ...dots);
  track.style.setProperty("--rate", `var(${color})`);
  return [h("span", {}, title), track, h("strong", {}, compact(median))];
}

/** The powers of ten around the values, a whole one below the least, so that every bar can be seen. */
function decades(values: readonly number[]): readonly [low: number, high: number] {
  const [low, high] = [10 ** (Math.ceil(Math.log10(minimum(values))) - 1), 10 ** Math.ceil(Math.log10(maximum(values)))];
  return [low, Math.max(high, 10 * low)];
}
