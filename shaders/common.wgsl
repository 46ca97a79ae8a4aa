// Counter-based random number: MurmurHash3_x86_32 (seed 0) of four words. Twin: hash4 of src/util/counter-random.ts.
fn hash4(a: u32, b: u32, c: u32, d: u32) -> u32 {
  var k = vec4u(a, b, c, d) * 0xcc9e2d51u;
  k = ((k << vec4u(15u)) | (k >> vec4u(17u))) * 0x1b873593u;
  var h = k.x;
  h = ((h << 13u) | (h >> 19u)) * 5u + 0xe6546b64u;
  h ^= k.y;
  h = ((h << 13u) | (h >> 19u)) * 5u + 0xe6546b64u;
  h ^= k.z;
  h = ((h << 13u) | (h >> 19u)) * 5u + 0xe6546b64u;
  h ^= k.w;
  h = ((h << 13u) | (h >> 19u)) * 5u + 0xe6546b64u;
  h ^= 16u; // the length in bytes, as MurmurHash3 ends
  h = (h ^ (h >> 16u)) * 0x85ebca6bu;
  h = (h ^ (h >> 13u)) * 0xc2b2ae35u;
  return h ^ (h >> 16u);
}

// Constants of all kernels; each kernel uses those it needs.
override WG: u32 = 64;     // invocations of a workgroup
override ACT: u32 = 0;     // activation: 0 linear, 1 rectifier (slope alpha below 0), 2 sigmoid, 3 tanh, 4 GELU, 5 SReLU
override DROPOUT: u32 = 0; // 0 none, 1 inverted, 2 as SET's authors: not rescaled, backward pass not masked
override SAVED_Z: u32 = 0; // what the backward pass has of a neuron: 0 its output y, 1 its input z

// Where a training step stands: its batch is samples order[start .. start + count) and it is the row-th of the epoch, the step-th of the run.
struct Cursor { start: u32, count: u32, step: u32, row: u32 }
// What the host computes for a step in f64: learning rate, and the optimiser's corrections.
struct Rates { lr: f32, correction1: f32, correction2: f32, correction3: f32 }

// The index of a workgroup whose grid the host folded over x and y.
fn groupIndex(id: vec3<u32>, groups: vec3<u32>) -> u32 { return id.y * groups.x + id.x; }

// WGSL fixes no behaviour of NaN in comparisons: only the exponent bits tell.
fn isFinite(value: f32) -> bool { return (bitcast<u32>(value) & 0x7f800000u) != 0x7f800000u; }

// erf by Abramowitz and Stegun 7.1.26, absolute error below 1.5e-7.
fn erf4(x: vec4<f32>) -> vec4<f32> {
  let t = 1.0 / (1.0 + 0.3275911 * abs(x));
  let p = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
  return sign(x) * (1.0 - p * exp(-x * x));
}

// exp may overflow to what is no infinity, and tanh may be built on it: arguments are cut where f32 has settled.
fn sigmoid4(z: vec4<f32>) -> vec4<f32> { return 1.0 / (1.0 + exp(-clamp(z, vec4<f32>(-80.0), vec4<f32>(80.0)))); }
fn tanh4(z: vec4<f32>) -> vec4<f32> { return tanh(clamp(z, vec4<f32>(-15.0), vec4<f32>(15.0))); }

// f(z); srelu = (tl, al, tr, ar) of the neuron.
fn activate(z: vec4<f32>, alpha: f32, srelu: vec4<f32>) -> vec4<f32> {
  switch ACT {
    case 1u { return select(alpha * z, z, z > vec4<f32>(0.0)); }
    case 2u { return sigmoid4(z); }
    case 3u { return tanh4(z); }
    case 4u { return 0.5 * z * (1.0 + erf4(z * 0.70710678)); }
    case 5u {
      let upper = select(z, srelu.z + srelu.w * (z - srelu.z), z >= vec4<f32>(srelu.z));
      return select(upper, srelu.x + srelu.y * (z - srelu.x), z <= vec4<f32>(srelu.x));
    }
    default { return z; }
  }
}

// f'(z), from what was saved: z itself, or the output y = f(z) scale of a neuron that dropout kept (SReLU has a kernel of its own).
fn derivative(saved: vec4<f32>, alpha: f32, scale: f32) -> vec4<f32> {
  switch ACT {
    case 1u { return select(vec4<f32>(alpha), vec4<f32>(1.0), saved > vec4<f32>(0.0)); }
    case 2u {
      var a = saved / scale;
      if (SAVED_Z == 1u) { a = sigmoid4(saved); }
      return a * (1.0 - a);
    }
    case 3u {
      var a = saved / scale;
      if (SAVED_Z == 1u) { a = tanh4(saved); }
      return 1.0 - a * a;
    }
    case 4u { return 0.5 * (1.0 + erf4(saved * 0.70710678)) + saved * 0.39894228 * exp(-0.5 * saved * saved); }
    default { return vec4<f32>(1.0); }
  }
}

// 1 where dropout keeps the neuron for the samples 4 quad .. 4 quad + 3 of the batch, else 0.
fn keepMask(stream: u32, step: u32, neuron: u32, quad: u32, threshold: u32) -> vec4<f32> {
  let b = 4u * quad;
  let h = vec4<u32>(hash4(stream, step, neuron, b), hash4(stream, step, neuron, b + 1u), hash4(stream, step, neuron, b + 2u), hash4(stream, step, neuron, b + 3u));
  return select(vec4<f32>(0.0), vec4<f32>(1.0), h >= vec4<u32>(threshold));
}

// The outer product of four weights and a quad: column i is w[i] x.
fn outer(w: vec4<f32>, x: vec4<f32>) -> mat4x4<f32> { return mat4x4<f32>(w.x * x, w.y * x, w.z * x, w.w * x); }
