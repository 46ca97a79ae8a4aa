import { effect } from "@preact/signals-core";
import type { FilePrediction, Mistake, ModelInfo, TestReport } from "../worker/model.js";
import { csvOf } from "./csv.js";
import { attempt, byId, download, h, messageOf, scrollBox } from "./dom.js";
import { compact } from "./format.js";
import { data, modelVersion, occupied, settings } from "./state.js";
import { openTrainerData, trainer } from "./trainer.js";
import { explainPrediction } from "./words.js";
import "./model.css";

const ROWS_SHOWN = 20;

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

function testReport({ heldOut, samples, accuracy, loss, classes, confusion, mistakes }: TestReport): Node[] {
  const which = heldOut
    ? `the ${samples} samples held out from it`
    : `all ${samples} samples of ${data.peek()?.info.name}: it may have been trained on some of them`;
  return [
    h("p", { id: "test-accuracy" }, `Accuracy ${(100 * accuracy).toFixed(2)} %, loss ${loss.toPrecision(4)}, on ${which}.`),
    h(
      "div",
      { class: "scroll", tabIndex: 0, role: "group", "aria-label": "Confusion matrix" },
      confusionTable(classes, confusion),
    ),
    h("h3", {}, mistakes.length === 0 ? "No sample was taken for another class" : "Taken for another class, the first ones"),
    h("ul", { id: "mistakes" }, ...mistakes.map(mistakeItem)),
  ];
}

function confusionTable(classes: readonly string[], confusion: TestReport["confusion"]): HTMLElement {
  const most = Math.max(1, ...confusion.flat());
  const cell = (count: number, right: boolean) => {
    const share = Math.round((100 * count) / most);
    const style = `background: color-mix(in srgb, var(${right ? "--a" : "--c"}) ${Math.round(share * 0.45)}%, transparent)`;
    return h("td", { style }, count === 0 ? "" : String(count));
  };
  const body = confusion.map((row, t) =>
    h("tr", {}, h("th", { scope: "row" }, classes[t]), ...row.map((count, p) => cell(count, t === p))),
  );
  return h(
    "table",
    { id: "confusion" },
    h("caption", {}, "Rows: the true class. Columns: what it was taken for."),
    h("thead", {}, h("tr", {}, h("th", {}, ""), ...classes.map((label) => h("th", { scope: "col" }, label)))),
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
function predictionTable({ ids, classes, labels, probabilities }: FilePrediction): Node[] {
  const row = (i: number) => [
    ...(ids ? [ids[i]] : []),
    labels[i],
    ...Array.from(probabilities.subarray(i * classes.length, (i + 1) * classes.length), (p) => p.toPrecision(6)),
  ];
  const header = [...(ids ? ["id"] : []), "predicted", ...classes];
  const save = () => download("predictions.csv", csvOf([header, ...labels.map((_, i) => row(i))]), "text/csv");
  const shown = labels.slice(0, ROWS_SHOWN).map((_, i) => row(i));
  return [
    h("p", {}, `${labels.length} samples predicted. `, h("button", { id: "predictions-csv", onclick: save }, "Download as CSV")),
    scrollBox(
      "Predictions",
      h(
        "table",
        {},
        h("thead", {}, h("tr", {}, ...header.map((name) => h("th", { scope: "col" }, name)))),
        h("tbody", {}, ...shown.map((cells) => h("tr", {}, ...cells.map((text) => h("td", {}, text))))),
      ),
    ),
    labels.length > ROWS_SHOWN && h("p", { class: "hint" }, `The first ${ROWS_SHOWN} are shown.`),
  ].filter((node): node is HTMLParagraphElement | HTMLDivElement => node !== false);
}
