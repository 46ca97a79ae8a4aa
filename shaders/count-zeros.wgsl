// counts[row] += the zeros of row `row` of x [rows, share, 4 quads], among the samples of the batch: cursor.count of each of its `share` parts.
struct Params { rows: u32, share: u32, quads: u32 }
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<uniform> cursor: Cursor;
@group(0) @binding(2) var<storage, read> x: array<f32>;
@group(0) @binding(3) var<storage, read_write> counts: array<u32>;

@compute @workgroup_size(WG)
fn main(@builtin(workgroup_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>, @builtin(local_invocation_index) local: u32) {
  let row = groupIndex(id, groups) * WG + local;
  if (row >= params.rows) { return; }
  var zeros = 0u;
  for (var part = row * params.share; part < (row + 1u) * params.share; part++) {
    let begin = 4u * params.quads * part;
    for (var i = begin; i < begin + cursor.count; i++) { zeros += select(0u, 1u, x[i] == 0.0); }
  }
  counts[row] += zeros;
}
