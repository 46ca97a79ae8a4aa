// Activations, their derivatives and dropout on one neuron's quads of samples: src/activations in WebAssembly.

@inline
function splat(value: f32): v128 {
  return f32x4.splat(value);
}

/** exp(x) within 2 ulp for x in [-87, 88], cut there: 2^n exp(r), |r| <= ln 2 / 2, exp(r) by Cephes' polynomial (S. Moshier, expf.c). */
@inline
function exp(x: v128): v128 {
  x = f32x4.min(f32x4.max(x, splat(-87)), splat(88)); // these keep NaN
  const n = f32x4.nearest(f32x4.mul(x, splat(1.44269504088896341)));
  // ln 2 in two parts, of which the first is exact in few bits.
  const r = f32x4.sub(f32x4.sub(x, f32x4.mul(n, splat(0.693359375))), f32x4.mul(n, splat(-2.12194440e-4)));
  let p = f32x4.add(f32x4.mul(r, splat(1.9875691500e-4)), splat(1.3981999507e-3));
  p = f32x4.add(f32x4.mul(p, r), splat(8.3334519073e-3));
  p = f32x4.add(f32x4.mul(p, r), splat(4.1665795894e-2));
  p = f32x4.add(f32x4.mul(p, r), splat(1.6666665459e-1));
  p = f32x4.add(f32x4.mul(p, r), splat(0.5));
  p = f32x4.add(f32x4.add(f32x4.mul(f32x4.mul(p, r), r), r), splat(1));
  const power = i32x4.shl(i32x4.add(i32x4.trunc_sat_f32x4_s(n), i32x4.splat(127)), 23);
  return f32x4.mul(p, power);
}

/** Arguments are cut where f32 has settled. */
@inline
function sigmoid(z: v128): v128 {
  const cut = f32x4.min(f32x4.max(z, splat(-80)), splat(80));
  return f32x4.div(splat(1), f32x4.add(splat(1), exp(f32x4.neg(cut))));
}

/** 1 - 2 / (exp(2 z) + 1). */
@inline
function tanh(z: v128): v128 {
  const cut = f32x4.min(f32x4.max(z, splat(-15)), splat(15));
  return f32x4.sub(splat(1), f32x4.div(splat(2), f32x4.add(exp(f32x4.add(cut, cut)), splat(1))));
}

/** erf by Abramowitz and Stegun 7.1.26, absolute error below 1.5e-7. */
@inline
function erf(x: v128): v128 {
  const t = f32x4.div(splat(1), f32x4.add(splat(1), f32x4.mul(splat(0.3275911), f32x4.abs(x))));
  let p = f32x4.add(f32x4.mul(t, splat(1.061405429)), splat(-1.453152027));
  p = f32x4.add(f32x4.mul(p, t), splat(1.421413741));
  p = f32x4.add(f32x4.mul(p, t), splat(-0.284496736));
  p = f32x4.add(f32x4.mul(p, t), splat(0.254829592));
  const size = f32x4.sub(splat(1), f32x4.mul(f32x4.mul(p, t), exp(f32x4.neg(f32x4.mul(x, x)))));
  return v128.or(size, v128.and(x, i32x4.splat(0x80000000))); // size is not negative
}

@inline
function normalCdf(z: v128): v128 {
  return f32x4.mul(splat(0.5), f32x4.add(splat(1), erf(f32x4.mul(z, splat(0.70710678)))));
}

/** a = f(a) for the `quads` vectors at a; parameters: address of SReLU's tl of the neuron, al, tr and ar follow at distances of `neurons`. */
export function activate(act: i32, a: usize, quads: u32, alpha: f32, parameters: usize, neurons: u32): void {
  const end = a + (quads << 4);
  if (act == 1) {
    const slope = splat(alpha);
    do {
      const z = v128.load(a);
      v128.store(a, v128.bitselect(z, f32x4.mul(slope, z), f32x4.gt(z, splat(0))));
      a += 16;
    } while (a < end);
  } else if (act == 2) {
    do {
      v128.store(a, sigmoid(v128.load(a)));
      a += 16;
    } while (a < end);
  } else if (act == 3) {
    do {
      v128.store(a, tanh(v128.load(a)));
      a += 16;
    } while (a < end);
  } else if (act == 4) {
    do {
      const z = v128.load(a);
      v128.store(a, f32x4.mul(z, normalCdf(z)));
      a += 16;
    } while (a < end);
  } else if (act == 5) {
    const step = neurons << 2;
    const tl = v128.load_splat<f32>(parameters);
    const al = v128.load_splat<f32>(parameters + step);
    const tr = v128.load_splat<f32>(parameters + 2 * step);
    const ar = v128.load_splat<f32>(parameters + 3 * step);
    do {
      const z = v128.load(a);
      const above = f32x4.add(tr, f32x4.mul(ar, f32x4.sub(z, tr)));
      const below = f32x4.add(tl, f32x4.mul(al, f32x4.sub(z, tl)));
      v128.store(a, v128.bitselect(below, v128.bitselect(above, z, f32x4.ge(z, tr)), f32x4.le(z, tl)));
      a += 16;
    } while (a < end);
  } else if (act != 0) {
    unreachable(); // a number that no activation above has
  }
}

/**
 * f'(z) by z or, where savedZ is 0, by scale f(z): LeakyReLU's by the sign, which is the same, GELU's by z alone. SReLU has a kernel of its own, which
 * brings its derivative.
 */
@inline
export function slopeAt(act: i32, saved: v128, alpha: f32, scale: f32, savedZ: i32): v128 {
  const one = splat(1);
  if (act == 1) return v128.bitselect(one, splat(alpha), f32x4.gt(saved, splat(0)));
  if (act == 2) {
    const a = savedZ ? sigmoid(saved) : f32x4.div(saved, splat(scale));
    return f32x4.mul(a, f32x4.sub(one, a));
  }
  if (act == 3) {
    const a = savedZ ? tanh(saved) : f32x4.div(saved, splat(scale));
    return f32x4.sub(one, f32x4.mul(a, a));
  }
  if (act == 4) {
    const density = f32x4.mul(splat(0.39894228), exp(f32x4.mul(splat(-0.5), f32x4.mul(saved, saved))));
    return f32x4.add(normalCdf(saved), f32x4.mul(saved, density));
  }
  if (act != 0 && act != 5) unreachable(); // a number that no activation above has
  return one;
}

/** d *= f'(z) for the `quads` vectors at d; `saved` is where z (savedZ) or y = scale f(z) is. */
export function scaleByDerivative(act: i32, d: usize, quads: u32, saved: usize, alpha: f32, scale: f32, savedZ: i32): void {
  if (act == 1) scaleBySlope(1, d, quads, saved, alpha, scale, savedZ);
  else if (act == 2) scaleBySlope(2, d, quads, saved, alpha, scale, savedZ);
  else if (act == 3) scaleBySlope(3, d, quads, saved, alpha, scale, savedZ);
  else if (act == 4) scaleBySlope(4, d, quads, saved, alpha, scale, savedZ);
  else if (act != 0 && act != 5) unreachable();
}

/** A loop for one activation, whose number is known when it is compiled. */
@inline
function scaleBySlope(act: i32, d: usize, quads: u32, saved: usize, alpha: f32, scale: f32, savedZ: i32): void {
  const end = d + (quads << 4);
  do {
    v128.store(d, f32x4.mul(v128.load(d), slopeAt(act, v128.load(saved), alpha, scale, savedZ)));
    d += 16;
    saved += 16;
  } while (d < end);
}

@inline
function absorb(h: v128, word: v128): v128 {
  let k = i32x4.mul(word, i32x4.splat(0xcc9e2d51));
  k = i32x4.mul(v128.or(i32x4.shl(k, 15), i32x4.shr_u(k, 17)), i32x4.splat(0x1b873593));
  h = v128.xor(h, k);
  return i32x4.add(i32x4.mul(v128.or(i32x4.shl(h, 13), i32x4.shr_u(h, 19)), i32x4.splat(5)), i32x4.splat(0xe6546b64));
}

/** a *= keepScale where hash4(stream, step, neuron, sample) >= threshold, else 0, for the `quads` vectors at a that begin with sample `first`. */
export function drop(
  a: usize,
  quads: u32,
  first: u32,
  stream: u32,
  step: u32,
  neuron: u32,
  threshold: u32,
  keepScale: f32,
): void {
  const end = a + (quads << 4);
  let prefix = absorb(i32x4.splat(0), i32x4.splat(stream));
  prefix = absorb(absorb(prefix, i32x4.splat(step)), i32x4.splat(neuron));
  const least = i32x4.splat(threshold);
  let samples = i32x4.add(i32x4.splat(first), i32x4(0, 1, 2, 3));
  do {
    let h = v128.xor(absorb(prefix, samples), i32x4.splat(16));
    h = i32x4.mul(v128.xor(h, i32x4.shr_u(h, 16)), i32x4.splat(0x85ebca6b));
    h = i32x4.mul(v128.xor(h, i32x4.shr_u(h, 13)), i32x4.splat(0xc2b2ae35));
    h = v128.xor(h, i32x4.shr_u(h, 16));
    v128.store(a, v128.bitselect(f32x4.mul(v128.load(a), f32x4.splat(keepScale)), f32x4.splat(0), i32x4.ge_u(h, least)));
    samples = i32x4.add(samples, i32x4.splat(4));
    a += 16;
  } while (a < end);
}
