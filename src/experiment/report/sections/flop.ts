import { compact, grouped } from "../../../report/format.js";
import { meanMeasure } from "../../analysis/estimate.js";
import { datasetsOf, runsOf } from "../../analysis/select.js";
import type { RunResult } from "../../run/records.js";
import { heading, note, type ReportPart, tableOf } from "../parts.js";
import { methodsOf } from "./tables.js";

/** Floating point operations, exact counts. */
export function flopSection(results: readonly RunResult[]): ReportPart[] {
  const methods = methodsOf(results, "main");
  const rows = datasetsOf(results, "main").map((dataset) => [
    dataset,
    ...methods.map((method) => {
      const runs = runsOf(results, { study: "main", dataset, method, variant: "" });
      const mean = meanMeasure(runs, ({ flop }) => flop.train);
      return mean === null ? "-" : compact(mean);
    }),
  ]);
  const total = (pick: (result: RunResult) => number) => compact(results.reduce((sum, result) => sum + pick(result), 0));
  return [
    heading("Floating point operations of a training"),
    note(
      `Counted, not measured: multiplications and additions of all training steps of one run (mean over the splits), of connections that exist. All methods have the same epochs and updates. In the ${grouped(results.length)} runs of this report, those of the other studies included: ${total(({ flop }) => flop.train)} for the trainings that are reported and ${total(({ flop }) => flop.tuning)} for tuning.`,
    ),
    ...tableOf(["dataset", ...methods], rows),
  ];
}
