import type { Topology } from "../sparse/topology.js";

/** A trained parameter of an activation: every output neuron has its own. */
export interface ActivationParameter {
  readonly name: string;
  /** Where it starts. */
  readonly init: number;
}

/** What layers, activations and tasks put nodes and tensors into, for ONNX; each method returns the name of what it made. */
export interface OnnxGraph {
  /** Adds a node of one output, and returns the name of that. */
  node(
    op: string,
    inputs: string[],
    output: string,
    attributes?: { ints?: Record<string, number>; floats?: Record<string, number> },
  ): string;
  /** Adds a constant, and returns its name. */
  tensor(name: string, dims: number[], data: Float32Array): string;
  /** Adds a constant matrix [out, in] of connections, 0 where there is none, and returns its name. */
  matrix(name: string, topology: Topology, values: Float32Array): string;
}

/**
 * What hidden neurons answer: y = f(z) of their input z. It is an object with its own behaviour: WGSL text for the GPU, a twin in TypeScript
 * for the CPU and the tests. `train({ activation })` takes a name of `ACTIVATIONS`, or such an object.
 *
 * `alpha` is the slope that `slope` makes of the option of that name, `p` the neuron's trained parameters.
 */
export interface Activation {
  readonly name: string;
  /**
   * What the derivative is made of: "z", the input; "y", the output, which takes no memory; nothing, of the identity. Where dropout's style
   * is authors, and where parameters are trained, it is z all the same.
   */
  readonly needs: "y" | "z" | "nothing" | ((alpha: number) => "y" | "z");
  /**
   * WGSL of `fn activate(z: vec4<f32>, alpha: f32, p: vec4<f32>) -> vec4<f32>` and
   * `fn derivative(saved: vec4<f32>, alpha: f32, p: vec4<f32>, scale: f32) -> vec4<f32>`, where saved is z if SAVED_Z is 1, else scale y.
   * With parameters also `fn gradients(z: vec4<f32>, g: vec4<f32>, alpha: f32, p: vec4<f32>) -> vec4<f32>`: for each parameter the sum over
   * the four samples of g df/dp.
   */
  readonly wgsl: string;
  /** f(z) in TypeScript. */
  f(z: number, alpha: number, p: readonly number[]): number;
  /** f'(z) in TypeScript, of what was saved: z where `savedZ`, else scale y. */
  df(saved: number, alpha: number, p: readonly number[], scale: number, savedZ: boolean): number;
  /** Trained parameters, at most four; files call them `layers.i.NAME`, after the activation, as F32 [parameters, out]. */
  readonly parameters?: readonly ActivationParameter[];
  /** With parameters: puts df/dp into `into`. */
  gradients?(z: number, alpha: number, p: readonly number[], into: number[]): void;
  /** The slope of weight layer `layer` (from 0), made of the option alpha; without it alpha is 0. */
  slope?(alpha: number, layer: number): number;
  /** The option alpha where none is given; default 0.01. */
  readonly alpha?: number;
  /** Whether f32 computes it without rounding on small integers, as far as the self-check of a GPU goes. */
  readonly exact?: boolean;
  /** Its number in src/device/cpu/assembly/activation.ts; without one the CPU device runs the twin, and its info says so. */
  readonly simd?: number;
  /**
   * Puts y = f(z) into an ONNX graph, under names that `name` makes of a part's, the last being name("y"); without it no model that has it
   * can be exported. `parameters` are [parameters, out].
   */
  onnx?(graph: OnnxGraph, z: string, name: (part: string) => string, alpha: number, parameters: Float32Array): string;
}

/** Parameters that kernels have room for: a vector's. */
export const PARAMETERS = 4;

/** Whether the backward product takes f' itself: that of a trained activation is taken where the parameters are updated. */
export function isDerived({ needs, parameters }: Activation): boolean {
  return needs !== "nothing" && parameters === undefined;
}

/** What stands before the text of a kernel with an activation: PARAMETERS, the number of them; DERIVED; the activation's own text. */
export function activationText(activation: Activation): string {
  const { parameters = [], wgsl } = activation;
  return `
const PARAMETERS = ${parameters.length}u;
const DERIVED = ${isDerived(activation)};
${wgsl}
`;
}
