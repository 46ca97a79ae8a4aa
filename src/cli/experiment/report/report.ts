import type { DatasetEstimate } from "../../../experiment/analysis/dataset-estimates.js";
import type { Decision } from "../../../experiment/analysis/hypotheses.js";
import { datasetsOf } from "../../../experiment/analysis/select.js";
import { counted } from "../../../experiment/analysis/words.js";
import { maximum } from "../../../util/extremes.js";
import { type Block, note } from "./blocks.js";
import { fixedDatasets, type ReportInput } from "./input.js";
import { flopSection, ranksSection, secondarySection, tuningSection } from "./sections/beside.js";
import { claimsSection } from "./sections/claims.js";
import { figure1, figure2, growthFigures } from "./sections/figures.js";
import { hypothesesSection, perDataset } from "./sections/hypotheses.js";
import { againSection, caveatsSection, failuresSection, partNotice } from "./sections/limits.js";
import { sweepsSection } from "./sections/sweeps.js";
import { tablesSection } from "./sections/tables.js";
import { timesSection } from "./sections/times.js";

/** The report of a suite as blocks, in the order they are read: what failed and what held first. */
export function reportBlocks(
  input: ReportInput,
  decisions: readonly Decision[],
  differences: readonly DatasetEstimate[],
): Block[] {
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
    ...tablesSection(results, fixed),
    ...perDataset(differences),
    ...figure1(results, config),
    ...figure2(results),
    ...growthFigures(results),
    ...sweepsSection(results, fixed, config),
    ...ranksSection(results),
    ...tuningSection(results, config.lrs),
    ...secondarySection(results),
    ...flopSection(results),
    ...timesSection(input),
    ...failuresSection(input),
    ...caveatsSection(config),
    ...againSection(input),
  ];
}
