// y[r, b] = dropout(f(z)),  z = zScale (bias[r] + sum over k in [rowPtr[r], rowPtr[r + 1]) of values[k] x[colIdx[k], b])
// An invocation owns one row and up to VECS quads (vec4) of the batch, `lanes` quads apart, so that neighbours read neighbouring
// quads of the same x row. Four connections a turn, loads first: nothing unrolls WGSL for us.
override VECS: u32 = 1;
override BIAS: u32 = 1;    // 0: no bias
struct Params { rows: u32, rowStart: u32, quads: u32, lanes: u32, alpha: f32, zScale: f32, neurons: u32, stream: u32, threshold: u32, keepScale: f32 }
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<uniform> cursor: Cursor;
@group(0) @binding(2) var<storage, read> rowPtr: array<u32>;
@group(0) @binding(3) var<storage, read> colIdx: array<u32>;
@group(0) @binding(4) var<storage, read> values: array<f32>;
@group(0) @binding(5) var<storage, read> bias: array<f32>;
@group(0) @binding(6) var<storage, read> x: array<vec4<f32>>;
@group(0) @binding(7) var<storage, read_write> y: array<vec4<f32>>;
@group(0) @binding(8) var<storage, read_write> z: array<vec4<f32>>;
@group(0) @binding(9) var<storage, read> srelu: array<f32>;

fn store(row: u32, quad: u32, sum: vec4<f32>) {
  if (quad >= params.quads) { return; }
  let neuron = params.rowStart + row;
  let at = neuron * params.quads + quad;
  var input = sum;
  if (BIAS == 1u) { input += bias[neuron]; }
  input *= params.zScale;
  if (SAVED_Z == 1u) { z[at] = input; }
  var knees = vec4<f32>(0.0);
  let n = params.neurons;
  if (ACT == 5u) { knees = vec4<f32>(srelu[neuron], srelu[n + neuron], srelu[2u * n + neuron], srelu[3u * n + neuron]); }
  var output = activate(input, params.alpha, knees);
  if (DROPOUT != 0u) { output *= params.keepScale * keepMask(params.stream, cursor.step, neuron, quad, params.threshold); }
  y[at] = output;
}

@compute @workgroup_size(WG)
fn main(@builtin(workgroup_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>, @builtin(local_invocation_index) local: u32) {
  let invocation = groupIndex(id, groups) * WG + local;
  let row = invocation / params.lanes;
  if (row >= params.rows) { return; }
  let quads = params.quads;
  let q0 = invocation % params.lanes;
  // Quads beyond the batch read the last one; store drops them.
  let q1 = min(q0 + params.lanes, quads - 1u);
  let q2 = min(q0 + 2u * params.lanes, quads - 1u);
  let q3 = min(q0 + 3u * params.lanes, quads - 1u);
  var s0 = vec4<f32>(); var s1 = vec4<f32>(); var s2 = vec4<f32>(); var s3 = vec4<f32>();
  let end = rowPtr[row + 1u];
  var k = rowPtr[row];
  for (; k + 4u <= end; k += 4u) {
    let c = vec4<u32>(colIdx[k], colIdx[k + 1u], colIdx[k + 2u], colIdx[k + 3u]) * quads;
    let w = vec4<f32>(values[k], values[k + 1u], values[k + 2u], values[k + 3u]);
    s0 += w.x * x[c.x + q0] + w.y * x[c.y + q0] + w.z * x[c.z + q0] + w.w * x[c.w + q0];
    if (VECS > 1u) { s1 += w.x * x[c.x + q1] + w.y * x[c.y + q1] + w.z * x[c.z + q1] + w.w * x[c.w + q1]; }
    if (VECS > 2u) {
      s2 += w.x * x[c.x + q2] + w.y * x[c.y + q2] + w.z * x[c.z + q2] + w.w * x[c.w + q2];
      s3 += w.x * x[c.x + q3] + w.y * x[c.y + q3] + w.z * x[c.z + q3] + w.w * x[c.w + q3];
    }
  }
  for (; k < end; k++) {
    let c = colIdx[k] * quads;
    let w = values[k];
    s0 += w * x[c + q0];
    if (VECS > 1u) { s1 += w * x[c + q1]; }
    if (VECS > 2u) {
      s2 += w * x[c + q2];
      s3 += w * x[c + q3];
    }
  }
  store(row, q0, s0);
  if (VECS > 1u) { store(row, q0 + params.lanes, s1); }
  if (VECS > 2u) {
    store(row, q0 + 2u * params.lanes, s2);
    store(row, q0 + 3u * params.lanes, s3);
  }
}
