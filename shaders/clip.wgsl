// One optimiser step of `length` values from `start` on, with their gradients times factors[at]. PACKED: gradients, m and v are behind the values, `total`
// elements each.
override PACKED: u32 = 0;
struct Params { start: u32, length: u32, total: u32, at: u32, hyper0: f32, hyper1: f32, hyper2: f32, decay: f32 }
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<uniform> rates: Rates;
@group(0) @binding(2) var<storage, read> factors: array<f32>;
@group(0) @binding(3) var<storage, read_write> w: array<f32>;
@group(0) @binding(4) var<storage, read> g: array<f32>;
@group(0) @binding(5) var<storage, read_write> m: array<f32>;
@group(0) @binding(6) var<storage, read_write> v: array<f32>;

@compute @workgroup_size(WG)
fn main(@builtin(workgroup_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>, @builtin(local_invocation_index) local: u32) {
  let i = groupIndex(id, groups) * WG + local;
  if (i >= params.length) { return; }
  let k = params.start + i;
  let n = params.total;
  let h = Hyper(params.hyper0, params.hyper1, params.hyper2);
  var gradient = 0.0; var first = 0.0; var second = 0.0;
  if (PACKED == 1u) {
    gradient = w[n + k];
    if (STATES > 0u) { first = w[2u * n + k]; }
    if (STATES > 1u) { second = w[3u * n + k]; }
  } else {
    gradient = g[k];
    if (STATES > 0u) { first = m[k]; }
    if (STATES > 1u) { second = v[k]; }
  }
  let next = stepped(w[k], first, second, factors[params.at] * gradient, rates, h, params.decay);
  w[k] = next.x;
  if (PACKED == 1u) {
    if (STATES > 0u) { w[2u * n + k] = next.y; }
    if (STATES > 1u) { w[3u * n + k] = next.z; }
  } else {
    if (STATES > 0u) { m[k] = next.y; }
    if (STATES > 1u) { v[k] = next.z; }
  }
}
