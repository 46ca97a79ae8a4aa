import { describe, expect, it } from "vitest";
import type { Dataset } from "../../src/data/dataset.js";
import { createCpuDevice } from "../../src/device/cpu/device.js";
import { decodeCheckpoint, encodeCheckpoint } from "../../src/io/formats/checkpoint/checkpoint.js";
import { decodeScipy } from "../../src/io/formats/scipy/decode.js";
import { encodeScipy } from "../../src/io/formats/scipy/encode.js";
import type { SavedModel } from "../../src/io/saved-model.js";
import { fromDense } from "../../src/sparse/topology.js";
import { loadModel } from "../../src/train/model.js";
import type { TrainOptions } from "../../src/train/options.js";
import type { RunOptions } from "../../src/train/run-options.js";
import { train } from "../../src/train/train.js";
import type { Model } from "../../src/train/trained.js";
import { CoppiceError } from "../../src/util/check.js";
import type { FloatArray } from "../../src/util/types.js";
import { KINDS, madeModel, samplesFor } from "../io/models.js";
import { blobs } from "./blobs.js";
import { expectSameState, timeless } from "./same-runs.js";

// Runs that begin with the weights and connections of a model.

const device = createCpuDevice({ threads: 1 });
/** The least rate of 32 bits: steps are taken, and change nothing but what was 0. */
const NO_RATE = 2 ** -126;

/** Layers without state, and without what steps at that rate leave where there was 0. */
function cleared(layers: SavedModel["network"]["layers"]) {
  const clear = (values: FloatArray) => values.map((value) => (Math.abs(value) < 1e-30 ? 0 : value));
  return layers.map((layer) => ({
    ...layer,
    params: Object.fromEntries(Object.entries(layer.params).map(([name, values]) => [name, clear(values)])),
    state: {},
  }));
}

/** Samples that a model knows the features and classes of. */
function samplesOf(saved: SavedModel, samples = 40): Dataset & { x: Float32Array } {
  const y = Uint32Array.from({ length: samples }, (_, i) => i % saved.classes.length);
  const { features, classes, featureNames } = saved;
  const data = { name: "samples", x: samplesFor(saved, samples), y, samples, features, classes: [...classes], featureNames };
  return saved.input?.median ? { ...data, missing: "median" } : data;
}

function start(saved: SavedModel, data: Dataset, options: TrainOptions & RunOptions = {}): Promise<Model> {
  return train({ train: data }, { method: "static", epochs: 2, batch: 16, device, start: saved, ...options });
}

async function predictions(saved: SavedModel, x: Float32Array): Promise<Float32Array> {
  await using model = loadModel(device, saved);
  return (await model.predict(x)).probabilities;
}

/** A model trained on blobs, and blobs whose features have drifted since. */
async function trained(options: TrainOptions = {}) {
  await using model = await train(
    { train: blobs() },
    { method: "set", hidden: [20], epsilon: 4, epochs: 4, batch: 10, device, ...options },
  );
  const data = blobs({ seed: 2 });
  return { saved: await model.save(), shifted: { ...data, x: data.x.map((value, k) => value + (k % 12 < 6 ? 2 : -1)) } };
}

describe("a run that starts from a model", () => {
  it.each(KINDS)("leaves one %s as it was when the learning rate is none, bit for bit", async (name, kind) => {
    const saved = madeModel(kind);
    const data = samplesOf(saved);
    const method = name === "dense" ? "dense" : "static";
    for (const optimizer of ["sgd", "adam"] as const) {
      await using model = await start(saved, data, { method, optimizer: { name: optimizer }, lr: NO_RATE });
      const { network, training, ...rest } = await model.save();
      expectSameState({ layers: cleared(network.layers) }, { layers: cleared(saved.network.layers) });
      const { network: first, temperature: _, ...before } = saved; // a temperature is of the network that it was fitted to
      expect(rest).toEqual({ ...before, config: { ...saved.config, optimizer: rest.config.optimizer } });
      expect(training?.epoch).toBe(2);
      const x = samplesFor(saved, 9, 5);
      expect((await model.predict(x)).probabilities).toEqual(await predictions({ ...before, network: first }, x));
    }
  });

  it("fits shifted data better than before, by each method that it can be trained with", async () => {
    const { saved, shifted } = await trained();
    await using before = loadModel(device, saved);
    const { loss } = await before.evaluate(shifted);
    for (const method of ["static", "set", "npset", "static-np", "set-half"] as const) {
      const epochs = 12;
      await using model = await start(saved, shifted, { method, epochs, lr: 0.05 });
      expect((await model.evaluate(shifted)).loss, method).toBeLessThan(loss / 2);
      expect([model.history[0].epoch, model.history.length], method).toEqual([1, epochs]);
      expect(model.neurons.initial, method).toEqual([12, 20, 3]);
      expect(model.neurons.final[1] < 20, method).toBe(method.endsWith("np") || method === "npset");
      expect((await model.save()).input, method).toEqual(saved.input); // the statistics of the data before
    }
  });

  it("is another one than the run that is resumed: no optimiser state, epochs from 1, its own seed and data", async () => {
    const options = { method: "set", hidden: [20], epsilon: 4, epochs: 8, batch: 10, device } as const;
    const checkpoints: SavedModel[] = [];
    await using whole = await train({ train: blobs() }, { ...options, onCheckpoint: (saved) => void checkpoints.push(saved) });
    const at = checkpoints[3];
    await using resumed = await train({ train: blobs() }, { ...options, resume: at });
    expectSameState((await resumed.save()).network, (await whole.save()).network);
    await using started = await start(at, blobs(), { method: "set", epochs: 4, batch: 10 });
    expect(started.history.map(({ epoch }) => epoch)).toEqual([1, 2, 3, 4]);
    expect((await started.save()).network.layers[0].params.values).not.toEqual(
      (await whole.save()).network.layers[0].params.values,
    );
    // momentum starts at none: the same as from the bare weights
    const bare = { ...at, training: undefined, network: { layers: at.network.layers.map((l) => ({ ...l, state: {} })) } };
    await using again = await start(bare, blobs(), { method: "set", epochs: 4, batch: 10 });
    expectSameState((await again.save()).network, (await started.save()).network);
  });

  it("is resumed with or without the model to the same bits, and not with another", async () => {
    const { saved, shifted } = await trained();
    const options = { method: "npset", epochs: 6, lr: 0.05 } as const;
    const checkpoints: SavedModel[] = [];
    await using whole = await start(saved, shifted, { ...options, onCheckpoint: (state) => void checkpoints.push(state) });
    const resume = decodeCheckpoint(encodeCheckpoint(checkpoints[2]));
    for (const model of [saved, undefined]) {
      const goOn = { ...options, resume, ...(model ? { start: model } : { start: undefined }) };
      await using resumed = await start(saved, shifted, goOn);
      expectSameState((await resumed.save()).network, (await whole.save()).network);
      expect(timeless(resumed.history)).toEqual(timeless(whole.history));
    }
    const { saved: other } = await trained({ seed: 2 });
    await expect(start(other, shifted, { ...options, resume })).rejects.toThrow(/start.checksum was "\w{8}" and is "\w{8}"/);
    const spoilt = { ...resume, training: { ...resume.training, config: { start: { sizes: [12, 0] } } } } as SavedModel;
    await expect(start(saved, shifted, { ...options, start: undefined, resume: spoilt })).rejects.toThrow(CoppiceError);
  });

  it("finds features by name and classes by label, whatever else the data have", async () => {
    const saved = madeModel();
    const data = samplesOf(saved);
    const [features, last] = [saved.features, saved.features - 1];
    const x = Float32Array.from({ length: data.samples * (features + 1) }, (_, k) => {
      const [i, j] = [Math.floor(k / (features + 1)), k % (features + 1)];
      return j > last ? 7 : data.x[i * features + last - j]; // backwards, and one more
    });
    const moved: Dataset = {
      name: "moved",
      x,
      samples: data.samples,
      features: features + 1,
      y: data.y.map((label) => 3 - label),
      classes: [...saved.classes].reverse(),
      featureNames: [...(saved.featureNames ?? [])].reverse().concat("age"),
    };
    await using one = await start(saved, data);
    await using other = await start(saved, moved);
    expectSameState((await other.save()).network, (await one.save()).network);
    expect((await other.save()).classes).toEqual(saved.classes);
    const { nnz: values, rowPtr, colIdx } = fromDense(x, moved.samples, moved.features);
    expect(values).toBe(x.length);
    const sparse = { rows: moved.samples, cols: moved.features, rowPtr, colIdx, values: x };
    await using ofSparse = await start(saved, { ...moved, x: sparse });
    expectSameState((await ofSparse.save()).network, (await one.save()).network);
    const { featureNames: _none, ...nameless } = data;
    await using third = await start(saved, nameless);
    expect((await third.save()).featureNames).toEqual(saved.featureNames);

    await expect(start(saved, blobs({ features: 12 }))).rejects.toThrow(/have 12 features, but the model was trained on 20/);
    await expect(start(saved, { ...data, featureNames: data.featureNames?.map((n) => `x${n}`) })).rejects.toThrow(/gene 0/);
    await expect(start(saved, { ...data, classes: ["a", "b", "c", "d"] })).rejects.toThrow(
      /label "a" .* not among the 4 classes/,
    );
  });

  it("uses the model's statistics, and inputs as they are for a model without any, such as bare matrices", async () => {
    const saved = madeModel({ inputs: "raw" });
    const data = samplesOf(saved);
    const matrices = [...encodeScipy(saved)].filter(([name]) => name !== "model.json");
    const imported = await decodeScipy(new Map(matrices), { classes: saved.classes });
    await using model = await start(imported, { ...data, x: data.x.map((value) => 5 + value) });
    expect(model.config.inputs).toBe("raw");
    expect((await model.save()).input).toBeNull();
    await using given = await start(imported, data, { inputs: "raw" });
    expect(given.config.inputs).toBe("raw");
    await expect(start(imported, data, { inputs: "standardize" })).rejects.toThrow(
      /^inputs: standardize .* its weights take inputs raw/,
    );
    const gap = { ...data, x: data.x.map((value, k) => (k === 3 ? Number.NaN : value)), missing: "median" as const };
    await expect(start(imported, gap)).rejects.toThrow(/knows none to fill in/);
    await expect(start(madeModel(), gap)).rejects.toThrow(/knows none to fill in/);
    await using filled = await start(madeModel({ inputs: "medians" }), gap);
    expect(filled.config.inputs).toBe("model");
  });
});

describe("a model to start from is refused", () => {
  const sparse = madeModel();
  it.each<[string, SavedModel, TrainOptions, RegExp]>([
    [
      "other hidden layers",
      sparse,
      { hidden: [30, 25] },
      /^hidden: 30,25 contradicts the model .*: its hidden layers are 30,24; leave/,
    ],
    ["an epsilon", sparse, { epsilon: 20 }, /^epsilon: 20 contradicts .* brings its connections/],
    ["an initialisation", sparse, { init: "heUniform" }, /^init: heUniform contradicts .* brings its weights/],
    ["another activation", sparse, { activation: "tanh" }, /^activation: tanh contradicts .* trained with relu/],
    ["another slope", madeModel({ activation: "allRelu", alpha: 0.6 }), { alpha: 0.5 }, /^alpha: 0.5 contradicts .* with 0.6/],
    ["a sparse output layer", sparse, { output: "sparse" }, /^output: sparse contradicts .* last layer is dense/],
    ["a dense output layer", madeModel({ densities: [0.3, 0.4, 0.5] }), { output: "dense" }, /^output: dense .* is sparse/],
    ["statistics of the data", sparse, { inputs: "standardize" }, /^inputs: standardize .* the statistics of its inputs/],
    ["raw inputs", sparse, { inputs: "raw" }, /^inputs: raw contradicts/],
    ["another scale", madeModel({ dropout: 0.3 }), { dropout: 0.5 }, /^dropout: 0.5 .* which was by 0.7/],
    ["another style", madeModel({ dropout: 0.3 }), { dropoutStyle: "inverted" }, /^dropoutStyle: inverted .* by 0.7/],
    [
      "method dense",
      sparse,
      { method: "dense" },
      /^method: dense cannot start from this model: it has sparse layers; take static/,
    ],
    ["method linear", sparse, { method: "linear" }, /^method: linear .* sparse layers/],
    ["method dense-small", sparse, { method: "dense-small" }, /^method: dense-small .* sizes of its own/],
    ["a sparse method", madeModel({ densities: [null, null, null] }), { method: "set" }, /^method: set .* all dense; take dense/],
    [
      "no hidden layer to have",
      madeModel({ sizes: [20, 4], densities: [null] }),
      { method: "dense" },
      /no hidden layer; take linear/,
    ],
    ["hidden layers to have", madeModel({ densities: [null, null, null] }), { method: "linear" }, /hidden layers; take dense/],
    ["nothing to remove", madeModel({ sizes: [20, 4], densities: [0.5] }), { method: "npset" }, /no hidden neurons to remove/],
  ])("with %s", async (_, saved, options, message) => {
    const run = start(saved, samplesOf(saved), options);
    await expect(run).rejects.toThrow(message);
    await expect(run).rejects.toThrow(CoppiceError);
  });

  it("but not with what agrees, or is the run's own to choose", async () => {
    const saved = madeModel({ densities: [0.3, 0.4, 0.5] });
    const same: TrainOptions = {
      hidden: [30, 24],
      activation: "relu",
      output: "fixed",
      dropout: 0.2,
      loss: "mse",
      method: "set",
    };
    await using model = await start(saved, samplesOf(saved), { ...same, seed: 5 });
    expect(model.config).toMatchObject({ network: { dropout: 0.2, loss: "mse", seed: 5 }, layout: { sizes: [20, 30, 24, 4] } });
  });
});
