// The backward pass of scale, and the step of what it scales by. With G = gain g, the gradient of a member's own loss by u, for every neuron n of
// member j: dr = sum over b of G y; dz = G r f'(z) mask; dbias = sum of dz, ds = sum of dz p; delta = share s dz. Then r, s and bias take one
// optimiser step, of which decay is the bias's alone. FIRST: p is the batch of inputs, and r all there is. STACKED: g is laid out as u there, and
// there is no r. LANES invocations share a neuron of a member: their number fixes the order of summation.
override FIRST: u32 = 0;
override STACKED: u32 = 0;
override LANES: u32 = 16;
struct Params {
  neurons: u32, quads: u32, gain: f32, share: f32, alpha: f32, stream: u32, threshold: u32, keepScale: f32,
  hyper0: f32, hyper1: f32, hyper2: f32, decay: f32,
}
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<uniform> cursor: Cursor;
@group(0) @binding(2) var<uniform> rates: Rates;
@group(0) @binding(3) var<storage, read> g: array<vec4<f32>>;
@group(0) @binding(4) var<storage, read> p: array<vec4<f32>>;
@group(0) @binding(5) var<storage, read_write> delta: array<vec4<f32>>;
@group(0) @binding(6) var<storage, read_write> scaleOut: array<f32>; // s of all members and neurons, then its m, then its v, and so bias and r
@group(0) @binding(7) var<storage, read_write> bias: array<f32>;
@group(0) @binding(8) var<storage, read_write> scaleIn: array<f32>;

var<workgroup> sums: array<vec3<f32>, WG>; // gradients of r, s and bias

fn total(sum: vec4<f32>) -> f32 { return sum.x + sum.y + sum.z + sum.w; }

@compute @workgroup_size(WG)
fn main(@builtin(workgroup_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>, @builtin(local_invocation_index) local: u32) {
  let row = (groupIndex(id, groups) * WG + local) / LANES;
  let lane = local % LANES;
  let exists = row < params.neurons * MEMBERS;
  let neuron = row / MEMBERS;
  let k = (row % MEMBERS) * params.neurons + neuron;
  var ofIn = vec4<f32>(); var ofOut = vec4<f32>(); var ofBias = vec4<f32>();
  if (exists) {
    for (var q = lane; q < params.quads; q += LANES) {
      let at = row * params.quads + q;
      if (FIRST == 1u) {
        ofIn += params.gain * g[at] * p[neuron * params.quads + q];
        continue;
      }
      var d = params.gain * g[at];
      if (STACKED == 1u) { d = params.gain * g[k * params.quads + q]; }
      let z = scaleOut[k] * p[at] + bias[k];
      var mask = vec4<f32>(1.0);
      if (DROPOUT != 0u) { mask = params.keepScale * keepMask(params.stream, cursor.step, row, q, params.threshold); }
      if (STACKED == 0u) {
        ofIn += d * (mask * activate(z, params.alpha, vec4<f32>()));
        d *= scaleIn[k];
      }
      d *= derivative(z, params.alpha, vec4<f32>(), 1.0);
      if (DROPOUT == 1u) { d *= mask; }
      ofBias += d;
      ofOut += d * p[at];
      delta[at] = params.share * (scaleOut[k] * d);
    }
  }
  sums[local] = vec3<f32>(total(ofIn), total(ofOut), total(ofBias));
  for (var half = LANES / 2u; half > 0u; half /= 2u) {
    workgroupBarrier();
    if (lane < half) { sums[local] += sums[local + half]; }
  }
  if (lane > 0u || !exists) { return; }
  let n = params.neurons * MEMBERS;
  let h = Hyper(params.hyper0, params.hyper1, params.hyper2);
  for (var part = 0u; part < 3u; part++) {
    if ((part == 0u && STACKED == 1u) || (part > 0u && FIRST == 1u)) { continue; }
    var old = vec3<f32>();
    for (var i = 0u; i <= STATES; i++) { old[i] = load(part, i * n + k); }
    let next = stepped(old.x, old.y, old.z, sums[local][part], rates, h, select(0.0, params.decay, part == 2u));
    for (var i = 0u; i <= STATES; i++) { store(part, i * n + k, next[i]); }
  }
}

fn load(part: u32, i: u32) -> f32 {
  if (part == 0u) { return scaleIn[i]; }
  if (part == 1u) { return scaleOut[i]; }
  return bias[i];
}

fn store(part: u32, i: u32, value: f32) {
  if (part == 0u) { scaleIn[i] = value; } else if (part == 1u) { scaleOut[i] = value; } else { bias[i] = value; }
}
