import type { TaskName } from "../../src/api/extend.js";
import { meanOf } from "../means.js";
import { DEFAULTS } from "../settings.js";
import type { RunLine } from "../worker/repeats.js";
import { csvOf } from "./csv.js";
import { download, h, scrollBox } from "./dom.js";
import { drawn } from "./drawn.js";
import { count, percent } from "./format.js";
import type { JudgedSummary } from "./intervals.js";
import { firstOf, floorOf, inWords, isBetter, labelOf } from "./metrics.js";
import { oneSample } from "./one-sample.js";
import { type Origin, savedName } from "./origin.js";
import { drawStrip } from "./strip.js";
import type { Evaluated } from "./trust.js";

/** The mean of the first metric and its interval, what to hold it against, and the runs. */
export function createVerdict(evaluated: Evaluated): Node[] {
  const { data, settings, report } = evaluated;
  const { real, shuffled } = report;
  const { runs } = real;
  if (runs.length === 0) return [];
  const { task } = data.info;
  const floored = runs.flatMap(({ floor }) => (floor === null ? [] : [{ floor }]));
  const floor = floored.length > 0 ? meanOf(floored, "floor") : null;
  const testSamples = Math.round(meanOf(runs, "testSamples"));
  const seeds = runs.length === 1 ? `seed ${runs[0].seed}` : `seeds ${runs[0].seed} to ${runs[runs.length - 1].seed}`;
  const layers = settings.method === "linear" ? "" : ` ${settings.hidden.join("-")}`;
  const of = `${data.info.name}: ${settings.method}${layers}, ${count(settings.epochs, "epoch")}, ${seeds}`;
  const title = `Test ${labelOf(firstOf(task))}, a dot for every split: ${of}`;
  return [
    h("h3", {}, of),
    h(
      "div",
      { class: "verdict" },
      h(
        "div",
        {},
        h("p", { id: "evaluate-accuracy" }, ...meanText(real, task)),
        h("p", { id: "evaluate-worth" }, `${oneSample(testSamples, task)} on a single split.`),
        h("p", { id: "evaluate-floor" }, against(real, floor, task)),
        ...balancedLine(runs),
        (settings.calibrate !== DEFAULTS.calibrate || settings.threshold !== DEFAULTS.threshold) &&
          h("p", {}, "Every split is trained without a validation part: calibration and threshold are left out here."),
        shuffled.runs.length > 0 && h("p", { id: "evaluate-chance" }, chance(shuffled, task)),
      ),
      drawn([() => drawStrip(title, real, shuffled, floor, task)], { origin: originOfRuns(evaluated), what: "splits" }),
    ),
    h("details", { id: "evaluate-runs" }, h("summary", {}, "All runs"), ...runsTable(evaluated)),
  ];
}

function meanText({ interval, runs }: JudgedSummary, task: TaskName): (Node | string)[] {
  const metric = firstOf(task);
  const label = labelOf(metric);
  const words = (value: number) => inWords(metric, value);
  if (!interval) return [h("span", { class: "big" }, words(runs[0].measure)), ` test ${label}, of one split alone.`];
  return [
    h("span", { class: "big" }, words(interval.mean)),
    ` mean test ${label} of ${runs.length} splits; 95\u00a0% interval ${words(interval.low)} to ${words(interval.high)}. It is widened for the samples that training parts share (Nadeau and Bengio 2003).`,
  ];
}

function against({ interval }: JudgedSummary, floor: number | null, task: TaskName): string {
  const known = floorOf(task);
  if (floor === null || !known) return "Nothing is known that answers without the inputs, to hold this against.";
  const metric = firstOf(task);
  const guess = `Without the inputs, ${known.about} has a test ${labelOf(metric)} of ${inWords(metric, floor)}`;
  if (!interval) return `${guess}.`;
  const [worst, side] = metric.better === "larger" ? [interval.low, "below"] : [interval.high, "above"];
  if (isBetter(metric, worst, floor)) return `${guess}, which is ${side} the interval.`;
  return `${guess}: not all of the interval is better, so these runs do not show that anything was learnt.`;
}

/** What the mean is if each class counts alike, where classes are uneven. */
function balancedLine(runs: readonly RunLine[]): Node[] {
  const balanced = runs.flatMap((run) => run.balanced ?? []);
  if (balanced.length === 0) return [];
  const mean = percent(balanced.reduce((sum, value) => sum + value, 0) / balanced.length);
  const text = `Classes are uneven: if each counts alike, the mean is ${mean} (balanced accuracy).`;
  return [h("p", { id: "evaluate-balanced" }, text)];
}

function chance({ runs }: JudgedSummary, task: TaskName): string {
  const splits = `mean of ${count(runs.length, "split")}`;
  const mean = inWords(firstOf(task), meanOf(runs, "measure"));
  return `With the labels shuffled once, so that there is nothing to learn: ${mean}, ${splits}.`;
}

/** What a file of the runs comes of. */
export function originOfRuns({ data, settings: { method, epochs }, report }: Evaluated): Origin {
  const { runs } = report.real;
  return { data: data.info.name, method, seed: `${runs[0].seed}-${runs[runs.length - 1].seed}`, epoch: epochs };
}

function runsTable(evaluated: Evaluated): Node[] {
  const [real, shuffled]: (readonly RunLine[])[] = [evaluated.report.real.runs, evaluated.report.shuffled.runs];
  const { task } = evaluated.data.info;
  const metric = firstOf(task);
  const counts = ["labels", "split", "seed", "train samples", "test samples"];
  const header = [
    ...counts,
    labelOf(metric),
    ...(floorOf(task) ? [`without inputs (${floorOf(task)?.name})`] : []),
    "loss",
    "seconds",
  ];
  const row = (labels: string, run: RunLine, format: (value: number) => string | number) => [
    ...[labels, run.run + 1, run.seed, run.trainSamples, run.testSamples],
    ...[
      format(run.measure),
      ...(run.floor === null ? [] : [format(run.floor)]),
      Number(run.loss.toPrecision(4)),
      Number(run.seconds.toFixed(2)),
    ],
  ];
  const rows = (format: (value: number) => string | number) => [
    ...real.map((run) => row("true", run, format)),
    ...shuffled.map((run) => row("shuffled", run, format)),
  ];
  const save = () =>
    download(savedName(originOfRuns(evaluated), "runs", "csv"), csvOf([header, ...rows((value) => value)]), "text/csv");
  return [
    h("p", {}, h("button", { id: "runs-csv", onclick: save }, "Download the runs as CSV")),
    scrollBox(
      "All runs",
      h(
        "table",
        {},
        h("thead", {}, h("tr", {}, ...header.map((name) => h("th", { scope: "col" }, name)))),
        h(
          "tbody",
          {},
          ...rows((value) => inWords(metric, value)).map((cells) =>
            h("tr", {}, ...cells.map((cell) => h("td", {}, String(cell)))),
          ),
        ),
      ),
    ),
  ];
}
