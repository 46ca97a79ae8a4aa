import { evaluationScale, type NetworkConfig } from "./config.js";
import { kindOf, type LayerState, type NetworkState } from "./state.js";

/** Layers whose sums are, without dropout, those of evaluation. */
export function evaluated({ layers }: NetworkState, config: NetworkConfig): LayerState[] {
  const kinds = layers.map(kindOf);
  return layers.map((layer, i) => {
    const by = evaluationScale(config, kinds, i);
    const { values, bias, ...others } = layer.params;
    const scaled = by === 1 ? layer.params : { ...others, values: values.map((w) => by * w), bias: bias.map((b) => by * b) };
    return { ...layer, params: scaled, state: {} };
  });
}
