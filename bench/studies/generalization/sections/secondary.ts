import { hundredths, points, pValue, withInterval } from "../../../../src/experiment/analysis/words.js";
import { heading, note, type ReportPart, tableOf } from "../../../../src/experiment/report/parts.js";
import { measureTable } from "../../../../src/experiment/report/sections/tables.js";
import type { RunResult } from "../../../../src/experiment/run/records.js";
import { decide } from "../hypotheses.js";

/** The secondary endpoint: the test accuracy at the epoch that validation chose. */
export function secondarySection(results: readonly RunResult[]): ReportPart[] {
  const title = heading("Secondary endpoint: the epoch that validation chose");
  const said = note(
    "Test accuracy of the same runs at the epoch at which the tuning's validation loss was least; where neurons are removed only after the last removal. The test part never chooses an epoch. This is secondary: it decides no hypothesis, and its p are not adjusted.",
  );
  if (!results.some(({ atBestValidation }) => atBestValidation)) return [title, said, note("Missing: no result here holds it.")];
  const measure = (result: RunResult) => result.atBestValidation?.testAccuracy ?? null;
  const rows = decide(results, { measure }).flatMap(({ hypothesis: { id, better, than }, effect, test, sources }) =>
    effect && test
      ? [
          [
            ...[`${id} ${better} - ${than}`, String(sources.length)],
            ...[withInterval({ mean: effect.estimate, interval: effect.interval }, points), pValue(test.p)],
          ],
        ]
      : [],
  );
  return [
    title,
    said,
    ...tableOf(["difference", "datasets", "points (95 % interval)", "p, not adjusted"], rows),
    ...measureTable(results, "test accuracy at that epoch, %", measure, hundredths),
  ];
}
