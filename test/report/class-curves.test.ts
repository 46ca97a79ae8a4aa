import { expect, test } from "vitest";
import { classCurves } from "../../src/report/class-curves.js";

/** The points of the first line of a chart, in its own pixels. */
function firstLine(content: string): number[][] {
  const [, path = ""] = /<path d="(M[^"]+)"/.exec(content.slice(content.indexOf('aria-label="line"'))) ?? [];
  return path
    .split(/[ML]/)
    .slice(1)
    .map((point) => point.split(",").map(Number));
}

test("curves of two classes are those of the rarer one, and go where the thresholds lead", () => {
  const p = [0.9, 0.7, 0.6, 0.4, 0.2]; // of class "case", which the first and the third sample have
  const labels = [0, 1, 0, 1, 1];
  const drawings = classCurves(Float64Array.from(p.flatMap((own) => [own, 1 - own])), labels, ["case", "control"]);
  const [roc, pr, calibration] = drawings.map(({ content }) => content.text);
  expect(drawings.map(({ legend }) => legend[0].name)).toEqual([
    "case (area 0.833)",
    "case (area 0.833)",
    "the model, in 15 ranges",
  ]);
  const fractions = (points: number[][]) => {
    const [left, right, top, bottom] = [64, 560 - 24, 30, 420 - 42];
    return points.map(([x, y]) =>
      [(x - left) / (right - left), (bottom - y) / (bottom - top)].map((value) => Number(value.toFixed(2))),
    );
  };
  const third = expect.closeTo(1 / 3, 1);
  expect(fractions(firstLine(roc))).toEqual([
    [0, 0],
    [0, 0.5],
    [third, 0.5],
    [third, 1],
    [expect.closeTo(2 / 3, 1), 1],
    [1, 1],
  ]);
  const [precision] = fractions(firstLine(pr))
    .slice(2)
    .map(([, y]) => y);
  expect(precision).toBeCloseTo(2 / 3, 1);
  expect(fractions(firstLine(calibration)).at(-1)).toEqual([expect.closeTo(0.9, 1), 1]);
});

test("of many classes those with the smallest areas have curves, of one class none", () => {
  const classes = Array.from({ length: 9 }, (_, c) => `c${c}`);
  const labels = Array.from({ length: 27 }, (_, i) => i % 9);
  const right = (i: number) => (i % 9 > 6 ? 0.9 : 0.1); // only c7 and c8 are told
  const p = labels.flatMap((label, i) => classes.map((_, c) => (c === label ? right(i) : (1 - right(i)) / 8)));
  const [roc] = classCurves(Float64Array.from(p), labels, classes);
  expect(roc.legend.map(({ name }) => name.slice(0, 2))).toEqual(["c0", "c1", "c2", "c3", "c4", "c5"]);
  expect(roc.title).toBe("ROC curve, the 6 classes with the smallest areas");
  expect(classCurves(Float64Array.of(0.5, 0.5), [1], ["a", "b"])).toEqual([]);
});
