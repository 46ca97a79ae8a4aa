import { expect, test } from "vitest";
import { fit as findModel } from "../../src/fit/fit.js";
import { countingDevice, expectRefused, nameOf, WRONG } from "../library/wrong.js";
import { table } from "./tables.js";

const { device, left } = countingDevice();

/** Every option, and what is wrong for it. */
const OPTIONS: Readonly<Record<string, readonly unknown[]>> = {
  budget: WRONG.number.filter((value) => value !== Infinity),
  estimate: WRONG.name,
  members: [...WRONG.count, 0, 257],
  seed: [...WRONG.count, 2 ** 32],
  device: [...WRONG.device, "gpu"],
  plan: [...WRONG.object, {}, { version: "1" }],
  store: [...WRONG.object, { get() {} }],
  signal: [null, 5, {}],
  hold: WRONG.function,
  onPlan: WRONG.function,
  onProgress: WRONG.function,
  bugdet: [1],
};

test("every wrong value of every option is refused before anything is on the device", async () => {
  for (const [key, values] of Object.entries(OPTIONS)) {
    for (const value of values)
      await expectRefused(() => findModel(table(), { device, [key]: value }), `${key}: ${nameOf(value)}`);
  }
  for (const options of [null, 5, "x", []]) await expectRefused(() => findModel(table(), options as never), nameOf(options));
  for (const data of [null, 5, {}, { train: table() }])
    await expectRefused(() => findModel(data as never, { device }), nameOf(data));
  expect(left()).toBe(0);
});
