// The backward pass of an activation with trained parameters p. With g[n, b] = dLoss/dy, for every neuron n: the gradient of each parameter is
// the sum over b of g df/dp, and g becomes g f'(z) everywhere. Then each parameter takes one optimiser step, without decay.
// LANES invocations share a neuron; the number is fixed, for it fixes the order of summation.
const LANES = 16u;
struct Params { neurons: u32, quads: u32, alpha: f32, hyper0: f32, hyper1: f32, hyper2: f32 }
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<uniform> rates: Rates;
@group(0) @binding(2) var<storage, read> z: array<vec4<f32>>;
@group(0) @binding(3) var<storage, read_write> g: array<vec4<f32>>;
@group(0) @binding(4) var<storage, read_write> parameters: array<f32>; // those of all neurons, one after the other, then their m, then their v

var<workgroup> sums: array<vec4<f32>, WG>; // gradients of the parameters

fn update(at: u32, gradient: f32) {
  let n = PARAMETERS * params.neurons;
  var first = 0.0; var second = 0.0;
  if (STATES > 0u) { first = parameters[n + at]; }
  if (STATES > 1u) { second = parameters[2u * n + at]; }
  let h = Hyper(params.hyper0, params.hyper1, params.hyper2);
  let next = stepped(parameters[at], first, second, gradient, rates, h, 0.0);
  parameters[at] = next.x;
  if (STATES > 0u) { parameters[n + at] = next.y; }
  if (STATES > 1u) { parameters[2u * n + at] = next.z; }
}

@compute @workgroup_size(WG)
fn main(@builtin(workgroup_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>, @builtin(local_invocation_index) local: u32) {
  let neuron = (groupIndex(id, groups) * WG + local) / LANES;
  let lane = local % LANES;
  let n = params.neurons;
  var sum = vec4<f32>();
  if (neuron < n) {
    var p = vec4<f32>();
    if (PARAMETERS > 0u) { p.x = parameters[neuron]; }
    if (PARAMETERS > 1u) { p.y = parameters[n + neuron]; }
    if (PARAMETERS > 2u) { p.z = parameters[2u * n + neuron]; }
    if (PARAMETERS > 3u) { p.w = parameters[3u * n + neuron]; }
    for (var q = lane; q < params.quads; q += LANES) {
      let at = neuron * params.quads + q;
      sum += gradients(z[at], g[at], params.alpha, p);
      g[at] *= derivative(z[at], params.alpha, p, 1.0);
    }
  }
  sums[local] = sum;
  for (var half = LANES / 2u; half > 0u; half /= 2u) {
    workgroupBarrier();
    if (lane < half) { sums[local] += sums[local + half]; }
  }
  if (lane == 0u && neuron < n) {
    let gradient = sums[local];
    if (PARAMETERS > 0u) { update(neuron, gradient.x); }
    if (PARAMETERS > 1u) { update(n + neuron, gradient.y); }
    if (PARAMETERS > 2u) { update(2u * n + neuron, gradient.z); }
    if (PARAMETERS > 3u) { update(3u * n + neuron, gradient.w); }
  }
}
