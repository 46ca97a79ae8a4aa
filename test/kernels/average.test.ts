import { describe, expect, test } from "vitest";
import type { TypedData } from "../../src/device/device.js";
import { average } from "../../src/kernels/average.js";
import { random } from "../../src/util/random.js";
import { devices, expectWithin, normals, padded, runKernel, strideOf, type TestDevice, unpadded } from "./harness.js";

const all = await devices();
const u = 2 ** -23;

/** y [classes, stride] of members whose z is [classes, batch]; with `before`, of others too, who have begun it. */
async function runPart(
  { device }: TestDevice,
  members: Float32Array[],
  weights: number[],
  batch: number,
  SOFTMAX: number,
  before?: TypedData,
) {
  const outputs = members[0].length / batch;
  const MEMBERS = members.length;
  const z = Float32Array.from(members.flatMap((member) => [...member]));
  const y0 = before ?? outputs * strideOf(batch);
  const arrays = { z: padded(z, MEMBERS * outputs, batch, 0), weights: Float32Array.from(weights), y: y0 };
  const params = { outputs, stride: strideOf(batch), begun: before ? 1 : 0 };
  const { y } = await runKernel(device, average, { params, arrays, constants: { MEMBERS, SOFTMAX } });
  return y;
}

/** y [classes, batch]. */
async function run(on: TestDevice, members: Float32Array[], weights: number[], batch: number, SOFTMAX: number) {
  return unpadded(await runPart(on, members, weights, batch, SOFTMAX), members[0].length / batch, batch);
}

/** The mean by definition, in f64: of probabilities its logarithm. */
function reference(members: Float32Array[], weights: number[], batch: number, SOFTMAX: number): Float64Array {
  return new Float64Array(members[0].length).map((_, i) => {
    const terms = members.map((z) => {
      const column = z.filter((_, k) => k % batch === i % batch);
      return SOFTMAX ? Math.exp(z[i]) / column.reduce((sum, value) => sum + Math.exp(value), 0) : z[i];
    });
    const mean = terms.reduce((sum, term, j) => sum + Math.fround(weights[j]) * term, 0);
    return SOFTMAX ? Math.log(mean) : mean;
  });
}

describe.each(all)("average on $name", (on) => {
  describe.each([
    { what: "outputs", SOFTMAX: 0 },
    { what: "probabilities", SOFTMAX: 1 },
  ])("$what", ({ SOFTMAX }) => {
    test.each([
      { classes: 1, batch: 1, weights: [0.5, 0.25, 0.25] },
      { classes: 10, batch: 130, weights: [0.1, 0.7, 0.2] },
      { classes: 3, batch: 31, weights: [0.4, 0, 0.6] },
      { classes: 4, batch: 5, weights: [0, 0.1, 0.9] },
    ])("of members weighted $weights, $classes classes, batch $batch, are those of the definition", async (given) => {
      const { classes, batch, weights } = given;
      const rng = random(1, "average", classes, batch);
      const members = weights.map(() => normals(rng, classes * batch).map((value) => 2 * value));
      const expected = reference(members, weights, batch, SOFTMAX);
      const largest = Math.max(...members.flatMap((z) => [...z.map(Math.abs)]));
      // exp has 3 + 2 |argument| ulp, log is 4 ulp off near 1; a sum over the classes and one over the members.
      const relative = on.f64 ? 1e-12 : (2 * (3 + 4 * largest) + classes + 16 * weights.length) * u;
      const bounds = expected.map((value) => relative * (1 + Math.abs(value)));
      expectWithin(await run(on, members, weights, batch, SOFTMAX), expected, bounds, "y");
      const begun = await runPart(on, members.slice(0, 2), weights.slice(0, 2), batch, SOFTMAX);
      const whole = await runPart(on, members.slice(2), weights.slice(2), batch, SOFTMAX, begun);
      expectWithin(unpadded(whole, classes, batch), expected, bounds, "y in two parts");
    });

    test.each([Number.NaN, Infinity, -Infinity])("an output of %d makes the ensemble's of its sample not finite", async (bad) => {
      for (const [member, i] of [
        [0, 5],
        [2, 0],
      ]) {
        const members = [1, 2, 3].map((level) => new Float32Array(3 * 4).fill(level));
        members[member][i] = bad;
        const y = await run(on, members, [0.5, 0.5, 0], 4, SOFTMAX);
        const finite = Array.from(y, (_, k) => k % 4 !== i % 4);
        expect(Array.from(y, Number.isFinite)).toEqual(finite);
        const begun = await runPart(on, members, [0.5, 0.5, 0], 4, SOFTMAX);
        const added = await runPart(on, [new Float32Array(3 * 4)], [0.25], 4, SOFTMAX, begun);
        expect(Array.from(added, Number.isFinite)).toEqual(finite);
      }
    });
  });

  test("a probability that underflows has a finite logarithm", async () => {
    const members = [Float32Array.of(0, -1000), Float32Array.of(1e4, 0), Float32Array.of(0, -200)];
    const y = await run(on, members, [0.5, 0.25, 0.25], 1, 1);
    expectWithin(y, [0, Math.log(0.25) - 200], [1e-6, 1e-4], "y");
  });
});
