import { existsSync, readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { digits } from "../../src/data/digits.js";
import { makeDataset } from "../../src/data/make-dataset.js";
import { split } from "../../src/data/split.js";
import { createCpuDevice } from "../../src/device/cpu/device.js";
import { blend } from "../../src/io/blend.js";
import { encodeOnnx } from "../../src/io/formats/onnx/onnx.js";
import type { SavedModel } from "../../src/io/saved-model.js";
import type { LabelAnswers } from "../../src/tasks/multi-label.js";
import { loadModel } from "../../src/train/model.js";
import { train } from "../../src/train/train.js";
import type { FloatArray } from "../../src/util/types.js";
import { KINDS, madeModel, samplesFor, timesModel } from "../io/models.js";

// Exports under onnxruntime's WebAssembly, a program that shares nothing with ours.

/** The part of onnxruntime-web that is used here; it is installed apart, so its types are not at hand. */
interface Runtime {
  readonly env: { wasm: { numThreads: number; wasmBinary?: Uint8Array } };
  readonly Tensor: new (type: "float32" | "float64", data: FloatArray, dims: readonly number[]) => unknown;
  readonly InferenceSession: {
    create(
      bytes: Uint8Array,
    ): Promise<{
      run(
        feeds: Record<string, unknown>,
      ): Promise<Record<"label" | "probabilities" | "values" | "decided", { dims: number[]; data: ArrayLike<number | bigint> }>>;
      release(): Promise<void>;
    }>;
  };
}

const DIST = new URL("../../docs/tools/node_modules/onnxruntime-web/dist/", import.meta.url);
const RUNTIME = new URL("ort.wasm.bundle.min.mjs", DIST);
let ort: Runtime;
beforeAll(async () => {
  if (!existsSync(RUNTIME)) throw new Error("onnxruntime-web is not installed; run: npm ci --prefix docs/tools");
  ort = await import(/* @vite-ignore */ RUNTIME.href);
  ort.env.wasm.numThreads = 1;
  ort.env.wasm.wasmBinary = readFileSync(new URL("ort-wasm-simd-threaded.wasm", DIST)); // else it is fetched
});

/** What is folded into the weights of an exported model, or decides them. */
const FOLDED = { norm: "batch", ema: 0.9, clipNorm: 1, maxNorm: 3 } as const;

const device = createCpuDevice();
afterAll(() => device.dispose());

/** The largest difference between probabilities; labels must agree, but where the two largest outputs are that close. */
async function compare(saved: SavedModel, x: FloatArray, sparse = false): Promise<number> {
  const samples = x.length / saved.features;
  const model = loadModel(device, saved);
  const ours = await model.predict(x);
  await model.dispose();
  const session = await ort.InferenceSession.create(encodeOnnx(saved, { sparse }));
  const type = x instanceof Float64Array ? "float64" : "float32";
  const { label, probabilities } = await session.run({ inputs: new ort.Tensor(type, x, [samples, saved.features]) });
  await session.release();
  expect([label.dims, probabilities.dims]).toEqual([[samples], [samples, saved.classes.length]]);
  expect(Array.from(label.data, Number)).toEqual(Array.from(ours.labels));
  return ours.probabilities.reduce((most, p, k) => Math.max(most, Math.abs(p - Number(probabilities.data[k]))), 0);
}

describe("under onnxruntime, an exported model", () => {
  it.each(KINDS)("%s predicts as ours does to 1e-5, dense or sparse in the file, for any batch", async (_, kind) => {
    const saved = madeModel(kind);
    for (const samples of [1, 64])
      for (const sparse of [false, true]) expect(await compare(saved, samplesFor(saved, samples), sparse)).toBeLessThan(1e-5);
  });

  it("of milliseconds since 1970, some missing, predicts as ours does to 1e-5", async () => {
    const { saved, x } = timesModel(64);
    expect(await compare(saved, x)).toBeLessThan(1e-5);
  });

  it("that lost neurons in training predicts digits as ours does to 1e-5", async () => {
    const data = split(await digits(), { test: 1 / 3, seed: 1 });
    const options = { hidden: [100, 100], epsilon: 8, epochs: 12, lr: 0.03, evolution: { removal: { first: 1, last: 8 } } };
    const model = await train(data, { ...options, device, tune: "off" });
    const saved = await model.save();
    expect(model.neurons.final[1]).toBeLessThan(60);
    expect(await compare(saved, data.test.x)).toBeLessThan(1e-5);
    await model.dispose();
  });

  it("of an ensemble averages inside the graph as ours does to 1e-5, probabilities or outputs", async () => {
    for (const loss of ["crossEntropy", "mse"] as const) {
      const saved = madeModel({ loss });
      const { network } = madeModel({ loss, sizes: [20, 27, 21, 4], seed: 2 });
      const ensemble = { ...saved, members: [saved.network, network] };
      for (const sparse of [false, true]) expect(await compare(ensemble, samplesFor(saved, 64), sparse)).toBeLessThan(1e-5);
    }
  });

  it("of a blend averages inside the graph by weights as ours does to 1e-5, probabilities or outputs", async () => {
    for (const loss of ["crossEntropy", "mse"] as const) {
      const saved = madeModel({ loss });
      const linear = { ...madeModel({ loss, sizes: [20, 4], densities: [null], seed: 2 }), input: saved.input };
      const model = blend([
        { model: saved, weight: 0.85 },
        { model: linear, weight: 0.15 },
      ]);
      for (const sparse of [false, true]) expect(await compare(model, samplesFor(saved, 64), sparse)).toBeLessThan(1e-5);
    }
  });

  it("of a regression answers in the targets' own units as ours does, members averaged, quantiles too", async () => {
    const x = Float32Array.from({ length: 60 * 4 }, (_, k) => Math.sin(k * k));
    const targets = Array.from({ length: 120 }, (_, k) => (k % 2 ? 1e-3 * x[2 * k] : 5000 + 40 * x[2 * k + 1]));
    const data = makeDataset({ name: "two", x, features: 4, targets });
    for (const more of [{}, { members: 3 }, { quantiles: [0.2, 0.5, 0.8] }, FOLDED, { ...FOLDED, members: 3 }]) {
      const model = await train(
        { train: data },
        { method: "set", hidden: [12], epsilon: 4, epochs: 8, device, tune: "off", ...more },
      );
      const { values: ours } = (await model.predict(x)) as unknown as { values: Float32Array };
      const saved = await model.save();
      const session = await ort.InferenceSession.create(encodeOnnx(saved));
      const { values } = await session.run({ inputs: new ort.Tensor("float32", x, [60, 4]) });
      await session.release();
      await model.dispose();
      expect(values.dims).toEqual([60, saved.classes.length]);
      const each = saved.classes.length / 2;
      for (const [k, value] of ours.entries())
        expect(Math.abs(Number(values.data[k]) - value)).toBeLessThan(Math.floor((k % (2 * each)) / each) ? 1e-8 : 5e-3);
    }
  });

  it("takes samples for the second class above a model's threshold, as ours does", async () => {
    const saved = madeModel({ sizes: [6, 9, 2], densities: [null, null], inputs: "raw" });
    for (const more of [{ threshold: 0.2 }, { threshold: 0.71, temperature: 1.7 }])
      expect(await compare({ ...saved, ...more }, samplesFor(saved, 200))).toBeLessThan(1e-5);
  });

  it("of several labels decides and answers as ours does to 1e-5, members averaged", async () => {
    const x = Float32Array.from({ length: 60 * 4 }, (_, k) => Math.sin(k * k));
    const targets = Array.from({ length: 120 }, (_, k) => Number(x[2 * k] + 0.3 * x[2 * k + 1] > (k % 2 ? 0.4 : 0)));
    const data = makeDataset({ name: "two", x, features: 4, targets });
    for (const more of [{}, { members: 3 }, FOLDED, { ...FOLDED, members: 3 }]) {
      const options = { task: "multi-label", method: "set", hidden: [12], epsilon: 4, epochs: 8, device, tune: "off" } as const;
      const model = await train({ train: data }, { ...options, ...more });
      const ours = (await model.predict(x)) as unknown as LabelAnswers;
      const session = await ort.InferenceSession.create(encodeOnnx(await model.save()));
      const { probabilities, decided } = await session.run({ inputs: new ort.Tensor("float32", x, [60, 4]) });
      await session.release();
      await model.dispose();
      expect([probabilities.dims, decided.dims]).toEqual([
        [60, 2],
        [60, 2],
      ]);
      expect(Array.from(decided.data, Number)).toEqual([...ours.decided]);
      for (const [k, p] of ours.probabilities.entries()) expect(Number(probabilities.data[k])).toBeCloseTo(p, 5);
    }
  });

  it("of survival answers the log risks of ours, members averaged", async () => {
    const x = Float32Array.from({ length: 80 * 4 }, (_, k) => Math.sin(k * k));
    const targets = Array.from({ length: 160 }, (_, k) => (k % 2 ? Number(k % 3 > 0) : 2 + Math.exp(x[2 * k]) + (k % 7)));
    const data = makeDataset({ name: "gone", x, features: 4, targets, targetNames: ["time", "event"] });
    for (const more of [{}, { members: 3 }, FOLDED, { ...FOLDED, members: 3 }]) {
      const options = { task: "survival", method: "set", hidden: [12], epsilon: 4, epochs: 8, device, tune: "off" } as const;
      const model = await train({ train: data }, { ...options, ...more });
      const ours = (await model.predict(x)) as unknown as { values: Float32Array };
      const session = await ort.InferenceSession.create(encodeOnnx(await model.save()));
      const [[name, risk]] = Object.entries(await session.run({ inputs: new ort.Tensor("float32", x, [80, 4]) }));
      await session.release();
      await model.dispose();
      expect([name, risk.dims]).toEqual(["values", [80, 1]]);
      for (const [i, value] of ours.values.entries()) expect(Number(risk.data[i])).toBeCloseTo(value, 4);
    }
  });

  it("with batch norm and averaged weights predicts classes as ours does to 1e-5, members averaged or sharing weights", async () => {
    const data = split(await digits(), { test: 1 / 3, seed: 1 });
    const options = { hidden: [40, 30], epsilon: 8, epochs: 3, lr: 0.03, ...FOLDED } as const;
    for (const more of [{}, { skip: "linear", activation: "srelu" }, { members: 2 }, { members: 2, share: "weights" }] as const) {
      const model = await train(data, { ...options, ...more, device, tune: "off" });
      const saved = await model.save();
      await model.dispose();
      for (const sparse of [false, true]) expect(await compare(saved, data.test.x, sparse)).toBeLessThan(1e-5);
    }
  });

  it("of an autoencoder is as far from its inputs as ours is", async () => {
    const x = Float32Array.from({ length: 60 * 5 }, (_, k) => 3 + Math.sin(k * k));
    const data = makeDataset({ name: "same", x, features: 5 });
    for (const more of [{}, { members: 3 }, FOLDED]) {
      const options = { task: "reconstruct", method: "set", hidden: [12], epsilon: 4, epochs: 8, device, tune: "off" } as const;
      const model = await train({ train: data }, { ...options, ...more });
      const ours = (await model.predict(x)) as unknown as { error: Float32Array };
      const session = await ort.InferenceSession.create(encodeOnnx(await model.save()));
      const found = await session.run({ inputs: new ort.Tensor("float32", x, [60, 5]) });
      await session.release();
      await model.dispose();
      const { error } = found as unknown as Record<"error", { data: ArrayLike<number> }>;
      expect(found.values.dims).toEqual([60, 5]);
      for (const [i, value] of ours.error.entries()) expect(error.data[i]).toBeCloseTo(value, 4);
    }
  });

  it("of wide layers predicts as ours does to 1e-5", async () => {
    const saved = madeModel({ sizes: [3000, 2000, 1000, 10], densities: [0.01, 0.02, null] });
    expect(await compare(saved, samplesFor(saved, 32), true)).toBeLessThan(1e-5);
  });
});
