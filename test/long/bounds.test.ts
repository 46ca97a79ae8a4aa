import { expect, it } from "vitest";
import { readBinary, resultOf } from "../../bench/studies/bounds/main.js";
import { UNITS } from "../../bench/studies/bounds/units.js";

it("bounds the error of a sparse network on binary MNIST, by few steps, above its test error and far below a coin's", async () => {
  const folder = process.env.COPPICE_DATA;
  if (!folder) throw new Error("COPPICE_DATA is not set, to the folder that holds mnist/");
  const unit = UNITS.find(({ method, density }) => method === "static" && density === 0.02);
  if (!unit) throw new Error("the study has no such unit");
  const { bound, testAccuracy, kl } = await resultOf({ ...unit, epochs: 3, steps: 2000, draws: 2000 }, await readBinary(folder));
  expect(bound).toBeGreaterThan(1 - (testAccuracy ?? 0));
  expect(bound).toBeLessThan(0.35);
  expect(kl).toBeLessThan(5144); // of the published dense network, whose bound is 0.161
});
