import { describe, test } from "vitest";
import { clip } from "../../src/kernels/clip.js";
import { random } from "../../src/util/random.js";
import { gpuMatrixTest } from "../matrix.js";
import { concat, devices, expectEqual, normals, runKernel } from "./harness.js";
import { expectStep, HYPER, RATES, RULES, type Rule, ruleOf, type Slots } from "./rules.js";

const all = await devices();
const [TOTAL, START, LENGTH] = [300, 20, 150];

describe.each(all)("clip on $name", (on) => {
  const { device, f64 } = on;
  const steps = async (rule: Rule) => {
    const rng = random(4, "clip");
    const [w, g, m] = [normals(rng, TOTAL), normals(rng, TOTAL), normals(rng, TOTAL)];
    const v = normals(rng, TOTAL).map(Math.abs);
    const { optimiser, params } = ruleOf(rule);
    const states = optimiser.state.length;
    const kept = [w, states === 1 ? (rule === "rmsprop" ? v : m) : m, v];
    for (const PACKED of [0, 1]) {
      const arrays = {
        rates: Float32Array.of(...RATES, 0),
        factors: Float32Array.of(1, 0.5),
        w: PACKED ? concat([kept[0], g, kept[1], kept[2]]) : kept[0],
        g: PACKED ? null : g,
        m: PACKED ? null : kept[1],
        v: PACKED ? null : kept[2],
      };
      const found = await runKernel(device, clip, {
        params: { start: START, length: LENGTH, total: TOTAL, at: 1, ...params },
        arrays,
        constants: { PACKED },
        pieces: { optimiser },
      });
      const section = (k: number) => found.w.subarray(k * TOTAL, (k + 1) * TOTAL);
      const after = PACKED ? [section(0), section(2), section(3)] : [found.w, found.m, found.v];
      const part = (array: ArrayLike<number>) => Array.from(array).slice(START, START + LENGTH);
      const slots = (arrays: readonly ArrayLike<number>[]) => arrays.map(part) as unknown as Slots;
      expectStep(rule, slots(kept), slots(after), part(g.map((value) => value / 2)), HYPER.decay, f64);
      for (const [k, array] of after.entries())
        expectEqual(
          Array.from(array).slice(START + LENGTH),
          Array.from(kept[k]).slice(START + LENGTH),
          `what is beyond, of ${k}`,
        );
    }
  };

  test("takes the step of adam with half the gradient, of a part of the values", () => steps("adam"));

  gpuMatrixTest(on).each(RULES)("takes the step of %s", steps);
});
