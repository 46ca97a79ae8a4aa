import { meanOf } from "../means.js";
import type { RunLine } from "../worker/repeats.js";
import { csvOf } from "./csv.js";
import { download, h, scrollBox } from "./dom.js";
import { count, percent } from "./format.js";
import type { JudgedSummary } from "./intervals.js";
import { labelOf, METRICS } from "./metrics.js";
import { oneSample } from "./one-sample.js";
import { type Origin, savedName } from "./origin.js";
import { createStrip } from "./strip.js";
import type { Evaluated } from "./trust.js";

const label = labelOf(METRICS[0]);

/** The mean of the first metric and its interval, what to hold it against, and the runs. */
export function createVerdict(evaluated: Evaluated): Node[] {
  const { data, settings, report } = evaluated;
  const { real, shuffled } = report;
  const { runs } = real;
  if (runs.length === 0) return [];
  const [floor, testSamples] = [meanOf(runs, "floor"), Math.round(meanOf(runs, "testSamples"))];
  const seeds = runs.length === 1 ? `seed ${runs[0].seed}` : `seeds ${runs[0].seed} to ${runs[runs.length - 1].seed}`;
  const layers = settings.method === "linear" ? "" : ` ${settings.hidden.join("-")}`;
  return [
    h("h3", {}, `${data.info.name}: ${settings.method}${layers}, ${count(settings.epochs, "epoch")}, ${seeds}`),
    h(
      "div",
      { class: "verdict" },
      h(
        "div",
        {},
        h("p", { id: "evaluate-accuracy" }, ...meanText(real)),
        h("p", { id: "evaluate-worth" }, `${oneSample(testSamples)} on a single split.`),
        h("p", { id: "evaluate-floor" }, against(real, floor)),
        ...balancedLine(runs),
        shuffled.runs.length > 0 && h("p", { id: "evaluate-chance" }, chance(shuffled)),
      ),
      createStrip(real, shuffled, floor),
    ),
    h("details", { id: "evaluate-runs" }, h("summary", {}, "All runs"), ...runsTable(evaluated)),
  ];
}

function meanText({ interval, runs }: JudgedSummary): (Node | string)[] {
  if (!interval) return [h("span", { class: "big" }, percent(runs[0].measure)), ` test ${label}, of one split alone.`];
  const [low, high] = [Math.max(0, interval.low), Math.min(1, interval.high)];
  const cut = low !== interval.low || high !== interval.high ? `, cut where ${label} ends` : "";
  return [
    h("span", { class: "big" }, percent(interval.mean)),
    ` mean test ${label} of ${runs.length} splits; 95\u00a0% interval ${percent(low)} to ${percent(high)}${cut}. It is widened for the samples that training parts share (Nadeau and Bengio 2003).`,
  ];
}

function against({ interval }: JudgedSummary, floor: number): string {
  const guess = `Always taking the most frequent class would be right in ${percent(floor)}`;
  if (!interval) return `${guess}.`;
  if (interval.low > floor) return `${guess}, which is below the interval.`;
  return `${guess}: the interval does not lie above that, so these runs do not show that anything was learnt.`;
}

/** What the mean is if each class counts alike, where classes are uneven. */
function balancedLine(runs: readonly RunLine[]): Node[] {
  const balanced = runs.flatMap((run) => run.balanced ?? []);
  if (balanced.length === 0) return [];
  const mean = percent(balanced.reduce((sum, value) => sum + value, 0) / balanced.length);
  const text = `Classes are uneven: if each counts alike, the mean is ${mean} (balanced accuracy).`;
  return [h("p", { id: "evaluate-balanced" }, text)];
}

function chance({ runs }: JudgedSummary): string {
  const splits = `mean of ${count(runs.length, "split")}`;
  return `With the labels shuffled once, so that there is nothing to learn: ${percent(meanOf(runs, "measure"))}, ${splits}.`;
}

const HEADER = ["labels", "split", "seed", "train samples", "test samples", label, "most frequent class", "loss", "seconds"];

/** What a file of the runs comes of. */
export function originOfRuns({ data, settings: { method, epochs }, report }: Evaluated): Origin {
  const { runs } = report.real;
  return { data: data.info.name, method, seed: `${runs[0].seed}-${runs[runs.length - 1].seed}`, epoch: epochs };
}

function runsTable(evaluated: Evaluated): Node[] {
  const [real, shuffled]: (readonly RunLine[])[] = [evaluated.report.real.runs, evaluated.report.shuffled.runs];
  const row = (labels: string, run: RunLine, format: (fraction: number) => string | number) => [
    ...[labels, run.run + 1, run.seed, run.trainSamples, run.testSamples],
    ...[format(run.measure), format(run.floor), Number(run.loss.toPrecision(4)), Number(run.seconds.toFixed(2))],
  ];
  const rows = (format: (fraction: number) => string | number) => [
    ...real.map((run) => row("true", run, format)),
    ...shuffled.map((run) => row("shuffled", run, format)),
  ];
  const save = () =>
    download(savedName(originOfRuns(evaluated), "runs", "csv"), csvOf([HEADER, ...rows((fraction) => fraction)]), "text/csv");
  return [
    h("p", {}, h("button", { id: "runs-csv", onclick: save }, "Download the runs as CSV")),
    scrollBox(
      "All runs",
      h(
        "table",
        {},
        h("thead", {}, h("tr", {}, ...HEADER.map((name) => h("th", { scope: "col" }, name)))),
        h(
          "tbody",
          {},
          ...rows((fraction) => percent(fraction)).map((cells) => h("tr", {}, ...cells.map((cell) => h("td", {}, String(cell))))),
        ),
      ),
    ),
  ];
}
