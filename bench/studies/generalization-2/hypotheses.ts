import { holm } from "../../../src/experiment/statistics/holm.js";
import type { Claimed } from "../decide.js";
import type { Side } from "./sides.js";

/** That the test accuracy of one side is above the other's. E9 asks for two such things at once: both have its number. */
export interface Hypothesis extends Claimed {
  readonly better: Side;
  readonly than: Side;
  readonly family: "primary" | "rest";
  /** What is adjusted as one: of E9 both comparisons, by the larger p. */
  readonly claim: string;
}

const of = (
  claim: string,
  [better, than]: readonly [Side, Side],
  about: string,
  family: Hypothesis["family"] = "rest",
  id = claim,
): Hypothesis => ({ id, claim, better, than, margin: 0, about, family });

/** Fixed before any run. README.md says them in words. */
export const HYPOTHESES: readonly Hypothesis[] = [
  of("E1", ["npset x 10", "dense"], "ten sparse networks against a fully connected one", "primary"),
  of("E9", ["blend", "npset x 10"], "half of linear added to ten sparse networks", "primary", "E9a"),
  of("E9", ["blend", "linear"], "half of ten sparse networks added to linear", "primary", "E9b"),
  of("E2", ["npset x 10", "dense-small x 10"], "sparse against fully connected with as many parameters, ten of each"),
  of("E3", ["npset x 10", "dense x 10"], "sparse against fully connected at the same widths, ten of each"),
  of("E4", ["npset x 10", "linear"], "ten sparse networks against no hidden layer"),
  of("E5", ["shared x 16", "npset"], "16 networks that share their weights against one"),
  of("E6", ["npset x 10", "set x 10"], "neurons removed against none removed, ten of each"),
  of("E7", ["fit", "linear"], "what `fit` finds in a minute against no hidden layer"),
  of("E8", ["fit", "best single"], "what `fit` finds in a minute against the one network that validation prefers"),
];

/**
 * p by Holm within the two families, as many claims as each has. Both comparisons of a claim must hold, so that it has the larger p of them
 * (Berger, "Multiparameter hypothesis testing and acceptance sampling", Technometrics 24, 1982).
 */
export function adjust(pValues: readonly number[]): number[] {
  const adjusted = new Map<string, number>();
  for (const family of ["primary", "rest"] as const) {
    const claims = claimsOf(family);
    const joint = claims.map((claim) =>
      pValues.reduce((largest, p, i) => (HYPOTHESES[i].claim === claim ? Math.max(largest, p) : largest), 0),
    );
    holm(joint).forEach((p, k) => {
      adjusted.set(claims[k], p);
    });
  }
  return HYPOTHESES.map(({ claim }) => adjusted.get(claim) as number);
}

/** The claims of a family, each once. */
export function claimsOf(family: Hypothesis["family"]): string[] {
  return [...new Set(HYPOTHESES.filter((entry) => entry.family === family).map(({ claim }) => claim))];
}
