// Sparse products with a batch, of spmm and spmm-t: sums over the connections of a row, from starts(row) on. Of the kernel come what it walks
// (rowCount, starts, indexOf, weightOf, inputAt), where the sums of segments lie (rows from partialStart() on; partialAt, putPartial), and
// `store`, which ends a row. An invocation owns one row and up to VECS quads (vec4) of the batch, LANES quads apart, so that neighbours
// read neighbouring quads of the same input. Sums run along a row in order, whatever VECS and UNROLL are. A row of more than SPLIT
// connections is cut in segments by the table at starts(tableAt): (row, begin, end) each. Where identityAt > 0, starts(identityAt + 2 r)
// is the stream of row r's dropout masks, and the next its number there.
override VECS: u32 = 1;    // quads of the batch an invocation owns: 1, 2 or 4, LANES apart; 1 when PARTS > 1 or JOIN
override LANES: u32 = 1;   // invocations side by side along the batch: a tile of LANES VECS quads, rows by rows, then the next tile
override UNROLL: u32 = 4;  // connections a turn: 1, or 4, loads first: nothing unrolls WGSL for us
override PARTS: u32 = 1;   // invocations that take the connections of a row in turn and add up what they have; LANES PARTS is at most WG
override SPLIT: u32 = 0;   // rows of more connections are done in segments, whose sums a dispatch with JOIN adds; 0: none are
override JOIN: u32 = 0;

const NONE = 0xffffffffu;
var<workgroup> sums: array<vec4<f32>, 1u + WG * min(PARTS - 1u, 1u)>;

// The stream of a row's dropout masks, and its number in it.
fn identityOf(row: u32, neuron: u32) -> vec2<u32> {
  if (DROPOUT == 0u || params.identityAt == 0u) { return vec2<u32>(params.stream, neuron); }
  let at = params.identityAt + 2u * row;
  return vec2<u32>(starts(at), starts(at + 1u));
}

// Sums go to the partial sums of a segment, or are a row's own.
fn put(item: u32, row: u32, quad: u32, sum: vec4<f32>) {
  if (row == NONE || quad >= params.quads) { return; }
  if (SPLIT > 0u && JOIN == 0u && item < params.segments) {
    putPartial((partialStart() + item) * params.quads + quad, sum);
  } else {
    store(row, quad, sum);
  }
}

@compute @workgroup_size(WG)
fn main(@builtin(workgroup_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>, @builtin(local_invocation_index) local: u32) {
  let group = groupIndex(id, groups);
  let quads = params.quads;
  let count = min(SPLIT, 1u) * params.segments + rowCount();
  var place = (group * WG + local) / LANES;
  var lane = (group * WG + local) % LANES;
  var part = 0u;
  if (PARTS > 1u) { // those that share a row share a workgroup; what is left of it idles
    let share = LANES * PARTS;
    place = select(NONE, group * (WG / share) + local / share, local < WG / share * share);
    lane = local % LANES;
    part = local % share / LANES;
  }
  let tiles = (quads + LANES * VECS - 1u) / (LANES * VECS);
  let item = place % count;
  let first = place / count * LANES * VECS;
  // Items are the segments of long rows (JOIN: the long rows, with the range of their segments), then rows.
  var row = NONE;
  var k = 0u;
  var end = 0u;
  if (place < count * tiles) {
    if (SPLIT > 0u && item < params.segments) {
      let at = params.tableAt + 3u * item;
      row = starts(at); k = starts(at + 1u); end = starts(at + 2u);
    } else {
      let whole = item - min(SPLIT, 1u) * params.segments;
      k = starts(whole);
      end = starts(whole + 1u);
      if (SPLIT == 0u || end - k <= SPLIT) { row = whole; } else { end = k; }
    }
  }
  // Quads beyond the batch read the last one; put drops them.
  let q0 = min(first + lane, quads - 1u);
  let q1 = min(first + lane + LANES, quads - 1u);
  let q2 = min(first + lane + 2u * LANES, quads - 1u);
  let q3 = min(first + lane + 3u * LANES, quads - 1u);
  var s0 = vec4<f32>(); var s1 = vec4<f32>(); var s2 = vec4<f32>(); var s3 = vec4<f32>();
  if (JOIN == 1u) {
    let start = partialStart(); // read within the loop, it would be read each time
    for (var s = k; s < end; s++) { s0 += partialAt((start + s) * quads + q0); }
  } else {
    k += part;
    if (UNROLL == 4u) {
      for (; k + 3u * PARTS < end; k += 4u * PARTS) {
        let k1 = k + PARTS; let k2 = k + 2u * PARTS; let k3 = k + 3u * PARTS;
        let c = vec4<u32>(indexOf(k), indexOf(k1), indexOf(k2), indexOf(k3)) * quads;
        let w = vec4<f32>(weightOf(k), weightOf(k1), weightOf(k2), weightOf(k3));
        let x0 = mat4x4<f32>(inputAt(c.x + q0), inputAt(c.y + q0), inputAt(c.z + q0), inputAt(c.w + q0));
        if (VECS == 1u) {
          s0 = s0 + w.x * x0[0] + w.y * x0[1] + w.z * x0[2] + w.w * x0[3];
        } else {
          let x1 = mat4x4<f32>(inputAt(c.x + q1), inputAt(c.y + q1), inputAt(c.z + q1), inputAt(c.w + q1));
          if (VECS == 2u) {
            s0 = s0 + w.x * x0[0] + w.y * x0[1] + w.z * x0[2] + w.w * x0[3];
            s1 = s1 + w.x * x1[0] + w.y * x1[1] + w.z * x1[2] + w.w * x1[3];
          } else {
            let x2 = mat4x4<f32>(inputAt(c.x + q2), inputAt(c.y + q2), inputAt(c.z + q2), inputAt(c.w + q2));
            let x3 = mat4x4<f32>(inputAt(c.x + q3), inputAt(c.y + q3), inputAt(c.z + q3), inputAt(c.w + q3));
            s0 = s0 + w.x * x0[0] + w.y * x0[1] + w.z * x0[2] + w.w * x0[3];
            s1 = s1 + w.x * x1[0] + w.y * x1[1] + w.z * x1[2] + w.w * x1[3];
            s2 = s2 + w.x * x2[0] + w.y * x2[1] + w.z * x2[2] + w.w * x2[3];
            s3 = s3 + w.x * x3[0] + w.y * x3[1] + w.z * x3[2] + w.w * x3[3];
          }
        }
      }
    }
    for (; k < end; k += PARTS) {
      let c = indexOf(k) * quads;
      let w = weightOf(k);
      s0 += w * inputAt(c + q0);
      if (VECS > 1u) { s1 += w * inputAt(c + q1); }
      if (VECS > 2u) { s2 += w * inputAt(c + q2); s3 += w * inputAt(c + q3); }
    }
  }
  if (PARTS > 1u) {
    sums[local] = s0;
    workgroupBarrier();
    if (part > 0u) { return; }
    for (var p = 1u; p < PARTS; p++) { s0 += sums[local + p * LANES]; }
  }
  let quad = first + lane;
  put(item, row, quad, s0);
  if (VECS > 1u) { put(item, row, quad + LANES, s1); }
  if (VECS > 2u) {
    put(item, row, quad + 2u * LANES, s2);
    put(item, row, quad + 3u * LANES, s3);
  }
}

