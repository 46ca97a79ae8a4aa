import type { Activation } from "../../../activations/activation.js";
import { ACTIVATIONS } from "../../../activations/index.js";
import { rawFeatures } from "../../../data/prepare/index.js";
import { lossOf } from "../../../losses/index.js";
import { oddsOf } from "../../../metrics/classes/threshold.js";
import { evaluationScale, type NetworkConfig, responseOf } from "../../../nn/config.js";
import { unshared } from "../../../nn/share-weights.js";
import { kindOf, type Member } from "../../../nn/state.js";
import { taskIn } from "../../../tasks/index.js";
import { check, checkKeys, checkOneOf } from "../../../util/check.js";
import { float32, int32 } from "../../arrays.js";
import { folded } from "../../folded.js";
import { checkModel, membersOf, type SavedModel } from "../../saved-model.js";
import { withChecksums } from "../checkpoint/checksums.js";
import { QUANTISED, type Quantised, quantise } from "../checkpoint/quantise.js";
import { safetensorsParts, type Tensor, type TensorData } from "../checkpoint/safetensors.js";
import { PREDICTOR, type PredictorLayer, type PredictorMember, type Program } from "./program.js";

/** How a model is written for `coppice/predict`. */
export interface PredictorOptions {
  /** Weights of 16 or 8 bits: see `quantise`. */
  readonly quantise?: Quantised;
}

/**
 * The file of a model for `loadPredictor` of `coppice/predict`, in parts that follow one another: safetensors with the tensors that prediction needs, and
 * JSON of what is done with them. Members that share weights are a network each. Throws on pieces of one's own, and on tasks without such an answer.
 */
export function predictorParts(given: SavedModel, options: PredictorOptions = {}): Uint8Array[] {
  checkKeys(options, { quantise: true }, "predictor: option");
  const { quantise: how } = options;
  if (how !== undefined) checkOneOf(how, QUANTISED, "predictor: quantise");
  checkModel(given, "predictor");
  const saved = folded(given);
  const { input } = saved;
  const members = membersOf(saved).flatMap(unshared);
  const statistics = { mean: input?.mean, std: input?.std, median: input?.median };
  const tensors = new Map([
    ...Object.entries(statistics).flatMap(([name, data]): Named[] => (data ? [[`input.${name}`, listed(data)]] : [])),
    ...members.flatMap((member, j) => tensorsOf(member, `members.${j}`)),
  ]);
  const program = JSON.stringify(programOf(saved, members));
  const metadata = new Map(Object.entries({ format: PREDICTOR, config: program }));
  return safetensorsParts(withChecksums({ tensors: how ? quantise(tensors, how) : tensors, metadata }));
}

type Named = [string, Tensor];
const listed = (data: TensorData): Tensor => ({ shape: [data.length], data });

function programOf(saved: SavedModel, members: readonly Member[]): Program {
  const { config, input, temperature, threshold, targets, prepared, classes } = saved;
  const task = taskIn(saved);
  check(task.predicts !== undefined, "predictor", () => `task ${task.name} has no answer in coppice/predict; load the model`);
  const { average, of } = lossOf(config.loss);
  return {
    ...rawFeatures(saved),
    ...(prepared && { prepared }),
    ...(input?.clip !== undefined && { clip: input.clip }),
    members: members.map((member) => memberOf(member, member.config ?? config, 1 / members.length)),
    average: average !== "probabilities" ? 0 : of === "labels" ? 2 : 1,
    outputs: classes,
    answer: task.predicts,
    ...(temperature !== undefined && { temperature }),
    ...(threshold !== undefined && { odds: oddsOf(threshold) }),
    ...(targets && { targets: { mean: Array.from(targets.mean), std: Array.from(targets.std) } }),
  };
}

function memberOf({ layers, skip, weight }: Member, config: NetworkConfig, share: number): PredictorMember {
  const kinds = layers.map(kindOf);
  return {
    weight: weight ?? share,
    layers: layers.map((layer, i): PredictorLayer => {
      check(!layer.kind, `predictor: layer ${i}`, () => "is of a kind of your own, which coppice/predict does not know");
      const { activation, alpha } = responseOf(config, kinds, i);
      const known = (ACTIVATIONS as Readonly<Record<string, Activation>>)[activation.name] === activation;
      check(known, "predictor", () => `activation ${activation.name} is one of your own, which coppice/predict does not know`);
      const scale = evaluationScale(config, kinds, i);
      return { in: layer.in, out: layer.out, sparse: layer.topology !== null, activation: activation.name, alpha, scale };
    }),
    skip: skip !== undefined,
  };
}

function tensorsOf({ layers, skip }: Member, at: string): Named[] {
  const all = layers.flatMap(({ in: inputs, out, topology, params: { values, ...others } }, i): Named[] => {
    const name = (part: string) => `${at}.layers.${i}.${part}`;
    const weights: Named[] = topology
      ? [
          [name("indptr"), listed(int32(topology.rowPtr, "predictor"))],
          [name("indices"), listed(int32(topology.colIdx, "predictor"))],
          [name("values"), listed(float32(values))],
        ]
      : [[name("weight"), { shape: [out, inputs], data: float32(values) }]];
    const rest = Object.entries(others).map(([part, data]): Named => [name(part), listed(float32(data))]);
    return [...weights, ...rest];
  });
  if (!skip) return all;
  const shape = [layers[layers.length - 1].out, layers[0].in];
  return [...all, [`${at}.skip.weight`, { shape, data: float32(skip.values) }]];
}
