import { describe, expect, it } from "vitest";
import { bottlenecks, withoutBottlenecks } from "../../../bench/studies/generalization/bottlenecks.js";
import { judgeClaims } from "../../../bench/studies/generalization/claims.js";
import { decide, FEWEST_SOURCES } from "../../../bench/studies/generalization/hypotheses.js";
import { mergeSources } from "../../../bench/studies/generalization/sources.js";
import { widthCurves } from "../../../bench/studies/generalization/width.js";
import { measureBy } from "../../../src/experiment/analysis/estimate.js";
import { pairedDifferences } from "../../../src/experiment/analysis/pairs.js";
import type { RunResult } from "../../../src/experiment/run/records.js";
import type { MethodName } from "../../../src/methods/index.js";
import { accuracy } from "../../../src/metrics/accuracy.js";
import { madeUpResult } from "../../experiment/simulated-suite.js";

/** Results of the study main: [dataset, method, accuracies by split], null where there is none. */
function resultsOf(...rows: [string, MethodName, (number | null)[]][]): RunResult[] {
  return rows.flatMap(([dataset, method, values]) =>
    values.flatMap((value, split) =>
      value === null ? [] : [madeUpResult({ study: "main", dataset, method, variant: "", split }, value)],
    ),
  );
}

const MAIN = { study: "main", measure: measureBy(accuracy) };

describe("paired differences", () => {
  it("are means over the splits that both methods have", () => {
    const results = resultsOf(
      ["a", "set", [0.9, 0.8, null, 0.5]],
      ["a", "dense", [0.8, 0.6, 0.1, null]],
      ["b", "set", [0.7, 0.7]],
    );
    const differences = pairedDifferences(results, ["set", "dense"], MAIN);
    expect(differences.length).toBe(1); // b has no dense
    expect(differences[0]).toMatchObject({ dataset: "a", splits: 2, missing: 2 });
    expect(differences[0].difference).toBeCloseTo(0.15, 12);
  });

  it("count once where datasets share a source: the mean of theirs", () => {
    const results = resultsOf(
      ["leukemia", "set", [0.9]],
      ["leukemia", "dense", [0.8]],
      ["digits", "set", [0.9]],
      ["digits", "dense", [0.95]],
      ["ALLAML", "set", [0.6]],
      ["ALLAML", "dense", [0.9]],
      ["orlraws10P", "set", [0.5]],
      ["orlraws10P", "dense", [0.4]],
    );
    const merged = mergeSources(pairedDifferences(results, ["set", "dense"], MAIN));
    expect(merged.map(({ source, datasets }) => [source, datasets.length])).toEqual([
      ["leukemia + ALLAML", 2],
      ["digits", 1],
      ["ORL + orlraws10P", 1],
    ]);
    expect(merged[0].difference).toBeCloseTo((0.1 - 0.3) / 2, 12);
    expect(merged[1].difference).toBeCloseTo(-0.05, 12);
    expect(merged[2].difference).toBeCloseTo(0.1, 12);
  });

  it("leave the runs of other studies and variants out", () => {
    const [a, b] = resultsOf(["a", "set", [0.9]], ["a", "dense", [0.8]]);
    const other = { ...a, run: { ...a.run, study: "wide" } };
    const variant = { ...a, run: { ...a.run, variant: "epsilon=5" }, final: { ...a.final, testAccuracy: 0 } };
    const [difference] = pairedDifferences([other, variant, a, b], ["set", "dense"], MAIN);
    expect(difference.difference).toBeCloseTo(0.1, 12);
    expect(pairedDifferences([other, variant, b], ["set", "dense"], MAIN)).toEqual([]);
  });
});

/** Eight datasets on which set is above dense by 1 to 8 points, above static by 1 on five and below by 2 on three, and npset 1 below set. */
const EIGHT = Array.from({ length: 8 }, (_, i) => `d${i + 1}`);
const decided = resultsOf(
  ...EIGHT.flatMap((dataset, i): [string, MethodName, number[]][] => [
    [dataset, "set", [0.8]],
    [dataset, "dense", [0.8 - 0.01 * (i + 1)]],
    [dataset, "static", [i < 5 ? 0.79 : 0.82]],
    [dataset, "npset", [0.79]],
    [dataset, "set-half", [0.9]],
  ]),
);

describe("decisions", () => {
  const decisions = decide(decided);
  const of = (id: string) => {
    const found = decisions.find(({ hypothesis }) => hypothesis.id === id);
    if (!found) throw new Error(id);
    return found;
  };

  it("agree with the signed-rank test by hand", () => {
    expect(of("H1").test?.p).toBeCloseTo(2 ** -8, 12); // all positive
    expect(of("H1").effect?.estimate).toBeCloseTo(0.045, 12);
    // H3: five of 1 (mid-rank 3), three of -2 (mid-rank 7): W+ = 15; of the sums of such ranks, how many reach it
    let reach = 0;
    for (let signs = 0; signs < 256; signs++) {
      let w = 0;
      for (let i = 0; i < 8; i++) if ((signs >> i) & 1) w += i < 5 ? 3 : 7;
      if (w >= 15) reach++;
    }
    expect(of("H3").test).toMatchObject({ statistic: 15, n: 8 });
    expect(of("H3").test?.p).toBeCloseTo(reach / 256, 12);
    expect(of("H5").test?.p).toBeCloseTo(2 ** -8, 12); // 1 below is less than 1.5
    expect(of("H6").test?.p).toBeCloseTo(1, 12);
  });

  it("are adjusted by Holm over six, of which those that cannot be tested have p = 1", () => {
    // p in order: H1 and H5 1/256 each, H3 reach/256, then 1, 1, 1
    expect(of("H1").test?.adjusted).toBeCloseTo(6 / 256, 12);
    expect(of("H5").test?.adjusted).toBeCloseTo(6 / 256, 12); // max(6, 5) / 256
    expect(of("H3").test?.adjusted).toBeCloseTo(Math.min(1, 4 * (of("H3").test?.p ?? 0)), 12);
    expect(decisions.map(({ outcome }) => outcome)).toEqual([
      "holds",
      "untested",
      "not shown",
      "untested",
      "holds",
      "contradicted",
    ]);
  });

  it("need seven datasets before anything can hold", () => {
    expect(FEWEST_SOURCES).toBe(7);
    const outcome = (count: number) => {
      const names = EIGHT.slice(0, count);
      return decide(decided.filter(({ run }) => names.includes(run.dataset)))[0].outcome;
    };
    expect([6, 7].map(outcome)).toEqual(["undecided", "holds"]);
  });

  it("count shared sources once, and say what all datasets by themselves would give", () => {
    const renamed = decided.map((result) => {
      const names: Record<string, string> = { d1: "leukemia", d2: "ALLAML", d3: "ORL", d4: "orlraws10P" };
      return { ...result, run: { ...result.run, dataset: names[result.run.dataset] ?? result.run.dataset } };
    });
    const [h1] = decide(renamed);
    expect(h1.sources.length).toBe(6);
    expect(h1.test?.p).toBeCloseTo(2 ** -6, 12);
    expect(h1.unmerged?.p).toBeCloseTo(2 ** -8, 12);
    expect(h1.effect?.interval?.low).toBeCloseTo(0.015, 12); // six differences: least and largest
  });

  it("of the secondary endpoint use its measure, and only runs that have it", () => {
    const changed = decided.map((result) =>
      result.run.method === "dense"
        ? { ...result, atBestValidation: { epoch: 1, testAccuracy: 0.9, testLoss: 1 } }
        : result.run.dataset === "d1"
          ? { ...result, atBestValidation: null }
          : result,
    );
    const [h1] = decide(changed, { measure: ({ atBestValidation }) => atBestValidation?.testAccuracy ?? null });
    expect(h1.sources.length).toBe(7);
    expect(h1.effect?.estimate).toBeCloseTo(-0.1, 12);
    expect(h1.outcome).toBe("contradicted");
  });
});

describe("claims", () => {
  const widths = widthCurves({ inputs: 300, classes: 5, widths: [250, 500, 1000, 2000, 4000], layers: 3 }, [10, 200]);

  it("are not decided where a hypothesis they ask for was not tested", () => {
    const [first, second, third] = judgeClaims(decide(decided), decided, widths);
    expect(first.verdict).toMatch(/^Not decided: H2 could not be tested/);
    expect(second.verdict).toMatch(/^Supported\./); // H5 held
    expect(second.cons.join()).toContain("H6, npset > set-half");
    expect(second.pros.join()).toContain("npset ended without 50.0 % of its hidden neurons");
    expect(third.cons.join()).toContain("epsilon 200: at widths of 250, 500 the density is capped at 1");
  });

  it("are supported in part, or not, as their hypotheses are", () => {
    const small = EIGHT.map((dataset): [string, MethodName, number[]] => [dataset, "dense-small", [0.7]]);
    const all = [...decided, ...resultsOf(...small)];
    expect(judgeClaims(decide(all), all, widths)[0].verdict).toMatch(/^Supported in part: H1, H2 held/);
    const worse = all.map((result) =>
      result.run.method === "set" ? { ...result, final: { ...result.final, testAccuracy: 0.5 } } : result,
    );
    expect(judgeClaims(decide(worse), worse, widths)[0].verdict).toMatch(/^Not supported, and contradicted by H1, H2, H3/);
  });
});

it("datasets on which dense-small is narrower than the classes are named, and left out beside", () => {
  const rows = EIGHT.flatMap((dataset): [string, MethodName, number[]][] => [
    [dataset, "dense-small", [dataset === "d8" ? 0.1 : 0.78]],
  ]);
  const small = resultsOf(...rows).map((result): RunResult => {
    const hidden = result.run.dataset === "d8" ? [14, 1, 1] : [30, 2, 30]; // for 2 classes
    return { ...result, neurons: { initial: [99, ...hidden, 2], final: [99, ...hidden, 2] } };
  });
  const all = [...decided, ...small];
  const narrow = bottlenecks(all);
  expect(narrow).toEqual([{ dataset: "d8", widths: [14, 1, 1], classes: 2 }]);
  expect(bottlenecks(decided)).toEqual([]);
  // seven times 2 points, and 1 point of npset: p = 2^-7
  expect(withoutBottlenecks(all, narrow)).toEqual([
    expect.stringMatching(/^H2: set minus dense-small \+2\.0 \(.*\) points, p 0\.0078, 7 datasets\.$/),
    expect.stringMatching(/^H4: npset minus dense-small \+1\.0 \(.*\) points, p 0\.0078, 7 datasets\.$/),
  ]);
  expect(withoutBottlenecks(small, narrow)).toEqual(["H2: no dataset is left.", "H4: no dataset is left."]);
  const widths = widthCurves({ inputs: 300, classes: 5, widths: [250, 500], layers: 3 }, [10]);
  expect(judgeClaims(decide(all), all, widths)[0].cons.join()).toContain("H2 and H4 are no fair contest on d8");
});

describe("parameters against width", () => {
  it("are those counted by hand, linear but where a layer is full", () => {
    const [sparse, , dense] = widthCurves(
      { inputs: 300, classes: 5, widths: [250, 500, 1000, 2000, 4000], layers: 2 },
      [10, 200],
    );
    // 10 (300 + 250) + 10 (250 + 250) connections, a full output of 250 x 5 (its density would be 2.04), biases
    expect(sparse.parameters[0]).toBe(5500 + 5000 + 1250 + 250 + 250 + 5);
    expect(dense.parameters[0]).toBe(300 * 250 + 250 * 250 + 250 * 5 + 505);
    expect(sparse.capped).toEqual([]);
    expect(sparse.offLine).toBe(0);
    expect(dense.offLine).toBeGreaterThan(0.1);
  });
});
