import { effect } from "@preact/signals-core";
import { deviceName } from "../names.js";
import { LOSS_BOUND, lossDifference, ratesOf, ratioText, spread, type Trial, times } from "../throughput.js";
import { byId, h, scrollBox } from "./dom.js";
import { capital, compact, percent, whole } from "./format.js";
import { createIsolation } from "./isolation.js";
import { originText } from "./origin.js";
import { otherData, otherSettings } from "./since.js";
import { busy, data, occupied, settings } from "./state.js";
import { createThroughputChart } from "./throughput-chart.js";
import { type Measurement, measure, measurement, type Side } from "./throughput-run.js";
import "./throughput.css";

const EXPLANATION =
  "The same network is trained on the same samples for the same steps, on the GPU and on the CPU, in turns and never at once. " +
  "Every repetition starts anew and passes over the samples once before the clock starts. Timed are training steps (forward, backward and update, " +
  "with a read-back after every pass); no evaluation, no evolution, no set-up. The chart shows how much the repetitions scatter.";

/** Measures samples a second on this GPU and this CPU, and says how they compare. */
export function createThroughputPanel(): void {
  const results = h("div", { id: "throughput-results" });
  byId("throughput").append(
    h("h2", {}, "Throughput against the CPU"),
    h("p", { class: "soft" }, EXPLANATION),
    createButtons(),
    createStatus(),
    results,
    createThroughputChart(),
    createIsolation(),
    h(
      "p",
      { class: "soft" },
      "Every kernel by itself, at many sizes: ",
      h("a", { id: "bench-link", href: "./bench/index.html", target: "_blank", rel: "noopener" }, "the benchmark suite"),
      " (saves its results as JSON).",
    ),
  );
  effect(() => {
    const now = measurement.value;
    results.replaceChildren(...(now ? [measuredText(now), verdict(now), agreement(now), table(now), ...notes(now)] : []));
  });
}

function createButtons(): HTMLElement {
  let cancel: AbortController | undefined;
  const begin = async () => {
    const chosen = data.peek();
    if (!chosen || busy.peek() || occupied.peek()) return;
    busy.value = "measuring throughput";
    cancel = new AbortController();
    try {
      await measure(chosen, settings.peek(), cancel.signal);
    } finally {
      busy.value = null;
    }
  };
  const start = h("button", { id: "throughput-start", onclick: () => void begin() }, "Measure");
  const stop = h("button", { id: "throughput-cancel", hidden: true, onclick: () => cancel?.abort() }, "Cancel");
  const hint = h("span", { class: "hint" });
  effect(() => {
    const { method } = settings.value;
    start.disabled = data.value === null || busy.value !== null || occupied.value;
    stop.hidden = measurement.value?.phase !== "running";
    const about = `The ${method} network of the settings above, on ${data.value?.info.name ?? "no data yet"}; about 20 s.`;
    hint.textContent = occupied.value ? "Training has the device: wait until it is done, or stop it." : about;
  });
  return h("div", { class: "row", role: "group", "aria-label": "Measuring" }, start, stop, hint);
}

function createStatus(): HTMLElement {
  const status = h("p", { id: "throughput-status", class: "soft", role: "status" });
  effect(() => {
    const now = measurement.value;
    status.textContent = now?.text ?? "";
    status.className = now?.phase === "failed" ? "error" : "soft";
    status.dataset.phase = now?.phase ?? "ready";
  });
  return status;
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
