// The backward pass of a trained SReLU, f(z) = tl + al (z - tl) for z <= tl, tr + ar (z - tr) for z >= tr, z between (tl asked first).
// With g[n, b] = dLoss/dy, for every neuron n, sums over b:
//   z <= tl: dtl += g (1 - al), dal += g (z - tl);   z >= tr: dtr += g (1 - ar), dar += g (z - tr);   and g becomes g f'(z) everywhere.
// Then (tl, al, tr, ar) take one optimiser step each, without decay. LANES invocations share a neuron; the number is fixed, for it
// fixes the order of summation.
const LANES = 16u;
struct Params { neurons: u32, quads: u32, hyper0: f32, hyper1: f32, hyper2: f32 }
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<uniform> rates: Rates;
@group(0) @binding(2) var<storage, read> z: array<vec4<f32>>;
@group(0) @binding(3) var<storage, read_write> g: array<vec4<f32>>;
@group(0) @binding(4) var<storage, read_write> knees: array<f32>; // tl, al, tr, ar of all neurons, then their m, then their v

var<workgroup> sums: array<vec4<f32>, WG>; // gradients of tl, al, tr, ar

fn update(at: u32, gradient: f32) {
  let n = 4u * params.neurons;
  var first = 0.0; var second = 0.0;
  if (STATES > 0u) { first = knees[n + at]; }
  if (STATES > 1u) { second = knees[2u * n + at]; }
  let next = stepped(knees[at], first, second, gradient, rates, Hyper(params.hyper0, params.hyper1, params.hyper2), 0.0);
  knees[at] = next.x;
  if (STATES > 0u) { knees[n + at] = next.y; }
  if (STATES > 1u) { knees[2u * n + at] = next.z; }
}

@compute @workgroup_size(WG)
fn main(@builtin(workgroup_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>, @builtin(local_invocation_index) local: u32) {
  let neuron = (groupIndex(id, groups) * WG + local) / LANES;
  let lane = local % LANES;
  let n = params.neurons;
  var sum = vec4<f32>();
  if (neuron < n) {
    let tl = knees[neuron]; let al = knees[n + neuron]; let tr = knees[2u * n + neuron]; let ar = knees[3u * n + neuron];
    for (var q = lane; q < params.quads; q += LANES) {
      let at = neuron * params.quads + q;
      let input = z[at];
      let d = g[at];
      let below = input <= vec4<f32>(tl);
      let above = (input >= vec4<f32>(tr)) & !below;
      let left = select(vec4<f32>(), d, below);
      let right = select(vec4<f32>(), d, above);
      sum += vec4<f32>(
        dot(left, vec4<f32>(1.0 - al)), dot(left, input - tl), dot(right, vec4<f32>(1.0 - ar)), dot(right, input - tr));
      g[at] = d * select(select(vec4<f32>(1.0), vec4<f32>(ar), above), vec4<f32>(al), below);
    }
  }
  sums[local] = sum;
  for (var half = LANES / 2u; half > 0u; half /= 2u) {
    workgroupBarrier();
    if (lane < half) { sums[local] += sums[local + half]; }
  }
  if (lane == 0u && neuron < n) {
    let gradient = sums[local];
    update(neuron, gradient.x);
    update(n + neuron, gradient.y);
    update(2u * n + neuron, gradient.z);
    update(3u * n + neuron, gradient.w);
  }
}
