// For every connection k of row r: g = sum over b of delta[r, b] x[colIdx[k], b];  (w, m, v)[k] = optimise((w, m, v)[k], g)
// and for the bias: g = sum over b of delta[r, b]. No gradient is stored (unless OPT is 0): one invocation owns a weight and its state.
// LANES invocations share a row and take its connections in turn; the first of them also owns the row's bias.
override LANES: u32 = 32;
override BIAS: u32 = 1;
struct Params { rows: u32, rowStart: u32, quads: u32, neurons: u32, beta1: f32, beta2: f32, eps: f32, decay: f32 }
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<uniform> rates: Rates;
@group(0) @binding(2) var<storage, read> rowPtr: array<u32>;
@group(0) @binding(3) var<storage, read> colIdx: array<u32>;
@group(0) @binding(4) var<storage, read_write> w: array<f32>;
@group(0) @binding(5) var<storage, read_write> m: array<f32>;
@group(0) @binding(6) var<storage, read_write> v: array<f32>;
@group(0) @binding(7) var<storage, read> delta: array<vec4<f32>>;
@group(0) @binding(8) var<storage, read> x: array<vec4<f32>>;
@group(0) @binding(9) var<storage, read_write> bias: array<f32>; // bias, then its m, then its v: `neurons` elements each

fn hyper() -> Hyper { return Hyper(params.beta1, params.beta2, params.eps, params.decay); }

fn updateBias(row: u32) {
  let neuron = params.rowStart + row;
  var sum = vec4<f32>();
  for (var q = 0u; q < params.quads; q++) { sum += delta[neuron * params.quads + q]; }
  let g = sum.x + sum.y + sum.z + sum.w;
  let n = params.neurons;
  var first = 0.0; var second = 0.0;
  if (OPT != 1u) { first = bias[n + neuron]; }
  if (OPT == 4u) { second = bias[2u * n + neuron]; }
  let next = optimise(bias[neuron], first, second, g, rates, hyper());
  bias[neuron] = next.x;
  if (OPT != 1u) { bias[n + neuron] = next.y; }
  if (OPT == 4u) { bias[2u * n + neuron] = next.z; }
}

@compute @workgroup_size(WG)
fn main(@builtin(workgroup_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>, @builtin(local_invocation_index) local: u32) {
  let invocation = groupIndex(id, groups) * WG + local;
  let row = invocation / LANES;
  if (row >= params.rows) { return; }
  let quads = params.quads;
  let d = (params.rowStart + row) * quads;
  let end = rowPtr[row + 1u];
  for (var k = rowPtr[row] + invocation % LANES; k < end; k += LANES) {
    let c = colIdx[k] * quads;
    var s0 = vec4<f32>(); var s1 = vec4<f32>();
    var q = 0u;
    for (; q + 4u <= quads; q += 4u) {
      let x0 = x[c + q]; let x1 = x[c + q + 1u]; let x2 = x[c + q + 2u]; let x3 = x[c + q + 3u];
      s0 += delta[d + q] * x0 + delta[d + q + 2u] * x2;
      s1 += delta[d + q + 1u] * x1 + delta[d + q + 3u] * x3;
    }
    for (; q < quads; q++) { s0 += delta[d + q] * x[c + q]; }
    let s = s0 + s1;
    var weight = 0.0; var first = 0.0; var second = 0.0;
    if (OPT != 0u) { weight = w[k]; }
    if (OPT > 1u) { first = m[k]; }
    if (OPT == 4u) { second = v[k]; }
    let next = optimise(weight, first, second, s.x + s.y + s.z + s.w, rates, hyper());
    if (OPT != 0u) { w[k] = next.x; }
    if (OPT != 1u) { m[k] = next.y; }
    if (OPT == 4u) { v[k] = next.z; }
  }
  if (BIAS == 1u && invocation % LANES == 0u) { updateBias(row); }
}
