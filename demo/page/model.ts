import { computed, effect } from "@preact/signals-core";
import type { ModelInfo } from "../worker/model.js";
import { attempt, byId, download, h, messageOf } from "./dom.js";
import { compact } from "./format.js";
import { MODEL_FORMATS, SAMPLE_FILES } from "./formats.js";
import { loaded } from "./loaded.js";
import { originOf, originWords } from "./model-origin.js";
import { createOnDemand } from "./on-demand.js";
import { savedName } from "./origin.js";
import { data, modelFrom, modelVersion, occupied, runs, settings } from "./state.js";
import { openTrainerData, trainer } from "./trainer.js";
import { explainPrediction } from "./words.js";
import "./model.css";

const [kept, ...others] = MODEL_FORMATS;

/** A test, checkpoints down and up, and predictions for a file. */
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
  const prediction = createPrediction();
  let model: ModelInfo | undefined;
  const describe = (info: ModelInfo) => {
    model = info;
    prediction.ask(!info.named);
    about.textContent = modelText(info);
    for (const part of [test, predictions]) part.replaceChildren();
  };
  /** A button that saves the model's file, or what `convert` makes of it. */
  const saving = (
    { id, text, extension, mediaType }: typeof kept & { id: string; text: string },
    convert: (file: Blob) => Promise<Blob>,
  ) => {
    const name = () => savedName(originOf(model), "model", extension.slice(1));
    const save = async () => download(name(), await convert(await trainer().modelFile()), mediaType);
    return h("button", { id, onclick: attempting(save) }, text);
  };
  const buttons = [
    h("button", { id: "test-model", onclick: attempting(() => fill(test, () => testNodes(model))) }, "Test the model"),
    saving({ ...kept, id: "model-download", text: `Download ${kept.title}` }, async (file) => file),
    ...others.map((format) =>
      saving({ ...format, id: `model-${format.name}`, text: `Save as ${format.title}` }, async (file) => {
        const instead = `download the ${kept.title}, and open it when the page is here again`;
        const { exported } = await loaded(import("./export.js"), `writes ${format.title}`, instead);
        return exported(file, format.name);
      }),
    ),
  ];
  const predict = fileInput("predict-file", "Predict the samples of a file", SAMPLE_FILES, (file) =>
    attempting(() => fill(predictions, () => prediction.nodesOf(file, model)))(),
  );
  const open = fileInput("model-file", `Open a ${kept.title}`, kept.extension, (file) =>
    attempting(async () => {
      const info = await trainer().openModelFile(file);
      modelFrom.value = file.name;
      describe(info);
      modelVersion.value++;
    })(),
  );
  byId("model").append(
    h("h2", {}, "Use the model"),
    about,
    h("div", { class: "row actions" }, ...buttons),
    h("div", { class: "row" }, open.label, predict.label, ...prediction.choices),
    error,
    test,
    predictions,
    createSee(),
  );
  effect(() => {
    if (data.value) test.replaceChildren(); // it was of other data
  });
  const replaced = computed(() => occupied.value && (runs.value[0]?.epochs.length ?? 0) > 0);
  effect(() => {
    if (!replaced.value) return;
    about.textContent = "The network that is being trained can be used here when that has ended, or was stopped.";
    for (const part of [test, predictions]) part.replaceChildren();
  });
  effect(() => {
    const ready = modelVersion.value > 0 && !occupied.value;
    for (const button of buttons) button.disabled = !ready;
    predict.input.disabled = !ready;
    open.input.disabled = occupied.value;
    if (ready) void trainer().modelInfo().then(describe);
  });
}

/** Fills a part with what comes of `ask`, unless it is filled with something else by then; what was there before goes at once. */
async function fill(part: HTMLElement, ask: () => Promise<Node[]>): Promise<void> {
  const mark = h("p", { class: "soft", role: "status" }, "Working");
  part.replaceChildren(mark);
  try {
    const nodes = await ask();
    if (mark.isConnected) part.replaceChildren(...nodes);
  } finally {
    mark.remove();
  }
}

async function testNodes(model: ModelInfo | undefined): Promise<Node[]> {
  await openTrainerData();
  const { testReport } = await loaded(import("./test-report.js"), "shows tests");
  return testReport(await trainer().testModel(settings.peek().device), model);
}

/** What to give of the samples of a file, and how the file is read. */
function createPrediction() {
  const what = h(
    "select",
    { id: "predict-what" },
    h("option", { value: "answers" }, "Answers for the samples"),
    h("option", { value: "encoding" }, "Activations of the last hidden layer"),
  );
  const [last, first] = [labelChoice(), headerChoice()];
  return {
    choices: [h("label", {}, "What to give of it", what), last, first],
    /** Whether to ask how a file is read: a model that knows its features by name finds them, whatever else the file has. */
    ask(unnamed: boolean) {
      last.hidden = first.hidden = !unnamed;
    },
    async nodesOf(file: File, model: ModelInfo | undefined): Promise<Node[]> {
      const unlabelled = !last.hidden && byId<HTMLSelectElement>("predict-label").value === "none";
      const header = byId<HTMLSelectElement>("predict-header").value;
      const options = { ...(unlabelled && { label: null }), ...(header && { header: header === "names" }) };
      const found = await trainer()
        .predictFile(file, options, settings.peek().device, what.value as "answers" | "encoding")
        .catch((failure) => {
          throw new Error(explainPrediction(messageOf(failure)).replace(/^predict: /, `${file.name}: `));
        });
      const { predictionTable } = await loaded(import("./predictions.js"), "shows predictions");
      return predictionTable(found, file.name, model, what.value === "encoding");
    },
  };
}

/** What shows the model's insides. */
function createSee(): HTMLElement {
  const load = async () => ({ node: (await import("./see/panel.js")).createSeePanel() });
  return createOnDemand("see", "See and explain", load, "explains").node;
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

function headerChoice(): HTMLElement {
  return h(
    "label",
    {},
    "Its first line",
    h(
      "select",
      { id: "predict-header" },
      h("option", { value: "" }, "guess: names or a sample"),
      h("option", { value: "names" }, "is names of features"),
      h("option", { value: "sample" }, "is a sample"),
    ),
  );
}

function labelChoice(): HTMLElement {
  return h(
    "label",
    {},
    "Its last column",
    h(
      "select",
      { id: "predict-label" },
      h("option", { value: "none" }, "is a feature: no labels"),
      h("option", { value: "ignore" }, "is the label: leave it out"),
    ),
  );
}

function modelText(info: ModelInfo): string {
  const classes = `${info.classes.slice(0, 12).join(", ")}${info.classes.length > 12 ? ", ..." : ""}`;
  const networks = info.members > 1 ? [`${info.members} networks`] : [];
  const sizes = info.neurons.length > 0 ? [info.neurons.join("-")] : [];
  return `${[...networks, ...sizes].join(", together ")}, ${compact(info.connections)} connections; ${originWords(info)}; ${info.called} ${classes}`;
}
