// Batch norm of a layer's sums x [neurons, 4 quads], and what a product does with them: y = dropout(f(gamma xh + bias)), where
// xh = (x - mean) / sqrt(variance + eps). Mean and variance are those of the batch; RUNNING, those kept in training. Of members that `share`
// weights row n share + j is neuron n of member j, whose statistics are at j rows / share + n; there is no gamma (GAMMA 0). Of an ensemble
// `params.rows` are the largest member's: each gets as many workgroups.
override GAMMA: u32 = 1;
override RUNNING: u32 = 0;
struct Params {
  rows: u32, share: u32, eps: f32,
  quads: u32, alpha: f32, zScale: f32, neurons: u32, stream: u32, threshold: u32, keepScale: f32,
}
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<uniform> cursor: Cursor;
@group(0) @binding(2) var<storage, read> gamma: array<f32>;
@group(0) @binding(3) var<storage, read> running: array<f32>; // means of all neurons, then variances
@group(0) @binding(4) var<storage, read> bias: array<f32>;
@group(0) @binding(5) var<storage, read> x: array<vec4<f32>>;
@group(0) @binding(6) var<storage, read_write> y: array<vec4<f32>>;
@group(0) @binding(7) var<storage, read_write> z: array<vec4<f32>>;
@group(0) @binding(8) var<storage, read> parameters: array<f32>; // of the activation, `neurons` elements each
@group(0) @binding(9) var<storage, read> places: array<Place>;

@compute @workgroup_size(WG)
fn main(@builtin(workgroup_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>, @builtin(local_invocation_index) local: u32) {
  let group = groupIndex(id, groups);
  let perMember = (params.rows * LANES + WG - 1u) / WG;
  let member = group / perMember;
  var place = Place(0u, params.rows, 0u, 0u, 0u, 0u, params.stream, 0u);
  if (MEMBERS > 1u) { place = places[min(member, MEMBERS - 1u)]; }
  let row = ((group - member * perMember) * WG + local) / LANES;
  let exists = member < MEMBERS && row < place.rows; // a smaller member, or a folded grid
  let neuron = place.rowStart + row;
  let k = neuron % params.share * (params.neurons / params.share) + neuron / params.share;
  var moments = vec2<f32>();
  if (RUNNING == 0u) { moments = momentsOf(neuron, exists, local); }
  if (!exists) { return; }
  if (RUNNING == 1u) { moments = vec2<f32>(running[k], running[params.neurons + k]); }
  var factor = 1.0 / sqrt(moments.y + params.eps);
  if (GAMMA == 1u) { factor *= gamma[neuron]; }
  let identity = vec2<u32>(place.stream, select(neuron, row, MEMBERS > 1u));
  for (var q = local % LANES; q < params.quads; q += LANES) {
    finish(neuron, q, factor * (x[neuron * params.quads + q] - moments.x), identity);
  }
}
