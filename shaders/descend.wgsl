// One optimiser step of a parameter of `length` values with the gradient g. Behind the values are their m, then their v.
struct Params { length: u32, hyper0: f32, hyper1: f32, hyper2: f32, decay: f32 }
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<uniform> rates: Rates;
@group(0) @binding(2) var<storage, read> g: array<f32>;
@group(0) @binding(3) var<storage, read_write> parameters: array<f32>;

@compute @workgroup_size(WG)
fn main(@builtin(workgroup_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>, @builtin(local_invocation_index) local: u32) {
  let k = groupIndex(id, groups) * WG + local;
  let n = params.length;
  if (k >= n) { return; }
  var first = 0.0; var second = 0.0;
  if (STATES > 0u) { first = parameters[n + k]; }
  if (STATES > 1u) { second = parameters[2u * n + k]; }
  let next = stepped(parameters[k], first, second, g[k], rates, Hyper(params.hyper0, params.hyper1, params.hyper2), params.decay);
  parameters[k] = next.x;
  if (STATES > 0u) { parameters[n + k] = next.y; }
  if (STATES > 1u) { parameters[2u * n + k] = next.z; }
}
