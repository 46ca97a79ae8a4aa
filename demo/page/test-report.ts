import type { ModelInfo } from "../worker/model.js";
import type { Mistake, TestReport } from "../worker/model-test.js";
import { h, noteLines, scrollBox } from "./dom.js";
import { capital, whole } from "./format.js";
import { inWords, labelOf } from "./metrics.js";
import { originWords } from "./model-origin.js";

/** How the model did: its metrics, and what there is of its task: each target or label, what was taken for what, charts, the first mistakes. */
export function testReport(report: TestReport, model: ModelInfo | undefined): Node[] {
  const { heldOut, samples, loss, mistakes, notes, tested } = report;
  const which = heldOut
    ? `the ${samples} samples held out from it, of ${report.data}`
    : `all ${samples} samples of ${report.data}: it may have been trained on some of them`;
  const told = tested.map((metric) => `${labelOf(metric)} ${inWords(metric, Number(report[metric.name as keyof TestReport]))}`);
  return [
    h("p", { id: "test-accuracy" }, `${capital(told.join(", "))}, loss ${loss.toPrecision(4)}, on ${which}.`),
    ...noteLines(notes),
    h("p", { class: "hint" }, `The model: ${originWords(model)}.`),
    h(
      "div",
      { class: "tested" },
      report.scores.length > tested.length && scrollBox("Scores", scoresTable(report)),
      ...eachNode(report),
      report.confusion && confusionNode(report, report.confusion),
      mistakes && scrollBox("Mistakes", ...mistakesNodes(mistakes, report)),
    ),
    curvesNode(report, model),
  ].filter((node) => node !== null);
}

/** Every score of the test, the majority's share first. */
function scoresTable(report: TestReport): HTMLElement {
  const rows = report.scores.map((score) => {
    const value = report[score.name as keyof TestReport];
    const words = typeof value === "number" ? inWords(score, value) : "not defined";
    return h("tr", {}, h("th", { scope: "row" }, capital(labelOf(score))), h("td", {}, words));
  });
  return h("table", { id: "scores" }, h("tbody", {}, ...rows));
}

/** A line for each target, or each label, where that says more than the metrics. */
function eachNode({ perTarget, perLabel, tested }: TestReport): Node[] {
  const each: readonly object[] = perTarget ?? perLabel ?? [];
  if (each.length === 0 || (each.length === 1 && Object.keys(each[0]).length <= 1 + tested.length)) return [];
  const text = (value: unknown) =>
    typeof value === "number" ? String(Number(value.toPrecision(3))) : value === null ? "not defined" : String(value);
  const table = h(
    "table",
    { id: "each" },
    h("thead", {}, h("tr", {}, ...Object.keys(each[0]).map((name) => h("th", { scope: "col" }, name)))),
    h("tbody", {}, ...each.map((one) => h("tr", {}, ...Object.values(one).map((value) => h("td", {}, text(value)))))),
  );
  return [scrollBox("Each by itself", table)];
}

/** What is drawn of a test, by what the task has. */
const DRAWN: Readonly<Record<string, string>> = {
  survival: "Without the event, by predicted risk",
  reconstruct: "Rebuilt against true values, errors",
};
const drawnOf = ({ confusion, perTarget, task }: TestReport): string | undefined =>
  confusion ? "ROC, precision and recall, calibration" : perTarget ? "Predicted against true" : DRAWN[task];

/** Charts, drawn when they are asked for; none of a task that has none. */
function curvesNode(report: TestReport, model: ModelInfo | undefined): HTMLElement | null {
  const title = drawnOf(report);
  if (title === undefined) return null;
  const node = h("details", { id: "test-curves" }, h("summary", {}, title));
  const draw = async () => {
    const curves = await import("./test-curves.js").then(
      ({ createTestCharts }) => createTestCharts(report, model),
      () =>
        h("p", { class: "error" }, "The script that draws curves could not be loaded; test again when the page is here again."),
    );
    node.append(curves);
  };
  node.addEventListener("toggle", () => void draw(), { once: true });
  return node;
}

/** Classes up to which the confusion is a table. */
const CLASSES_SHOWN = 100;

function confusionNode(report: TestReport, confusion: Confusion): HTMLElement {
  const { length } = report.classes;
  if (confusion.length > 0 && length <= CLASSES_SHOWN) return scrollBox("Confusion matrix", confusionTable(report, confusion));
  const text = `The confusion of ${whole(length)} classes is not shown: at most ${CLASSES_SHOWN} are.`;
  return h("p", { id: "confusion", class: "hint" }, text);
}

type Confusion = NonNullable<TestReport["confusion"]>;

function confusionTable({ classes, recall = [] }: TestReport, confusion: Confusion): HTMLElement {
  const most = confusion.flat().reduce((a, b) => Math.max(a, b), 1);
  // in no run's hue: what is right is bold
  const cell = (count: number, right: boolean) => {
    const share = Math.round((45 * count) / most);
    const style = `background: color-mix(in srgb, var(--soft) ${share}%, transparent);${right ? " font-weight: 650" : ""}`;
    return h("td", { style }, count === 0 ? "" : String(count));
  };
  const share = (value: number | null) => h("td", {}, value === null ? "-" : `${(100 * value).toFixed(1)} %`);
  const body = confusion.map((row, t) =>
    h("tr", {}, h("th", { scope: "row" }, classes[t]), ...row.map((count, p) => cell(count, t === p)), share(recall[t])),
  );
  const names = [...classes, "recall"].map((label) => h("th", { scope: "col" }, label));
  return h(
    "table",
    { id: "confusion" },
    h("caption", {}, "Rows: the true class. Columns: what it was taken for. Recall: the share that was found."),
    h("thead", {}, h("tr", {}, h("th", {}, ""), ...names)),
    h("tbody", {}, ...body),
  );
}

function mistakesNodes(mistakes: readonly Mistake[], { imageShape }: TestReport): Node[] {
  return [
    h("h3", {}, mistakes.length === 0 ? "No sample was taken for another class" : "Taken for another class, the first ones"),
    h("ul", { id: "mistakes" }, ...mistakes.map((mistake) => mistakeItem(mistake, imageShape))),
  ];
}

function mistakeItem({ sample, id, truth, taken, probability, picture }: Mistake, shape: TestReport["imageShape"]): HTMLElement {
  const words = `${id ?? `sample ${sample + 1}`}: ${truth}, taken for ${taken} (${(100 * probability).toFixed(0)} %)`;
  return h("li", {}, picture && drawPicture(picture, shape, words), h("span", {}, words));
}

function drawPicture(values: Float32Array, shape: TestReport["imageShape"], words: string): HTMLCanvasElement {
  const [height, width] = shape ?? [1, values.length];
  const canvas = h("canvas", { width, height, role: "img", "aria-label": words });
  const context = canvas.getContext("2d") as CanvasRenderingContext2D;
  const image = context.createImageData(width, height);
  const most = values.reduce((a, b) => Math.max(a, b), 0) || 1;
  values.forEach((value, j) => {
    image.data.fill((255 * value) / most, 4 * j, 4 * j + 3);
    image.data[4 * j + 3] = 255;
  });
  context.putImageData(image, 0, 0);
  return canvas;
}
