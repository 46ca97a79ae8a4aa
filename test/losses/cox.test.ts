import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { loss as kernel } from "../../src/kernels/loss.js";
import { cox } from "../../src/losses/cox.js";
import { lossOver, sortBatches } from "../../src/losses/whole.js";
import { concordance } from "../../src/metrics/concordance.js";
import { summedOf } from "../../src/metrics/metric.js";
import fixture from "../fixtures/survival.json" with { type: "json" };
import { devices, runKernel } from "../kernels/harness.js";
import { WHOLE } from "../matrix.js";

// Partial likelihoods, their gradients and concordance indices against R's survival: test/fixtures/make-survival.R.

const all = (await devices()).filter(({ name }) => WHOLE || name !== "webgpu"); // a shader of its own

/** Samples in any order: log risks, times, events and weights. */
interface Given {
  readonly risk: readonly number[];
  readonly time: readonly number[];
  readonly event: readonly number[];
  readonly weight: readonly number[];
}

const targetsOf = ({ time, event }: Given) => Float32Array.from(time.flatMap((value, i) => [value, event[i]]));

/** Runs the loss kernel on the samples in two members, the second with twice their log risks: sums, and gradients by the samples. */
async function run(device: (typeof all)[number]["device"], given: Given, outputs = 1) {
  const n = given.risk.length;
  const stride = 4 * Math.ceil(n / 4);
  const targets = targetsOf(given);
  const order = Uint32Array.from({ length: n }, (_, i) => i);
  sortBatches(order, n, targets, 2, cox.sortBy as NonNullable<typeof cox.sortBy>);
  const z = new Float32Array(2 * outputs * stride).fill(7);
  for (const [b, i] of order.entries()) for (const j of [0, 1]) z[j * outputs * stride + b] = (1 + j) * given.risk[i];
  const after = await runKernel(device, kernel, {
    params: { outputs, stride, width: 2 },
    arrays: {
      cursor: Uint32Array.of(0, n, 0, 0),
      order,
      targets,
      weights: Float32Array.from(given.weight.flatMap((weight) => [weight, weight])),
      z,
      delta: 2 * outputs * stride,
      stepSums: 2,
    },
    constants: { MEMBERS: 2, WEIGHTED: 1 },
    pieces: { loss: cox, metrics: summedOf([]) },
  });
  const gradients = [0, 1].map((j) => {
    const gradient = new Float64Array(n);
    for (const [b, i] of order.entries()) gradient[i] = n * after.delta[j * outputs * stride + b];
    return gradient;
  });
  return { sums: Array.from(after.stepSums), gradients, delta: after.delta };
}

/** The sum of the loss, by its definition. */
function define({ risk, time, event, weight }: Given): number {
  let sum = 0;
  for (const [i, z] of risk.entries()) {
    if (event[i] * weight[i] === 0) continue;
    const most = risk.reduce((a, b, j) => (time[j] >= time[i] && weight[j] > 0 ? Math.max(a, b) : a), -Infinity);
    const total = risk.reduce((a, b, j) => a + (time[j] >= time[i] ? weight[j] * Math.exp(b - most) : 0), 0);
    sum += weight[i] * (most + Math.log(total) - z);
  }
  return sum;
}

const samples = fc
  .array(
    fc.record({
      risk: fc.integer({ min: -40, max: 40 }).map((k) => k / 8),
      time: fc.integer({ min: 0, max: 9 }),
      event: fc.integer({ min: 0, max: 1 }),
      weight: fc.integer({ min: 0, max: 3 }),
    }),
    { minLength: 1, maxLength: 12 },
  )
  .map((rows): Given => {
    const column = (key: keyof Given) => rows.map((row) => row[key]);
    return { risk: column("risk"), time: column("time"), event: column("event"), weight: column("weight") };
  });

describe.each(all)("on $name", ({ device, f64 }) => {
  const near = (actual: ArrayLike<number>, expected: ArrayLike<number>) => {
    expect(actual).toHaveLength(expected.length);
    const bound = f64 ? 1e-12 : 2e-5;
    for (let k = 0; k < expected.length; k++)
      expect(Math.abs(actual[k] - expected[k]), `${k}: ${actual[k]}`).toBeLessThan(bound * (1 + Math.abs(expected[k])));
  };

  test("loss and gradient are those of R's coxph", async () => {
    for (const { loss, gradient, ...given } of fixture.cases) {
      const { sums, gradients } = await run(device, given);
      near([sums[0], ...gradients[0]], [loss, ...gradient]);
    }
  });

  test("runs of equal times that cross the invocations' shares count once", async () => {
    for (const n of [1, 127, 129, 700]) {
      const risk = Array.from({ length: n }, (_, i) => ((7 * i) % 11) / 4 - 1);
      const given = {
        risk,
        time: risk.map((_, i) => Math.floor(i / 300)),
        event: risk.map((_, i) => (i % 3) % 2),
        weight: risk.map(() => 1),
      };
      const { sums } = await run(device, given);
      near(sums, [define(given), define({ ...given, risk: risk.map((z) => 2 * z) })]);
    }
  });

  test("a batch without an event has loss and gradient 0, and no log risk is too large", async () => {
    const none = await run(device, { risk: [1, 2, 3], time: [5, 1, 1], event: [0, 0, 0], weight: [1, 1, 1] }, 3);
    expect([...none.sums, ...none.delta].every((value) => value === 0)).toBe(true);
    const wide = { risk: [-1e4, 1e4, 0, 5e3], time: [4, 3, 2, 1], event: [1, 1, 1, 1], weight: [1, 1, 1, 1] };
    const { sums, gradients } = await run(device, wide);
    near([sums[0], ...gradients[0]], [1e4 + 5e3, 0, 2, -1, -1]);
  });
});

test("the twin is the definition, and its delta the derivative, whatever the samples", () => {
  fc.assert(
    fc.property(samples, (given) => {
      const n = given.risk.length;
      const order = Uint32Array.from({ length: n }, (_, i) => i).sort((i, k) => given.time[k] - given.time[i]);
      const columns = [given.time, given.event];
      const at = (z: Float64Array) => {
        const delta = new Float64Array(n);
        const wanted = (t: number, b: number) => columns[t][order[b]];
        const batch = {
          z,
          delta,
          outputs: 1,
          stride: n,
          count: n,
          width: 2,
          wanted,
          weight: (b: number) => given.weight[order[b]],
        };
        return { sum: cox.whole?.(batch) as number, delta };
      };
      const z = Float64Array.from(order, (i) => given.risk[i]);
      const { sum, delta } = at(z);
      expect(Math.abs(sum - define(given))).toBeLessThan(1e-11 * (1 + sum));
      for (const b of z.keys()) {
        const [up, down] = [1e-5, -1e-5].map((by) => at(z.with(b, z[b] + by)).sum);
        expect(Math.abs(n * delta[b] - (up - down) / 2e-5)).toBeLessThan(1e-6 * (1 + sum));
      }
      const whole = { z: Float32Array.from(given.risk), targets: targetsOf(given), samples: n, outputs: 1 };
      const unweighted = define({ ...given, weight: given.weight.map(() => 1) });
      expect(Math.abs(lossOver(cox, 0, whole) - unweighted)).toBeLessThan(1e-11 * (1 + unweighted));
    }),
  );
});

test("the concordance index is R's, and a share of the pairs that can be compared", () => {
  const of = (given: Given) => {
    const outcome = { targets: targetsOf(given), samples: given.risk.length, outputs: 1 };
    const unfit = concordance.unfit?.(outcome.targets, outcome);
    return unfit ?? (concordance.over?.({ ...outcome, z: Float32Array.from(given.risk) }) as number);
  };
  for (const one of fixture.cases) expect(of(one)).toBeCloseTo(one.concordance, 12);
  fc.assert(
    fc.property(samples, (given) => {
      const { risk, time, event } = given;
      let [pairs, right] = [0, 0];
      for (const i of risk.keys())
        for (const j of risk.keys()) {
          if (event[i] === 0 || !(time[i] < time[j] || (time[i] === time[j] && event[j] === 0))) continue;
          pairs++;
          right += risk[i] > risk[j] ? 1 : risk[i] === risk[j] ? 0.5 : 0;
        }
      if (pairs > 0) expect(of(given)).toBeCloseTo(right / pairs, 12);
      else expect(of(given)).toBe("is not defined, as no event is known to come before another");
    }),
  );
  expect(concordance.over?.({ z: Float32Array.of(Number.NaN, 1), targets: [1, 1, 2, 1], samples: 2, outputs: 1 })).toBeNaN();
});
