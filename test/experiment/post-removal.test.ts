import { expect, test } from "vitest";
import type { Dataset } from "../../src/data/dataset.js";
import { toDense } from "../../src/data/sample-matrix.js";
import { split } from "../../src/data/split.js";
import { standardize } from "../../src/data/standardize.js";
import { takeSamples } from "../../src/data/take-samples.js";
import { createCpuDevice } from "../../src/device/cpu/device.js";
import { firstLayerScores, postRemoval, REMOVAL_SCORES } from "../../src/experiment/run/post-removal.js";
import type { SavedModel } from "../../src/io/saved-model.js";
import type { LayerState } from "../../src/nn/state.js";
import { toCoo } from "../../src/sparse/topology.js";
import { train } from "../../src/train/train.js";
import { blobs } from "../train/blobs.js";

const device = createCpuDevice({ threads: 1 });
const parts = split(blobs({ samples: 120, features: 15, classes: 4 }), { test: 1 / 3, seed: 3 });

const models = new Map<string, Promise<SavedModel>>();
/** A model of the method, which the tests share. */
function trained(method: "set" | "dense" | "npset"): Promise<SavedModel> {
  const model = models.get(method) ?? trainOne(method);
  models.set(method, model);
  return model;
}

async function trainOne(method: "set" | "dense" | "npset"): Promise<SavedModel> {
  const model = await train(parts, { method, hidden: [20, 16], epsilon: 5, epochs: 4, batch: 8, lr: 0.02, device });
  const saved = await model.save();
  await model.dispose();
  return saved;
}

/** W [out][in] in full. */
function matrix(layer: LayerState): number[][] {
  const w = Array.from({ length: layer.out }, () => new Array<number>(layer.in).fill(0));
  if (layer.topology) {
    const { rowIdx, colIdx } = toCoo(layer.topology);
    rowIdx.forEach((row, k) => {
      w[row][colIdx[k]] = layer.params.values[k];
    });
  } else
    layer.params.values.forEach((value, k) => {
      w[Math.floor(k / layer.in)][k % layer.in] = value;
    });
  return w;
}

/** Accuracy by a forward pass written out here, with the weights of `gone` neurons of the first hidden layer zeroed by hand. */
function accuracyWithout(saved: SavedModel, test: Dataset, gone: ReadonlySet<number>): number {
  const layers = saved.network.layers.map((layer) => ({ w: matrix(layer), bias: Array.from(layer.params.bias) }));
  for (const neuron of gone) {
    layers[0].w[neuron].fill(0);
    layers[0].bias[neuron] = 0;
    for (const row of layers[1].w) row[neuron] = 0;
  }
  const x = toDense((saved.input ? standardize(test, saved.input) : test).x);
  let right = 0;
  for (let i = 0; i < test.samples; i++) {
    let values = Array.from(x.subarray(i * test.features, (i + 1) * test.features));
    layers.forEach(({ w, bias }, l) => {
      const z = w.map((row, r) => row.reduce((sum, weight, c) => sum + weight * values[c], bias[r]));
      values = l < layers.length - 1 ? z.map((value) => Math.max(0, value)) : z;
    });
    right += Number(values.indexOf(Math.max(...values)) === test.y[i]);
  }
  return right / test.samples;
}

test("accuracies are those of the network with the neurons' weights zeroed by hand", async () => {
  for (const method of ["set", "dense", "npset"] as const) {
    const saved = await trained(method);
    const curves = await postRemoval(device, saved, parts.test, { seed: 1, fractions: [0, 0.3, 0.5, 1] });
    expect(curves.map(({ score, order }) => `${score} ${order}`)).toEqual(
      REMOVAL_SCORES.flatMap((score) => ["ascending", "descending", "random"].map((order) => `${score} ${order}`)),
    );
    for (const { score, order, fractions, values } of curves) {
      const whole = accuracyWithout(saved, parts.test, new Set());
      expect(values[0]).toBeCloseTo(whole, 12);
      if (order === "random") continue;
      const scores = firstLayerScores(saved, score as (typeof REMOVAL_SCORES)[number]);
      const ranked = [...scores.keys()].sort((a, b) => (order === "ascending" ? 1 : -1) * (scores[a] - scores[b]) || a - b);
      fractions.forEach((fraction, i) => {
        const gone = new Set(ranked.slice(0, Math.round(fraction * ranked.length)));
        expect(values[i], `${method} ${score} ${order} ${fraction}`).toBeCloseTo(accuracyWithout(saved, parts.test, gone), 12);
      });
    }
  }
});

test("scores are sums of absolute weights and numbers of connections, counted by hand", async () => {
  for (const method of ["set", "dense"] as const) {
    const saved = await trained(method);
    const [first, second] = saved.network.layers;
    const [w, next] = [matrix(first), matrix(second)];
    const sum = (values: number[]) => values.reduce((a, b) => a + Math.abs(b), 0);
    for (let n = 0; n < first.out; n++) {
      const [incoming, outgoing] = [sum(w[n]), sum(next.map((row) => row[n]))];
      expect(firstLayerScores(saved, "strength-in")[n]).toBeCloseTo(incoming, 6);
      expect(firstLayerScores(saved, "strength-out")[n]).toBeCloseTo(outgoing, 6);
      expect(firstLayerScores(saved, "strength")[n]).toBeCloseTo(incoming + outgoing, 6);
    }
    if (method === "dense") expect(new Set(firstLayerScores(saved, "degree"))).toEqual(new Set([15 + 16]));
  }
});

test("a network without hidden layers has no neurons to take out", async () => {
  const model = await train(parts, { method: "linear", epochs: 1, device });
  expect(await postRemoval(device, await model.save(), takeSamples(parts.test, [0, 1]), { seed: 1 })).toEqual([]);
  await model.dispose();
});
