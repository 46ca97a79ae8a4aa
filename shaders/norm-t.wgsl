// The backward pass of norm, in place, and the step of what it is trained by. With d = dLoss/d(gamma xh + bias) of the n samples, for every row:
// dbias = sum of d, dgamma = sum of d xh, and d becomes gamma / sqrt(variance + eps) (d - (dbias + xh dgamma) / n), 0 in the pad columns. Then
// gamma and bias (GAMMA 1) take one optimiser step, of which decay is the bias's alone, and the running statistics come nearer to the batch's by
// `momentum`, the variance to n / (n - 1) times that of the batch.
override GAMMA: u32 = 1;
struct Params {
  rows: u32, share: u32, quads: u32, eps: f32, momentum: f32,
  hyper0: f32, hyper1: f32, hyper2: f32, decay: f32,
}
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<uniform> cursor: Cursor;
@group(0) @binding(2) var<uniform> rates: Rates;
@group(0) @binding(3) var<storage, read> x: array<vec4<f32>>;
@group(0) @binding(4) var<storage, read_write> delta: array<vec4<f32>>;
@group(0) @binding(5) var<storage, read_write> gamma: array<f32>; // of all neurons, then its m, then its v, and so bias
@group(0) @binding(6) var<storage, read_write> bias: array<f32>;
@group(0) @binding(7) var<storage, read_write> running: array<f32>; // means of all neurons, then variances

@compute @workgroup_size(WG)
fn main(@builtin(workgroup_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>, @builtin(local_invocation_index) local: u32) {
  let row = (groupIndex(id, groups) * WG + local) / LANES;
  let lane = local % LANES;
  let exists = row < params.rows;
  let quads = select(0u, params.quads, exists);
  let moments = momentsOf(row, exists, local);
  let inverse = 1.0 / sqrt(moments.y + params.eps);
  var ofBias = 0.0; var ofGamma = 0.0;
  for (var q = lane; q < quads; q += LANES) {
    let at = row * quads + q;
    let d = ofSamples(delta[at], q);
    ofBias += total(d);
    ofGamma += dot(d, ofSamples(inverse * (x[at] - moments.x), q));
  }
  let dbias = sumOfLanes(ofBias, local);
  let dgamma = sumOfLanes(ofGamma, local);
  let n = f32(cursor.count);
  var factor = inverse;
  if (GAMMA == 1u && exists) { factor *= gamma[row]; }
  for (var q = lane; q < quads; q += LANES) {
    let at = row * quads + q;
    let xh = inverse * (x[at] - moments.x);
    delta[at] = ofSamples(factor * (delta[at] - (dbias + xh * dgamma) / n), q);
  }
  if (GAMMA == 1u && LANES > 1u) { workgroupBarrier(); } // all lanes have read gamma
  if (lane > 0u || !exists) { return; }
  let k = row % params.share * (params.rows / params.share) + row / params.share;
  let spread = moments.y * n / max(n - 1.0, 1.0);
  running[k] += params.momentum * (moments.x - running[k]);
  running[params.rows + k] += params.momentum * (spread - running[params.rows + k]);
  if (GAMMA == 0u) { return; }
  let h = Hyper(params.hyper0, params.hyper1, params.hyper2);
  for (var part = 0u; part < 2u; part++) {
    var old = vec3<f32>();
    for (var i = 0u; i <= STATES; i++) { old[i] = load(part, i * params.rows + row); }
    let next = stepped(old.x, old.y, old.z, select(dgamma, dbias, part == 1u), rates, h, select(0.0, params.decay, part == 1u));
    for (var i = 0u; i <= STATES; i++) { store(part, i * params.rows + row, next[i]); }
  }
}

fn load(part: u32, i: u32) -> f32 {
  if (part == 0u) { return gamma[i]; }
  return bias[i];
}

fn store(part: u32, i: u32, value: f32) {
  if (part == 0u) { gamma[i] = value; } else { bias[i] = value; }
}
