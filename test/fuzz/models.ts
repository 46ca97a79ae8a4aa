import { encodeCheckpoint } from "../../src/io/formats/checkpoint/checkpoint.js";
import { joinParts } from "../../src/io/formats/checkpoint/safetensors.js";
import { predictorParts } from "../../src/io/formats/predictor/encode.js";
import type { SavedModel } from "../../src/io/saved-model.js";
import { networkConfig } from "../../src/nn/config.js";
import { initialState } from "../../src/nn/state.js";

/** Two models that between them hold all that one can: one in training, sparse and dense, and a bare one. */
export function validModels(): SavedModel[] {
  const { layers } = initialState({ sizes: [4, 3, 2], densities: [0.5, null], init: "heUniform", seed: 3, activation: "srelu" });
  const zeros = (length: number) => new Float32Array(length);
  const trained = layers.map((layer) => ({
    ...layer,
    state: Object.fromEntries(Object.entries(layer.params).map(([name, { length }]) => [name, [zeros(length), zeros(length)]])),
  }));
  const full: SavedModel = {
    network: { layers: trained },
    config: networkConfig({ activation: "srelu", optimizer: { name: "adam" } }),
    features: 4,
    classes: ["a", "b"],
    input: { mean: zeros(4), std: zeros(4).fill(1), median: zeros(4) },
    featureNames: ["w", "x", "y", "z"],
    imageShape: [2, 2],
    training: {
      config: { evolution: { zeta: 0.3 } },
      plan: { device: "cpu" },
      epoch: 1,
      step: 12,
      history: [{ epoch: 1 }],
      evolutions: [],
      best: { loss: 0.5, epoch: 1 },
    },
  };
  const { training: _none, featureNames: _nor, imageShape: _shape, ...rest } = full;
  const bare: SavedModel = {
    ...rest,
    input: null,
    network: { layers: layers.map(({ params: { values, bias }, ...layer }) => ({ ...layer, params: { values, bias } })) },
    config: networkConfig(),
  };
  return [full, bare];
}

/** An ensemble in training, of members that have lost neurons each by itself. */
function validEnsemble(): SavedModel {
  const [full] = validModels();
  const lost = initialState({ sizes: [4, 2, 2], densities: [0.5, null], init: "heUniform", seed: 4, activation: "srelu" });
  return { ...full, members: [full.network, lost] };
}

/** A blend of members that differ in their layers and their config. */
function validBlend(): SavedModel {
  const [{ training: _none, ...full }] = validModels();
  const linear = initialState({ sizes: [4, 2], densities: [null], init: "heUniform", seed: 5 });
  const member = { ...full.network, weight: 0.75 };
  const conformal = Float32Array.of(0.125, 0.5);
  return { ...full, conformal, network: member, members: [member, { ...linear, weight: 0.25, config: networkConfig() }] };
}

/** Their checkpoints, those of an ensemble and of a blend, and quantised ones. */
export function validCheckpoints(): Uint8Array[] {
  const models = [...validModels(), validEnsemble(), validBlend()];
  const quantised = [encodeCheckpoint(models[0], { quantise: "int8" }), encodeCheckpoint(models[3], { quantise: "f16" })];
  return [...models.map((model) => encodeCheckpoint(model)), ...quantised];
}

/** Predictors of the same models. */
export function validPredictors(): Uint8Array[] {
  const [full] = validModels();
  const others = [
    { ...full, config: networkConfig({ activation: "srelu", task: "multi-label" }) },
    { ...full, threshold: 0.25 },
  ];
  const models = [...validModels(), validEnsemble(), validBlend(), ...others];
  return [...models.map((model) => joinParts(predictorParts(model))), joinParts(predictorParts(models[0], { quantise: "int8" }))];
}
