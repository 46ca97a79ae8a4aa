import { effect } from "@preact/signals-core";
import { deviceName } from "../names.js";
import { LOSS_BOUND, lossDifference, ratesOf, ratioText, spread, type Trial, times } from "../throughput.js";
import { h, scrollBox } from "./dom.js";
import { capital, compact, percent, whole } from "./format.js";
import { type Measurement, measurement, type Side } from "./measurement.js";
import { originText } from "./origin.js";
import { otherData, otherSettings } from "./since.js";
import { createThroughputChart } from "./throughput-chart.js";

// Loaded when something is measured.

/** What was measured, as far as it has come. */
export function createThroughputResults(): HTMLElement {
  const [first, more] = [h("div"), h("div")];
  effect(() => {
    const now = measurement.value;
    first.replaceChildren(...(now ? [measuredText(now), verdict(now)] : []));
    more.replaceChildren(...(now ? [agreement(now), table(now), ...notes(now)] : []));
  });
  return h("div", { id: "throughput-results" }, first, createThroughputChart(), more);
}

const find = ({ sides }: Measurement, id: Side["id"]) => sides.find((side) => side.id === id);

/** What is measured, and what has changed since. */
function measuredText({ data: { name, of }, settings: by }: Measurement): HTMLElement {
  const layers = by.method === "linear" ? "" : ` ${by.hidden.join("-")}`;
  const other = otherData(of) ? `Not of the data chosen now. ` : "";
  const text = `${originText({ data: name, method: `${by.method}${layers}`, seed: by.seed, epoch: null })}. ${other}${otherSettings(by)}`;
  return h("p", { id: "throughput-of", class: "hint" }, capital(text));
}

/** The ratio of the medians so far, with the threads and the cores it is against. */
function verdict(now: Measurement): HTMLElement {
  const [gpu, cpu, dense] = [find(now, "gpu"), find(now, "cpu"), find(now, "dense")];
  const line = h("p", { id: "throughput-ratio", class: "big" });
  const more = h("p", { id: "throughput-against" });
  if (gpu?.trials.length && cpu?.trials.length) {
    const ratio = medianRate(gpu) / medianRate(cpu);
    const turns = Math.min(gpu.trials.length, cpu.trials.length);
    const pairs = spread(ratesOf(gpu.trials.slice(0, turns)).map((rate, i) => rate / ratesOf(cpu.trials)[i]));
    line.textContent = ratioText(ratio, cpu.info?.threads ?? 1, navigator.hardwareConcurrency);
    const [least, most] = ratio < 1 ? [1 / pairs.most, 1 / pairs.least] : [pairs.least, pairs.most];
    more.textContent = `Between ${times(least)} and ${times(most)} times by repetition.`;
    if (gpu.info?.software) more.append(" The GPU here is a software adapter: a program on the CPU, not a GPU.");
    if (dense?.trials.length)
      more.append(
        ` The sparse network does ${times(medianRate(gpu) / medianRate(dense))}x the samples a second of the dense one of the same size on the same GPU.`,
      );
  }
  return h("div", {}, line, more);
}

/** Whether both sides did the same. */
function agreement(now: Measurement): HTMLElement {
  const [gpu, cpu] = [find(now, "gpu")?.trials[0], find(now, "cpu")?.trials[0]];
  const line = h("p", { id: "throughput-agreement" });
  if (!gpu || !cpu) return line;
  const difference = lossDifference(gpu.loss, cpu.loss);
  const same = difference <= LOSS_BOUND && gpu.steps === cpu.steps && gpu.connections === cpu.connections;
  line.dataset.same = String(same);
  line.className = same ? "soft" : "error";
  const losses = `mean loss ${gpu.loss.toPrecision(6)} on the GPU and ${cpu.loss.toPrecision(6)} on the CPU, ${percent(difference, 2)} apart (at most ${percent(LOSS_BOUND, 2)} by rounding)`;
  line.textContent = same
    ? `Both did the same ${whole(gpu.steps)} steps a repetition: ${losses}.`
    : `The two sides did not do the same, so their times say nothing: ${whole(gpu.steps)} and ${whole(cpu.steps)} steps a repetition, ${losses}.`;
  return line;
}

const COLUMNS = ["", "Samples/s, median (range)", "Connections/s", "Connections", "Steps", "Samples", "Seconds", "Mean loss"];

/** What every side did in a repetition, and how fast. Samples/s x seconds = samples, of the median repetition. */
function table({ sides }: Measurement): HTMLElement {
  const rows = sides
    .filter(({ trials }) => trials.length > 0)
    .map(({ id, title, trials }) => {
      const { median, least, most } = spread(ratesOf(trials));
      const middle = trials.find(({ samples, seconds }) => samples / seconds === median) as Trial;
      const cells = [
        `${whole(median)} (${whole(least)} to ${whole(most)})`,
        compact(median * middle.connections),
        whole(middle.connections),
        whole(middle.steps),
        whole(middle.samples),
        middle.seconds.toFixed(4),
        middle.loss.toPrecision(6),
      ];
      return h("tr", { "data-side": id }, h("th", { scope: "row" }, title), ...cells.map((cell) => h("td", {}, cell)));
    });
  const head = h("thead", {}, h("tr", {}, ...COLUMNS.map((name) => h(name ? "th" : "td", name ? { scope: "col" } : {}, name))));
  const body = h("table", { id: "throughput-table", hidden: rows.length === 0 }, head, h("tbody", {}, ...rows));
  return scrollBox("What every side did in a repetition", body);
}

/** What the sides are, how much each repetition does, and what was not measured. */
function notes(now: Measurement): HTMLElement[] {
  return now.sides.flatMap((side) => {
    const text = side.refusal === null ? about(side, now) : `not measured: ${side.refusal}.`;
    if (!text) return [];
    const props = { class: "hint", "data-note": side.id };
    return [h("p", props, h("strong", {}, `${side.title}: `), text.replace(/\.\.$/, "."))];
  });
}

function about({ id, info, work }: Side, { settings }: Measurement): string {
  if (!info) return "";
  const { vendor, architecture, software, threads } = info;
  const name = deviceName({ vendor, architecture }) || "an adapter that the browser does not name";
  const label = software ? `${name} (software adapter: a program on the CPU, not a GPU)` : name;
  const device = threads === null ? label : `${architecture}, ${threads} of ${navigator.hardwareConcurrency} cores`;
  if (!work) return `${device}.`;
  const { samples, epochs } = work;
  const part = samples < info.samples ? `${whole(samples)} of the ${whole(info.samples)}` : `all ${whole(samples)}`;
  const network = id === "dense" ? "every connection; " : "";
  return `${device}; ${network}a repetition passes ${epochs} time${epochs === 1 ? "" : "s"} over ${part} training samples, in batches of ${settings.batch}.`;
}

function medianRate({ trials }: Side): number {
  return spread(ratesOf(trials)).median;
}
