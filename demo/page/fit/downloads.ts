import { effect } from "@preact/signals-core";
import { renderFitReport } from "../../../src/fit/report/report.js";
import { fitTables } from "../../../src/fit/report/tables-csv.js";
import type { Found } from "../../worker/fit.js";
import { attempt, download, h } from "../dom.js";
import { savedName } from "../origin.js";
import { modelFrom, modelVersion, occupied } from "../state.js";
import { trainer } from "../trainer.js";
import { originOfFit } from "./parts.js";

/** Resolves when the page has answered whatever waits. */
const turn = () => new Promise((resolve) => setTimeout(resolve));

/** The model and the report as files, and a way to use the model in this page. */
export function createDownloads({ findings, model, linear }: Found): HTMLElement {
  const error = h("p", { class: "error", role: "alert", hidden: true });
  const nameOf = (what: string, ending: string) => savedName(originOfFit(findings), what, ending);
  const save = (text: string, file: string, type: string, content: () => string | Blob | Promise<string>) => {
    const [what, ending] = file.split(".");
    return h(
      "button",
      { id: `fit-save-${what}`, onclick: async () => download(nameOf(what, ending), await content(), type) },
      text,
    );
  };
  const use = async () => {
    const file = new File([model], nameOf("model", "safetensors"));
    await trainer().openModelFile(file);
    modelFrom.value = file.name;
    modelVersion.value++;
    document.getElementById("model")?.scrollIntoView();
  };
  const used = h("button", { id: "fit-use", onclick: () => void attempt(error, use) }, "Use it in this page");
  effect(() => {
    used.disabled = occupied.value;
  });
  const binary = "application/octet-stream";
  return h(
    "div",
    {},
    h(
      "div",
      { class: "row", role: "group", "aria-label": "What was found, as files" },
      used,
      save("Model", "model.safetensors", binary, () => model),
      save("Linear model alone", "linear.safetensors", binary, () => linear),
      save("Report", "report.html", "text/html", () => renderFitReport({ result: findings }, turn)),
      save("Plan", "plan.json", "application/json", () => `${JSON.stringify(findings.plan, null, 2)}\n`),
      ...Object.entries(fitTables(findings)).map(([file, csv]) => save(file, file, "text/csv", () => csv)),
    ),
    error,
  );
}
