import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseHTML } from "linkedom";
import { afterAll, describe, expect, it } from "vitest";
import { judgeRanking } from "../../src/fit/judge-ranking.js";
import type { FitReportInput } from "../../src/fit/report/input.js";
import { fitReportParts } from "../../src/fit/report/report.js";
import { writeFitReport } from "../../src/fit/report/write-report.js";
import type { FitEstimate } from "../../src/fit/result.js";
import { random } from "../../src/util/random.js";
import { matrixDescribe, matrixTest } from "../matrix.js";
import { found } from "./found.js";

const folder = mkdtempSync(join(tmpdir(), "coppice-fit-report-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** All that the parts of a report say, figures apart. */
const textOf = (input: FitReportInput) =>
  fitReportParts(input)
    .map((part) => (part.kind === "charts" ? "" : JSON.stringify(part)))
    .join("\n");
const result = found();

matrixDescribe("the written report of a fit", () => {
  const files = writeFitReport({ result, command: "coppice fit --data genes.csv", sha256: "ab12" }, folder);
  const read = (name: string) => readFileSync(join(folder, name), "utf8");

  it("counts the confusion and the calibration of samples held out by hand", () => {
    const { folds } = result.estimate ?? { folds: [] };
    const counts = [0, 1, 2].map(() => [0, 0, 0]);
    for (const { test, answers } of folds) {
      test.forEach((i, at) => {
        const own = Array.from(answers.fit).slice(3 * at, 3 * at + 3);
        counts[i % 3][own.indexOf(Math.max(...own))]++;
      });
    }
    const rows = [...parseHTML(read("report.html")).document.querySelectorAll("tr")].map((row) =>
      Array.from(row.children, (cell) => cell.textContent),
    );
    counts.forEach((count, c) => {
      const percent = `${((100 * count[c]) / 30).toFixed(1)} %`;
      expect(rows).toContainEqual([result.data.classes[c], ...count.map(String), percent]);
    });
    expect(read("held-out.csv").split("\n")).toHaveLength(92);
    expect(read("held-out.csv").split("\n")[0]).toBe("sample,round,fold,class,taken_for,p_AML,p_B cell,p_T <cell>");
  });

  it("is written as HTML, Markdown with its figures, and tables", () => {
    expect(files).toEqual(
      expect.arrayContaining(["report.html", "report.md", "trials.csv", "measures.csv", "held-out.csv", "features.csv"]),
    );
    const shown = Array.from(read("report.md").matchAll(/\((figures\/[^)]+)\)/g), ([, name]) => name);
    expect(shown.length).toBeGreaterThan(5);
    expect(files).toEqual(expect.arrayContaining(shown));
    expect(read("measures.csv")).toContain("majority,AUC,,,\n");
    expect(read("features.csv").split("\n")[1]).toMatch(/^\d+,'=gene\d+,/); // no formula
    expect(read("report.html")).not.toContain("<cell>");
    expect(read("report.html")).not.toMatch(/<script|https?:\/\/(?!www\.w3\.org)/);
  });
});

describe("the report of a fit", () => {
  it("says the verdict before anything else, and what the model is", () => {
    const text = textOf({ result, sha256: "ab12" });
    const verdict = text.indexOf("Better than linear by 3.1 points, interval 0.4 to 5.9.");
    expect(verdict).toBeGreaterThan(0);
    expect(verdict).toBeLessThan(text.indexOf("Each model was made anew"));
    expect(text).toContain(
      "10 networks (npset 200, rate 0.01), averaged, trained for 30 epochs and linear, decay 5, trained for 40 epochs, weighted 0.60 to 0.40, on all 90 samples.",
    );
    expect(text).toContain('{"text":"86.0 %","notes":["80.0 % to 91.0 %"]}');
    expect(text).toContain("coppice 0.2.0, device cpu, seed 1, SHA-256 of the data ab12.");
  });

  it("says where the model is that the verdict names, and how to come to the same one again", () => {
    const estimate = result.estimate as FitEstimate;
    const equal = (name: string) => {
      const beyond = { ...estimate.beyond, [name]: { mean: 0, low: -1, high: 1 } };
      return textOf({ result: { ...result, estimate: { ...estimate, beyond } }, command: "coppice fit --data genes.csv" });
    };
    expect(equal("linear")).toContain("samples. Linear alone is in linear.safetensors.");
    expect(equal("centroid")).toContain("samples. No model file is written of centroid.");
    expect(equal("none")).not.toMatch(/Linear alone|No model file/);
    expect(equal("none")).toContain("With --plan and the plan.json beside this report");
  });

  it("says that samples count once a round of folds", () => {
    const plan = { ...result.plan, outer: { folds: 5, repeats: 3 } };
    expect(textOf({ result: { ...result, plan } })).toContain("Each sample counts 3 times");
    expect(textOf({ result })).not.toContain("Each sample counts");
  });

  it("gives no order of features, and no figures, where there is no estimate", () => {
    const text = textOf({ result: found({ estimate: false }) });
    expect(text).toContain("Not estimated.");
    expect(text).toContain("No order of the features is given");
    expect(text).toContain("How good the outcome is was not estimated.");
    expect(text).not.toContain("Calibration");
  });

  it("tells where the order of features means nothing", () => {
    expect(textOf({ result })).toContain("The first features are found again in other folds, and not in shuffled labels");
    expect(textOf({ result: found({ noise: true }) })).toContain("Do not use this order: other samples give another one");
    for (const [of, head] of [
      [result, '["feature","strength"'],
      [found({ noise: true }), '["feature (do not use this order)","strength"'],
    ] as const)
      expect(textOf({ result: of })).toContain(head); // a table may be printed on a page of its own
    expect(textOf({ result: found({ shuffled: false }) })).toContain(
      "Do not use this order: it was not held against shuffled labels",
    );
  });
});

describe("a verdict on a ranking", () => {
  const rng = random(3, "ranking");
  const noisy = (top: number, features: number) =>
    Float64Array.from({ length: features }, (_, j) => Number(j < top) + rng.float());
  const folds = (top: number, features = 400) => Array.from({ length: 5 }, () => noisy(top, features));

  it("holds where folds agree and those of shuffled labels do not", () => {
    expect(judgeRanking(folds(20), folds(0))).toMatchObject({ holds: true, shuffled: expect.closeTo(0, 0) });
  });

  it("fails where folds differ, and where shuffled labels agree as well", () => {
    expect(judgeRanking(folds(0), folds(0))?.holds).toBe(false);
    const same = judgeRanking(folds(20), folds(20));
    expect(same?.holds).toBe(false);
    expect(same?.verdict).toContain("shuffled labels give one that is nearly as stable (agreement of the folds 1.00");
  });

  it("is none of a single fold or of three features", () => {
    expect(judgeRanking(folds(2).slice(1, 2), [])).toBeNull();
    expect(judgeRanking(folds(1, 3), [])).toBeNull();
  });

  matrixTest("fails on most tables of noise, and holds where features tell the classes apart", () => {
    const held = (shift: number) =>
      Array.from({ length: 40 }, (_, seed) => judgeTable(shift, seed)).filter((holds) => holds).length;
    expect(held(0)).toBeLessThanOrEqual(4);
    expect(held(1)).toBeGreaterThanOrEqual(36);
  });
});

/** Whether the order of 400 features by |t| holds, in five folds of 60 samples of two classes, where 25 features differ by `shift` deviations. */
function judgeTable(shift: number, seed: number): boolean {
  const [samples, features] = [60, 400];
  const rng = random(seed, "table");
  const y = Uint32Array.from({ length: samples }, (_, i) => i % 2);
  const x = Float64Array.from({ length: samples * features }, (_, k) => {
    return rng.normal() + (k % features < 25 ? shift * y[Math.floor(k / features)] : 0);
  });
  const order = Uint32Array.from(y.keys());
  const wrong = y.slice();
  rng.shuffle(order);
  rng.shuffle(wrong);
  const strengths = (labels: Uint32Array) =>
    [0, 1, 2, 3, 4].map((fold) => {
      const train = Array.from(order).filter((_, at) => at % 5 !== fold);
      return Float64Array.from({ length: features }, (_, j) => {
        const [a, b] = [0, 1].map((c) => train.filter((i) => labels[i] === c).map((i) => x[i * features + j]));
        const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
        const spread = (values: number[]) => mean(values.map((value) => (value - mean(values)) ** 2)) / values.length;
        return Math.abs(mean(a) - mean(b)) / Math.sqrt(spread(a) + spread(b));
      });
    });
  return judgeRanking(strengths(y), strengths(wrong))?.holds ?? false;
}
