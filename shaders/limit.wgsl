// Max-norm: the weights of a row whose norm is above `most` are multiplied by most / norm. LANES invocations share a row.
override SPARSE: u32 = 1; // 0: rows of `cols` weights each, from `slotStart` on
struct Params { rows: u32, cols: u32, slotStart: u32, most: f32 }
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> rowPtr: array<u32>;
@group(0) @binding(2) var<storage, read_write> w: array<f32>;

@compute @workgroup_size(WG)
fn main(@builtin(workgroup_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>, @builtin(local_invocation_index) local: u32) {
  let row = (groupIndex(id, groups) * WG + local) / LANES;
  var begin = 0u; var end = 0u;
  if (row < params.rows) {
    begin = params.slotStart + row * params.cols;
    end = begin + params.cols;
    if (SPARSE == 1u) { begin = rowPtr[row]; end = rowPtr[row + 1u]; }
  }
  begin += local % LANES;
  var squares = 0.0;
  for (var k = begin; k < end; k += LANES) { squares += w[k] * w[k]; }
  let norm = sqrt(sumOfLanes(squares, local));
  if (isFinite(norm) && norm <= params.most) { return; }
  let factor = params.most / norm;
  for (var k = begin; k < end; k += LANES) { w[k] *= factor; }
}
