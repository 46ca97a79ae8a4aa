// dx[c, b] = mask f'(.) (dx[c, b] if ADD + sum over r of w[r, c] dy[rowStart + r, b]), w dense and row-major [rows, cols]
// The transposed product of dense, tiled as there with rows and columns in each other's place: sums run along the rows in order.
// Of an ensemble, `params` have the sizes of the largest member: each gets as many workgroups.
override LX: u32 = 8;      // invocations along the batch
override VECS: u32 = 1;    // quads of the batch an invocation owns: 1, 2 or 4, LX apart
override TILED: u32 = 1;   // 0 or 1
override DEPTH: u32 = 16;  // of the tiles, a multiple of 4: deeper ones wait less often, and take more workgroup memory
override LY: u32 = WG / LX;
override TILE_QUADS: u32 = LX * VECS;
struct Params { rows: u32, cols: u32, rowStart: u32, quads: u32, alpha: f32, stream: u32, threshold: u32, keepScale: f32 }
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<uniform> cursor: Cursor;
@group(0) @binding(2) var<storage, read> w: array<f32>;
@group(0) @binding(3) var<storage, read> dy: array<vec4<f32>>;
@group(0) @binding(4) var<storage, read> saved: array<vec4<f32>>;
@group(0) @binding(5) var<storage, read_write> dx: array<vec4<f32>>;
@group(0) @binding(6) var<storage, read> places: array<Place>;

var<workgroup> wTile: array<vec4<f32>, 1u + TILED * DEPTH * (LY + 1u)>;   // [row][4 columns]; the stride as in dense
var<workgroup> dyTile: array<vec4<f32>, 1u + TILED * DEPTH * TILE_QUADS>; // [row][quad]

fn placeOf(member: u32) -> Place {
  if (MEMBERS > 1u) { return places[member]; }
  return Place(params.rowStart, params.rows, 0u, params.cols, 0u, 0u, 0u, params.stream);
}

fn weight(place: Place, row: u32, col: u32) -> f32 {
  if (row >= place.rows || col >= place.cols) { return 0.0; }
  return w[place.slotStart + row * place.cols + col];
}

fn loadTiles(place: Place, local: u32, col0: u32, row0: u32, quad0: u32) {
  for (var i = local; i < DEPTH * LY; i += WG) {
    let row = row0 + i / LY;
    let col = col0 + 4u * (i % LY);
    wTile[i + i / LY] = vec4<f32>(weight(place, row, col), weight(place, row, col + 1u), weight(place, row, col + 2u), weight(place, row, col + 3u));
  }
  for (var i = local; i < DEPTH * TILE_QUADS; i += WG) {
    let row = row0 + i / TILE_QUADS;
    let quad = quad0 + i % TILE_QUADS;
    var value = vec4<f32>();
    if (row < place.rows && quad < params.quads) { value = dy[(place.rowStart + row) * params.quads + quad]; }
    dyTile[i] = value;
  }
}

fn store(place: Place, col: u32, quad: u32, sum: vec4<f32>) {
  if (col < place.cols && quad < params.quads) { finish(place.colStart + col, quad, sum, vec2<u32>(place.streamBelow, col)); }
}

@compute @workgroup_size(WG)
fn main(@builtin(workgroup_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>, @builtin(local_invocation_index) local: u32) {
  let group = groupIndex(id, groups);
  let across = (params.quads + TILE_QUADS - 1u) / TILE_QUADS;
  let perMember = across * ((params.cols + 4u * LY - 1u) / (4u * LY));
  let member = select(0u, group / perMember, MEMBERS > 1u);
  let place = placeOf(member);
  let col0 = 4u * LY * ((group - member * perMember) / across);
  let quad0 = TILE_QUADS * (group % across);
  if (member >= MEMBERS || col0 >= place.cols) { return; } // a smaller member, or a folded grid
  let tx = local % LX;
  let ty = local / LX;
  var s0 = mat4x4<f32>(); var s1 = mat4x4<f32>(); var s2 = mat4x4<f32>(); var s3 = mat4x4<f32>();
  if (TILED == 1u) {
    for (var row0 = 0u; row0 < place.rows; row0 += DEPTH) {
      loadTiles(place, local, col0, row0, quad0);
      workgroupBarrier();
      for (var k = 0u; k < DEPTH; k += 4u) { // four rows a turn
        let wAt = k * (LY + 1u) + ty;
        let w0 = wTile[wAt]; let w1 = wTile[wAt + LY + 1u]; let w2 = wTile[wAt + 2u * (LY + 1u)]; let w3 = wTile[wAt + 3u * (LY + 1u)];
        let at = k * TILE_QUADS + tx;
        s0 += outer(w0, dyTile[at]);
        s0 += outer(w1, dyTile[at + TILE_QUADS]);
        s0 += outer(w2, dyTile[at + 2u * TILE_QUADS]);
        s0 += outer(w3, dyTile[at + 3u * TILE_QUADS]);
        if (VECS > 1u) {
          s1 += outer(w0, dyTile[at + LX]);
          s1 += outer(w1, dyTile[at + LX + TILE_QUADS]);
          s1 += outer(w2, dyTile[at + LX + 2u * TILE_QUADS]);
          s1 += outer(w3, dyTile[at + LX + 3u * TILE_QUADS]);
        }
        if (VECS > 2u) {
          s2 += outer(w0, dyTile[at + 2u * LX]);
          s2 += outer(w1, dyTile[at + 2u * LX + TILE_QUADS]);
          s2 += outer(w2, dyTile[at + 2u * LX + 2u * TILE_QUADS]);
          s2 += outer(w3, dyTile[at + 2u * LX + 3u * TILE_QUADS]);
          s3 += outer(w0, dyTile[at + 3u * LX]);
          s3 += outer(w1, dyTile[at + 3u * LX + TILE_QUADS]);
          s3 += outer(w2, dyTile[at + 3u * LX + 2u * TILE_QUADS]);
          s3 += outer(w3, dyTile[at + 3u * LX + 3u * TILE_QUADS]);
        }
      }
      workgroupBarrier();
    }
  } else {
    // Columns and quads beyond the matrix repeat the last one; store drops them.
    let c = min(vec4<u32>(col0 + 4u * ty) + vec4<u32>(0u, 1u, 2u, 3u), vec4<u32>(place.cols - 1u)) + place.slotStart;
    let q = min(vec4<u32>(quad0 + tx) + LX * vec4<u32>(0u, 1u, 2u, 3u), vec4<u32>(params.quads - 1u));
    for (var r = 0u; r < place.rows; r++) {
      let wAt = c + r * place.cols;
      let four = vec4<f32>(w[wAt.x], w[wAt.y], w[wAt.z], w[wAt.w]);
      let at = q + (place.rowStart + r) * params.quads;
      s0 += outer(four, dy[at.x]);
      if (VECS > 1u) { s1 += outer(four, dy[at.y]); }
      if (VECS > 2u) { s2 += outer(four, dy[at.z]); s3 += outer(four, dy[at.w]); }
    }
  }
  let sums = array<mat4x4<f32>, 4>(s0, s1, s2, s3);
  for (var i = 0u; i < 4u * VECS; i++) { store(place, col0 + 4u * ty + i % 4u, quad0 + tx + LX * (i / 4u), sums[i / 4u][i % 4u]); }
}
