import { describe, expect, test } from "vitest";
import type { Loss } from "../../src/api/extend.js";
import { LOSSES, METRICS } from "../../src/api/extend.js";
import { loss as kernel } from "../../src/kernels/loss.js";
import { pinball } from "../../src/losses/pinball.js";
import { isSummed, summedOf } from "../../src/metrics/metric.js";
import fixture from "../fixtures/regression.json" with { type: "json" };
import { devices, runKernel } from "../kernels/harness.js";
import { WHOLE } from "../matrix.js";

// Losses and gradients against PyTorch, metrics against scikit-learn and scipy: test/fixtures/make-regression.py.

const all = (await devices()).filter(({ name }) => WHOLE || name !== "webgpu"); // constants in its text: a shader for each
const flat = (rows: readonly unknown[]) => rows.flat(3) as number[];

/** Runs the loss kernel on outputs [samples, outputs] and targets [samples, width]: the mean loss, and its gradient [samples, outputs]. */
async function run(
  device: (typeof all)[number]["device"],
  loss: Loss,
  found: readonly number[],
  truth: readonly number[],
  samples: number,
) {
  const [outputs, width] = [found.length / samples, truth.length / samples];
  const stride = 4 * Math.ceil(samples / 4);
  const z = new Float32Array(outputs * stride);
  for (const [k, value] of found.entries()) z[(k % outputs) * stride + Math.floor(k / outputs)] = value;
  const after = await runKernel(device, kernel, {
    params: { outputs, stride, width },
    arrays: {
      cursor: Uint32Array.of(0, samples, 0, 0),
      order: Uint32Array.from({ length: samples }, (_, i) => i),
      targets: Float32Array.from(truth),
      weights: new Float32Array(1),
      z,
      delta: outputs * stride,
      stepSums: 3,
    },
    pieces: { loss, metrics: summedOf([METRICS.rmse, METRICS.mae]) },
  });
  const gradient = found.map((_, k) => after.delta[(k % outputs) * stride + Math.floor(k / outputs)]);
  return { loss: after.stepSums[0] / samples, gradient, sums: after.stepSums };
}

function expectNear(actual: readonly number[], expected: readonly number[]): void {
  expect(actual).toHaveLength(expected.length);
  for (const [k, value] of expected.entries())
    expect(Math.abs(actual[k] - value), `${k}`).toBeLessThan(2e-6 * (1 + Math.abs(value)));
}

describe.each(all)("on $name", ({ device }) => {
  test("losses and gradients are PyTorch's", async () => {
    for (const { truth, found, losses } of fixture.losses) {
      for (const [name, { loss, gradient }] of Object.entries(losses)) {
        const chosen = LOSSES[name as keyof typeof losses] as Loss;
        const given = await run(device, chosen.ofTargets ?? chosen, flat(found), flat(truth), truth.length);
        expectNear([given.loss, ...given.gradient], [loss, ...flat(gradient)]);
      }
    }
    for (const { quantiles, truth, found, loss, gradient } of fixture.pinball) {
      const given = await run(device, pinball(quantiles), flat(found), flat(truth), truth.length);
      expectNear([given.loss, ...given.gradient], [loss, ...flat(gradient)]);
    }
  });

  test("metrics are scikit-learn's and scipy's", async () => {
    for (const { truth, found, ...expected } of fixture.metrics) {
      const [z, targets] = [found, truth].map(flat);
      const samples = truth.length;
      const { sums } = await run(device, LOSSES.mae, z, targets, samples);
      const outcome = { z: Float32Array.from(z), targets, samples, outputs: found[0].length };
      const summed = [METRICS.rmse, METRICS.mae];
      for (const [name, value] of Object.entries(expected)) {
        const metric = METRICS[name as keyof typeof expected];
        const mean = sums[1 + summed.indexOf(metric as (typeof summed)[number])] / samples;
        const actual = isSummed(metric) ? (metric.of?.(mean) ?? mean) : (metric.over?.(outcome) as number);
        expect(Math.abs(actual - value), `${name}: ${actual}, ${value}`).toBeLessThan(2e-5 * (1 + Math.abs(value)));
      }
    }
  });
});
