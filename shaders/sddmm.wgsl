// For every connection k of row r: g = sum over b of delta[r, b] x[colIdx[k], b];  (w, m, v)[k] = the optimiser's step
// and for the bias: g = sum over b of delta[r, b]. No gradient is stored (unless that is the rule): one invocation owns a weight and its state.
// LANES invocations share a row and take its connections in turn; the first of them also owns the row's bias.
override LANES: u32 = 32;
override EACH: u32 = 1;
override SPLIT: u32 = 0;
struct Params { rows: u32, rowStart: u32, quads: u32, neurons: u32, hyper0: f32, hyper1: f32, hyper2: f32, decay: f32, segments: u32, tableAt: u32 }
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

fn update(k: u32, products: vec4<f32>) { updateWeight(k, products.x + products.y + products.z + products.w); }

@compute @workgroup_size(WG)
fn main(@builtin(workgroup_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>, @builtin(local_invocation_index) local: u32) {
  let invocation = groupIndex(id, groups) * WG + local;
  let item = invocation / LANES;
  // Items are the segments of long rows, then rows.
  var row = item;
  var k = 0u;
  var end = 0u;
  var whole = true;
  if (SPLIT > 0u && item < params.segments) {
    let at = params.tableAt + 3u * item;
    row = rowPtr[at]; k = rowPtr[at + 1u]; end = rowPtr[at + 2u];
    whole = false;
  } else {
    row -= min(SPLIT, 1u) * params.segments;
    if (row >= params.rows) { return; }
    k = rowPtr[row]; end = rowPtr[row + 1u];
    if (SPLIT > 0u && end - k > SPLIT) { end = k; }
  }
  let quads = params.quads;
  let d = (params.rowStart + row) * quads;
  k += invocation % LANES;
  if (EACH == 4u) {
    for (; k + 3u * LANES < end; k += 4u * LANES) {
      let k1 = k + LANES; let k2 = k + 2u * LANES; let k3 = k + 3u * LANES;
      let c = vec4<u32>(colIdx[k], colIdx[k1], colIdx[k2], colIdx[k3]) * quads;
      var s0 = vec4<f32>(); var s1 = vec4<f32>(); var s2 = vec4<f32>(); var s3 = vec4<f32>();
      for (var q = 0u; q < quads; q++) {
        let e = delta[d + q];
        let x0 = x[c.x + q]; let x1 = x[c.y + q]; let x2 = x[c.z + q]; let x3 = x[c.w + q];
        s0 += e * x0; s1 += e * x1; s2 += e * x2; s3 += e * x3;
      }
      update(k, s0); update(k1, s1); update(k2, s2); update(k3, s3);
    }
  }
  for (; k < end; k += LANES) {
    let c = colIdx[k] * quads;
    var s = vec4<f32>();
    var q = 0u;
    for (; q + 4u <= quads; q += 4u) {
      let x0 = x[c + q]; let x1 = x[c + q + 1u]; let x2 = x[c + q + 2u]; let x3 = x[c + q + 3u];
      s = s + delta[d + q] * x0 + delta[d + q + 1u] * x1 + delta[d + q + 2u] * x2 + delta[d + q + 3u] * x3;
    }
    for (; q < quads; q++) { s += delta[d + q] * x[c + q]; }
    update(k, s);
  }
  if (BIAS == 1u && whole && invocation % LANES == 0u) { updateBias(params.rowStart + row); }
}
