/** A constant of an optimiser: its default, and the numbers that it may be. */
export interface Constant {
  readonly default: number;
  /** The ends of what it may be: the numbers themselves, or all between them. */
  readonly min?: number;
  readonly max?: number;
  readonly above?: number;
  readonly below?: number;
}

/** What the host computes for each step in f64: the learning rate, and up to three corrections of the optimiser's own. */
export interface Rates {
  readonly lr: number;
  readonly correction1: number;
  readonly correction2: number;
  readonly correction3: number;
}

/** The values of an optimiser's constants, by name. */
export type Hyper = Readonly<Record<string, number>>;

/**
 * A rule that moves a weight along its gradient. It is an object with its own behaviour: WGSL text for the GPU, a twin in TypeScript for
 * the CPU and the tests, and whatever it keeps beside each weight. `train({ optimizer })` takes a name of `OPTIMISERS`, or such an object.
 *
 * Weights, biases and trained parameters of activations all take the same step. Decay is not the rule's: it is decoupled for every
 * optimiser, and `w` comes as w - lr decay w.
 */
export interface Optimiser {
  readonly name: string;
  /** Names of the arrays that are kept beside the weights, at most two; files call them `layers.i.values.NAME` and so on. */
  readonly state: readonly string[];
  /** Its constants, at most three. */
  readonly hyper: Readonly<Record<string, Constant>>;
  /** Learning rate where none is given; default 0.001. */
  readonly rate?: number;
  /** Decay where none is given; default 0. */
  readonly decay?: number;
  /**
   * WGSL of `fn optimise(w: f32, m: f32, v: f32, g: f32, rates: Rates, h: Hyper) -> vec3<f32>`, which returns the new w, m and v. m and v are
   * the first and the second state (0 where there is none); `Rates` has the fields of the interface, `Hyper` the constants by their names.
   */
  readonly wgsl: string;
  /** The same in TypeScript: returns the new w, and leaves the new state in `state`. */
  step(w: number, state: number[], g: number, rates: Rates, h: Hyper): number;
  /** At most three numbers that depend on the step t, counted from 1: `rates.correction1` and so on. */
  corrections?(h: Hyper, t: number): readonly number[];
  /** What f32 computes without rounding on powers of two, as far as the self-check of a GPU goes; default "nothing". */
  readonly exact?: "all" | "state" | "nothing";
  /** The rule's number in src/device/cpu/assembly/optimise.ts; without one the CPU device runs the twin, and its info says so. */
  readonly simd?: number;
  /** The rule that the constants make of it, where that is another one: SGD with momentum keeps a velocity. */
  rule?(config: Readonly<Record<string, unknown>>): Optimiser;
  /** Weights are left alone: of the rule that only stores gradients. */
  readonly frozen?: boolean;
}

/** A constant from 0 to below 1. */
export const rate = (value: number): Constant => ({ default: value, min: 0, below: 1 });

/** Constants that a uniform block has room for, and arrays of state that a kernel binds: WebGPU promises eight storage buffers. */
export const [HYPER, STATES] = [3, 2];

/** An optimiser's constants and the decay as kernels take them, by position. */
export interface HyperParams {
  readonly hyper0: number;
  readonly hyper1: number;
  readonly hyper2: number;
  readonly decay: number;
}

/** The constants of an optimiser, given by name, as kernels take them. */
export function hyperParams({ hyper }: Optimiser, values: Hyper, decay: number): HyperParams {
  const [hyper0 = 0, hyper1 = 0, hyper2 = 0] = Object.keys(hyper).map((name) => values[name]);
  return { hyper0, hyper1, hyper2, decay };
}

/** What `hyperParams` made, by name again. */
export function hyperOf({ hyper }: Optimiser, { hyper0, hyper1, hyper2 }: HyperParams): Hyper {
  const values = [hyper0, hyper1, hyper2];
  return Object.fromEntries(Object.keys(hyper).map((name, i) => [name, values[i]]));
}

/**
 * What stands before the text of a kernel that updates weights: STATES, the number of state arrays; FROZEN; the struct Hyper, made of
 * (hyper0, hyper1, hyper2); the rule's own text; and `stepped`, the rule after the decay, which is taken of the weight before the step.
 */
export function optimiserText({ state, hyper, frozen = false, wgsl }: Optimiser): string {
  const names = Object.keys(hyper);
  const fields = Array.from({ length: HYPER }, (_, i) => `${names[i] ?? `unused${i}`}: f32`);
  return `
const STATES = ${state.length}u;
const FROZEN = ${frozen};
struct Hyper { ${fields.join(", ")} }
${wgsl}
fn stepped(w: f32, m: f32, v: f32, g: f32, rates: Rates, h: Hyper, decay: f32) -> vec3<f32> {
  let next = optimise(w - rates.lr * decay * w, m, v, g, rates, h);
  if (FROZEN) { return vec3<f32>(w, next.y, next.z); }
  return next;
}
`;
}
