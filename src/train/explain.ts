import { linear } from "../activations/linear.js";
import type { Dataset } from "../data/dataset.js";
import { list, plainName } from "../data/names.js";
import { applySteps, rawFeatures } from "../data/prepare/index.js";
import { countSamples, type Inputs, type SampleMatrix, sampleReader } from "../data/sample-matrix.js";
import { checkDevice, type Device, type DeviceBuffer } from "../device/device.js";
import { openScope } from "../device/scope.js";
import { folded } from "../io/folded.js";
import { checkModel, membersOf, type SavedModel } from "../io/saved-model.js";
import { scale } from "../kernels/scale.js";
import type { LayerKind } from "../layers/kind.js";
import type { Loss } from "../losses/loss.js";
import { type NetworkConfig, networkConfig } from "../nn/config.js";
import type { StepContext } from "../nn/context.js";
import { evaluated } from "../nn/evaluated.js";
import { createNetwork, memberSizes } from "../nn/network.js";
import { createResidentData } from "../nn/resident.js";
import { createRunner, NO_RATES } from "../nn/runner.js";
import { unshared } from "../nn/share-weights.js";
import { KEPT } from "../nn/sharing.js";
import type { LayerState, NetworkState } from "../nn/state.js";
import { checkedDevice } from "../self-check/known.js";
import { classification } from "../tasks/classification.js";
import { taskOf } from "../tasks/index.js";
import { check, checkKeys, checkOneOf } from "../util/check.js";
import { evaluationBatch } from "./inference.js";
import { loadModel } from "./model.js";
import { prepareSamples } from "./prepare-data.js";

/** What each feature of each sample adds to an output. */
export interface Explanation {
  /** The features, in their order: those that the network gets, where the model prepares samples. */
  readonly features: readonly string[];
  /** The index in the model's `classes` of each sample's output that is explained. */
  readonly outputs: Uint32Array;
  /** [samples, features] gradient times input, of classes before softmax, of targets in their own units. */
  readonly contributions: Float32Array;
  /** What there is to tell of the samples: see `Prediction`. */
  readonly notes: readonly string[];
}

/** Which output is explained. */
export interface ExplainOptions {
  /** One of the model's `classes`; default each sample's predicted class, or the only output. */
  readonly output?: string;
}

/**
 * What each feature adds to the output z of samples x [samples, features], raw as `predict` takes them: x_j dz/dx_j, where x is what the network gets.
 * So if inputs are standardised, a feature at its mean adds nothing. One backward pass gives the gradients, on the device.
 * Of relu networks the sum over the features is z but for the biases. Of an ensemble it is the average over its members, by their weights.
 * Shrikumar et al. 2016, arXiv:1605.01713. Results and samples are whole in memory, 4 bytes a value.
 *
 * Throws a usage error on an output that the model does not have, on several outputs none of which is named or predicted, and on what `predict` refuses.
 */
export async function explain(
  device: Device,
  saved: SavedModel,
  x: SampleMatrix,
  options: ExplainOptions = {},
): Promise<Explanation> {
  checkDevice(device, "explain: device");
  checkModel(saved, "explain: saved");
  const output = explainedOutput(saved, options);
  const model = loadModel(device, saved);
  const { labels, notes } = await model.predict(x).finally(() => model.dispose());
  const { features, featureNames, input, prepared, targets, classes, temperature = 1 } = saved;
  const raw = rawFeatures(saved);
  const samples = countSamples(x, raw.features, "explain");
  const outputs = output === undefined ? labels : new Uint32Array(samples).fill(output);
  const given = { name: "explain", x, y: outputs, samples, classes: [...classes], ...raw };
  const { set } = prepareSamples(prepared ? applySteps(given, prepared) : given, input);
  const contributions = new Float32Array(samples * features);
  for (const { gain, ...network } of answering(saved))
    await addGradients(device, network, set, (k, gradient) => {
      contributions[k] += (gain / temperature) * gradient;
    });
  const read = sampleReader(set.x, features);
  for (let i = 0; i < samples; i++) {
    const unit = targets?.std[Math.floor((outputs[i] * targets.std.length) / classes.length)] ?? 1;
    for (const [j, value] of read(i).entries()) contributions[i * features + j] *= unit * value;
  }
  return { features: Array.from({ length: features }, (_, j) => plainName(featureNames, j)), outputs, contributions, notes };
}

/** The output that is explained of every sample; undefined where that is the class it is taken for. */
export function explainedOutput({ classes, config }: SavedModel, options: ExplainOptions): number | undefined {
  checkKeys(options, { output: true }, "explain: option");
  const { output } = options;
  if (output !== undefined) {
    checkOneOf(output, classes, "explain: output");
    return classes.indexOf(output);
  }
  const { name } = taskOf(config.task);
  const predicted = taskOf(config.task) === classification;
  check(predicted || classes.length === 1, "explain: output", () => {
    return `task ${name} has ${classes.length} outputs, and none is the answer; name one: ${list(classes)}`;
  });
  return predicted ? undefined : 0;
}

/** Each network that a model's answer is the average of, without batch norm, and its share. */
function answering(saved: SavedModel) {
  const plain = folded(saved);
  const members = membersOf(plain);
  return members.flatMap(({ weight = 1 / members.length, config = plain.config, ...member }) => {
    const alone = unshared(member);
    return alone.map((state) => ({ state, config, gain: weight / alone.length }));
  });
}

/** Hands the inputs on, so that there is a layer below the first, which its backward pass leads to. */
const INPUTS: LayerKind = {
  name: "inputs",
  params: [{ name: "scaleIn", per: "input", init: 1 }],
  forward: ({ in: neurons, quads, cursor, params: { scaleIn }, x, y }) => {
    const { DROPOUT, ...drop } = KEPT;
    return [
      scale.on({
        params: { neurons, quads, alpha: 0, zScale: 1, ...drop },
        buffers: { cursor, p: x, scaleOut: null, bias: null, scaleIn, u: y },
        constants: { MEMBERS: 1, FIRST: 1, STACKED: 0, DROPOUT },
        pieces: { activation: linear },
      }),
    ];
  },
  backward: () => [],
};

/** The output of a sample's class itself. Its delta is not divided by the batch: each sample is for itself. */
const OUTPUT: Loss = {
  name: "output",
  wgsl: `
fn sampleLoss(b: u32) -> f32 {
  let chosen = classOf(b);
  for (var c = 0u; c < params.outputs; c++) { setDelta(c, b, select(0.0, 1.0, c == chosen)); }
  return output(chosen, b);
}`,
  sample({ z, delta, outputs, stride, wanted }, b) {
    const chosen = wanted(0, b);
    for (let c = 0; c < outputs; c++) delta[c * stride + b] = c === chosen ? 1 : 0;
    return z[chosen * stride + b];
  },
};

/** Hands over the gradient of the output y of each sample by each of its inputs, as the network gets them: that of index k of [samples, features]. */
async function addGradients(
  on: Device,
  { state, config }: { readonly state: NetworkState; readonly config: NetworkConfig },
  set: Dataset<Inputs>,
  add: (k: number, gradient: number) => void,
): Promise<void> {
  const { samples, features, y } = set;
  const { device, release } = openScope(checkedDevice(on).device);
  try {
    const network = createNetwork(device, plainConfig(config), { layers: [inputLayer(features), ...evaluated(state, config)] });
    const batch = evaluationBatch(memberSizes(network), samples, device.limits.bindingBytes);
    const data = createResidentData(device, "explain", set);
    const runner = await createRunner(device, network, data, { batch, training: true, metrics: [] });
    const order = Uint32Array.from({ length: samples }, (_, i) => i);
    for (let row = 0; row < runner.steps; row++) {
      let below: DeviceBuffer | null = null;
      const after = ({ activations }: StepContext) => {
        [below] = activations.delta;
        return [];
      };
      await runner.pass(after, { order, steps: 1, row, firstStep: 0, rates: () => NO_RATES });
      const [gradients] = await device.read([below as unknown as DeviceBuffer]);
      const [stride, from] = [gradients.length / features, row * batch];
      for (let i = from; i < Math.min(samples, from + batch); i++)
        for (let j = 0; j < features; j++) add(i * features + j, gradients[j * stride + i - from]);
    }
  } finally {
    release();
  }
  const { values } = state.skip ?? {};
  if (values)
    for (let i = 0; i < samples; i++) for (let j = 0; j < features; j++) add(i * features + j, values[y[i] * features + j]);
}

/** What a network computes, with nothing that is of training alone. */
const plainConfig = ({ activation, alpha, seed }: NetworkConfig): NetworkConfig =>
  networkConfig({ activation, alpha, seed, loss: OUTPUT, optimizer: { name: "sgd", momentum: 0 } });

function inputLayer(features: number): LayerState {
  const neurons = Uint32Array.from({ length: features }, (_, j) => j);
  const params = { scaleIn: new Float32Array(features).fill(1) };
  return { in: features, out: features, topology: null, kind: INPUTS, params, state: {}, neurons };
}
