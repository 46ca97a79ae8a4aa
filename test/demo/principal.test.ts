import { expect, it } from "vitest";
import { principal } from "../../demo/worker/see/principal.js";
import cases from "../fixtures/pca.json";

it.each(cases)("two components of $samples samples of $features features are scikit-learn's, up to sign", (one) => {
  const { points, shares } = principal(one.x, one.samples, one.features);
  for (const k of [0, 1]) {
    expect(shares[k]).toBeCloseTo(one.shares[k], 8);
    const [found, known] = [points, one.points].map((all) => Array.from({ length: one.samples }, (_, i) => all[2 * i + k]));
    const sign = Math.sign(found[0] * known[0]);
    for (const [i, value] of found.entries()) expect(sign * value).toBeCloseTo(known[i], 7);
    expect(Math.max(...found)).toBeCloseTo(Math.max(...known.map(Math.abs)), 7);
  }
});

it("alike samples, one feature and one sample have no variance that is not there", () => {
  expect(principal([3, 3, 3, 3], 2, 2)).toEqual({ points: new Float64Array(4), shares: [0, 0] });
  expect(principal([1, 2, 3], 3, 1).shares).toEqual([1, 0]);
  expect(principal([1, 2, 3], 1, 3)).toEqual({ points: new Float64Array(2), shares: [0, 0] });
});
