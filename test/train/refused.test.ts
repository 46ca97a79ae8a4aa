import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { makeDataset } from "../../src/data/make-dataset.js";
import { readDataset } from "../../src/data/read-dataset.js";
import { toDense } from "../../src/data/sample-matrix.js";
import { takeSamples } from "../../src/data/take-samples.js";
import { createCpuDevice } from "../../src/device/cpu/device.js";
import type { SavedModel } from "../../src/io/saved-model.js";
import { networkConfig } from "../../src/nn/config.js";
import { initialState } from "../../src/nn/state.js";
import { type LoadedModel, loadModel } from "../../src/train/model.js";
import { train } from "../../src/train/train.js";
import { random } from "../../src/util/random.js";
import { coppice, useFolder } from "../cli/harness.js";

// Samples that a model cannot answer for are refused by name, and samples unlike those it was trained on are told.

const folder = useFolder();
const device = createCpuDevice({ threads: 1 });
const path = (name: string) => fileURLToPath(new URL(`../fixtures/nodata/${name}`, import.meta.url));
const read = (name: string, options = {}) => readDataset([{ name, bytes: new Uint8Array(readFileSync(path(name))) }], options);
let model: LoadedModel;
beforeAll(async () => {
  const trained = await train({ train: await read("train.csv") }, { hidden: [20, 20], epochs: 3, device, tune: "off" });
  model = loadModel(device, await trained.save());
  await trained.dispose();
});
afterAll(async () => {
  await model.dispose();
  await device.dispose();
});

describe("a value that marks missing data, -3.4e38,", () => {
  it("is refused by sample and feature, in predictions and evaluations", async () => {
    const fresh = await read("new.csv", { label: null });
    const refusal = /sample \d+: feature "b\d+" is -3\.4\d*e\+38, which standardises to .*; a network takes values up to 1\.8e19/;
    await expect(model.predict(fresh.x)).rejects.toThrow(refusal);
    const labelled = await read("eval.csv");
    await expect(model.evaluate(labelled)).rejects.toThrow(refusal);
    const marked = toDense(labelled.x).findIndex((value) => value < -1e38);
    const test = takeSamples(labelled, [Math.floor(marked / labelled.features)]); // the others are training samples
    const training = train({ train: await read("train.csv"), test }, { hidden: [4], epochs: 1, device });
    await expect(training).rejects.toThrow(refusal);
  });

  it("is refused by the command line, which writes nothing", async () => {
    const out = folder.path("run");
    const trained = await coppice(
      `train --data ${path("train.csv")} --hidden 20,20 --epochs 3 --device cpu --tune off --out ${out}`,
    );
    expect(trained.code, trained.err).toBe(0);
    const predicted = await coppice(
      `predict ${out}/model.safetensors --data ${path("new.csv")} --no-label --device cpu --out ${folder.path("p.csv")}`,
    );
    expect(predicted).toMatchObject({ code: 2, out: "", err: expect.stringMatching(/sample \d+: feature "b\d+" is -3\.4/) });
    expect(folder.list()).not.toContain("p.csv");
    const evaluated = await coppice(`eval ${out}/model.safetensors --data ${path("eval.csv")} --device cpu`);
    expect(evaluated).toMatchObject({ code: 2, out: "", err: expect.stringMatching(/sample \d+: feature "b\d+" is -3\.4/) });
  });
});

it("infinities and values beyond 32 bits are refused, whatever the inputs of the model", async () => {
  for (const input of [model.saved.input, null, { mean: new Float32Array(30), std: new Float32Array(30).fill(1) }]) {
    const loaded = loadModel(device, { ...model.saved, input });
    for (const value of [Infinity, -Infinity, 1e39, -1e300, 1e25]) {
      const x = new Float64Array(60).fill(300);
      x[34] = value;
      await expect(loaded.predict(x)).rejects.toThrow(/^predict: sample 2: feature "b4" is /);
    }
    await loaded.dispose();
  }
});

it("outputs that are not finite are refused by sample and feature", async () => {
  const { layers } = initialState({ sizes: [2, 2], densities: [null], init: "zeros", seed: 1 });
  const huge = layers.map((layer) => ({ ...layer, params: { ...layer.params, values: Float32Array.of(3e38, 0, 0, 3e38) } }));
  const saved: SavedModel = {
    network: { layers: huge },
    config: networkConfig({}),
    features: 2,
    classes: ["a", "b"],
    input: null,
  };
  const loaded = loadModel(device, saved);
  expect(Array.from((await loaded.predict(Float32Array.of(1, 0, 0, 1))).labels)).toEqual([0, 1]);
  const x = Float32Array.of(1, 0, 1, -50);
  await expect(loaded.predict(x)).rejects.toThrow(
    "predict: sample 2: an output of the network is not finite; the largest value that the network gets is -50.0, of feature 2: correct it, or leave the sample out",
  );
  const dataset = makeDataset({ name: "two", x, labels: ["a", "b"], features: 2, ids: ["s1", "s2"] });
  await expect(loaded.evaluate(dataset)).rejects.toThrow('two: sample "s2": an output of the network is not finite');
  await loaded.dispose();
});

describe("samples unlike the training set", () => {
  const genes = (samples: number, seed: number, map: (count: number) => number) => {
    const rng = random(seed, "genes");
    const x = Float64Array.from({ length: 20 * samples }, (_, k) => map(2 ** (6 + (k % 20) / 10 + 1.5 * rng.normal())));
    const names = Array.from({ length: 20 }, (_, j) => `gene${j}`);
    return makeDataset({
      name: "genes",
      x,
      labels: Array.from({ length: samples }, (_, i) => i % 2),
      features: 20,
      featureNames: names,
    });
  };
  const logs = genes(60, 1, Math.log2);
  const counts = genes(60, 2, (count) => count);

  it("are told by predict and evaluate, in both directions; like ones are not", async () => {
    for (const [training, others, note] of [
      [logs, counts, /^\d+ of 60 samples are unlike the training set: more than half of their features are over 10 deviations/],
      [
        counts,
        genes(60, 3, Math.log2),
        /^20 of 20 features vary less than 2 % as much as in the training set \(feature "gene0": /,
      ],
    ] as const) {
      const trained = await train({ train: training }, { hidden: [4], epochs: 1, device, tune: "off" });
      expect((await trained.predict(others.x)).notes).toEqual([expect.stringMatching(note)]);
      expect((await trained.evaluate(others)).notes[0]).toMatch(note);
      expect((await trained.evaluate(training)).notes.join()).not.toContain("training set");
      expect((await trained.predict(takeSamples(training, [3]).x)).notes).toEqual([]);
      await trained.dispose();
    }
  });

  it("are told when they are tested on", async () => {
    let notes: readonly string[] = [];
    const onStart = (info: { notes: readonly string[] }) => {
      notes = info.notes;
    };
    await (await train({ train: logs, test: counts }, { hidden: [4], epochs: 1, device, tune: "off", onStart })).dispose();
    expect(notes).toEqual([expect.stringMatching(/^test set: \d+ of 60 samples are unlike the training set/)]);
  });

  it("are told of pictures that were divided already, or are of other units", async () => {
    const pictures = (most: number, seed: number) => {
      const rng = random(seed, "pictures");
      const x = Float64Array.from({ length: 64 }, () => most * rng.float());
      return makeDataset({ name: "pictures", x, labels: [0, 1, 0, 1], features: 16 });
    };
    const trained = await train({ train: pictures(255, 1) }, { hidden: [4], epochs: 1, device, inputs: "scale255", tune: "off" });
    expect((await trained.predict(pictures(255, 2).x)).notes).toEqual([]);
    expect((await trained.predict(pictures(1, 2).x)).notes).toEqual([
      expect.stringContaining("no value is above 1, but the model divides by 255"),
    ]);
    expect((await trained.predict(pictures(65535, 2).x)).notes).toEqual([expect.stringMatching(/^values up to 6\d+ are unlike/)]);
    await trained.dispose();
  });
});
