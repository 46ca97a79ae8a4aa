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
  OF: number,
  before?: { readonly y: TypedData; readonly weight: number },
) {
  const outputs = members[0].length / batch;
  const MEMBERS = members.length;
  const z = Float32Array.from(members.flatMap((member) => [...member]));
  const y0 = before?.y ?? outputs * strideOf(batch);
  const arrays = { z: padded(z, MEMBERS * outputs, batch, 0), weights: Float32Array.from(weights), y: y0 };
  const params = { outputs, stride: strideOf(batch), before: before?.weight ?? 0 };
  const { y } = await runKernel(device, average, { params, arrays, constants: { MEMBERS, OF } });
  return y;
}

/** y [classes, batch]. */
async function run(on: TestDevice, members: Float32Array[], weights: number[], batch: number, OF: number) {
  return unpadded(await runPart(on, members, weights, batch, OF), members[0].length / batch, batch);
}

/** The mean by definition, in f64: of probabilities its logarithm, of those of labels log odds. */
function reference(members: Float32Array[], weights: number[], batch: number, OF: number): Float64Array {
  const meanOf = (terms: number[]) => terms.reduce((sum, term, j) => sum + Math.fround(weights[j]) * term, 0);
  return new Float64Array(members[0].length).map((_, i) => {
    // weights of 32 bits do not quite sum to 1
    const odds = [1, -1].map((sign) => meanOf(members.map((z) => 1 / (1 + Math.exp(-sign * z[i])))));
    if (OF === 2) return Math.log(odds[0] / odds[1]);
    const terms = members.map((z) => {
      const column = z.filter((_, k) => k % batch === i % batch);
      return OF === 1 ? Math.exp(z[i]) / column.reduce((sum, value) => sum + Math.exp(value), 0) : z[i];
    });
    return OF === 1 ? Math.log(meanOf(terms)) : meanOf(terms);
  });
}

describe.each(all)("average on $name", (on) => {
  describe.each([
    { what: "outputs", OF: 0 },
    { what: "probabilities", OF: 1 },
    { what: "probabilities of labels", OF: 2 },
  ])("$what", ({ OF }) => {
    test.each([
      { classes: 1, batch: 1, weights: [0.5, 0.25, 0.25] },
      { classes: 10, batch: 130, weights: [0.1, 0.7, 0.2] },
      { classes: 3, batch: 31, weights: [0.4, 0, 0.6] },
      { classes: 4, batch: 5, weights: [0, 0.1, 0.9] },
    ])("of members weighted $weights, $classes classes, batch $batch, are those of the definition", async (given) => {
      const { classes, batch, weights } = given;
      const rng = random(1, "average", classes, batch);
      const members = weights.map(() => normals(rng, classes * batch).map((value) => 2 * value));
      const expected = reference(members, weights, batch, OF);
      const largest = Math.max(...members.flatMap((z) => [...z.map(Math.abs)]));
      // exp has 3 + 2 |argument| ulp, log is 4 ulp off near 1; a sum over the classes and one over the members.
      const relative = on.f64 ? 1e-12 : (2 * (3 + 4 * largest) + classes + 16 * weights.length) * u;
      const bounds = expected.map((value) => relative * (1 + Math.abs(value)));
      expectWithin(await run(on, members, weights, batch, OF), expected, bounds, "y");
      const begun = await runPart(on, members.slice(0, 2), weights.slice(0, 2), batch, OF);
      const before = { y: begun, weight: Math.fround(weights[0]) + Math.fround(weights[1]) };
      const whole = await runPart(on, members.slice(2), weights.slice(2), batch, OF, before);
      expectWithin(unpadded(whole, classes, batch), expected, bounds, "y in two parts");
    });

    test.each([Number.NaN, Infinity, -Infinity])("an output of %d makes the ensemble's of its sample not finite", async (bad) => {
      for (const [member, i] of [
        [0, 5],
        [2, 0],
      ]) {
        const members = [1, 2, 3].map((level) => new Float32Array(3 * 4).fill(level));
        members[member][i] = bad;
        const y = await run(on, members, [0.5, 0.5, 0], 4, OF);
        const finite = Array.from(y, (_, k) => k % 4 !== i % 4);
        expect(Array.from(y, Number.isFinite)).toEqual(finite);
        const y0 = { y: await runPart(on, members, [0.5, 0.25, 0], 4, OF), weight: 0.75 };
        const added = await runPart(on, [new Float32Array(3 * 4)], [0.25], 4, OF, y0);
        expect(Array.from(added, Number.isFinite)).toEqual(finite);
      }
    });
  });

  test("a probability that underflows has a finite logarithm", async () => {
    const members = [Float32Array.of(0, -1000), Float32Array.of(1e4, 0), Float32Array.of(0, -200)];
    const y = await run(on, members, [0.5, 0.25, 0.25], 1, 1);
    expectWithin(y, [0, Math.log(0.25) - 200], [1e-6, 1e-4], "y");
    // of labels: p is 1 to 24 bits, and 1 - p is not 0
    const sure = [Float32Array.of(30, -90), Float32Array.of(40, -80)];
    const odds = [Math.log(2) + 30 - Math.log1p(Math.exp(-10)), -Math.log(2) - 80 + Math.log1p(Math.exp(-10))];
    expectWithin(await run(on, sure, [0.5, 0.5], 1, 2), odds, [1e-4, 1e-4], "y of labels");
  });
});
