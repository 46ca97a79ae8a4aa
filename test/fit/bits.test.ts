import { expect, test } from "vitest";
import { createCpuDevice } from "../../src/device/cpu/device.js";
import { fit as findModel } from "../../src/fit/fit.js";
import { encodeCheckpoint } from "../../src/io/formats/checkpoint/checkpoint.js";
import { crc32c } from "../../src/util/crc32.js";
import { smallPlan, table } from "./tables.js";

/** All numbers of a value, in the order of its fields. */
const numbersOf = (value: unknown): number[] =>
  typeof value === "number" ? [value] : typeof value === "object" && value ? Object.values(value).flatMap(numbersOf) : [];
const sumOf = (value: unknown) => crc32c(new Uint8Array(Float64Array.from(numbersOf(value)).buffer)).toString(16);

test("a fit of classes has the bits that it had before fits of other tasks", async () => {
  const data = table({ samples: 24, features: 10, classes: 3 });
  const plan = smallPlan(data, { outer: { folds: 2, repeats: 1 }, folds: 2 });
  const { model, linear, trials, chosen, estimate, verdict } = await findModel(data, {
    device: createCpuDevice({ threads: 1 }),
    plan,
  });
  const bits = [model, linear].map(({ training: _, ...rest }) => crc32c(encodeCheckpoint(rest)).toString(16));
  const curves = sumOf(trials.map(({ curve }) => curve.map((stop) => Object.values(stop))));
  const choice = [sumOf(chosen.weights), sumOf(chosen.heldOut)];
  const measures = [estimate?.measures, estimate?.baselines, estimate?.beyond, estimate?.sets].map(sumOf);
  const folds = sumOf(estimate?.folds.map(({ test, strength, shuffled }) => [test, strength, shuffled]));
  expect([plan.data.checksum, bits, curves, choice, measures, folds, verdict]).toEqual([
    "fab7028f",
    ["1bf033bd", "48826c00"],
    "bad4781e",
    ["681ac101", "617c651"],
    ["62565ae6", "c540300c", "3abb20c4", "1d65ca11"],
    "489b5aa8",
    "not better than univariate: use univariate (a gain of 12.5 points, interval -79.2 to 104.2)",
  ]);
});
