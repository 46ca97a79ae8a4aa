import { loadLanes, storeLanes } from "./lanes";

/** An optimiser's rule: its number and constants, and `rates`: lr and Adam's two corrections. rest0 is 1 - hyper0, rounded once, as is rest1. */
@unmanaged
export class Rule {
  hyper0: f32;
  rest0: f32;
  hyper1: f32;
  rest1: f32;
  hyper2: f32;
  decay: f32;
  rates: usize;
  optimiser: u32;
}

/** What sddmm and denseUpdate take. */
@unmanaged
export class Update extends Rule {
  rowStart: u32;
  quads: u32;
  neurons: u32;
  w: usize;
  m: usize;
  v: usize;
  delta: usize;
  x: usize;
  bias: usize;
  BIAS: u32;
}

/** One optimiser step of the n <= 4 weights at w with state at m and v and gradients g; rules and equations are those of src/optimisers. */
@inline
export function optimise(p: Rule, w: usize, m: usize, v: usize, g: v128, n: i32, decay: f32): void {
  const rule = p.optimiser;
  if (rule == 0) return storeLanes(m, g, n);
  const rates = p.rates;
  const lr = v128.load_splat<f32>(rates);
  const step = f32x4.mul(lr, g);
  const weight = loadLanes(w, n);
  let kept = f32x4.sub(weight, f32x4.mul(f32x4.mul(lr, f32x4.splat(decay)), weight));
  if (rule == 1) {
    kept = f32x4.sub(kept, step);
  } else if (rule == 2 || rule == 3) { // sgd with momentum, and Nesterov's
    const mu = f32x4.splat(p.hyper0);
    const velocity = f32x4.sub(f32x4.mul(mu, loadLanes(m, n)), step);
    storeLanes(m, velocity, n);
    kept = f32x4.add(kept, rule == 2 ? velocity : f32x4.sub(f32x4.mul(mu, velocity), step));
  } else if (rule == 4) { // adam
    const first = f32x4.add(f32x4.mul(f32x4.splat(p.hyper0), loadLanes(m, n)), f32x4.mul(f32x4.splat(p.rest0), g));
    const second = f32x4.add(f32x4.mul(f32x4.splat(p.hyper1), loadLanes(v, n)), f32x4.mul(f32x4.mul(f32x4.splat(p.rest1), g), g));
    storeLanes(m, first, n);
    storeLanes(v, second, n);
    const root = f32x4.add(f32x4.sqrt(f32x4.mul(second, v128.load_splat<f32>(rates, 8))), f32x4.splat(p.hyper2));
    kept = f32x4.sub(kept, f32x4.div(f32x4.mul(lr, f32x4.mul(first, v128.load_splat<f32>(rates, 4))), root));
  } else if (rule == 5) { // rmsprop
    const second = f32x4.add(f32x4.mul(f32x4.splat(p.hyper0), loadLanes(m, n)), f32x4.mul(f32x4.mul(f32x4.splat(p.rest0), g), g));
    storeLanes(m, second, n);
    kept = f32x4.sub(kept, f32x4.div(step, f32x4.add(f32x4.sqrt(second), f32x4.splat(p.hyper1))));
  } else if (rule == 6) { // lion
    const mixed = f32x4.add(f32x4.mul(f32x4.splat(p.hyper0), loadLanes(m, n)), f32x4.mul(f32x4.splat(p.rest0), g));
    const moved = v128.and(lr, f32x4.ne(mixed, f32x4.splat(0))); // lr, or 0 where the sign is
    kept = f32x4.sub(kept, v128.or(moved, v128.and(mixed, f32x4.splat(-0.0))));
    storeLanes(m, f32x4.add(f32x4.mul(f32x4.splat(p.hyper1), loadLanes(m, n)), f32x4.mul(f32x4.splat(p.rest1), g)), n);
  } else if (rule == 7) { // adabelief
    const first = f32x4.add(f32x4.mul(f32x4.splat(p.hyper0), loadLanes(m, n)), f32x4.mul(f32x4.splat(p.rest0), g));
    const off = f32x4.sub(g, first);
    const spread = f32x4.add(f32x4.mul(f32x4.splat(p.hyper1), loadLanes(v, n)), f32x4.mul(f32x4.mul(f32x4.splat(p.rest1), off), off));
    const second = f32x4.add(spread, f32x4.splat(p.hyper2));
    storeLanes(m, first, n);
    storeLanes(v, second, n);
    const root = f32x4.add(f32x4.sqrt(f32x4.mul(second, v128.load_splat<f32>(rates, 8))), f32x4.splat(p.hyper2));
    kept = f32x4.sub(kept, f32x4.div(f32x4.mul(lr, f32x4.mul(first, v128.load_splat<f32>(rates, 4))), root));
  } else {
    unreachable(); // a number that no rule above has: a trap is better than another rule's step
  }
  storeLanes(w, kept, n);
}

/** The same of one value, whose states lie `step` bytes and twice as far behind it. */
@inline
export function optimiseOne(p: Rule, at: usize, step: usize, g: v128, decay: f32): void {
  optimise(p, at, at + step, at + 2 * step, g, 1, decay);
}

/** The same of a neuron's bias, with the sum of its gradients; the states of all neurons lie behind the biases. */
@inline
export function optimiseBias(p: Update, neuron: u32, g: v128): void {
  optimiseOne(p, p.bias + (neuron << 2), p.neurons << 2, g, p.decay);
}
