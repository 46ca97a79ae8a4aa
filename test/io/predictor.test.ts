import { describe, expect, it } from "vitest";
import { makeDataset } from "../../src/data/make-dataset.js";
import { fitSteps } from "../../src/data/prepare/index.js";
import { createCpuDevice } from "../../src/device/cpu/device.js";
import { decodeSafetensors, joinParts, type Tensor } from "../../src/io/formats/checkpoint/safetensors.js";
import { predictorParts } from "../../src/io/formats/predictor/encode.js";
import { loadPredictor, type Predicted } from "../../src/io/formats/predictor/predictor.js";
import type { SavedModel } from "../../src/io/saved-model.js";
import { GAMMA, RUNNING } from "../../src/layers/kind.js";
import { networkConfig } from "../../src/nn/config.js";
import { shareWeights } from "../../src/nn/share-weights.js";
import { loadModel } from "../../src/train/model.js";
import { encodeSafetensors } from "./encode-safetensors.js";
import { KINDS, madeModel, samplesFor } from "./models.js";

const device = createCpuDevice({ threads: 1 });
const fileOf = (saved: SavedModel, options = {}) => joinParts(predictorParts(saved, options));

const [first, second] = [madeModel(), madeModel({ sizes: [20, 28, 21, 4], seed: 2 })];
const members = [first.network, second.network];
const weighted = [0.7, 0.3].map((weight, j) => ({ ...members[j], weight }));
const numbers = {
  classes: ["a", "b", "c", "d"],
  targets: { mean: Float64Array.of(5, -3, 0, 1), std: Float64Array.of(2, 0.1, 1, 3) },
};
const counts = makeDataset({
  name: "counts",
  features: 30,
  x: samplesFor({ ...first, features: 30, input: null }, 12).map(Math.abs),
  labels: [..."ababababab", "a", "b"],
});
const steps = (asked: string[], model: SavedModel): SavedModel => ({
  ...model,
  featureNames: undefined,
  prepared: fitSteps(asked, counts),
});

const parts = (length: number, from: number) => Float32Array.from({ length }, (_, k) => from + 0.1 * (k % 7));
const normed: SavedModel = {
  ...first,
  config: networkConfig({ norm: "batch" }),
  network: {
    layers: first.network.layers.map((layer, i, { length }) => {
      const own = { [GAMMA]: parts(layer.out, 0.8), [RUNNING]: parts(2 * layer.out, 0.3) };
      return i < length - 1 ? { ...layer, params: { ...layer.params, ...own } } : layer;
    }),
  },
};

const MODELS: readonly [string, SavedModel][] = [
  ...KINDS.map(([name, kind]): [string, SavedModel] => [name, madeModel(kind)]),
  ["with a linear skip", madeModel({ skip: "linear" })],
  ["with batch norm", normed],
  ["of two members", { ...first, members }],
  ["of two members, trained with mse", { ...first, config: networkConfig({ loss: "mse" }), members }],
  ["that is a blend", { ...first, network: weighted[0], members: weighted }],
  ["of members that share weights", { ...first, network: shareWeights(first.network, "heUniform", [1, 2, 3]) }],
  ["of two classes with a threshold", { ...madeModel({ sizes: [20, 30, 2], densities: [0.4, null] }), threshold: 0.3 }],
  ["of regression", { ...first, ...numbers, config: networkConfig({ task: "regression" }) }],
  ["of several labels", { ...first, config: networkConfig({ task: "multi-label" }) }],
  ["of several labels and members", { ...first, config: networkConfig({ task: "multi-label" }), members }],
  [
    "of survival",
    {
      ...madeModel({ sizes: [20, 30, 1], densities: [0.4, null] }),
      classes: ["risk"],
      config: networkConfig({ task: "survival" }),
    },
  ],
  ["of steps that choose features", steps(["library-size", "log2", "variance:20"], madeModel())],
  ["of quantiles", steps(["f-test:20", "quantile"], madeModel({ inputs: "standardised" }))],
];

/** Samples that a model takes. */
const samplesOf = (saved: SavedModel, samples: number) =>
  saved.prepared ? samplesFor({ ...saved, features: 30, input: null }, samples).map(Math.abs) : samplesFor(saved, samples);

async function bothOf(
  saved: SavedModel,
  options = {},
): Promise<{ found: Predicted; expected: Readonly<Record<string, ArrayLike<number>>> }> {
  const x = samplesOf(saved, 9);
  const model = loadModel(device, saved);
  const {
    classes: _,
    outputs: _none,
    notes: _notes,
    uncertainty: _unsure,
    ...expected
  } = (await model.predict(x)) as unknown as Record<string, ArrayLike<number>>;
  await model.dispose();
  return { found: loadPredictor(fileOf(saved, options)).predict(x), expected };
}

const closest = (found: ArrayLike<number>, expected: ArrayLike<number>) =>
  Math.max(...Array.from(found, (value, k) => Math.abs(value - expected[k]) / (1 + Math.abs(expected[k]))));

describe("a predictor", () => {
  it.each(MODELS)("answers as the model %s does", async (_, saved) => {
    const { found, expected } = await bothOf(saved);
    expect(Object.keys(found).sort()).toEqual(Object.keys(expected).sort());
    for (const [name, values] of Object.entries(found) as [keyof Predicted, ArrayLike<number>][])
      expect(closest(values, expected[name]), name).toBeLessThan(2e-5);
  });

  it("answers nearly so with weights of 8 bits", async () => {
    const { found, expected } = await bothOf(madeModel(), { quantise: "int8" });
    expect(closest(found.probabilities as Float32Array, expected.probabilities)).toBeLessThan(0.1);
  });

  it("names features and outputs, and says of a sample that it does not take which it is", () => {
    const predictor = loadPredictor(fileOf(first));
    expect(predictor).toMatchObject({ features: 20, featureNames: first.featureNames, outputs: first.classes });
    const x = samplesOf(first, 2);
    x[25] = Number.NaN;
    expect(() => predictor.predict(x)).toThrow(/1 of 2 samples/);
    x[25] = 1e30;
    expect(() => predictor.predict(x)).toThrow(/sample 2.*gene 5/);
    expect(() => predictor.predict(x.subarray(1))).toThrow("predict: x: 39 values are not samples of 20 features");
  });

  it("is written of no task or activation that it cannot have", () => {
    expect(() =>
      fileOf({ ...madeModel({ sizes: [20, 30, 20], densities: [0.4, null] }), config: networkConfig({ task: "reconstruct" }) }),
    ).toThrow("predictor: task reconstruct has no answer in coppice/predict; load the model");
  });

  it("is refused where it is damaged, or no predictor", () => {
    const bytes = fileOf(first);
    const { tensors, metadata } = decodeSafetensors(bytes, "p");
    const changed = (name: string, tensor: Tensor) =>
      encodeSafetensors({ tensors: new Map([...tensors, [name, tensor]]), metadata });
    const bare = new Map([...metadata].filter(([key]) => key !== "crc32c"));
    const wrong = bytes.slice();
    wrong[wrong.length - 5] ^= 1;
    expect(() => loadPredictor(wrong, "p")).toThrow(
      /p: tensor members\.0\.layers\.2\.bias: its checksum is .* the file is damaged/,
    );
    expect(() => loadPredictor(changed("members.0.layers.0.bias", { shape: [3], data: new Float32Array(3) }), "p")).toThrow(
      "its checksum",
    );
    expect(() => loadPredictor(encodeSafetensors({ tensors, metadata: new Map() }), "p")).toThrow("expected coppice-predictor/1");
    const indices = tensors.get("members.0.layers.0.indices") as Tensor;
    const beyond = new Map([
      ...tensors,
      ["members.0.layers.0.indices", { ...indices, data: new Int32Array(indices.data.length).fill(99) }],
    ]);
    expect(() => loadPredictor(encodeSafetensors({ tensors: beyond, metadata: bare }), "p")).toThrow(
      "p: tensor members.0.layers.0.indices: it and indptr are no connections of 30 x 20",
    );
  });
});
