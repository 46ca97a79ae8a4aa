import { expect, test } from "vitest";
import type { Run } from "../../demo/page/state.js";
import { methodsText } from "../../demo/page/take/methods.js";
import { DEFAULTS, type Settings } from "../../demo/settings.js";

/** What an article would say of a run on two classes. */
function textOf(settings: Partial<Settings>): string {
  const start = {
    plan: { version: "0.2.0", device: "cpu" },
    trainSamples: 80,
    testSamples: 40,
    connections: 500,
    dense: 4000,
    adapter: "SIMD",
  };
  const epochs = [{ record: { epoch: 30, nnz: 480, testAccuracy: 0.9 } }];
  const inputs = { name: "toy", features: 20, task: "classification" };
  return methodsText({ settings: { ...DEFAULTS, ...settings }, inputs, data: {}, start, epochs } as unknown as Run);
}

test("the paragraph on methods has all settings that are others than the usual", () => {
  expect(textOf({})).not.toMatch(/norm|skip|smoothing|course/);
  expect(textOf({ norm: "batch", skip: "linear", labelSmoothing: 0.1, lrSchedule: "cosine" })).toMatch(
    /learning rate 0\.03 \(course: cosine\), decay 0 and dropout 0; label smoothing: 0\.1; norm: batch; skip: linear; inputs: standardize/,
  );
});

test("it says what the method does: SET's rewiring, and NPSET's removal", () => {
  const [rewiring, removal] = [/regrown at random \(SET\)/, /Hidden neurons were removed/];
  for (const [method, rewires, removes] of [
    ["set", true, false],
    ["npset", true, true],
    ["static-np", false, true],
    ["dense", false, false],
  ] as const) {
    expect(rewiring.test(textOf({ method })), method).toBe(rewires);
    expect(removal.test(textOf({ method })), method).toBe(removes);
  }
});
