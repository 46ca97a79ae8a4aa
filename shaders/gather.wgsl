// x[f, b] = data[order[start + b], f] for b < count, 0 for the pad columns: sample-major -> feature-major.
// An invocation moves one feature of four samples: neighbours read neighbouring features, and each writes 16 bytes in a row. A transpose
// through workgroup memory would write whole lines, but its barrier costs a software adapter thirty times as much as the copy.
// Samples outside [shardStart, shardEnd) belong to another shard's dispatch.
struct Params { features: u32, stride: u32, shardStart: u32, shardEnd: u32 }
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<uniform> cursor: Cursor;
@group(0) @binding(2) var<storage, read> order: array<u32>;
@group(0) @binding(3) var<storage, read> data: array<f32>;
@group(0) @binding(4) var<storage, read_write> x: array<f32>;

@compute @workgroup_size(WG)
fn main(@builtin(workgroup_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>, @builtin(local_invocation_index) local: u32) {
  let invocation = groupIndex(id, groups) * WG + local;
  let f = invocation % params.features;
  let first = 4u * (invocation / params.features);
  if (first >= params.stride) { return; }
  for (var b = first; b < first + 4u; b++) {
    if (b >= cursor.count) {
      x[f * params.stride + b] = 0.0;
      continue;
    }
    let sample = order[cursor.start + b];
    if (sample >= params.shardStart && sample < params.shardEnd) {
      x[f * params.stride + b] = data[(sample - params.shardStart) * params.features + f];
    }
  }
}
