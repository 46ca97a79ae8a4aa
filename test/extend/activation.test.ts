import { describe, expect, test } from "vitest";
import type { Activation } from "../../src/api/extend.js";
import { createCpuDevice, decodeCheckpoint, encodeCheckpoint, loadModel, type SavedModel, train } from "../../src/api/index.js";
import { decodeScipy, encodeOnnx, encodeScipy } from "../../src/api/io.js";
import { WHOLE } from "../matrix.js";
import { expectSameState } from "../train/same-runs.js";
import { sharedGpu } from "./gpu.js";
import { base, differences, expectClose, oneStep, set, untrained } from "./toy.js";

/** Exponential linear unit: z above 0, else alpha (exp(z) - 1); its output tells its derivative. */
const elu: Activation = {
  name: "elu",
  needs: "y",
  alpha: 1,
  slope: (alpha) => alpha,
  wgsl: `
fn activate(z: vec4<f32>, alpha: f32, p: vec4<f32>) -> vec4<f32> {
  return select(alpha * (exp(z) - 1.0), z, z > vec4<f32>(0.0));
}
fn derivative(saved: vec4<f32>, alpha: f32, p: vec4<f32>, scale: f32) -> vec4<f32> {
  var y = saved / scale;
  if (SAVED_Z == 1u) { y = activate(saved, alpha, p); }
  return select(y + alpha, vec4<f32>(1.0), y > vec4<f32>(0.0));
}`,
  f: (z, alpha) => (z > 0 ? z : alpha * (Math.exp(z) - 1)),
  df(saved, alpha, p, scale, savedZ) {
    const y = savedZ ? elu.f(saved, alpha, p) : saved / scale;
    return y > 0 ? 1 : y + alpha;
  },
};

const sigmoid = (z: number) => 1 / (1 + Math.exp(-z));

/** Swish (Ramachandran et al. 2017) with a trained b for every neuron: z sigmoid(b z). */
const swish: Activation = {
  name: "swish",
  needs: "z",
  parameters: [{ name: "b", init: 1 }],
  wgsl: `
fn gate(z: vec4<f32>, b: f32) -> vec4<f32> { return 1.0 / (1.0 + exp(-clamp(b * z, vec4<f32>(-80.0), vec4<f32>(80.0)))); }
fn activate(z: vec4<f32>, alpha: f32, p: vec4<f32>) -> vec4<f32> { return z * gate(z, p.x); }
fn derivative(z: vec4<f32>, alpha: f32, p: vec4<f32>, scale: f32) -> vec4<f32> {
  let s = gate(z, p.x);
  return s + p.x * z * s * (1.0 - s);
}
fn gradients(z: vec4<f32>, g: vec4<f32>, alpha: f32, p: vec4<f32>) -> vec4<f32> {
  let s = gate(z, p.x);
  return vec4<f32>(dot(g, z * z * s * (1.0 - s)), 0.0, 0.0, 0.0);
}`,
  f: (z, _alpha, [b]) => z * sigmoid(b * z),
  df(z, _alpha, [b]) {
    const s = sigmoid(b * z);
    return s + b * z * s * (1 - s);
  },
  gradients(z, _alpha, [b], into) {
    const s = sigmoid(b * z);
    into[0] = z * z * s * (1 - s);
  },
};

describe.each([elu, swish])("an activation from outside: $name", (activation) => {
  const kinds = WHOLE || activation.parameters ? (["cpu", "webgpu"] as const) : (["cpu"] as const);
  test.each(kinds)("trains on %s, and answers there as in f64", async (kind) => {
    const device = kind === "cpu" ? createCpuDevice() : await sharedGpu();
    const model = await train({ train: set }, { ...base, activation, dropout: 0.1, lr: 0.05, device });
    expect(model.history.at(-1)?.trainAccuracy).toBeGreaterThan(0.9);
    if (kind === "cpu") expect(device.info.description).toContain(`activation ${activation.name} without SIMD`);
    const saved = await model.save();
    if (activation.parameters) expect(new Set(saved.network.layers[0].params[activation.name]).size).toBeGreaterThan(3);
    const oracle = await loadModel(createCpuDevice({ precision: 64 }), saved);
    expect((await oracle.evaluate(set)).loss).toBeCloseTo(model.history.at(-1)?.trainLoss ?? Number.NaN, 4);
    await device.dispose();
  });

  test("has the gradients that finite differences give, its own parameters' too", async () => {
    const start = await untrained({ activation });
    const [lr, optimizer] = [0.01, { name: "sgd", momentum: 0 }] as const;
    const after = await oneStep(start, { optimizer, lr });
    for (const i of [0, 1]) {
      for (const key of ["values", "bias", ...(activation.parameters ? [activation.name] : [])]) {
        const g = await differences(start, i, key);
        const [before, now] = [start.network.layers[i].params[key], after.network.layers[i].params[key]];
        expectClose(
          g.map((_, k) => (before[k] - now[k]) / lr),
          g,
        );
      }
    }
  });

  test("a checkpoint that names it is read where it is handed in, and resumes to the same bits", async () => {
    const checkpoints: SavedModel[] = [];
    const options = { ...base, activation, optimizer: "adam" } as const;
    const whole = await train(
      { train: set },
      { ...options, device: createCpuDevice(), onCheckpoint: (saved) => void checkpoints.push(saved) },
    );
    const bytes = encodeCheckpoint(checkpoints[3]);
    expect(() => decodeCheckpoint(bytes)).toThrow(new RegExp(`activation: .*${activation.name}.* hand it in`));
    const resume = decodeCheckpoint(bytes, "checkpoint", [activation]);
    const resumed = await train({ train: set }, { ...options, device: createCpuDevice(), resume });
    expectSameState((await resumed.save()).network, (await whole.save()).network);
  });

  test("goes to scipy and back, and not to ONNX where it has no form for it", async () => {
    const saved = await untrained({ activation });
    const files = encodeScipy(saved);
    await expect(decodeScipy(files)).rejects.toThrow(/hand it in|holds an array/);
    const back = await decodeScipy(files, { pieces: [activation] });
    const [is, was] = [back, saved].map(({ network }) => network.layers[0].params[activation.name] ?? []);
    expect([...is]).toEqual([...was]);
    expect(() => encodeOnnx(saved)).toThrow(`activation ${activation.name} has no ONNX form`);
  });
});
