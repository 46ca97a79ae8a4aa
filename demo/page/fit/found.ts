import { type ReportPart, text } from "../../../src/experiment/report/parts.js";
import { featuresSection, rankingOf } from "../../../src/fit/report/features.js";
import { heldOutSection } from "../../../src/fit/report/held-out.js";
import type { FitFindings } from "../../../src/fit/report/input.js";
import { qualitySection } from "../../../src/fit/report/quality.js";
import { methodsOf, modelOf, sentence } from "../../../src/fit/report/report.js";
import { triedSection } from "../../../src/fit/report/tried.js";
import type { Found } from "../../worker/fit.js";
import { h, noteLines } from "../dom.js";
import { createDownloads } from "./downloads.js";
import { originOfFit, showParts } from "./parts.js";

/** What was found: the verdict first, the files, how good it is, what it looks at, and the rest on demand. */
export function createFound(found: Found): HTMLElement[] {
  const { findings } = found;
  const { data, seed, notes, verdict } = findings;
  return [
    h("h3", { id: "fit-of" }, `${data.name}: fit, seed ${seed}`),
    h("p", { id: "fit-verdict", class: "big" }, sentence(verdict)),
    h("p", {}, modelOf(findings)),
    ...noteLines(notes),
    createDownloads(found),
    h("div", { id: "fit-quality" }, ...showParts("Beside simple models", qualitySection(findings), originOfFit(findings))),
    createFeatures(findings),
    onDemand(findings, data.classes.length > 0 ? "Calibration and classes" : "Samples held out", () => heldOutSection(findings)),
    onDemand(findings, "What was tried", () => triedSection(findings)),
    onDemand(findings, "Methods", () => methodsOf({ result: findings }).map(text)),
  ];
}

/** The features in an order that is greyed where it does not hold. */
function createFeatures(findings: FitFindings): HTMLElement {
  const judged = findings.estimate && rankingOf(findings.estimate);
  return h(
    "div",
    { id: "fit-features", class: judged && !judged.holds ? "do-not-use" : "" },
    ...showParts("Features", featuresSection(findings), originOfFit(findings)),
  );
}

/** A part that is made when it is opened. */
function onDemand(findings: FitFindings, name: string, make: () => readonly ReportPart[]): HTMLElement {
  const node = h("details", {}, h("summary", {}, name));
  const open = () => {
    const parts = make().filter((part) => part.kind !== "heading" || part.text !== name);
    node.append(...showParts(name, parts, originOfFit(findings)));
  };
  node.addEventListener("toggle", open, { once: true });
  return node;
}
