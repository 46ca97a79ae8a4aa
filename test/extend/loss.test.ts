import { afterAll, describe, expect, test } from "vitest";
import type { Loss } from "../../src/api/extend.js";
import { createCpuDevice, type Dataset, decodeCheckpoint, encodeCheckpoint, split, train } from "../../src/api/index.js";
import { random } from "../../src/api/sparse.js";
import { matrixTest, WHOLE } from "../matrix.js";
import { sharedGpu } from "./gpu.js";

// A loss that is not built in, through the public API alone: the squared hinge of every class against all others.

const hinge = {
  name: "squaredHinge",
  wgsl: `
fn sampleLoss(b: u32) -> f32 {
  let label = classOf(b);
  var sum = 0.0;
  for (var c = 0u; c < params.outputs; c++) {
    let side = select(-1.0, 1.0, c == label);
    let short = max(0.0, 1.0 - side * output(c, b));
    sum += short * short;
    setDelta(c, b, -2.0 * side * short / f32(cursor.count));
  }
  return sum;
}`,
  sample({ z, delta, outputs, stride, count, wanted }, b) {
    const label = wanted(0, b);
    let sum = 0;
    for (let c = 0; c < outputs; c++) {
      const side = c === label ? 1 : -1;
      const short = Math.max(0, 1 - side * z[c * stride + b]);
      sum += short * short;
      delta[c * stride + b] = (-2 * side * short) / count;
    }
    return sum;
  },
} satisfies Loss;

const rng = random(1, "hinge");
const y = Uint32Array.from({ length: 90 }, (_, i) => i % 3);
const x = Float32Array.from({ length: 90 * 6 }, (_, k) => rng.normal() + (k % 3 === y[Math.floor(k / 6)] ? 2 : 0));
const set: Dataset = { name: "three", x, y, samples: 90, features: 6, classes: ["a", "b", "c"] };
const parts = split(set, { test: 1 / 3, seed: 1 });
const options = { method: "npset", hidden: [20, 20], epsilon: 4, epochs: 12, batch: 30, lr: 0.02, loss: hinge } as const;

test("its delta is the derivative of the batch's mean, by finite differences in f64", () => {
  const [outputs, stride, count] = [3, 4, 2];
  const z = Float64Array.from({ length: outputs * stride }, (_, k) => ((7 * k) % 5) / 3 - 0.6);
  const shape = { outputs, stride, count, width: 1, wanted: (_: number, b: number) => b + 1, largest: 0 };
  const mean = (values: Float64Array) => {
    const batch = { z: values, delta: new Float64Array(values.length), ...shape };
    return (hinge.sample(batch, 0) + hinge.sample(batch, 1)) / count;
  };
  const delta = new Float64Array(z.length);
  for (const b of [0, 1]) hinge.sample({ z, delta, ...shape }, b);
  for (let c = 0; c < outputs; c++)
    for (const b of [0, 1]) {
      const [up, down] = [1e-6, -1e-6].map((by) => mean(z.with(c * stride + b, z[c * stride + b] + by)));
      expect(delta[c * stride + b]).toBeCloseTo((up - down) / 2e-6, 6);
    }
});

describe("trained with on", async () => {
  const gpu = await sharedGpu();
  const devices = { "the CPU": createCpuDevice({ threads: 1 }), "typed arrays": createCpuDevice({ simd: false }), "a GPU": gpu };
  afterAll(() => gpu.dispose());

  const chosen = Object.keys(devices).filter((on) => WHOLE || on !== "a GPU"); // npm test has a loss on a GPU in task.test.ts
  test.each(chosen as (keyof typeof devices)[])("%s it falls, and the report is the mean over the samples", async (on) => {
    const model = await train(parts, { ...options, device: devices[on] });
    const { history } = model;
    expect(history[11].trainLoss).toBeLessThan(0.5 * (history[0].trainLoss ?? 0));
    expect(history[11].trainAccuracy).toBeGreaterThan(0.9);
    const { loss } = await model.evaluate(parts.test);
    expect(loss).toBeCloseTo(history[11].testLoss ?? 0, 6);
    const saved = await model.save();
    expect(JSON.parse(JSON.stringify(saved.config)).loss).toBe("squaredHinge");
    await model.dispose();
  });

  matrixTest("the GPU and typed arrays agree", async () => {
    const losses = await Promise.all(
      [devices["typed arrays"], gpu].map(async (device) => {
        const model = await train({ train: set }, { ...options, method: "static", epochs: 2, device });
        await model.dispose();
        return model.history[1].trainLoss ?? 0;
      }),
    );
    expect(Math.abs(losses[0] - losses[1])).toBeLessThan(1e-4 * losses[0]);
  });
});

test("a checkpoint that names it is read, and gone on with to the same bits, where it is handed in; else it is refused", async () => {
  const device = createCpuDevice({ threads: 1 });
  let bytes = new Uint8Array(0);
  const model = await train(parts, {
    ...options,
    device,
    onCheckpoint: (saved) => {
      if (saved.training?.epoch === 5) bytes = encodeCheckpoint(saved);
    },
  });
  expect(() => decodeCheckpoint(bytes)).toThrow(
    /^checkpoint: loss: "squaredHinge" .*hand it in by pieces \(--pieces FILE\.js\)$/,
  );
  const resumed = await train(parts, { ...options, device, resume: decodeCheckpoint(bytes, "checkpoint", [hinge]) });
  expect((await resumed.save()).network).toEqual((await model.save()).network);
  await device.dispose();
});

test("what is no loss, or has the name of one, is refused", async () => {
  const bad = (loss: unknown) => train({ train: set }, { ...options, loss: loss as Loss });
  await expect(bad({ name: "mine" })).rejects.toThrow(
    /^loss: "mine": wgsl: undefined is not WGSL that has a function sampleLoss$/,
  );
  await expect(bad({ ...hinge, name: "mse" })).rejects.toThrow(/^loss: "mse" is the name of a built-in loss; take another$/);
  await expect(bad("hinge")).rejects.toThrow(/^loss: "hinge" is unknown/);
  await expect(bad({ ...hinge, wgsl: "fn other() {}" })).rejects.toThrow(
    /^loss: "squaredHinge": wgsl: .* is not WGSL that has a function/,
  );
});
