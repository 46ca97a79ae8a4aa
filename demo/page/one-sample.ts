import { count } from "./format.js";

/** What a test part can resolve: "24 test samples: one is worth 4.2 points". */
export function oneSample(testSamples: number): string {
  const points = Number((100 / testSamples).toPrecision(2));
  return `${count(testSamples, "test sample")}: one is worth ${points} ${points === 1 ? "point" : "points"}`;
}
