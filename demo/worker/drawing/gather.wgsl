// weights[first + i] = values[slots[first + i] - slotStart] for i < count: picks the weights that are drawn out of a block of a layer.

struct Params {
  first: u32,
  count: u32,
  slotStart: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> slots: array<u32>;
@group(0) @binding(2) var<storage, read> values: array<f32>;
@group(0) @binding(3) var<storage, read_write> weights: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= params.count) { return; }
  let i = params.first + id.x;
  weights[i] = values[slots[i] - params.slotStart];
}
