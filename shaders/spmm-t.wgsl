// dx[c, b] = mask f'(.) (dx[c, b] if ADD + sum over k in [colPtr[c], colPtr[c + 1]) of values[perm[k]] dy[rowStart + rowIdx[k], b])
// The transposed product over the CSC view of the same connections; f' and the dropout mask (those of the layer below) come
// with the last row block (LAST). An invocation owns one column and up to VECS quads of the batch, as in spmm.
override VECS: u32 = 1;
override ADD: u32 = 0;
override LAST: u32 = 1;
struct Params { cols: u32, rowStart: u32, quads: u32, lanes: u32, alpha: f32, stream: u32, threshold: u32, keepScale: f32 }
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<uniform> cursor: Cursor;
@group(0) @binding(2) var<storage, read> colPtr: array<u32>;
@group(0) @binding(3) var<storage, read> rowIdx: array<u32>;
@group(0) @binding(4) var<storage, read> perm: array<u32>;
@group(0) @binding(5) var<storage, read> values: array<f32>;
@group(0) @binding(6) var<storage, read> dy: array<vec4<f32>>;
@group(0) @binding(7) var<storage, read> saved: array<vec4<f32>>;
@group(0) @binding(8) var<storage, read_write> dx: array<vec4<f32>>;

fn store(col: u32, quad: u32, sum: vec4<f32>) {
  if (quad >= params.quads) { return; }
  let at = col * params.quads + quad;
  var d = sum;
  if (ADD == 1u) { d += dx[at]; }
  if (LAST == 1u) {
    if (ACT != 0u && ACT != 5u) { d *= derivative(saved[at], params.alpha, params.keepScale); }
    if (DROPOUT == 1u) { d *= params.keepScale * keepMask(params.stream, cursor.step, col, quad, params.threshold); }
  }
  dx[at] = d;
}

@compute @workgroup_size(WG)
fn main(@builtin(workgroup_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>, @builtin(local_invocation_index) local: u32) {
  let invocation = groupIndex(id, groups) * WG + local;
  let col = invocation / params.lanes;
  if (col >= params.cols) { return; }
  let quads = params.quads;
  let q0 = invocation % params.lanes;
  let q1 = min(q0 + params.lanes, quads - 1u);
  let q2 = min(q0 + 2u * params.lanes, quads - 1u);
  let q3 = min(q0 + 3u * params.lanes, quads - 1u);
  var s0 = vec4<f32>(); var s1 = vec4<f32>(); var s2 = vec4<f32>(); var s3 = vec4<f32>();
  let end = colPtr[col + 1u];
  var k = colPtr[col];
  for (; k + 4u <= end; k += 4u) {
    let r = (params.rowStart + vec4<u32>(rowIdx[k], rowIdx[k + 1u], rowIdx[k + 2u], rowIdx[k + 3u])) * quads;
    let w = vec4<f32>(values[perm[k]], values[perm[k + 1u]], values[perm[k + 2u]], values[perm[k + 3u]]);
    s0 += w.x * dy[r.x + q0] + w.y * dy[r.y + q0] + w.z * dy[r.z + q0] + w.w * dy[r.w + q0];
    if (VECS > 1u) { s1 += w.x * dy[r.x + q1] + w.y * dy[r.y + q1] + w.z * dy[r.z + q1] + w.w * dy[r.w + q1]; }
    if (VECS > 2u) {
      s2 += w.x * dy[r.x + q2] + w.y * dy[r.y + q2] + w.z * dy[r.z + q2] + w.w * dy[r.w + q2];
      s3 += w.x * dy[r.x + q3] + w.y * dy[r.y + q3] + w.z * dy[r.z + q3] + w.w * dy[r.w + q3];
    }
  }
  for (; k < end; k++) {
    let r = (params.rowStart + rowIdx[k]) * quads;
    let w = values[perm[k]];
    s0 += w * dy[r + q0];
    if (VECS > 1u) { s1 += w * dy[r + q1]; }
    if (VECS > 2u) {
      s2 += w * dy[r + q2];
      s3 += w * dy[r + q3];
    }
  }
  store(col, q0, s0);
  if (VECS > 1u) { store(col, q0 + params.lanes, s1); }
  if (VECS > 2u) {
    store(col, q0 + 2u * params.lanes, s2);
    store(col, q0 + 3u * params.lanes, s3);
  }
}
