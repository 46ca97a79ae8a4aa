import { taskOf } from "../../tasks/index.js";
import { counted } from "../../util/counted.js";
import { maximum } from "../../util/extremes.js";
import type { Comparison } from "../analysis/compare.js";
import { datasetsOf } from "../analysis/select.js";
import { fixedDatasets, type ReportInput, readingNotes } from "./input.js";
import { heading, list, note, type ReportPart } from "./parts.js";
import { againSection } from "./sections/again.js";
import { comparisonsSection } from "./sections/comparisons.js";
import { growthFigures, learningSection, type Shown } from "./sections/curves.js";
import { flopSection } from "./sections/flop.js";
import { failuresSection, partNotice } from "./sections/missing.js";
import { ranksSection } from "./sections/ranks.js";
import { removedAfterSection } from "./sections/removed-after.js";
import { sweepsSection } from "./sections/sweeps.js";
import { methodsOf, tablesSection } from "./sections/tables.js";
import { timesSection } from "./sections/times.js";
import { tuningSection } from "./sections/tuning.js";

/** The report of a suite as parts, in the order they are read: what failed first. */
export function reportParts(input: ReportInput, comparisons: readonly Comparison[]): ReportPart[] {
  const { results, config, splits } = input;
  const read = readingNotes(splits);
  const fixed = fixedDatasets(config);
  const task = taskOf(config.task);
  const seeds = Math.max(0, maximum(config.datasets.map(({ splits }) => splits)));
  const shown = methodsOf(results, "main").map((method, i): Shown => ({ method, tone: (i % 6) + 1, dashed: i >= 6 }));
  return [
    note(
      `${counted(config.methods.length, "method")} on ${counted(datasetsOf(results, "main").length, "dataset")}, up to ${counted(seeds, "split")} each, seed ${config.seed}.`,
    ),
    ...partNotice(input),
    ...failuresSection(input),
    ...(read.length > 0 ? [heading("How the data were read"), ...list(read)] : []),
    ...tablesSection(results, fixed, task),
    ...ranksSection(results, task),
    ...comparisonsSection(comparisons, task, config.metric),
    ...learningSection(results, shown, task),
    ...growthFigures(results, shown),
    ...sweepsSection(results, fixed, config),
    ...(config.removeAfter.length > 0 || results.some(({ removedAfter }) => removedAfter)
      ? removedAfterSection(results, config)
      : []),
    ...tuningSection(results, config.lrs),
    ...flopSection(results),
    ...timesSection(input),
    heading("How to read it"),
    ...list(CAVEATS),
    ...againSection(input),
  ];
}

const CAVEATS = [
  "Random splits of one dataset overlap; the corrected variance allows for it, but it is an approximation.",
  "Tests across datasets take them for a sample of independent tasks. Leave out all but one of those that share samples.",
  "Every method has the same epochs and the same rates to choose from. What is tuned further may rank otherwise.",
];
