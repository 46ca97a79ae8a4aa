import type { SuiteConfig } from "../../../../src/experiment/plan/config.js";
import { charts, heading, lines, list, note, type ReportPart, tableOf, text } from "../../../../src/experiment/report/parts.js";
import type { RunResult } from "../../../../src/experiment/run/records.js";
import { compact, grouped } from "../../../../src/report/format.js";
import { judgeClaims } from "../claims.js";
import type { Decision } from "../hypotheses.js";
import { WIDTHS, widthCurves } from "../width.js";

/** The Erdos-Renyi parameters whose counts are shown beside the suite's: with 200 the density cap lies within the widths. */
const EPSILONS = [10, 50, 200];

/** The verdict on each of the paper's claims, for and against, and the arithmetic of the third. */
export function claimsSection(decisions: readonly Decision[], results: readonly RunResult[], config: SuiteConfig): ReportPart[] {
  const [sample] = results.filter(({ run }) => run.study === "main");
  const layers = config.datasets[0]?.hidden.length ?? 3;
  const shape = sample && { inputs: sample.data.features, classes: sample.data.classes.length, widths: WIDTHS, layers };
  const curves = shape ? widthCurves(shape, EPSILONS) : [];
  const verdicts = judgeClaims(decisions, results, curves).flatMap(({ claim, verdict, pros, cons }, i) => [
    heading(`Claim ${i + 1}: ${claim}`, 3),
    text(verdict),
    text("For:"),
    ...list(pros.length > 0 ? pros : ["nothing in these results"]),
    text("Against, or not shown:"),
    ...list(cons.length > 0 ? cons : ["nothing in these results"]),
  ]);
  const names = curves.map(({ method, epsilon }) => (method === "dense" ? "dense" : `set, epsilon ${epsilon}`));
  const rows = WIDTHS.map((width, i) => [
    grouped(width),
    ...curves.map(({ parameters, capped }) => `${grouped(parameters[i])}${capped.includes(width) ? " (full)" : ""}`),
  ]);
  return [
    heading("Verdict on the paper's claims"),
    ...verdicts,
    ...charts(
      curves.length > 0
        ? [
            lines({
              title: `Parameters against the width of ${layers} hidden layers`,
              x: WIDTHS,
              xLabel: "neurons in a hidden layer",
              yLabel: "parameters",
              series: curves.map(({ parameters }, i) => ({ name: names[i], tone: i + 1, values: parameters })),
              format: compact,
              log: { x: true, y: true },
            }),
          ]
        : [],
    ),
    ...(shape ? tableOf(["width", ...names], rows) : []),
    ...(shape
      ? [
          note(
            `Weights and biases for ${grouped(shape.inputs)} inputs and ${shape.classes} classes (${sample.data.name}). full: a layer before the output holds every connection there can be, min(1, epsilon (in + out) / (in out)) = 1; between hidden layers up to a width of 2 epsilon.`,
          ),
        ]
      : []),
  ];
}
