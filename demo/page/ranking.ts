import { svgFile } from "../../src/report/charts/svg-file.js";
import { type Inputs, inputName } from "../names.js";
import type { RankingTable } from "../worker/repeats.js";
import { csvOf } from "./csv.js";
import { download, h, scrollBox } from "./dom.js";
import { fixed, percent, whole } from "./format.js";
import { createHeat } from "./heat.js";
import { drawInputPicture } from "./input-picture.js";
import { type Origin, originText, savedName } from "./origin.js";
import { pictureFiles } from "./picture-files.js";
import { onTheme } from "./theme.js";
import type { Evaluated } from "./trust.js";
import { originOfRuns } from "./verdict.js";

const SHOWN = 50;

/** Draws the picture that is shown anew. */
let redraw: (() => void) | undefined;
onTheme(() => redraw?.());

/** Which inputs the networks of all runs rest on, and how far the runs agree. */
export function createRanking(evaluated: Evaluated): Node[] {
  const { data, settings, report, known } = evaluated;
  const { ranking } = report;
  if (!ranking) return [];
  const { imageShape } = data.info;
  const found = known && Array.from(ranking.feature.subarray(0, known.size)).filter((j) => known.has(j)).length;
  const save = () =>
    download(savedName(originOfRuns(evaluated), "ranking", "csv"), csvOf(csvRows(evaluated, ranking)), "text/csv");
  return [
    h("h3", {}, "Inputs by strength"),
    h(
      "p",
      {},
      "Strength is the sum of |weight| over the connections that leave an input, relative to the average input and averaged over the runs. ",
      ...agreement(evaluated, ranking.top),
    ),
    !["standardize", "robust"].includes(settings.inputs) &&
      h("p", { class: "notice" }, "Inputs were not standardized: strengths of inputs on different scales do not compare."),
    found !== null &&
      known !== null &&
      h(
        "p",
        { id: "informative-found" },
        `${found} of the ${known.size} features made to tell the class are among the first ${known.size}.`,
      ),
    h("p", {}, h("button", { id: "ranking-csv", onclick: save }, "Download the ranking as CSV")),
    h(
      "div",
      { class: imageShape ? "ranked" : "" },
      scrollBox("Inputs by strength", rankingTable(evaluated, ranking, found)),
      imageShape && strengthPicture(ranking, data.info, imageShape, originOfRuns(evaluated)),
    ),
  ].filter((node): node is HTMLHeadingElement | HTMLParagraphElement | HTMLDivElement => node !== false);
}

function agreement({ report }: Evaluated, top: number): string[] {
  const { real, shuffled } = report;
  const first = top === 1 ? "first input" : `first ${top} inputs`;
  if (!real.agreement) return [`One run alone does not tell how much of its ${first} is chance.`];
  const words = ({ overlap, kuncheva }: NonNullable<typeof real.agreement>) =>
    `${percent(overlap, 2)} (${fixed(kuncheva, 2)} when corrected for chance, by Kuncheva's index)`;
  const baseline = shuffled.agreement
    ? ` Of one shuffle of the labels, trained on ${shuffled.runs.length} splits, they share ${words(shuffled.agreement)}: so much comes of splits of the same samples alone.`
    : "";
  return [`Of their ${first} two runs share ${words(real.agreement)} on average.${baseline}`];
}

function rankingTable(evaluated: Evaluated, ranking: RankingTable, found: number | null): HTMLElement {
  const { known, report } = evaluated;
  const runs = report.real.runs.length;
  const header = ["place", "input", "strength", `in the first ${ranking.top}`, "mean rank", ...(known ? ["made to tell"] : [])];
  const rows = Array.from(ranking.feature.subarray(0, SHOWN), (j, i) => {
    const cells = [
      inputName(evaluated.data.info, j),
      ranking.strength[i].toFixed(2),
      `${Math.round(ranking.frequency[i] * runs)} of ${runs}`,
      ranking.rank[i].toFixed(1),
      ...(known ? [known.has(j) ? "yes" : ""] : []),
    ];
    return h("tr", { class: known?.has(j) ? "known" : "" }, ...[String(i + 1), ...cells].map((cell) => h("td", {}, cell)));
  });
  return h(
    "table",
    { id: "ranking", "data-informative-found": found === null ? undefined : String(found) },
    h("caption", {}, `The first ${rows.length} of ${whole(ranking.feature.length)}`),
    h("thead", {}, h("tr", {}, ...header.map((name) => h("th", { scope: "col" }, name)))),
    h("tbody", {}, ...rows),
  );
}

function strengthPicture(
  { feature, strength }: RankingTable,
  info: Inputs,
  shape: readonly [number, number],
  origin: Origin,
): HTMLElement {
  const values = new Float32Array(feature.length);
  feature.forEach((j, i) => {
    values[j] = strength[i];
  });
  const heat = createHeat("strength-picture");
  redraw = () => heat.draw(values, info);
  redraw();
  const title = "Strength over the picture";
  const file = async () => svgFile(drawInputPicture(values, shape, `${title}: ${originText(origin)}`));
  return h(
    "figure",
    { class: "figure" },
    h("figcaption", {}, title),
    heat.node,
    pictureFiles(() => origin, "strength", file),
  );
}

function csvRows(evaluated: Evaluated, { top, feature, strength, rank, frequency }: RankingTable): (string | number)[][] {
  const { known } = evaluated;
  const header = ["place", "feature", "name", "strength", `in_first_${top}`, "mean_rank", ...(known ? ["made_to_tell"] : [])];
  const rows = Array.from(feature, (j, i) => [
    ...[i + 1, j + 1, inputName(evaluated.data.info, j), strength[i], frequency[i], rank[i]],
    ...(known ? [known.has(j) ? 1 : 0] : []),
  ]);
  return [header, ...rows];
}
