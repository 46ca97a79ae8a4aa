import { describe, expect, test } from "vitest";
import type { TypedData } from "../../src/device/device.js";
import { loss } from "../../src/kernels/loss.js";
import { LOSSES } from "../../src/losses/index.js";
import type { Loss } from "../../src/losses/loss.js";
import { random } from "../../src/util/random.js";
import focal from "../fixtures/focal.json";
import smoothed from "../fixtures/smoothing.json";
import { WHOLE } from "../matrix.js";
import {
  devices,
  expectEqual,
  expectEqualBits,
  expectWithin,
  isPoison,
  normals,
  padded,
  runKernel,
  strideOf,
  type TestDevice,
  unpadded,
} from "./harness.js";
import { DELTA_OF, LOSS_OF, type LossName } from "./loss-by-definition.js";

const all = await devices();
const NAMES = Object.keys(LOSSES).filter((name) => name !== "cox") as LossName[];
const u = 2 ** -23;
const START = 3;
const ROW = 2;
const ROWS = 4;

interface Inputs {
  readonly classes: number;
  readonly batch: number;
  readonly count: number;
  /** [classes, batch] */
  readonly z: Float32Array;
  /** Class of each sample of the batch. */
  readonly labels: Uint32Array;
}

function inputs(classes: number, batch: number, count = batch, scale = 2): Inputs {
  const rng = random(7, "loss", classes, batch);
  const labels = Uint32Array.from({ length: count }, () => rng.below(classes));
  return { classes, batch, count, z: normals(rng, classes * batch).map((value) => scale * value), labels };
}

/** Runs the kernel with samples that stand in the data set in reverse, so that order matters; columns of z beyond `count` are poison. */
async function run(
  { device }: TestDevice,
  { classes, batch, count, z, labels }: Inputs,
  name: LossName,
  MEMBERS = 1,
  piece: Loss = LOSSES[name],
  weights: Float32Array | null = null,
) {
  const stride = strideOf(batch);
  const order = Uint32Array.from({ length: START + count }, (_, i) => START + count - 1 - i);
  const arrays = {
    cursor: Uint32Array.of(START, count, 0, ROW),
    order,
    targets: Float32Array.from({ length: START + count }, (_, sample) => labels[count - 1 - sample] ?? 0),
    z: padded(z, MEMBERS * classes, batch),
    delta: MEMBERS * classes * stride,
    stepSums: 2 * MEMBERS * ROWS,
    weights,
  };
  const after = await runKernel(device, loss, {
    params: { outputs: classes, stride, width: 1 },
    arrays,
    pieces: { loss: piece },
    constants: { MEMBERS, WEIGHTED: weights ? 1 : 0 },
  });
  const first = 2 * MEMBERS * ROW;
  const sums = after.stepSums.slice(first, first + 2 * MEMBERS);
  for (let i = 0; i < 2 * MEMBERS * ROWS; i++) {
    if ((i < first || i >= first + 2 * MEMBERS) && !isPoison(after.stepSums, i)) expect.fail(`sum ${i} was written`);
  }
  return { delta: after.delta, sum: sums[0], correct: sums[1], sums };
}

const column = ({ classes, batch, z }: Inputs, b: number) => Array.from({ length: classes }, (_, c) => z[c * batch + b]);

function expectLoss(
  on: TestDevice,
  given: Inputs,
  name: LossName,
  { delta, sum, correct }: Awaited<ReturnType<typeof run>>,
): void {
  const { classes, batch, count, labels } = given;
  const expected = {
    delta: new Float64Array(classes * batch),
    bounds: new Float64Array(classes * batch),
    sum: 0,
    bound: 0,
    correct: 0,
  };
  for (let b = 0; b < count; b++) {
    const z = column(given, b);
    const largest = Math.max(...z.map(Math.abs));
    // exp has 3 + 2 |argument| ulp, and the arguments were rounded; a sum of `classes` of them; log, a few operations.
    const relative = on.f64 ? 1e-13 : (2 * (3 + 4 * largest) + classes + 12) * u;
    for (let c = 0; c < classes; c++) {
      expected.delta[c * batch + b] = DELTA_OF[name](z, labels[b], c) / count;
      expected.bounds[c * batch + b] = (relative * (1 + (name === "mse" ? largest : 0))) / count;
    }
    const value = LOSS_OF[name](z, labels[b]);
    expected.sum += value;
    expected.bound += (relative + (on.f64 ? 0 : Math.ceil(Math.log2(256)) * 8 * u)) * (1 + value + largest);
    expected.correct += z.indexOf(Math.max(...z)) === labels[b] ? 1 : 0;
  }
  const actual = unpadded(delta, classes, batch);
  expectWithin(actual, expected.delta, expected.bounds, "delta");
  expectWithin([sum], [expected.sum], expected.bound, "loss");
  expect(correct).toBe(expected.correct);
  const stride = strideOf(batch);
  for (let i = 0; i < delta.length; i++) if (i % stride >= count) expect(delta[i]).toBe(0);
}

describe.each(all)("loss on $name", (on) => {
  describe.each(NAMES)("%s", (name) => {
    test.each([
      { classes: 1, batch: 1 },
      { classes: 2, batch: 1 },
      { classes: 10, batch: 2 },
      { classes: 3, batch: 31 },
      { classes: 10, batch: 128 },
      { classes: 17, batch: 129 },
      { classes: 2, batch: 500 },
      { classes: 300, batch: 5 },
    ])("$classes classes, batch $batch: loss, delta and correct are those of the definition", async ({ classes, batch }) => {
      const given = inputs(classes, batch);
      expectLoss(on, given, name, await run(on, given, name));
    });

    test("a short batch is averaged over its own samples and its pad columns get 0", async () => {
      for (const count of [1, 9, 30]) {
        const given = inputs(4, 31, count);
        expectLoss(on, given, name, await run(on, given, name));
      }
    });

    test("the first of equal largest outputs is the prediction", async () => {
      const z = Float32Array.of(1, 2, 2, 3, 2, 2, 3, 2, 2); // columns (1, 3, 3), (2, 2, 2), (2, 2, 2)
      for (const labels of [
        [1, 0, 1],
        [2, 1, 2],
      ]) {
        const { correct } = await run(on, { classes: 3, batch: 3, count: 3, z, labels: Uint32Array.from(labels) }, name);
        expect(correct).toBe(labels[0] === 1 ? 2 : 0);
      }
    });

    test.each([Number.NaN, Infinity, -Infinity])("an output of %d anywhere makes the loss NaN", async (bad) => {
      for (const i of [0, 5, 3 * 130 - 1]) {
        const given = inputs(3, 130);
        given.z[i] = bad;
        expect((await run(on, given, name)).sum).toBeNaN();
      }
    });

    test("what stands in columns beyond the batch is not looked at", async () => {
      const given = inputs(3, 8, 5);
      for (let c = 0; c < 3; c++) given.z.fill(Number.NaN, c * 8 + 5, c * 8 + 8);
      const { sum, delta } = await run(on, given, name);
      expect(sum).toBeGreaterThan(0);
      expectEqual(
        delta.filter((_, i) => i % 8 >= 5),
        new Float32Array(9),
        "delta of pad columns",
      );
    });

    test("outputs of 1e4 give a finite loss", async () => {
      const z = Float32Array.of(1e4, -1e4, 0, -1e4, 1e4, 1e4);
      const { sum, delta } = await run(on, { classes: 3, batch: 2, count: 2, z, labels: Uint32Array.of(1, 0) }, name);
      expect(Number.isFinite(sum)).toBe(true);
      expect(Array.from(delta).every(Number.isFinite)).toBe(true);
    });
  });

  test("members of an ensemble have what each has alone, and their sums side by side", async () => {
    const [MEMBERS, classes, batch, count] = [3, 4, 31, 30];
    const [alone, sums] = [[] as TypedData[], [] as number[]];
    const rng = random(11, "members");
    const given = inputs(classes, batch, count);
    const members = Array.from({ length: MEMBERS }, () => ({ ...given, z: normals(rng, classes * batch) }));
    for (const member of members) {
      const { delta, sum, correct } = await run(on, member, "crossEntropy");
      alone.push(delta);
      sums.push(sum, correct);
    }
    const z = Float32Array.from(members.flatMap((member) => [...member.z]));
    const stacked = await run(on, { ...given, z }, "crossEntropy", MEMBERS);
    const stride = strideOf(batch);
    for (const [j, delta] of alone.entries()) {
      expectEqualBits(stacked.delta.slice(j * classes * stride, (j + 1) * classes * stride), delta, `delta of member ${j}`);
    }
    expectEqual(stacked.sums, sums, "sums");
    members[1].z[3] = Number.NaN;
    const broken = Float32Array.from(members.flatMap((member) => [...member.z]));
    const after = await run(on, { ...given, z: broken }, "crossEntropy", MEMBERS);
    expect([0, 2, 4].map((i) => Number.isNaN(after.sums[i]))).toEqual([false, true, false]);
  });

  test("weights multiply loss and delta of a sample for each member, and leave the metrics", async () => {
    const [MEMBERS, classes, batch, count] = [2, 4, 31, 30];
    const rng = random(12, "weights");
    const given = {
      ...inputs(classes, batch, count),
      z: Float32Array.from({ length: MEMBERS * classes * batch }, () => rng.below(9)),
    };
    const weights = Float32Array.from({ length: (START + count) * MEMBERS }, () => rng.below(3));
    const plain = await run(on, given, "mse", MEMBERS);
    const weighted = await run(on, given, "mse", MEMBERS, LOSSES.mse, weights);
    const stride = strideOf(batch);
    for (let member = 0; member < MEMBERS; member++) {
      const weightOf = (b: number) => weights[(count - 1 - b) * MEMBERS + member]; // samples stand in reverse
      const from = member * classes * stride;
      const expected = plain.delta.slice(from, from + classes * stride).map((value, i) => value * (weightOf(i % stride) || 0));
      for (let i = 0; i < expected.length; i++) expect(weighted.delta[from + i]).toBeCloseTo(expected[i], 12);
      let sum = 0;
      for (let b = 0; b < count; b++) {
        const z = Array.from({ length: classes }, (_, c) => given.z[(member * classes + c) * batch + b]);
        sum += weightOf(b) * LOSS_OF.mse(z, given.labels[b]);
      }
      expect(Array.from(weighted.sums.slice(2 * member, 2 * member + 2))).toEqual([sum, plain.sums[2 * member + 1]]);
    }
  });

  const expectCase = async (
    { classes, labels, z, loss: mean, delta: expected }: (typeof focal.cases)[number],
    name: LossName,
    own?: Loss,
  ) => {
    const [count, bound] = [labels.length, on.f64 ? 1e-14 : 1e-5];
    const given = { classes, batch: count, count, z: Float32Array.from(z), labels: Uint32Array.from(labels) };
    const { delta, sum } = await run(on, given, name, 1, own);
    const found = unpadded(delta, classes, count);
    expectWithin(found, Float64Array.from(expected), new Float64Array(found.length).fill(bound / count), "delta");
    expectWithin([sum / count], [mean], bound * mean, "loss");
  };

  test("labels are smoothed as PyTorch does", async () => {
    const cases = on.f64 || WHOLE ? smoothed.cases : smoothed.cases.slice(0, 1); // a pipeline each
    for (const one of cases) await expectCase(one, "crossEntropy", LOSSES.crossEntropy.smoothed?.(one.smoothing));
  });

  test("focal loss is PyTorch's, of sure answers too", async () => {
    for (const one of focal.cases) await expectCase(one, "focal");
  });

  test("integer outputs give the exact squared error", async () => {
    const rng = random(9);
    const given = { ...inputs(4, 64), z: Float32Array.from({ length: 256 }, () => rng.below(17) - 8) };
    const { sum } = await run(on, given, "mse");
    let expected = 0;
    for (let b = 0; b < 64; b++) expected += LOSS_OF.mse(column(given, b), given.labels[b]);
    expect(sum).toBe(expected);
  });

  test("the delta of cross-entropy, squared error and focal loss is the derivative of their mean over the batch", async () => {
    if (!on.f64) return;
    for (const name of ["crossEntropy", "mse", "focal"] as const) {
      const given = inputs(4, 3, 3, 1);
      const { delta } = await run(on, given, name);
      const step = 2 ** -10; // exact in f32, which the inputs are
      for (let c = 0; c < 4; c++) {
        for (let b = 0; b < 3; b++) {
          const shifted = (by: number) => {
            const z = column(given, b);
            z[c] += by;
            return LOSS_OF[name](z, given.labels[b]) / 3;
          };
          expect(Math.abs(delta[c * 4 + b] - (shifted(step) - shifted(-step)) / (2 * step))).toBeLessThan(1e-6);
        }
      }
    }
  });
});
