import { areasOf, rarerClass, type Thresholds, thresholdsOf } from "../metrics/classes/curves.js";
import { CALIBRATION_BINS, calibrationBins, calibrationError } from "../metrics/classes/probabilities.js";
import { percent } from "../util/percent.js";
import type { FloatArray } from "../util/types.js";
import { type Drawing, drawSquare, type Path, type SquareChart } from "./charts/index.js";
import { short } from "./format.js";

/** Curves in one chart: as many as there are colours. */
const MOST = 6;

/**
 * The ROC, precision-recall and calibration curves of probabilities [samples, classes] and labels [samples], as charts. Of two classes the rarer one
 * has curves, of several each against the rest; of more than 6 those with the smallest areas. None where all samples are of one class.
 */
export function classCurves(probabilities: FloatArray, labels: ArrayLike<number>, names: readonly string[]): Drawing[] {
  const { rocAuc, prAuc } = areasOf(probabilities, labels, names.length);
  const shown = worst(rocAuc, labels);
  if (shown.length === 0) return [];
  const few = names.length > MOST ? `, the ${shown.length} classes with the smallest areas` : "";
  const paths = (areas: readonly (number | null)[], of: (thresholds: Thresholds) => Path["points"]) =>
    shown.map((c, i): Path => {
      const points = of(thresholdsOf(probabilities, labels, names.length, c));
      return { name: `${names[c]} (area ${short(areas[c])})`, tone: i + 1, points };
    });
  const chart = (title: string, xLabel: string, yLabel: string, drawn: readonly Path[], more: readonly Path[]) => {
    const description = `${yLabel} over ${xLabel}: ${drawn.map(({ name }) => name).join("; ")}.`;
    return drawSquare({ title, xLabel, yLabel, paths: [...drawn, ...more], description });
  };
  const guess: Path = { name: "guessing", tone: 5, dashed: true, points: diagonal };
  return [
    chart(
      `ROC curve${few}`,
      "taken wrongly, of the rest",
      "found, of the class",
      paths(rocAuc, rocPoints),
      shown.length < 5 ? [guess] : [],
    ),
    chart(`Precision and recall${few}`, "recall", "precision", paths(prAuc, prPoints), []),
    drawSquare(calibrationChart(probabilities, labels, names.length)),
  ];
}

const diagonal: Path["points"] = [
  [0, 0],
  [1, 1],
];

/** The classes that have curves, in the order of the classes. */
function worst(areas: readonly (number | null)[], labels: ArrayLike<number>): number[] {
  const defined = [...areas.keys()].filter((c) => areas[c] !== null);
  if (areas.length === 2 && defined.length === 2) return [rarerClass(labels)];
  return defined
    .sort((a, b) => Number(areas[a]) - Number(areas[b]) || a - b)
    .slice(0, MOST)
    .sort((a, b) => a - b);
}

function rocPoints({ positives, negatives }: Thresholds): Path["points"] {
  const [p, n] = [positives[positives.length - 1], negatives[negatives.length - 1]];
  return [[0, 0], ...Array.from(positives, (found, i): [number, number] => [negatives[i] / n, found / p])];
}

/** Steps, not lines, between thresholds: precision does not change evenly. */
function prPoints({ positives, negatives }: Thresholds): Path["points"] {
  const all = positives[positives.length - 1];
  return Array.from(positives, (found, i) => {
    const before = i > 0 ? positives[i - 1] : 0;
    const precision = found / (found + negatives[i]);
    const ends = [
      [before / all, precision],
      [found / all, precision],
    ] as const;
    return found > before ? ends : []; // where none is found there is no area
  }).flat();
}

/** How often the largest of probabilities [samples, classes] is right, by how large it is. */
export function calibrationChart(probabilities: FloatArray, labels: ArrayLike<number>, classes: number): SquareChart {
  const points = calibrationBins(probabilities, labels, classes).flatMap(({ confidence, right }) => {
    return confidence === null || right === null ? [] : [[Math.min(1, confidence), right] as const];
  });
  const error = percent(calibrationError(probabilities, labels, classes), 2);
  return {
    title: `Calibration (error ${error})`,
    xLabel: "mean of the largest probability",
    yLabel: "taken for the right class",
    description: `How often samples are right by how sure the model is of them; the calibration error is ${error}.`,
    paths: [
      { name: `the model, in ${CALIBRATION_BINS} ranges`, tone: 1, points, dots: true },
      { name: "as sure as it is right", tone: 5, dashed: true, points: diagonal },
    ],
  };
}
