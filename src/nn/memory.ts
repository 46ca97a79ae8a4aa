import { stagingBytes } from "../device/webgpu/read-back.js";
import { PARAMS_BYTES } from "../device/webgpu/record.js";
import { LONGEST_WALK, mostSegments } from "../kernels/segments.js";
import { LAYER_KINDS } from "../layers/index.js";
import { isOwn, type LayerKind, paramsOf } from "../layers/kind.js";
import { valuesOf } from "../layers/param.js";
import { storedWidth } from "../tasks/checked.js";
import { taskOf } from "../tasks/index.js";
import { maximum } from "../util/extremes.js";
import { hidesTargets, keptNames, type NetworkConfig, responseOf } from "./config.js";
import { sampleBytes } from "./streamed.js";

/** Device bytes that a training run is planned to take at its largest. */
export interface MemoryEstimate {
  /** W, optimiser state and indices: 4 (1 + states) + 12 bytes a sparse connection, 4 (1 + states) a dense one. */
  readonly connections: number;
  /** rowPtr, colPtr, biases and their state. */
  readonly neurons: number;
  /** Inputs, outputs and deltas of a training and an evaluation batch; sums of the segments of long rows and columns. */
  readonly activations: number;
  /** Samples: all of them, or the chunks of those that are streamed. */
  readonly data: number;
  /** What replaying passes takes: order, rates and metrics of the steps, a uniform block a dispatch, the read-back's staging buffer. */
  readonly passes: number;
  /** What an evolution adds while the largest layer is rebuilt: its new buffers, 4 bytes for the source of each connection and neuron, small tables. */
  readonly evolution: number;
  readonly total: number;
}

export interface MemoryQuestion {
  readonly sizes: readonly number[];
  readonly densities: readonly (number | null)[];
  readonly kinds?: readonly (LayerKind | null)[];
  readonly config: NetworkConfig;
  /** Networks of an ensemble, all of these sizes; default 1. */
  readonly members?: number;
  /** Whether they share weights: see `LayerState.share`. */
  readonly share?: boolean;
  readonly batch: number;
  /** Samples, and how many of them an evaluation step takes, of every set; the training set first. */
  readonly sets: readonly { readonly samples: number; readonly evaluationBatch: number }[];
  readonly evolves: boolean;
  /** Connections may move between sparse layers, to so many times those of the start in all; absent: no layer gets more. */
  readonly most?: number;
  /** Sums per step: of the loss and of each metric. */
  readonly sums?: number;
  /** Weights of each training sample; default none. */
  readonly weights?: number;
  /** The most that samples may take; more are streamed. */
  readonly dataBytes?: number;
}

/** The engine's own memory arithmetic, in bytes, before anything is allocated. */
export function estimateMemory(question: MemoryQuestion): MemoryEstimate {
  const { sizes, config, members = 1, share, batch, sets, evolves, sums = 2, weights = 0, dataBytes = Infinity } = question;
  const kinds = kindsOf(question);
  const states = statesOf(config);
  const layers = estimateLayers(question, kinds);
  const copies = share ? 1 : members;
  const skip = config.skip === "linear" ? sizes[0] * sizes[sizes.length - 1] : 0;
  const connections = copies * layers.reduce((sum, { planned }) => sum + planned, 4 * (1 + states) * skip);
  const neurons = copies * layers.reduce((sum, layer) => sum + layer.neurons, 0);
  const activations = estimateActivations(question, kinds, layers) + (share ? estimateScaled(question) : 0);
  const perSample = sampleBytes(sizes[0], storedWidth(taskOf(config.task), sizes[sizes.length - 1]));
  const samples = sets.reduce((sum, set) => sum + set.samples, 0);
  const data = Math.min(dataBytes, samples * perSample + 4 * weights * sets[0].samples);
  const dispatched =
    kinds.length * (share ? 2 : 1) +
    2 * kinds.filter(isOwn).length +
    (skip > 0 ? 1 : 0) +
    kinds.filter((_, i) => responseOf(config, kinds, i).norm).length;
  const longest = copies * maximum([skip, ...layers.map(({ count }) => count)]) * 4 * (1 + states);
  const more = afterUpdates(question, kinds);
  const passes = estimatePasses(batch, sets, members > 1 ? sums * (members + 1) : sums, dispatched, longest) + more;
  const evolution = evolves ? copies * (maximum(layers.map(({ rebuilt }) => rebuilt)) + 4096) : 0;
  const total = connections + neurons + activations + data + passes + evolution;
  return { connections, neurons, activations, data, passes, evolution, total };
}

/** Uniform blocks of what follows the updates of a step: clipping, with its sums of gradients' squares, bounds of norms, and averages. */
function afterUpdates({ config, members = 1, share, densities }: MemoryQuestion, kinds: readonly LayerKind[]): number {
  const { clipNorm, maxNorm, ema } = config;
  const params = kinds.reduce(
    (sum, kind, i) => sum + paramsOf(kind, responseOf(config, kinds, i), share ? 2 : undefined).length,
    1,
  );
  const dispatches =
    (clipNorm ? members * (2 * params + 1) : 0) + (maxNorm ? members * densities.length : 0) + (ema ? 2 * params : 0);
  return PARAMS_BYTES * dispatches + (clipNorm ? 8 * members * (params + 1) : 0);
}

const statesOf = (config: NetworkConfig) => keptNames(config).length;

function kindsOf({ densities, kinds }: MemoryQuestion): LayerKind[] {
  return densities.map((density, i) => kinds?.[i] ?? (density === null ? LAYER_KINDS.dense : LAYER_KINDS.sparse));
}

/** Of each layer: the most connections, the longest row or column, and bytes as `MemoryEstimate` has them. */
function estimateLayers(
  { sizes: given, densities, config, members = 1, share, most = 0 }: MemoryQuestion,
  kinds: readonly LayerKind[],
) {
  const states = statesOf(config);
  const last = given.length - 1;
  const sizes = share ? given.with(last, members * given[last]) : given; // the outputs of all
  const countOf = (density: number | null, i: number) => Math.round((density ?? 1) * sizes[i] * sizes[i + 1]);
  const sparse = densities.reduce<number>((sum, density, i) => sum + (density === null ? 0 : countOf(density, i)), 0);
  return densities.map((density, i) => {
    const [inputs, out] = [sizes[i], sizes[i + 1]];
    const indexed = kinds[i] === LAYER_KINDS.sparse;
    const first = countOf(density, i);
    const count = indexed ? Math.max(first, Math.min(inputs * out, Math.floor(most * sparse))) : first;
    const each = 4 * (1 + states) + (indexed ? 12 : 0);
    const connections = count * each;
    const specs = paramsOf(kinds[i], responseOf(config, kinds, i), share && i < last - 1 ? members : undefined);
    const packed = specs.filter(({ per }) => per !== "connection");
    const values = packed.reduce((sum, spec) => sum + valuesOf(spec, { in: inputs, out, topology: null }), 0);
    const perNeuron = members > 1 && !share ? 3 : 1; // its start, and of a member how it drops out
    const starts = indexed ? perNeuron * (inputs + out) + 2 : 0;
    const neurons = 4 * (values * (1 + states + (isOwn(kinds[i]) ? 1 : 0)) + starts);
    const longest = indexed ? Math.max(inputs, out) : 0;
    const planned = indexed ? each * Math.max(1, most) * first : connections;
    return { count, longest, planned, neurons, rebuilt: connections + 4 * count + neurons + 8 * out };
  });
}

/** Inputs, outputs and deltas; sums of segments, and the tables that list them, of layers wide enough for long rows or columns. */
function estimateActivations(
  { sizes, config, members = 1, batch, sets }: MemoryQuestion,
  kinds: readonly LayerKind[],
  layers: readonly { readonly count: number; readonly longest: number }[],
): number {
  const stride = (count: number) => 4 * Math.ceil(count / 4);
  const evaluated = sets.reduce((total, { evaluationBatch }) => total + stride(evaluationBatch), 0);
  const activations = sizes.reduce((sum, size, i) => {
    const { savesZ = false, norm = false } = i > 0 ? responseOf(config, kinds, i - 1) : {};
    const [keptZ, sums] = [Number(savesZ), Number(norm)];
    const delta = i === sizes.length - 1 ? (members > 1 ? 4 : 2) : 1; // and averages
    return (
      sum + 4 * (i > 0 ? members : 1) * size * (stride(batch) * ((i > 0 ? 2 : 1) + keptZ + sums) + (delta + sums) * evaluated)
    );
  }, 0);
  const whole = hidesTargets(config) ? 4 * sizes[0] * stride(batch) : 0;
  const widths = stride(batch) + evaluated;
  const partials = layers.reduce((sum, { count, longest }) => {
    const segments = longest > LONGEST_WALK ? mostSegments(count) : 0;
    return sum + 4 * members * segments * (2 * widths + 12);
  }, 0);
  return activations + whole + partials;
}

/** What members that share weights have besides: the input of each layer, and in training the gradient by one. */
function estimateScaled({ sizes, members = 1, batch, sets }: MemoryQuestion): number {
  const stride = (count: number) => 4 * Math.ceil(count / 4);
  const inputs = sizes.slice(0, -1);
  const scaled = inputs.reduce((sum, size) => sum + size, 0);
  const evaluated = sets.reduce((total, { evaluationBatch }) => total + stride(evaluationBatch), 0);
  return 4 * members * ((scaled + maximum(inputs)) * stride(batch) + scaled * evaluated);
}

/** Tables, uniform blocks (trained SReLU has one a layer more) and placeholders of the passes, and the staging buffer for the longest read-back. */
function estimatePasses(batch: number, sets: MemoryQuestion["sets"], sums: number, layers: number, longest: number): number {
  const table = (samples: number, count: number) => 4 * samples + (32 + 4 * sums) * Math.ceil(samples / count) + 256;
  const tables = sets.reduce(
    (sum, { samples, evaluationBatch }) => sum + table(samples, evaluationBatch),
    table(sets[0].samples, batch),
  );
  const dispatches = 4 * layers + 2 + sets.length * (layers + 3) + layers;
  return tables + PARAMS_BYTES * dispatches + stagingBytes(longest);
}

/** "1.5 GB": for messages. */
export function formatBytes(bytes: number): string {
  const units = ["bytes", "kB", "MB", "GB", "TB", "PB"];
  const power = Math.min(units.length - 1, bytes > 0 ? Math.floor(Math.log10(bytes) / 3) : 0);
  return `${power === 0 ? bytes : (bytes / 1000 ** power).toPrecision(3)} ${units[power]}`;
}
