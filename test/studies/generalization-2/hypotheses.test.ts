import { describe, expect, it } from "vitest";
import { adjust, HYPOTHESES } from "../../../bench/studies/generalization-2/hypotheses.js";
import type { Answer, UnitResult } from "../../../bench/studies/generalization-2/records.js";
import { decide } from "../../../bench/studies/generalization-2/report.js";
import { bestSingle, differencesOf } from "../../../bench/studies/generalization-2/sides.js";
import { SEEN, STUDY } from "../../../bench/studies/generalization-2/study.js";

/** An answer whose members all do as well as their average. */
function answer(accuracy: number, loss?: number): Answer {
  return {
    members: 10,
    accuracy,
    balancedAccuracy: accuracy,
    crossEntropy: 1,
    correct: "1",
    parameters: 10,
    alone: [accuracy],
    curve: [accuracy],
    disagreement: 0,
    tuned: loss === undefined ? null : { lr: 0.01, decay: 0, loss, trials: [], edge: false },
  };
}

function result(dataset: string, split: number, answers: Record<string, Answer>): UnitResult {
  const data = { sha256: "", features: 1, classes: 2, trainSamples: 2, testSamples: 1 };
  return { dataset, split, arm: "blend", version: "0", seed: 1, data, answers, seconds: 1 };
}

const outcomes = (results: UnitResult[]) =>
  Object.fromEntries(decide(results).map(({ hypothesis, outcome, test }) => [hypothesis.id, { outcome, p: test?.adjusted }]));

/** Accuracies of `blend`, npset and linear on so many datasets. */
const triples = (count: number, of: (i: number) => [number, number, number]) =>
  Array.from({ length: count }, (_, i) => {
    const [blend, npset, linear] = of(i).map((accuracy) => answer(accuracy));
    return result(`d${i}`, 0, { blend, npset, linear });
  });

describe("hypotheses of the second edition", () => {
  it("are E1 to E9, of which E1 and E9 are primary, and every side is one that is measured", () => {
    const claims = [...new Set(HYPOTHESES.map(({ claim }) => claim))].sort();
    expect(claims).toEqual(["E1", "E2", "E3", "E4", "E5", "E6", "E7", "E8", "E9"]);
    expect(HYPOTHESES.filter(({ family }) => family === "primary").map(({ id }) => id)).toEqual(["E1", "E9a", "E9b"]);
  });

  it("are adjusted as two primary claims, E9 by the larger of its p, and as seven others", () => {
    const p = new Map(HYPOTHESES.map(({ id }) => [id, 0.5]));
    for (const [id, value] of Object.entries({ E1: 0.03, E9a: 0.001, E9b: 0.02, E2: 0.004 })) p.set(id, value);
    const adjusted = new Map(adjust([...p.values()]).map((value, i) => [HYPOTHESES[i].id, value]));
    expect(adjusted.get("E9a")).toBeCloseTo(2 * 0.02, 12);
    expect(adjusted.get("E9b")).toBeCloseTo(2 * 0.02, 12);
    expect(adjusted.get("E1")).toBeCloseTo(2 * 0.02, 12); // Holm: not below the one before
    expect(adjusted.get("E2")).toBeCloseTo(7 * 0.004, 12);
    expect(adjusted.get("E3")).toBe(1);
  });

  it("E9 does not hold where the blend beats one of the two alone", () => {
    const both = outcomes(triples(10, (i) => [0.9 + i / 1000, 0.8, 0.7]));
    expect([both.E9a.outcome, both.E9b.outcome]).toEqual(["holds", "holds"]);
    expect(both.E9a.p).toBeCloseTo(2 / 1024, 12);
    const one = outcomes(triples(10, (i) => [0.9 + i / 1000, 0.8, 0.95]));
    expect(one.E9a.outcome).toBe("not shown");
    expect(one.E9b.outcome).toBe("contradicted");
    expect(one.E7.outcome).toBe("untested");
  });

  it("count datasets of one source once", () => {
    const results = ["leukemia", "ALLAML"].map((name, i) =>
      result(name, 0, { npset: answer(0.8 + i / 10), linear: answer(0.7) }),
    );
    const e4 = decide(results).find(({ hypothesis }) => hypothesis.id === "E4");
    expect(e4?.sources).toHaveLength(1);
    expect(e4?.sources[0].difference).toBeCloseTo(0.15, 12);
  });

  it("compare on the splits that both sides have, from the units of all arms", () => {
    const results = [
      result("a", 0, { npset: answer(0.8) }),
      result("a", 0, { dense: answer(0.7) }),
      result("a", 1, { npset: answer(0.1) }),
    ];
    expect(differencesOf(results, "npset x 10", "dense x 10")).toEqual([
      { dataset: "a", difference: expect.closeTo(0.1, 12), splits: 1, missing: 1 },
    ]);
  });

  it("take for the best single method what validation prefers, whatever the test says", () => {
    const answers = {
      npset: answer(0.9, 0.5),
      set: answer(0.8, 0.4),
      dense: answer(0.99, 0.6),
      "dense-small": answer(0.7, 0.41),
      linear: answer(0.6, 0.9),
    };
    expect(bestSingle(answers)).toBe("set");
    expect(bestSingle({ ...answers, dense: undefined })).toBeNull();
  });

  it("are asked on the 18 datasets of the first edition with random splits, of which the prototype saw ten", () => {
    expect(STUDY.datasets).toHaveLength(18);
    expect(STUDY.datasets.every(({ fixed, testData }) => fixed === null && testData === null)).toBe(true);
    expect(SEEN.filter((name) => STUDY.datasets.some((data) => data.name === name))).toHaveLength(10);
  });
});
