// dx[c, b] = mask f'(.) (dx[c, b] if ADD + sum over k in [colPtr[c], colPtr[c + 1]) of values[perm[k]] dy[rowStart + rowIdx[k], b])
// The transposed product over the CSC view of the same connections; f' and the dropout mask (those of the layer below) come
// with the last row block (LAST). Work is dealt as in spmm, columns in the place of rows: segments of long columns stand at
// colPtr[tableAt], their sums in `partial`.
override VECS: u32 = 1;    // quads of the batch an invocation owns: 1, 2 or 4, LANES apart; 1 when PARTS > 1 or JOIN
override LANES: u32 = 1;   // invocations side by side along the batch: a tile of LANES VECS quads, columns by columns, then the next tile
override UNROLL: u32 = 4;  // connections a turn: 1, or 4, loads first: nothing unrolls WGSL for us
override PARTS: u32 = 1;   // invocations that take the connections of a column in turn and add up what they have; LANES PARTS is at most WG
override SPLIT: u32 = 0;   // columns of more connections are done in segments, whose sums a dispatch with JOIN adds; 0: none are
override JOIN: u32 = 0;
override ADD: u32 = 0;
override LAST: u32 = 1;
struct Params { cols: u32, rowStart: u32, quads: u32, alpha: f32, stream: u32, threshold: u32, keepScale: f32, segments: u32, tableAt: u32 }
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<uniform> cursor: Cursor;
@group(0) @binding(2) var<storage, read> colPtr: array<u32>;
@group(0) @binding(3) var<storage, read> rowIdx: array<u32>;
@group(0) @binding(4) var<storage, read> perm: array<u32>;
@group(0) @binding(5) var<storage, read> values: array<f32>;
@group(0) @binding(6) var<storage, read> dy: array<vec4<f32>>;
@group(0) @binding(7) var<storage, read> saved: array<vec4<f32>>;
@group(0) @binding(8) var<storage, read_write> dx: array<vec4<f32>>;
@group(0) @binding(9) var<storage, read_write> partial: array<vec4<f32>>;

const NONE = 0xffffffffu;
var<workgroup> sums: array<vec4<f32>, 1u + WG * min(PARTS - 1u, 1u)>;

fn store(col: u32, quad: u32, sum: vec4<f32>) {
  let at = col * params.quads + quad;
  var d = sum;
  if (ADD == 1u) { d += dx[at]; }
  if (LAST == 1u) {
    if (DERIVED) { d *= derivative(saved[at], params.alpha, vec4<f32>(), params.keepScale); }
    if (DROPOUT == 1u) { d *= params.keepScale * keepMask(params.stream, cursor.step, col, quad, params.threshold); }
  }
  dx[at] = d;
}

// Sums go to the partial sums of a segment, or are a col's own.
fn put(item: u32, col: u32, quad: u32, sum: vec4<f32>) {
  if (col == NONE || quad >= params.quads) { return; }
  if (SPLIT > 0u && JOIN == 0u && item < params.segments) {
    partial[item * params.quads + quad] = sum;
  } else {
    store(col, quad, sum);
  }
}

@compute @workgroup_size(WG)
fn main(@builtin(workgroup_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>, @builtin(local_invocation_index) local: u32) {
  let group = groupIndex(id, groups);
  let quads = params.quads;
  let count = min(SPLIT, 1u) * params.segments + params.cols;
  var place = (group * WG + local) / LANES;
  var lane = (group * WG + local) % LANES;
  var part = 0u;
  if (PARTS > 1u) { // those that share a column share a workgroup; what is left of it idles
    let share = LANES * PARTS;
    place = select(NONE, group * (WG / share) + local / share, local < WG / share * share);
    lane = local % LANES;
    part = local % share / LANES;
  }
  let tiles = (quads + LANES * VECS - 1u) / (LANES * VECS);
  let item = place % count;
  let first = place / count * LANES * VECS;
  // Items are the segments of long columns (JOIN: the long columns, with the range of their segments), then columns.
  var col = NONE;
  var k = 0u;
  var end = 0u;
  if (place < count * tiles) {
    if (SPLIT > 0u && item < params.segments) {
      let at = params.tableAt + 3u * item;
      col = colPtr[at]; k = colPtr[at + 1u]; end = colPtr[at + 2u];
    } else {
      let whole = item - min(SPLIT, 1u) * params.segments;
      k = colPtr[whole];
      end = colPtr[whole + 1u];
      if (SPLIT == 0u || end - k <= SPLIT) { col = whole; } else { end = k; }
    }
  }
  // Quads beyond the batch read the last one; put drops them.
  let q0 = min(first + lane, quads - 1u);
  let q1 = min(first + lane + LANES, quads - 1u);
  let q2 = min(first + lane + 2u * LANES, quads - 1u);
  let q3 = min(first + lane + 3u * LANES, quads - 1u);
  var s0 = vec4<f32>(); var s1 = vec4<f32>(); var s2 = vec4<f32>(); var s3 = vec4<f32>();
  if (JOIN == 1u) {
    for (var s = k; s < end; s++) { s0 += partial[s * quads + q0]; }
  } else {
    k += part;
    if (UNROLL == 4u) {
      for (; k + 3u * PARTS < end; k += 4u * PARTS) {
        let k1 = k + PARTS; let k2 = k + 2u * PARTS; let k3 = k + 3u * PARTS;
        let r = (params.rowStart + vec4<u32>(rowIdx[k], rowIdx[k1], rowIdx[k2], rowIdx[k3])) * quads;
        let w = vec4<f32>(values[perm[k]], values[perm[k1]], values[perm[k2]], values[perm[k3]]);
        let x0 = mat4x4<f32>(dy[r.x + q0], dy[r.y + q0], dy[r.z + q0], dy[r.w + q0]);
        if (VECS == 1u) {
          s0 = s0 + w.x * x0[0] + w.y * x0[1] + w.z * x0[2] + w.w * x0[3];
        } else {
          let x1 = mat4x4<f32>(dy[r.x + q1], dy[r.y + q1], dy[r.z + q1], dy[r.w + q1]);
          if (VECS == 2u) {
            s0 = s0 + w.x * x0[0] + w.y * x0[1] + w.z * x0[2] + w.w * x0[3];
            s1 = s1 + w.x * x1[0] + w.y * x1[1] + w.z * x1[2] + w.w * x1[3];
          } else {
            let x2 = mat4x4<f32>(dy[r.x + q2], dy[r.y + q2], dy[r.z + q2], dy[r.w + q2]);
            let x3 = mat4x4<f32>(dy[r.x + q3], dy[r.y + q3], dy[r.z + q3], dy[r.w + q3]);
            s0 = s0 + w.x * x0[0] + w.y * x0[1] + w.z * x0[2] + w.w * x0[3];
            s1 = s1 + w.x * x1[0] + w.y * x1[1] + w.z * x1[2] + w.w * x1[3];
            s2 = s2 + w.x * x2[0] + w.y * x2[1] + w.z * x2[2] + w.w * x2[3];
            s3 = s3 + w.x * x3[0] + w.y * x3[1] + w.z * x3[2] + w.w * x3[3];
          }
        }
      }
    }
    for (; k < end; k += PARTS) {
      let r = (params.rowStart + rowIdx[k]) * quads;
      let w = values[perm[k]];
      s0 += w * dy[r + q0];
      if (VECS > 1u) { s1 += w * dy[r + q1]; }
      if (VECS > 2u) { s2 += w * dy[r + q2]; s3 += w * dy[r + q3]; }
    }
  }
  if (PARTS > 1u) {
    sums[local] = s0;
    workgroupBarrier();
    if (part > 0u) { return; }
    for (var p = 1u; p < PARTS; p++) { s0 += sums[local + p * LANES]; }
  }
  let quad = first + lane;
  put(item, col, quad, s0);
  if (VECS > 1u) { put(item, col, quad + LANES, s1); }
  if (VECS > 2u) {
    put(item, col, quad + 2u * LANES, s2);
    put(item, col, quad + 3u * LANES, s3);
  }
}
