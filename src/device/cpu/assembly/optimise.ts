import { loadLanes, storeLanes } from "./lanes";

/**
 * One optimiser step of the n <= 4 weights at w with state at m and v and gradients g; rules and equations are those of src/optimisers.
 * `rates` holds lr and Adam's two corrections; c0, c1 and c2 are the rule's constants, rest0 and rest1 are 1 - c0 and 1 - c1, rounded once.
 */
@inline
export function optimise(
  rule: i32,
  w: usize,
  m: usize,
  v: usize,
  g: v128,
  n: i32,
  rates: usize,
  c0: f32,
  rest0: f32,
  c1: f32,
  rest1: f32,
  c2: f32,
  decay: f32,
): void {
  if (rule == 0) return storeLanes(m, g, n);
  const lr = v128.load_splat<f32>(rates);
  const step = f32x4.mul(lr, g);
  const weight = loadLanes(w, n);
  let kept = f32x4.sub(weight, f32x4.mul(f32x4.mul(lr, f32x4.splat(decay)), weight));
  if (rule == 1) {
    kept = f32x4.sub(kept, step);
  } else if (rule == 2 || rule == 3) {
    const mu = f32x4.splat(c0);
    const velocity = f32x4.sub(f32x4.mul(mu, loadLanes(m, n)), step);
    storeLanes(m, velocity, n);
    kept = f32x4.add(kept, rule == 2 ? velocity : f32x4.sub(f32x4.mul(mu, velocity), step));
  } else if (rule == 4) {
    const first = f32x4.add(f32x4.mul(f32x4.splat(c0), loadLanes(m, n)), f32x4.mul(f32x4.splat(rest0), g));
    const second = f32x4.add(f32x4.mul(f32x4.splat(c1), loadLanes(v, n)), f32x4.mul(f32x4.mul(f32x4.splat(rest1), g), g));
    storeLanes(m, first, n);
    storeLanes(v, second, n);
    const root = f32x4.add(f32x4.sqrt(f32x4.mul(second, v128.load_splat<f32>(rates, 8))), f32x4.splat(c2));
    kept = f32x4.sub(kept, f32x4.div(f32x4.mul(lr, f32x4.mul(first, v128.load_splat<f32>(rates, 4))), root));
  } else {
    const second = f32x4.add(f32x4.mul(f32x4.splat(c0), loadLanes(m, n)), f32x4.mul(f32x4.mul(f32x4.splat(rest0), g), g));
    storeLanes(m, second, n);
    kept = f32x4.sub(kept, f32x4.div(step, f32x4.add(f32x4.sqrt(second), f32x4.splat(c1))));
  }
  storeLanes(w, kept, n);
}
