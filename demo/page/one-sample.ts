import type { TaskName } from "../../src/api/extend.js";
import { count } from "./format.js";
import { areRight } from "./metrics.js";

/** What a test part can resolve: "24 test samples: one is worth 4.2 points"; of answers that are not right or wrong just how many there are. */
export function oneSample(testSamples: number, task: TaskName): string {
  const tests = count(testSamples, "test sample");
  const points = Number((100 / testSamples).toPrecision(2));
  return areRight(task) ? `${tests}: one is worth ${points} ${points === 1 ? "point" : "points"}` : tests;
}
