import { describe, expect, it } from "vitest";
import { createCpuDevice, explain, loadModel, makeDataset, type SavedModel, train } from "../../src/api/index.js";
import { sampleReader } from "../../src/data/sample-matrix.js";
import { evaluationScale, responseOf } from "../../src/nn/config.js";
import { kindOf } from "../../src/nn/state.js";
import { prepareSamples } from "../../src/train/prepare-data.js";
import { KINDS, type ModelKind, madeModel, samplesFor } from "../io/models.js";
import { matrixTest } from "../matrix.js";
import { sharedGpu } from "../one-gpu.js";
import { blobs } from "./blobs.js";

// Gradient times input against differences of the outputs: in f64 by the definition of a network, and by the answers of trained models.

const samples = 3;
const device = createCpuDevice({ threads: 1 });

/** The outputs of a network in f64, layer by layer: f(scale (W y + b)), and S x on top. */
function outputsOf({ network: { layers, skip }, config }: SavedModel, x: readonly number[]): number[] {
  const kinds = layers.map(kindOf);
  let y = [...x];
  for (const [i, { out, in: width, topology, params }] of layers.entries()) {
    const { activation, alpha } = responseOf(config, kinds, i);
    const trained = params[activation.name];
    const z = Array.from({ length: out }, (_, r) => {
      let sum = params.bias[r];
      if (topology)
        for (let k = topology.rowPtr[r]; k < topology.rowPtr[r + 1]; k++) sum += params.values[k] * y[topology.colIdx[k]];
      else for (let c = 0; c < width; c++) sum += params.values[r * width + c] * y[c];
      const own = activation.parameters?.map((_p, p) => trained[p * out + r]) ?? [];
      return activation.f(sum * evaluationScale(config, kinds, i), alpha, own);
    });
    y = z;
  }
  return y.map((z, o) => z + (skip ? x.reduce((sum, value, j) => sum + skip.values[o * x.length + j] * value, 0) : 0));
}

/** What the network gets of each sample. */
function inputsOf({ input, features }: SavedModel, x: Float32Array) {
  const data = makeDataset({ name: "samples", x, features, labels: null, missing: "median" });
  const read = sampleReader(prepareSamples(data, input).set.x, features);
  return (i: number): number[] => [...read(i)];
}

const most = (values: Float32Array) => values.reduce((all, value) => Math.max(all, Math.abs(value)), 0);

describe("what features add to an output", () => {
  /** Contributions of a model of a kind, and differences of its outputs. */
  const compare = async (kind: ModelKind) => {
    const saved = madeModel(kind);
    const x = samplesFor(saved, samples);
    const { outputs, contributions, features } = await explain(device, saved, x);
    expect(features).toHaveLength(20);
    expect(outputs).toEqual((await loadModel(device, saved).predict(x)).labels);
    const inputs = inputsOf(saved, x);
    const scale = most(contributions);
    for (let i = 0; i < samples; i++) {
      const own = inputs(i);
      for (const j of [0, 3, 11, 19]) {
        const at = (h: number) => outputsOf(saved, own.with(j, own[j] + h))[outputs[i]] / (saved.temperature ?? 1);
        const wanted = (own[j] * (at(1e-6) - at(-1e-6))) / 2e-6;
        expect(Math.abs(contributions[i * 20 + j] - wanted)).toBeLessThan(1e-4 * scale);
      }
    }
  };

  const told = ["mixed", "with medians for missing values", "of trained SReLUs", "trained as SET's authors, dropout too"];
  const chosen = KINDS.filter(([name]) => told.includes(name));
  it.each(chosen)("is gradient times input in f64 of a network %s", (_, kind) => compare(kind));
  matrixTest.each(KINDS)("is gradient times input in f64 of a network %s", (_, kind) => compare(kind));

  it("is so for members that share weights, batch norm and targets in their own units", async () => {
    const { x, features } = blobs({ samples: 40 });
    const targets = Float64Array.from({ length: 80 }, (_, k) => 1000 * x[(k >> 1) * features + (k % 2)] + 50 * k);
    const data = makeDataset({ name: "numbers", x, features, labels: null, targets, targetNames: ["a", "b"] });
    const options = { task: "regression", hidden: [9, 7], activation: "tanh", norm: "batch", epochs: 2, device } as const;
    const saved = await (await train({ train: data }, { ...options, members: 2, share: "weights" })).save();
    const { contributions } = await explain(device, saved, x, { output: "b" });
    const model = loadModel(device, saved);
    const valueAt = async (j: number, h: number) => {
      const moved = x.map((value, k) => (k % features === j ? value + h * (saved.input?.std[j] ?? 1) : value));
      const { values } = (await model.predict(moved)) as unknown as { values: Float32Array };
      return values.filter((_, k) => k % 2 === 1);
    };
    const [inputs, scale] = [inputsOf(saved, x), most(contributions)];
    for (const j of [0, 7]) {
      const [up, down] = [await valueAt(j, 0.02), await valueAt(j, -0.02)];
      for (let i = 0; i < samples; i++) {
        const own = inputs(i)[j];
        const wanted = (own * (up[i] - down[i])) / 0.04;
        expect(Math.abs(contributions[i * features + j] - wanted)).toBeLessThan(0.005 * scale);
      }
    }
  });

  matrixTest("is the same on WebGPU", async () => {
    const saved = madeModel();
    const x = Float32Array.from({ length: samples * 20 }, (_, k) => 100 + (k % 7));
    const [there, here] = [await explain(await sharedGpu(), saved, x), await explain(device, saved, x)];
    for (const [k, value] of here.contributions.entries()) expect(there.contributions[k]).toBeCloseTo(value, 4);
  });

  it("refuses outputs that there are none of, and several of which none is the answer", async () => {
    const saved = madeModel();
    const x = new Float32Array(20);
    await expect(explain(device, saved, x, { output: "x" })).rejects.toThrow('explain: output: "x" is unknown');
    const several = { ...saved, config: { ...saved.config, task: "regression", loss: "mse" } } as SavedModel;
    await expect(explain(device, several, x)).rejects.toThrow("task regression has 4 outputs, and none is the answer; name one:");
  });
});
