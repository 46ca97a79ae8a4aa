// What a layer gets whose weights members share: u[n, j, b] = r[j, n] dropout(f(zScale (s[j, n] p[n, j, b] + bias[j, n]))), where p is what the
// layer below sums up for member j. FIRST: p is the batch of inputs, which all members get, and u = r p. STACKED: the layer above is each member's
// own, so u is [MEMBERS neurons, 4 quads], member after member, and has no r. Elsewhere a row of p and u is a neuron of a member: n MEMBERS + j.
override FIRST: u32 = 0;
override STACKED: u32 = 0;
struct Params { neurons: u32, quads: u32, alpha: f32, zScale: f32, stream: u32, threshold: u32, keepScale: f32 }
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<uniform> cursor: Cursor;
@group(0) @binding(2) var<storage, read> p: array<vec4<f32>>;
@group(0) @binding(3) var<storage, read> scaleOut: array<f32>; // s [MEMBERS, neurons], and so bias and r
@group(0) @binding(4) var<storage, read> bias: array<f32>;
@group(0) @binding(5) var<storage, read> scaleIn: array<f32>;
@group(0) @binding(6) var<storage, read_write> u: array<vec4<f32>>;

@compute @workgroup_size(WG)
fn main(@builtin(workgroup_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>, @builtin(local_invocation_index) local: u32) {
  let at = groupIndex(id, groups) * WG + local;
  let row = at / params.quads;
  let quad = at % params.quads;
  if (row >= params.neurons * MEMBERS) { return; }
  let neuron = row / MEMBERS;
  let k = (row % MEMBERS) * params.neurons + neuron;
  if (FIRST == 1u) {
    u[at] = scaleIn[k] * p[neuron * params.quads + quad];
    return;
  }
  let z = params.zScale * (scaleOut[k] * p[at] + bias[k]);
  var y = activate(z, params.alpha, vec4<f32>());
  if (DROPOUT != 0u) { y *= params.keepScale * keepMask(params.stream, cursor.step, row, quad, params.threshold); }
  if (STACKED == 1u) { u[k * params.quads + quad] = y; } else { u[at] = scaleIn[k] * y; }
}
