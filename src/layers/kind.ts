import type { Activation, OnnxGraph } from "../activations/activation.js";
import type { DeviceBuffer } from "../device/device.js";
import type { Dispatch } from "../device/kernel.js";
import type { TunedKernel } from "../kernels/candidates.js";
import type { Variant } from "../kernels/variant.js";
import type { HyperParams, Optimiser } from "../optimisers/optimiser.js";
import type { Topology } from "../sparse/topology.js";
import type { Rng } from "../util/random.js";
import type { Block } from "./block.js";
import type { Members } from "./members.js";
import type { ParamSpec } from "./param.js";

/** How a layer's neurons answer: the activation, its slope alpha, and whether backward needs their inputs z rather than outputs. */
export interface Response {
  readonly activation: Activation;
  readonly alpha: number;
  readonly savesZ: boolean;
  /** Whether batch norm comes between W x and the bias. */
  readonly norm?: boolean;
}

/** Dropout of a layer's outputs, as kernels take it: the constant DROPOUT, the stream of its masks, and what is kept. */
export interface Dropout {
  readonly DROPOUT: number;
  readonly stream: number;
  readonly threshold: number;
  readonly keepScale: number;
}

/** A layer's part of a step: its buffers, and what else its kernels are made of. Activations and deltas are [neurons, 4 quads]. */
export interface LayerStep {
  readonly in: number;
  readonly out: number;
  /** Samples of the batch, in fours. */
  readonly quads: number;
  /** Parameters by name: values, then what the optimiser keeps beside them. Those of connections are in the blocks. */
  readonly params: Readonly<Record<string, DeviceBuffer>>;
  /** Takes the gradients of the parameters of a kind of your own, by name. */
  readonly gradients: Readonly<Record<string, DeviceBuffer>>;
  readonly x: DeviceBuffer;
  readonly y: DeviceBuffer;
  /** dLoss/dy, and dLoss/dx where the layer below is to get it. */
  readonly dy: DeviceBuffer | null;
  readonly dx: DeviceBuffer | null;
  readonly training: boolean;
  /** Where the step stands (u32: start, count, step, row), and its rates. */
  readonly cursor: DeviceBuffer;
  readonly rates: DeviceBuffer;

  /** What the products with weights have fused: blocks of rows, their variants, activation, dropout, and the optimiser. */
  readonly blocks: readonly Block[];
  /** Of an ensemble: its members' parts of the layer, which is one block; null of a single network. */
  readonly members: Members | null;
  /** How a kernel deals the work of a block of rows: the constants it is compiled with. */
  variant(kernel: TunedKernel, block: Block): Variant;
  readonly response: Response;
  readonly dropout: Dropout;
  /** Of the layer below: its response, its dropout and what was saved of it; null in the first layer. */
  readonly below: { readonly response: Response; readonly dropout: Dropout; readonly saved: DeviceBuffer | null } | null;
  readonly z: DeviceBuffer | null;
  /** Multiplies z where dropout is off. */
  readonly zScale: number;
  /** Sums of the segments of long columns, where there are any. */
  readonly partial: DeviceBuffer | null;
  readonly optimiser: Optimiser;
  readonly hyper: HyperParams;
}

/** What a layer's form for ONNX is made of beside its parameters. */
export interface OnnxLayer extends Pick<LayerStep, "in" | "out" | "response" | "zScale"> {
  readonly topology: Topology | null;
}

/**
 * What a layer computes, as an object in a file. `train({ hidden: [300, kind, 300] })` takes one of your own: a layer without connections, with
 * a neuron for each one below unless `outputs` says otherwise. It is written to files by its name.
 */
export interface LayerKind {
  readonly name: string;
  /** Its parameters, in the order of files. */
  readonly params: readonly ParamSpec[];
  /** Of a kind of your own: its neurons above so many; default as many, each of which leaves with the one below. With it no neuron may leave. */
  outputs?(inputs: number): number;
  /** y of x. */
  forward(step: LayerStep): Dispatch[];
  /** dx of dy, before any parameter changes. Built-in kinds apply the derivative and the dropout of the layer below as well. */
  backward(step: LayerStep): Dispatch[];
  /** Of a kind of your own: the gradients of its parameters, sums over the batch, into `step.gradients`; coppice takes the optimiser's step. */
  gradients?(step: LayerStep): Dispatch[];
  /** Of a built-in kind: the parameters one optimiser step on. */
  update?(step: LayerStep): Dispatch[];
  /** Of a built-in kind whose layers are sparse: first connections, at random. */
  connect?(rows: number, cols: number, density: number, rng: Rng): Topology;
  /** Puts y into an ONNX graph, under names that `name` makes of a part's; without it no model that has it can be exported. */
  onnx?(
    graph: OnnxGraph,
    x: string,
    name: (part: string) => string,
    params: Readonly<Record<string, Float32Array>>,
    layer: OnnxLayer,
  ): string;
}

/** Whether a kind is one of the user's own. */
export const isOwn = ({ update }: LayerKind): boolean => update === undefined;

/** The neurons of a layer of a kind of one's own above so many. */
export const outputsOf = ({ outputs }: LayerKind, inputs: number): number => outputs?.(inputs) ?? inputs;

/** A bias for each neuron, which the update of the weights trains along. */
export const BIAS: ParamSpec = { name: "bias", per: "output", init: 0 };

/**
 * What so many members that share a layer's weights have of their own: bias, scaleOut s and scaleIn r of f(s (W (r x)) + bias). Each
 * member's values lie together.
 */
function ofMembers(members: number): readonly ParamSpec[] {
  const each = (value: number) => new Array<number>(members).fill(value);
  return [
    { name: "bias", per: "output", init: each(0) },
    { name: "scaleOut", per: "output", init: each(1) },
    { name: "scaleIn", per: "input", init: each(1) },
  ];
}

/** Parameters of batch norm: the factor of each neuron, and the means and then the variances that its sums had in training. No other's name has a dot. */
export const [GAMMA, RUNNING] = ["norm.gamma", "norm.running"] as const;

/** Those of a layer, of members that share its weights: their `scaleOut` is the factor. */
function ofNorm(members?: number): readonly ParamSpec[] {
  const each = (value: number) => new Array<number>(members ?? 1).fill(value);
  const running: ParamSpec = { name: RUNNING, per: "output", init: [...each(0), ...each(1)], trained: false };
  return members ? [running] : [{ name: GAMMA, per: "output", init: 1 }, running];
}

/**
 * The parameters of a layer of that kind whose neurons answer so. Those that an activation trains are one, by its name. Of members that `share` its
 * weights, each has the others for itself.
 */
export function paramsOf(
  { params }: Pick<LayerKind, "params">,
  { activation: { name, parameters }, norm }: Pick<Response, "activation" | "norm">,
  share?: number,
): readonly ParamSpec[] {
  const own = norm ? ofNorm(share) : [];
  if (share) return [...params.filter(({ per }) => per === "connection"), ...ofMembers(share), ...own];
  const trained: readonly ParamSpec[] = parameters ? [{ name, per: "output", init: parameters.map(({ init }) => init) }] : [];
  return [...params, ...own, ...trained];
}
