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

// 1 where dropout keeps the neuron for the samples 4 quad .. 4 quad + 3 of the batch, else 0.
fn keepMask(stream: u32, step: u32, neuron: u32, quad: u32, threshold: u32) -> vec4<f32> {
  let b = 4u * quad;
  let h = vec4<u32>(hash4(stream, step, neuron, b), hash4(stream, step, neuron, b + 1u), hash4(stream, step, neuron, b + 2u), hash4(stream, step, neuron, b + 3u));
  return select(vec4<f32>(0.0), vec4<f32>(1.0), h >= vec4<u32>(threshold));
}

// The outer product of four weights and a quad: column i is w[i] x.
fn outer(w: vec4<f32>, x: vec4<f32>) -> mat4x4<f32> { return mat4x4<f32>(w.x * x, w.y * x, w.z * x, w.w * x); }

// One member's part of a layer of an ensemble (src/device/place.ts).
struct Place { rowStart: u32, rows: u32, colStart: u32, cols: u32, slotStart: u32, slots: u32, stream: u32, streamBelow: u32 }
override MEMBERS: u32 = 1; // members that share the dispatch; of one, `places` is not read
