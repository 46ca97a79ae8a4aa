import { loadLanes, storeLanes } from "./lanes";

/**
 * One optimiser step of the n <= 4 weights at w with state at m and v and gradients g; rules and equations are those of src/kernels/optimise.ts.
 * `rates` holds lr and Adam's two corrections; rest1 and rest2 are 1 - beta1 and 1 - beta2, rounded once.
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
  beta1: f32,
  rest1: f32,
  beta2: f32,
  rest2: f32,
  eps: f32,
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
    const mu = f32x4.splat(beta1);
    const velocity = f32x4.sub(f32x4.mul(mu, loadLanes(m, n)), step);
    storeLanes(m, velocity, n);
    kept = f32x4.add(kept, rule == 2 ? velocity : f32x4.sub(f32x4.mul(mu, velocity), step));
  } else if (rule == 4) {
    const first = f32x4.add(f32x4.mul(f32x4.splat(beta1), loadLanes(m, n)), f32x4.mul(f32x4.splat(rest1), g));
    const second = f32x4.add(f32x4.mul(f32x4.splat(beta2), loadLanes(v, n)), f32x4.mul(f32x4.mul(f32x4.splat(rest2), g), g));
    storeLanes(m, first, n);
    storeLanes(v, second, n);
    const root = f32x4.add(f32x4.sqrt(f32x4.mul(second, v128.load_splat<f32>(rates, 8))), f32x4.splat(eps));
    kept = f32x4.sub(kept, f32x4.div(f32x4.mul(lr, f32x4.mul(first, v128.load_splat<f32>(rates, 4))), root));
  } else {
    const second = f32x4.add(f32x4.mul(f32x4.splat(beta2), loadLanes(m, n)), f32x4.mul(f32x4.mul(f32x4.splat(rest2), g), g));
    storeLanes(m, second, n);
    kept = f32x4.sub(kept, f32x4.div(step, f32x4.add(f32x4.sqrt(second), f32x4.splat(eps))));
  }
  storeLanes(w, kept, n);
}
