import { describe, expect, test } from "vitest";
import type { Optimiser } from "../../src/api/extend.js";
import { createCpuDevice, decodeCheckpoint, encodeCheckpoint, type SavedModel, train } from "../../src/api/index.js";
import { KINDS } from "../matrix.js";
import { expectSameState } from "../train/same-runs.js";
import { sharedGpu } from "./gpu.js";
import { base, differences, expectClose, oneStep, set, untrained } from "./toy.js";

/** Two means of the gradient: c = beta1 m + (1 - beta1) g, w -= lr sign(c), m = beta2 m + (1 - beta2) g. */
const signed: Optimiser = {
  name: "signed",
  state: ["momentum"],
  hyper: { beta1: { default: 0.9, min: 0, below: 1 }, beta2: { default: 0.99, min: 0, below: 1 } },
  rate: 0.01,
  wgsl: `
fn optimise(w: f32, m: f32, v: f32, g: f32, rates: Rates, h: Hyper) -> vec3<f32> {
  let c = h.beta1 * m + (1.0 - h.beta1) * g;
  return vec3<f32>(w - rates.lr * sign(c), h.beta2 * m + (1.0 - h.beta2) * g, v);
}`,
  step(w, state, g, { lr }, { beta1, beta2 }) {
    const c = beta1 * state[0] + (1 - beta1) * g;
    state[0] = beta2 * state[0] + (1 - beta2) * g;
    return w - lr * Math.sign(c);
  },
};

describe.each(KINDS)("an optimiser from outside on %s", (kind) => {
  test("trains", async () => {
    const device = kind === "cpu" ? createCpuDevice() : await sharedGpu();
    const model = await train({ train: set }, { ...base, optimizer: { name: signed, beta1: 0.95 }, device });
    expect(model.history.at(-1)?.trainAccuracy).toBeGreaterThan(0.9);
    const { config } = await model.save();
    expect(config.optimizer).toMatchObject({ beta1: 0.95, beta2: 0.99, decay: 0 });
    if (kind === "cpu") expect(device.info.description).toContain("optimiser signed without SIMD");
    await device.dispose();
  });
});

test("its step is that of its equation, on the gradient that finite differences give", async () => {
  const start = await untrained({});
  const after = await oneStep(start, { optimizer: signed, lr: 0.01 });
  for (const [i, layer] of start.network.layers.entries()) {
    for (const key of ["values", "bias"]) {
      const g = await differences(start, i, key, layer.out > 3 ? 4 : 3);
      const next = after.network.layers[i];
      expectClose(
        next.state[key][0],
        g.map((value) => 0.01 * value),
      );
      for (const [k, value] of g.entries())
        if (Math.abs(value) > 1e-7) expect(next.params[key][k]).toBeCloseTo(layer.params[key][k] - 0.01 * Math.sign(value), 12);
    }
  }
});

test("a checkpoint that names it is read where it is handed in, and resumes to the same bits", async () => {
  const checkpoints: SavedModel[] = [];
  const options = { ...base, optimizer: signed };
  const whole = await train(
    { train: set },
    { ...options, device: createCpuDevice(), onCheckpoint: (saved) => void checkpoints.push(saved) },
  );
  const bytes = encodeCheckpoint(checkpoints[3]);
  expect(() => decodeCheckpoint(bytes)).toThrow(/optimizer.name: .*signed.* hand it in/);
  const resume = decodeCheckpoint(bytes, "checkpoint", [signed]);
  expect(resume.network.layers[0].state.values.length).toBe(1);
  const resumed = await train({ train: set }, { ...options, device: createCpuDevice(), resume });
  expectSameState((await resumed.save()).network, (await whole.save()).network);
});

test("what is no optimiser, or has constants out of range, is refused before anything is made", async () => {
  const start = (optimizer: object) =>
    train({ train: set }, { ...base, optimizer: optimizer as Optimiser, device: createCpuDevice() });
  await expect(start({ ...signed, name: "adam" })).rejects.toThrow('optimizer: "adam" is the name of a built-in optimiser');
  await expect(start({ ...signed, state: ["a", "b", "c"] })).rejects.toThrow(
    'optimizer: "signed": state: is no list of at most 2',
  );
  await expect(start({ ...signed, step: undefined })).rejects.toThrow('optimizer: "signed": step: undefined is not a function');
  await expect(start({ name: signed, beta1: 1 })).rejects.toThrow("beta1: 1 is not");
  await expect(start({ name: signed, gamma: 1 })).rejects.toThrow("gamma");
});
