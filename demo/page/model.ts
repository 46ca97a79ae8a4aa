import { effect } from "@preact/signals-core";
import type { FilePrediction, Mistake, ModelInfo, TestReport } from "../worker/model.js";
import { csvOf } from "./csv.js";
import { attempt, byId, download, h, messageOf, noteLines, scrollBox } from "./dom.js";
import { compact } from "./format.js";
import { data, modelVersion, occupied, settings } from "./state.js";
import { openTrainerData, trainer } from "./trainer.js";
import { explainPrediction } from "./words.js";
import "./model.css";

const ROWS_SHOWN = 20;
/** Classes up to which a table has a column for each. */
const CLASSES_SHOWN = 100;

/** Confusion and mistakes, checkpoints down and up, and predictions for a file. */
export function createModelPanel(): void {
  const about = h(
    "p",
    { id: "model-info", class: "soft", role: "status" },
    "No model yet: train one above, or open a checkpoint.",
  );
  const error = h("p", { id: "model-error", class: "error", role: "alert", hidden: true });
  const test = h("div", { id: "test-report" });
  const predictions = h("div", { id: "predictions" });

  /** Does what a button asks for, and says what went wrong. */
  const attempting = (work: () => Promise<void>) => () => attempt(error, work);
  const last = labelChoice();
  const describe = (info: ModelInfo) => {
    last.hidden = info.named;
    about.textContent = `${info.neurons.join("-")}, ${compact(info.connections)} connections${info.epoch ? `, epoch ${info.epoch}` : ""}; classes ${info.classes.slice(0, 12).join(", ")}${info.classes.length > 12 ? ", ..." : ""}`;
    for (const part of [test, predictions]) part.replaceChildren();
  };
  const buttons = [
    h(
      "button",
      {
        id: "test-model",
        onclick: attempting(async () => {
          await openTrainerData();
          test.replaceChildren(...testReport(await trainer().testModel(settings.peek().device)));
        }),
      },
      "Confusion and mistakes",
    ),
    h(
      "button",
      {
        id: "model-download",
        onclick: attempting(async () => download("model.safetensors", await trainer().modelFile(), "application/octet-stream")),
      },
      "Download checkpoint",
    ),
    h(
      "button",
      {
        id: "model-onnx",
        onclick: attempting(async () => {
          const { onnxOf } = await import("./onnx.js").catch(() => {
            throw new Error(
              "the script that writes ONNX could not be loaded; download the checkpoint, and open it when the page is here again",
            );
          });
          download("model.onnx", await onnxOf(await trainer().modelFile()), "application/octet-stream");
        }),
      },
      "Save as ONNX",
    ),
  ];
  const predict = fileInput("predict-file", "Predict the samples of a file", ".csv,.tsv,.txt,.gz,.mat", (file) =>
    attempting(async () => {
      // a model that knows its features by name finds them, whatever else the file has
      const unlabelled = !last.hidden && byId<HTMLSelectElement>("predict-label").value === "none";
      const options = unlabelled ? { label: null } : {};
      const found = trainer().predictFile(file, options, settings.peek().device);
      predictions.replaceChildren(
        ...predictionTable(
          await found.catch((failure) => {
            throw new Error(explainPrediction(messageOf(failure)));
          }),
        ),
      );
    })(),
  );
  const open = fileInput("model-file", "Open a checkpoint (from this page or the command line)", ".safetensors", (file) =>
    attempting(async () => {
      describe(await trainer().openModelFile(file));
      modelVersion.value++;
    })(),
  );
  byId("model").append(
    h("h2", {}, "Use the model"),
    about,
    h("div", { class: "row" }, ...buttons),
    h("div", { class: "row" }, open.label, predict.label, last),
    error,
    test,
    predictions,
  );
  effect(() => {
    const ready = modelVersion.value > 0 && !occupied.value;
    for (const button of buttons) button.disabled = !ready;
    predict.input.disabled = !ready;
    open.input.disabled = occupied.value;
    if (ready) void trainer().modelInfo().then(describe);
  });
}

function fileInput(id: string, text: string, accept: string, use: (file: File) => void) {
  const input = h("input", {
    id,
    type: "file",
    accept,
    onchange: () => {
      const file = input.files?.[0];
      if (file) use(file);
      input.value = "";
    },
  });
  return { input, label: h("label", {}, text, input) };
}

function labelChoice(): HTMLElement {
  return h(
    "label",
    {},
    "Its last column",
    h(
      "select",
      { id: "predict-label" },
      h("option", { value: "none" }, "is a feature: there are no labels"),
      h("option", { value: "ignore" }, "is the label: leave it out"),
    ),
  );
}

function testReport(report: TestReport): Node[] {
  const { heldOut, samples, accuracy, balancedAccuracy, loss, classes, confusion, mistakes, notes } = report;
  const which = heldOut
    ? `the ${samples} samples held out from it`
    : `all ${samples} samples of ${data.peek()?.info.name}: it may have been trained on some of them`;
  const [right, balanced] = [accuracy, balancedAccuracy].map((fraction) => `${(100 * fraction).toFixed(2)} %`);
  return [
    h(
      "p",
      { id: "test-accuracy" },
      `Accuracy ${right}, balanced accuracy ${balanced} (the mean of the classes' recalls), loss ${loss.toPrecision(4)}, on ${which}.`,
    ),
    ...noteLines(notes),
    confusion.length > 0 && classes.length <= CLASSES_SHOWN
      ? h("div", { class: "scroll", tabIndex: 0, role: "group", "aria-label": "Confusion matrix" }, confusionTable(report))
      : h(
          "p",
          { id: "confusion", class: "hint" },
          `The confusion of ${classes.length} classes is not shown: at most ${CLASSES_SHOWN} are.`,
        ),
    h("h3", {}, mistakes.length === 0 ? "No sample was taken for another class" : "Taken for another class, the first ones"),
    h("ul", { id: "mistakes" }, ...mistakes.map(mistakeItem)),
  ];
}

function confusionTable({ classes, confusion, recall }: TestReport): HTMLElement {
  const most = confusion.flat().reduce((a, b) => Math.max(a, b), 1);
  const cell = (count: number, right: boolean) => {
    const share = Math.round((100 * count) / most);
    const style = `background: color-mix(in srgb, var(${right ? "--a" : "--c"}) ${Math.round(share * 0.45)}%, transparent)`;
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

function mistakeItem({ sample, id, truth, taken, probability, picture }: Mistake): HTMLElement {
  const words = `${id ?? `sample ${sample + 1}`}: ${truth}, taken for ${taken} (${(100 * probability).toFixed(0)} %)`;
  return h("li", {}, picture && drawPicture(picture, words), h("span", {}, words));
}

function drawPicture(values: Float32Array, words: string): HTMLCanvasElement {
  const [height, width] = data.peek()?.info.imageShape ?? [1, values.length];
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

/** The first predictions, and all of them as a file like that of `coppice predict`. */
function predictionTable({ ids, classes, labels, probabilities, notes }: FilePrediction): Node[] {
  const row = (i: number, columns = classes.length) => [
    ...(ids ? [ids[i]] : []),
    labels[i],
    ...Array.from(probabilities.subarray(i * classes.length, i * classes.length + columns), (p) => p.toPrecision(6)),
  ];
  const header = [...(ids ? ["id"] : []), "predicted", ...classes];
  const save = () => download("predictions.csv", csvOf([header, ...labels.map((_, i) => row(i))]), "text/csv");
  const columns = Math.min(classes.length, CLASSES_SHOWN);
  const names = header.slice(0, header.length - classes.length + columns);
  const shown = labels.slice(0, ROWS_SHOWN).map((_, i) => row(i, columns));
  const cut = [
    ...(labels.length > ROWS_SHOWN ? [`The first ${ROWS_SHOWN} are shown.`] : []),
    ...(columns < classes.length ? [`The probabilities of the first ${columns} of ${classes.length} classes are shown.`] : []),
  ];
  return [
    h("p", {}, `${labels.length} samples predicted. `, h("button", { id: "predictions-csv", onclick: save }, "Download as CSV")),
    ...noteLines(notes),
    scrollBox(
      "Predictions",
      h(
        "table",
        {},
        h("thead", {}, h("tr", {}, ...names.map((name) => h("th", { scope: "col" }, name)))),
        h("tbody", {}, ...shown.map((cells) => h("tr", {}, ...cells.map((text) => h("td", {}, text))))),
      ),
    ),
    ...(cut.length > 0 ? [h("p", { class: "hint" }, cut.join(" "))] : []),
  ];
}
