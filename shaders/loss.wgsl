// Loss, output delta and metrics of one batch, from the outputs z[c, b] of the last layer, by the functions of the loss and of the metrics
// (src/losses, src/metrics). stepSums[row, 0] = sum of losses over the batch (NaN when an output is not finite), stepSums[row, i] that of
// metric i from 1. Pad columns get delta 0. One workgroup a member; an invocation takes every WG-th sample. Member j of MEMBERS has rows
// j outputs .. (j + 1) outputs - 1 of z and delta, and its sums are stepSums[row, j]. WEIGHTED multiplies loss and delta of a sample by its weight.
// With INPUTS 1 the targets are the inputs, feature-major as the batch has them.
// A loss that is WHOLE takes the batch together, and its weights into account.
override WEIGHTED: u32 = 0;
override INPUTS: u32 = 0;
struct Params { outputs: u32, stride: u32, width: u32 }
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<uniform> cursor: Cursor;
@group(0) @binding(2) var<storage, read> order: array<u32>;
@group(0) @binding(3) var<storage, read> targets: array<f32>;
@group(0) @binding(4) var<storage, read> z: array<f32>;
@group(0) @binding(5) var<storage, read_write> delta: array<f32>;
@group(0) @binding(6) var<storage, read_write> stepSums: array<u32>; // bits of f32: a NaN constant is no valid WGSL
@group(0) @binding(7) var<storage, read> weights: array<f32>; // [samples, MEMBERS]

var<workgroup> sums: array<array<f32, SUMS>, WG>;
var<workgroup> broken: atomic<u32>;
var<private> largest: u32; // the sample's largest output, the first of equals
var<private> memberStart: u32; // element of z and delta where the member's begin; not read of one
var<private> weight: f32 = 1.0; // of the sample for the member

// Where output c of the sample in column b lies.
fn place(c: u32, b: u32) -> u32 {
  if (MEMBERS > 1u) { return memberStart + c * params.stride + b; }
  return c * params.stride + b;
}

// What the text of losses and metrics, which stands before this one, is written with.
fn output(c: u32, b: u32) -> f32 { return z[place(c, b)]; }
fn setDelta(c: u32, b: u32, value: f32) {
  if (WEIGHTED == 1u) { delta[place(c, b)] = weight * value; } else { delta[place(c, b)] = value; }
}
fn wanted(t: u32, b: u32) -> f32 {
  if (INPUTS == 1u) { return targets[t * params.stride + b]; }
  return targets[order[cursor.start + b] * params.width + t];
}
fn weightOf(b: u32) -> f32 {
  if (WEIGHTED == 1u) { return weights[order[cursor.start + b] * MEMBERS + memberStart / (params.outputs * params.stride)]; }
  return 1.0;
}
fn classOf(b: u32) -> u32 { return u32(wanted(0u, b)); }

@compute @workgroup_size(WG)
fn main(@builtin(workgroup_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>, @builtin(local_invocation_index) local: u32) {
  var member = 0u;
  if (MEMBERS > 1u) { member = groupIndex(id, groups); }
  memberStart = member * params.outputs * params.stride;
  var mine = array<f32, SUMS>();
  for (var b = local; b < params.stride; b += WG) {
    if (b >= cursor.count) {
      for (var c = 0u; c < params.outputs; c++) { setDelta(c, b, 0.0); }
      continue;
    }
    var most = output(0u, b);
    largest = 0u;
    for (var c = 0u; c < params.outputs; c++) {
      let value = output(c, b);
      if (!isFinite(value)) { atomicStore(&broken, 1u); }
      if (value > most) { most = value; largest = c; }
    }
    if (WEIGHTED == 1u && !WHOLE) { weight = weightOf(b); }
    var sample = sampleSums(b);
    if (WEIGHTED == 1u && !WHOLE) { sample[0] *= weight; }
    for (var i = 0u; i < SUMS; i++) { mine[i] += sample[i]; }
  }
  if (WHOLE) { mine[0] += batchLoss(local); }
  sums[local] = mine;
  for (var half = WG / 2u; half > 0u; half /= 2u) {
    workgroupBarrier();
    if (local < half) {
      for (var i = 0u; i < SUMS; i++) { sums[local][i] += sums[local + half][i]; }
    }
  }
  if (local == 0u) {
    let at = (cursor.row * MEMBERS + member) * SUMS;
    for (var i = 0u; i < SUMS; i++) { stepSums[at + i] = bitcast<u32>(sums[0][i]); }
    if (atomicLoad(&broken) != 0u) { stepSums[at] = 0x7fc00000u; }
  }
}
