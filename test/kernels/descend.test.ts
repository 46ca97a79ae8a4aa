import { describe, expect, test } from "vitest";
import { descend } from "../../src/kernels/descend.js";
import { random } from "../../src/util/random.js";
import { devices, expectEqual, normals, runKernel } from "./harness.js";
import { expectStep, HYPER, RATES, RULES, ruleOf, section } from "./rules.js";

const all = await devices();

describe.each(all)("descend on $name", ({ device, f64 }) => {
  test.each(RULES)("takes the step of %s by its equation", async (rule) => {
    for (const [length, WG] of [
      [1, 64],
      [70, 32],
      [333, 64],
    ]) {
      const rng = random(4, "descend", length);
      const g = normals(rng, length);
      const parameters = Float32Array.from([...normals(rng, length), ...normals(rng, 2 * length).map(Math.abs)]);
      const { optimiser, params } = ruleOf(rule);
      const arrays = { rates: Float32Array.of(...RATES, 0), g, parameters };
      const after = await runKernel(device, descend, {
        params: { length, ...params },
        arrays,
        constants: { WG },
        pieces: { optimiser },
      });
      const sections = (array: ArrayLike<number>) =>
        [section(array, length, 0), section(array, length, 1), section(array, length, 2)] as const;
      expectStep(rule, sections(parameters), sections(after.parameters), g, HYPER.decay, f64);
      for (let k = 1 + optimiser.state.length; k < 3; k++)
        expectEqual(section(after.parameters, length, k), section(parameters, length, k), `unused state ${k}`);
    }
  });

  test("stores a gradient for the tests that ask for it, and leaves the values", async () => {
    const [g, parameters] = [Float32Array.of(1, -2, 3), Float32Array.of(4, 5, 6, 0, 0, 0)];
    const { optimiser, params } = ruleOf("gradient");
    const arrays = { rates: Float32Array.of(...RATES, 0), g, parameters };
    const after = await runKernel(device, descend, { params: { length: 3, ...params }, arrays, pieces: { optimiser } });
    expect([...after.parameters]).toEqual([4, 5, 6, 1, -2, 3]);
  });
});
