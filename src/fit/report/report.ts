import { list as namesOf } from "../../data/names.js";
import { code, heading, list, note, type ReportPart, text } from "../../experiment/report/parts.js";
import { renderHtmlInTurns } from "../../experiment/report/render-html.js";
import { judgingOf } from "../../experiment/run/leg.js";
import { labelOf } from "../../metrics/metric.js";
import { nameOf } from "../../options/piece.js";
import { grouped } from "../../report/format.js";
import { counted } from "../../util/counted.js";
import { insteadOf } from "../verdict.js";
import { featuresSection } from "./features.js";
import { heldOutSection } from "./held-out.js";
import type { FitFindings, FitReportInput } from "./input.js";
import { qualitySection } from "./quality.js";
import { triedSection } from "./tried.js";

/** What a report of a fit is called. */
export const titleOf = ({ result }: FitReportInput): string => `The best model for ${result.data.name}`;

/** The report of a fit as one page of HTML without anything else to fetch, with a rest after every chart. */
export const renderFitReport = (input: FitReportInput, rest: () => Promise<unknown>): Promise<string> =>
  renderHtmlInTurns(titleOf(input), fitReportParts(input), rest);

/** The report of a fit as parts, in the order they are read: the verdict first. */
export function fitReportParts(input: FitReportInput): ReportPart[] {
  const { result, command } = input;
  return [
    heading("Verdict"),
    text(sentence(result.verdict)),
    text([modelOf(result), ...insteadWords(result)].join(" ")),
    ...list(result.notes.map(sentence)),
    ...qualitySection(result),
    ...featuresSection(result),
    ...heldOutSection(result),
    ...triedSection(result),
    heading("Methods"),
    ...methodsOf(input).map(text),
    ...(command ? [heading("Again"), code(command), ...(command.includes("--plan") ? [] : [note(BY_PLAN)])] : []),
  ];
}

const BY_PLAN =
  "A budget is turned into a plan by the clock, so another run may try more or less. With --plan and the plan.json beside this report, in the place of --budget, --estimate, --members and --seed, the same model comes out.";

/** Where the model file holds another model than the verdict says to use: which file does, if there is one. */
function insteadWords({ chosen, estimate }: FitFindings): string[] {
  const name = estimate && insteadOf(chosen, estimate);
  if (!name) return [];
  return [name === "linear" ? "Linear alone is in linear.safetensors." : `No model file is written of ${name}.`];
}

/** Words as a sentence. */
export const sentence = (words: string) => `${words[0].toUpperCase()}${words.slice(1)}${words.endsWith(".") ? "" : "."}`;

/** What the model file holds. */
export function modelOf({ chosen: { best, weights }, plan, data }: FitFindings): string {
  const { network, linear } = best;
  const parts = [
    ...(network && weights.network > 0
      ? [
          `${counted(plan.members, "network")} (${network.candidate.name}), averaged, trained for ${counted(network.epoch, "epoch")}`,
        ]
      : []),
    ...(weights.linear > 0 ? [`${linear.candidate.name}, trained for ${counted(linear.epoch, "epoch")}`] : []),
  ];
  const shares = parts.length > 1 ? `, weighted ${weights.network.toFixed(2)} to ${weights.linear.toFixed(2)}` : "";
  return `The model is ${parts.join(" and ")}${shares}, on all ${counted(grouped(data.samples), "sample")}.`;
}

/** A paragraph for the methods of a paper, and one of what else it takes to do it again. */
export function methodsOf({ result, sha256 }: FitReportInput): string[] {
  const { plan, data, estimate, version, seed } = result;
  const { network, linear } = plan.candidates;
  const inner = plan.repeats > 1 ? `${plan.repeats} rounds of ${plan.folds} inner folds` : `${plan.folds} inner folds`;
  const outer =
    plan.outer && `${plan.outer.repeats > 1 ? `${plan.outer.repeats} rounds of ` : ""}${plan.outer.folds} outer folds`;
  const { score } = judgingOf(plan.task, plan.metric);
  const kinds = [...new Set(network.flatMap(({ options: { method } }) => (method ? [nameOf(method)] : [])))];
  const baselines = Object.keys(estimate?.baselines ?? {}).map((name) => `${name}${SOURCES[name] ? ` (${SOURCES[name]})` : ""}`);
  return [
    `Models for ${data.name} (${counted(grouped(data.samples), "sample")}, ${counted(grouped(data.features), "feature")}, ${learntWords(data)}) were sought with coppice ${version}. ` +
      `${counted(network.length, "setting")} of networks (${namesOf(kinds)}) and ${linear.length} of a linear model were compared by synchronous successive halving (Karnin et al. 2013), with runs of ${plan.epochs} epochs at most. They were compared by the ${labelOf(score)} of samples held out by ${inner}${data.classes.length > 0 ? ", stratified by class" : ""}. ` +
      "Samples that are equal, nearly equal or of one group were in one fold. " +
      (linear[0].options.inputs === "standardize" ? "Inputs were standardised by the samples trained on alone. " : "") +
      `The best were trained again on all samples, the network ${counted(plan.members, "time")} for the average, under the same schedules, until the epoch that was best on samples held out. ` +
      "What answers is the networks, the linear model, or both with weights, as did best on these samples. " +
      (outer
        ? `How good the outcome is was estimated by nested cross-validation: all of this was done anew without the samples of each of ${outer}. Intervals are at 95 %, of the mean over folds, with the corrected variance of Nadeau and Bengio (2003). It was held against ${baselines.join(", ")} on the same folds.`
        : "How good the outcome is was not estimated."),
    `coppice ${version}, device ${plan.device}, seed ${seed}${sha256 ? `, SHA-256 of the data ${sha256}` : ""}.`,
  ];
}

/** What there is to learn: "3 classes", "targets y1, y2". */
const learntWords = ({ classes, targetNames = [] }: FitFindings["data"]) =>
  targetNames.length > 0
    ? `${counted(targetNames.length, "column")} to learn, ${namesOf(targetNames)}`
    : `${classes.length} classes`;

/** Where baselines come from. */
const SOURCES: Readonly<Record<string, string>> = {
  centroid: "nearest shrunken centroids, Tibshirani et al. 2002",
  univariate: "the features with the largest F statistics, nearest centroids",
  majority: "the classes' shares",
};
