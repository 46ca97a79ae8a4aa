import { effect } from "@preact/signals-core";
import { svgFile } from "../../src/report/charts/svg-file.js";
import { maximum, minimum } from "../extremes.js";
import { ratesOf, spread } from "../throughput.js";
import { h } from "./dom.js";
import { compact } from "./format.js";
import { loaded } from "./loaded.js";
import { measurement, type Side } from "./measurement.js";
import { type Origin, originText } from "./origin.js";
import { pictureFiles } from "./picture-files.js";

/** The sparse network and the dense one have the colours that they have in a race: in the page, and the tone of files. */
const COLORS: Readonly<Record<Side["id"], readonly [variable: string, tone: number]>> = {
  gpu: ["--a", 3],
  cpu: ["--c", 2],
  dense: ["--b", 4],
};

/** Samples a second of every side as bars on a log axis: the median, with a dot for every repetition, drawn as they come. */
export function createThroughputChart(): HTMLElement {
  const bars = h("div", { class: "rates" });
  const caption = h("figcaption");
  const figure = h("figure", { class: "figure", id: "throughput-chart", role: "img", hidden: true }, caption, bars);
  const files = pictureFiles(originOfMeasured, "throughput", async () => {
    const { drawRates } = await loaded(import("./throughput-file.js"), "draws pictures");
    const sides = measuredSides().map(({ id, title, trials }) => ({ title, tone: COLORS[id][1], rates: ratesOf(trials) }));
    const title = `Samples a second: ${originText(originOfMeasured())}`;
    return svgFile(drawRates(title, sides, decades(sides.flatMap(({ rates }) => rates))));
  });
  effect(() => {
    const sides = measuredSides();
    figure.hidden = files.hidden = sides.length === 0;
    const rates = sides.map(({ trials }) => ratesOf(trials));
    const [low, high] = decades(rates.flat());
    const place = (rate: number) => `${(100 * Math.log10(rate / low)) / Math.log10(high / low)}%`;
    caption.textContent = `Samples a second, from ${compact(low)} to ${compact(high)} on a log axis: median, and a dot for every repetition`;
    bars.replaceChildren(...sides.flatMap(({ id, title }, i) => barOf(title, COLORS[id][0], rates[i], place)));
    const spoken = sides.map(({ title }, i) => `${title} ${rates[i].map(compact).join(", ")}`);
    figure.setAttribute("aria-label", `Samples a second, by repetition: ${spoken.join("; ")}`);
  });
  return h("div", {}, figure, files);
}

const measuredSides = () =>
  (measurement.value?.sides ?? []).filter(({ refusal, trials }) => refusal === null && trials.length > 0);

function originOfMeasured(): Origin {
  const { data, settings } = measurement.peek() ?? {};
  return { data: data?.name ?? null, method: settings?.method ?? null, seed: settings?.seed ?? null, epoch: null };
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
