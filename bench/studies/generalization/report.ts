import { inPlannedOrder } from "../../../src/experiment/analysis/missing.js";
import { datasetsOf } from "../../../src/experiment/analysis/select.js";
import { fixedDatasets, type ReportInput } from "../../../src/experiment/report/input.js";
import { note, type ReportPart } from "../../../src/experiment/report/parts.js";
import { againSection } from "../../../src/experiment/report/sections/again.js";
import { growthFigures, learningSection, type Shown } from "../../../src/experiment/report/sections/curves.js";
import { flopSection } from "../../../src/experiment/report/sections/flop.js";
import { failuresSection, partNotice } from "../../../src/experiment/report/sections/missing.js";
import { ranksSection } from "../../../src/experiment/report/sections/ranks.js";
import { removedAfterSection } from "../../../src/experiment/report/sections/removed-after.js";
import { sweepsSection } from "../../../src/experiment/report/sections/sweeps.js";
import { tablesSection } from "../../../src/experiment/report/sections/tables.js";
import { timesSection } from "../../../src/experiment/report/sections/times.js";
import { tuningSection } from "../../../src/experiment/report/sections/tuning.js";
import { removedAfterCsv, runsCsv, tableCsv, timesCsv } from "../../../src/experiment/report/tables-csv.js";
import { writeDocuments } from "../../../src/experiment/report/write-report.js";
import { classification } from "../../../src/tasks/classification.js";
import { counted } from "../../../src/util/counted.js";
import { maximum } from "../../../src/util/extremes.js";
import { type DatasetEstimate, datasetEstimates } from "./dataset-estimates.js";
import { type Decision, decide } from "./hypotheses.js";
import { caveatsSection } from "./sections/caveats.js";
import { claimsSection } from "./sections/claims.js";
import { hypothesesSection, perDataset } from "./sections/hypotheses.js";
import { secondarySection } from "./sections/secondary.js";
import { sourceOf } from "./sources.js";
import { differencesCsv, hypothesesCsv } from "./tables-csv.js";

/** The methods of Figure 2. */
const LEARNING: readonly Shown[] = [
  { method: "npset", tone: 1 },
  { method: "set", tone: 3 },
  { method: "dense", tone: 2 },
];

/** Those whose connections and neurons are shown. */
const GROWING: readonly Shown[] = [
  { method: "npset", tone: 1 },
  { method: "static-np", tone: 4 },
  { method: "set", tone: 3, dashed: true },
  { method: "set-half", tone: 5, dashed: true },
  { method: "dense-small", tone: 2, dashed: true },
];

/** Writes the study's report to a folder, as `writeReport` does that of any suite, with hypotheses.csv, differences.csv and figure1.csv. */
export function writeStudy(input: ReportInput, folder: string): string[] {
  const { config, times } = input;
  const results = inPlannedOrder(config, input.results);
  const fixed = fixedDatasets(config);
  const decisions = decide(results);
  const differences = datasetEstimates(decisions, fixed);
  const parts = studyParts({ ...input, results }, decisions, differences);
  return writeDocuments(folder, `Experiment suite ${config.name}`, parts, {
    "runs.csv": runsCsv(results, classification),
    "table.csv": tableCsv(results, fixed, classification),
    "hypotheses.csv": hypothesesCsv(decisions),
    "differences.csv": differencesCsv(differences),
    "figure1.csv": removedAfterCsv(results, classification),
    ...(times.length > 0 && { "times.csv": timesCsv(times) }),
  });
}

/** The report of the study as parts, in the order they are read: what failed and what held first. */
function studyParts(input: ReportInput, decisions: readonly Decision[], differences: readonly DatasetEstimate[]): ReportPart[] {
  const { results, config } = input;
  const fixed = fixedDatasets(config);
  const seeds = Math.max(0, maximum(config.datasets.map(({ splits }) => splits)));
  return [
    note(
      `${counted(config.methods.length, "method")} on ${counted(datasetsOf(results, "main").length, "dataset")}, up to ${counted(seeds, "split")} each, seed ${config.seed}. The claims are those of Liu, Mocanu and Pechenizkiy, "On improving deep learning generalization with adaptive sparse connectivity" (2019).`,
    ),
    ...partNotice(input),
    ...hypothesesSection(decisions, results),
    ...claimsSection(decisions, results, config),
    ...tablesSection(results, fixed, classification),
    ...perDataset(differences),
    ...removedAfterSection(results, config, "Figure 1: neurons removed after training"),
    ...learningSection(results, LEARNING, classification, "Figure 2: learning curves"),
    ...growthFigures(results, GROWING),
    ...sweepsSection(results, fixed, config),
    ...ranksSection(results, classification, sourceOf),
    ...tuningSection(results, config.lrs),
    ...secondarySection(results),
    ...flopSection(results),
    ...timesSection(input),
    ...failuresSection(input),
    ...caveatsSection(config),
    ...againSection(input, `node bench/studies/generalization/main.mjs --results runs/${config.name} --to docs/${config.name}`),
  ];
}
