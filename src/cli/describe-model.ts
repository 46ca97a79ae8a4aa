import { folded } from "../io/folded.js";
import { countAnswers, membersOf, type SavedModel, type TrainingState } from "../io/saved-model.js";
import { RUNNING } from "../layers/kind.js";
import { connections } from "../layers/param.js";
import type { Metric } from "../metrics/metric.js";
import { keptNames } from "../nn/config.js";
import { countSharing, outputsOf } from "../nn/share-weights.js";
import { kindOf, type LayerState, type Member, type NetworkState } from "../nn/state.js";
import { fanIn } from "../sparse/topology.js";
import { taskOf } from "../tasks/index.js";
import { isRecord } from "../util/check.js";
import { type Distribution, deadNeurons, degreeHistogram, distribution, fanOutDistribution, spread } from "./degrees.js";
import { measuresIn } from "./metrics.js";

/** What `inspect --json` prints of a model's file of so many bytes. */
export function describeModel(path: string, bytes: number, saved: SavedModel) {
  const { config, features, classes, input, training } = saved;
  const states = keptNames(config).length;
  const members = membersOf(saved);
  const used = membersOf(folded(saved));
  const networks = members.map((network, j) =>
    network.layers.map((_, i) => describeLayer(network, i, states, used[j].layers[i])),
  );
  const layers = networks.flatMap((own, member) => own.map((layer) => ({ ...(saved.members && { member }), ...layer })));
  const { metrics } = taskOf(config.task);
  const sum = (of: (layer: (typeof layers)[number]) => number) => layers.reduce((total, layer) => total + of(layer), 0);
  const nnz = sum((layer) => layer.nnz);
  const skip = members.reduce((total, network) => total + (network.skip?.values.length ?? 0), 0);
  return {
    model: path,
    bytes,
    /** Device bytes of the layers, without a batch's activations: to predict with, and to train. */
    memory: {
      use: sum((layer) => layer.bytes.use) + 4 * skip,
      train: sum((layer) => layer.bytes.train) + 4 * (1 + states) * skip,
    },
    neurons: neuronsOf(features, networks),
    /** All that training steps: weights, biases, what activations learn, scalings of members that share weights. */
    parameters: sum((layer) => layer.parameters) + skip,
    nnz,
    /** Weights of a linear skip, which no layer has. */
    skip,
    density: nnz / sum((layer) => layer.in * layer.out),
    layers,
    classes,
    activation: config.activation,
    norm: config.norm ?? "none",
    loss: config.loss,
    optimizer: config.optimizer.name,
    standardized: input !== null,
    clip: input?.clip ?? null,
    medians: input?.median !== undefined,
    prepared: saved.prepared ?? null,
    featureNames: saved.featureNames !== undefined,
    temperature: saved.temperature ?? null,
    threshold: saved.threshold ?? null,
    epoch: training?.epoch ?? null,
    training: training ? describeTraining(training, metrics) : null,
    ...(countAnswers(saved) > 1 && { members: describeMembers(members, metrics, training) }),
  };
}

type Described = readonly ReturnType<typeof describeLayer>[];

/** Neurons of each layer, of all members of an ensemble together, whose inputs are the same; null where some have more layers than others. */
function neuronsOf(features: number, networks: readonly Described[]): number[] | null {
  const [first] = networks;
  if (networks.some(({ length }) => length !== first.length)) return null;
  return [features, ...first.map((_, i) => networks.reduce((total, own) => total + own[i].out, 0))];
}

/** A layer of a network, of whose optimiser so many states are kept; `used` is what predicts. */
function describeLayer(network: NetworkState, i: number, states: number, used: LayerState) {
  const layer = network.layers[i];
  const fanOut = fanOutDistribution(layer);
  const nnz = connections(layer);
  return {
    in: layer.in,
    out: layer.out,
    kind: kindOf(layer).name,
    nnz,
    parameters: valuesIn(layer) - (layer.params[RUNNING]?.length ?? 0),
    density: nnz / (layer.in * layer.out),
    fanIn: summary(layer.topology ? distribution(fanIn(layer.topology)) : [[layer.in, layer.out]]),
    fanOut: summary(fanOut),
    /** Inputs that no connection leaves: of the first layer, features that the model does not use. */
    unused: fanOut.find(([degree]) => degree === 0)?.[1] ?? 0,
    dead: deadNeurons(network, i),
    weights: weightSummary(layer),
    state: Object.values(layer.state).some((arrays) => arrays.length > 0),
    bytes: { use: layerBytes(used, 0, false), train: layerBytes(layer, states, true) },
  };
}

/** The members of an ensemble: neurons, connections, and how each did alone after the last epoch. */
function describeMembers(members: readonly Member[], metrics: readonly Metric[], training: TrainingState | undefined) {
  const last = training?.history[training.history.length - 1];
  const scores = isRecord(last) && Array.isArray(last.members) ? last.members : [];
  const validationLoss = (score: unknown) =>
    isRecord(score) && typeof score.validationLoss === "number" ? score.validationLoss : null;
  return members
    .flatMap(describeAlone)
    .map((member, j) => ({ ...member, ...measuresIn(metrics, scores[j]), validationLoss: validationLoss(scores[j]) }));
}

/** Neurons and connections of a member by itself, or of each that shares a network's weights: the outputs are divided among them. */
function describeAlone(network: Member) {
  const { layers, weight } = network;
  const hidden = layers.slice(0, -1);
  const sharing = countSharing(network);
  const own = {
    ...(weight !== undefined && { weight }),
    neurons: [layers[0].in, ...hidden.map(({ out }) => out), outputsOf(network)],
    nnz: hidden.reduce((sum, layer) => sum + connections(layer), connections(layers[layers.length - 1]) / sharing),
  };
  return new Array<typeof own>(sharing).fill(own);
}

const summary = (degrees: Distribution) => ({ ...spread(degrees), histogram: degreeHistogram(degrees) });

/** Indices, weights and biases on a device; in training the indices by column and the optimiser's state too. */
function layerBytes(layer: LayerState, states: number, training: boolean): number {
  const { topology, in: inputs, out } = layer;
  const indices = topology ? topology.nnz + out + 1 + (training ? 2 * topology.nnz + inputs + 1 : 0) : 0;
  return 4 * (indices + (1 + states) * valuesIn(layer));
}

function valuesIn({ params }: LayerState): number {
  return Object.values(params).reduce((sum, { length }) => sum + length, 0);
}

/** Of values that may be anything a file holds. */
function weightSummary({ params: { values } }: LayerState) {
  let [min, max, magnitude, zeros] = [Infinity, -Infinity, 0, 0];
  for (const value of values) {
    min = Math.min(min, value);
    max = Math.max(max, value);
    magnitude += Math.abs(value);
    if (value === 0) zeros++;
  }
  return values.length > 0 ? { min, max, meanMagnitude: magnitude / values.length, zeros } : null;
}

/** Where training stands: what of the file's records is of the kind it should be, else null. */
function describeTraining({ config, plan, epoch, step, history, evolutions, best }: TrainingState, metrics: readonly Metric[]) {
  const field = (record: unknown, key: string, type: "number" | "string") =>
    isRecord(record) && typeof record[key] === type ? record[key] : null;
  const number = (record: unknown, key: string) => field(record, key, "number") as number | null;
  const text = (record: unknown, key: string) => field(record, key, "string") as string | null;
  return {
    epoch,
    epochs: number(config, "epochs"),
    step,
    evolutions: evolutions.length,
    method: text(config, "method"),
    seed: number(config, "seed"),
    batch: number(config, "batch"),
    device: text(plan, "device"),
    ...measuresIn(metrics, history[history.length - 1]),
    metric: text(config, "metric") ?? "loss",
    best: best ?? null,
  };
}
