import type { SavedModel } from "../../src/io/saved-model.js";
import { networkConfig } from "../../src/nn/config.js";
import { initialState } from "../../src/nn/state.js";

const bits = (...words: number[]) => new Float32Array(Uint32Array.from(words).buffer);

/** A trained-looking model: one sparse layer with Adam's and SReLU's state, one dense layer. */
export function sample(): SavedModel {
  const { layers } = initialState({ sizes: [6, 5, 2], densities: [0.4, null], init: "heUniform", seed: 3, activation: "srelu" });
  layers[0].params.values.set(bits(0x7fc12345, 0x80000000, 1)); // a NaN with a payload, -0, the smallest denormal
  const random = (length: number) => Float32Array.from({ length }, (_, i) => Math.sin(i + length));
  const trained = layers.map((layer) => ({
    ...layer,
    state: Object.fromEntries(Object.entries(layer.params).map(([name, { length }]) => [name, [random(length), random(length)]])),
    neurons: layer.neurons.map((id) => 2 * id + 1),
  }));
  return {
    network: { layers: trained },
    config: networkConfig({ activation: "srelu", seed: 3, dropout: 0.25, optimizer: { name: "adam", beta1: 0.8 } }),
    features: 6,
    classes: ["-1", "=cmd|' /C calc'!A0"],
    input: { mean: random(6), std: new Float32Array(6).fill(0.1) },
    imageShape: [2, 3],
    training: {
      config: { evolution: { zeta: 0.3 }, epochs: 9 },
      plan: { device: "cpu" },
      epoch: 4,
      step: 120,
      history: [{ epoch: 1, trainLoss: 0.1 + 0.2 }],
      evolutions: [],
      best: { loss: 0.5, epoch: 3 },
    },
  };
}
