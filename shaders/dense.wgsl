// y[r, b] = dropout(f(z)),  z = zScale (bias[r] + sum over c of w[r, c] x[c, b]), w dense and row-major: spmm's dense opponent.
// An invocation keeps the sums of 4 rows x VECS quads (vec4) of the batch in registers, a workgroup owns 4 LY rows x LX VECS quads. TILED,
// it walks along the columns DEPTH at a time through workgroup memory; else it leaves reuse to the caches, which wins where "workgroup
// memory" is a cache too and a barrier is dear (software adapters). Every sum runs along the columns in order, whatever the constants.
// Of an ensemble, `params` have the sizes of the largest member: each gets as many workgroups.
override LX: u32 = 8;      // invocations along the batch
override VECS: u32 = 1;    // quads of the batch an invocation owns: 1, 2 or 4, LX apart
override TILED: u32 = 1;   // 0 or 1
override DEPTH: u32 = 16;  // of the tiles, a multiple of 4: deeper ones wait less often, and take more workgroup memory
override LY: u32 = WG / LX;
override TILE_QUADS: u32 = LX * VECS;
struct Params { rows: u32, cols: u32, rowStart: u32, quads: u32, alpha: f32, zScale: f32, neurons: u32, stream: u32, threshold: u32, keepScale: f32 }
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<uniform> cursor: Cursor;
@group(0) @binding(2) var<storage, read> w: array<f32>;
@group(0) @binding(3) var<storage, read> bias: array<f32>;
@group(0) @binding(4) var<storage, read> x: array<vec4<f32>>;
@group(0) @binding(5) var<storage, read_write> y: array<vec4<f32>>;
@group(0) @binding(6) var<storage, read_write> z: array<vec4<f32>>;
@group(0) @binding(7) var<storage, read> parameters: array<f32>; // of the activation, `neurons` elements each
@group(0) @binding(8) var<storage, read> places: array<Place>;

var<workgroup> wTile: array<vec4<f32>, 1u + TILED * DEPTH * (LY + 1u)>; // [column][4 rows]; + 1: neighbours' stores fall into different banks
var<workgroup> xTile: array<vec4<f32>, 1u + TILED * DEPTH * TILE_QUADS>; // [column][quad]

fn placeOf(member: u32) -> Place {
  if (MEMBERS > 1u) { return places[member]; }
  return Place(params.rowStart, params.rows, 0u, params.cols, 0u, 0u, params.stream, 0u);
}

fn weight(place: Place, row: u32, col: u32) -> f32 {
  if (row >= place.rows || col >= place.cols) { return 0.0; }
  return w[place.slotStart + row * place.cols + col];
}

fn loadTiles(place: Place, local: u32, row0: u32, col0: u32, quad0: u32) {
  for (var i = local; i < DEPTH * LY; i += WG) {
    let row = row0 + 4u * (i / DEPTH);
    let col = col0 + i % DEPTH;
    wTile[(i % DEPTH) * (LY + 1u) + i / DEPTH] = vec4<f32>(weight(place, row, col), weight(place, row + 1u, col), weight(place, row + 2u, col), weight(place, row + 3u, col));
  }
  for (var i = local; i < DEPTH * TILE_QUADS; i += WG) {
    let col = col0 + i / TILE_QUADS;
    let quad = quad0 + i % TILE_QUADS;
    var value = vec4<f32>();
    if (col < place.cols && quad < params.quads) { value = x[(place.colStart + col) * params.quads + quad]; }
    xTile[i] = value;
  }
}

fn store(place: Place, row: u32, quad: u32, sum: vec4<f32>) {
  if (row >= place.rows || quad >= params.quads) { return; }
  let neuron = place.rowStart + row;
  finish(neuron, quad, sum, vec2<u32>(place.stream, select(neuron, row, MEMBERS > 1u)));
}

@compute @workgroup_size(WG)
fn main(@builtin(workgroup_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>, @builtin(local_invocation_index) local: u32) {
  let group = groupIndex(id, groups);
  let across = (params.quads + TILE_QUADS - 1u) / TILE_QUADS;
  let perMember = across * ((params.rows + 4u * LY - 1u) / (4u * LY));
  let member = select(0u, group / perMember, MEMBERS > 1u);
  let place = placeOf(member);
  let row0 = 4u * LY * ((group - member * perMember) / across);
  let quad0 = TILE_QUADS * (group % across);
  if (member >= MEMBERS || row0 >= place.rows) { return; } // a smaller member, or a folded grid
  let tx = local % LX;
  let ty = local / LX;
  var s0 = mat4x4<f32>(); var s1 = mat4x4<f32>(); var s2 = mat4x4<f32>(); var s3 = mat4x4<f32>();
  if (TILED == 1u) {
    for (var col0 = 0u; col0 < place.cols; col0 += DEPTH) {
      loadTiles(place, local, row0, col0, quad0);
      workgroupBarrier();
      for (var k = 0u; k < DEPTH; k += 4u) { // four columns a turn: nothing unrolls WGSL for us
        let wAt = k * (LY + 1u) + ty;
        let w0 = wTile[wAt]; let w1 = wTile[wAt + LY + 1u]; let w2 = wTile[wAt + 2u * (LY + 1u)]; let w3 = wTile[wAt + 3u * (LY + 1u)];
        let at = k * TILE_QUADS + tx;
        s0 += outer(w0, xTile[at]);
        s0 += outer(w1, xTile[at + TILE_QUADS]);
        s0 += outer(w2, xTile[at + 2u * TILE_QUADS]);
        s0 += outer(w3, xTile[at + 3u * TILE_QUADS]);
        if (VECS > 1u) {
          s1 += outer(w0, xTile[at + LX]);
          s1 += outer(w1, xTile[at + LX + TILE_QUADS]);
          s1 += outer(w2, xTile[at + LX + 2u * TILE_QUADS]);
          s1 += outer(w3, xTile[at + LX + 3u * TILE_QUADS]);
        }
        if (VECS > 2u) {
          s2 += outer(w0, xTile[at + 2u * LX]);
          s2 += outer(w1, xTile[at + 2u * LX + TILE_QUADS]);
          s2 += outer(w2, xTile[at + 2u * LX + 2u * TILE_QUADS]);
          s2 += outer(w3, xTile[at + 2u * LX + 3u * TILE_QUADS]);
          s3 += outer(w0, xTile[at + 3u * LX]);
          s3 += outer(w1, xTile[at + 3u * LX + TILE_QUADS]);
          s3 += outer(w2, xTile[at + 3u * LX + 2u * TILE_QUADS]);
          s3 += outer(w3, xTile[at + 3u * LX + 3u * TILE_QUADS]);
        }
      }
      workgroupBarrier();
    }
  } else {
    // Rows and quads beyond the matrix repeat the last one; store drops them.
    let r = min(vec4<u32>(row0 + 4u * ty) + vec4<u32>(0u, 1u, 2u, 3u), vec4<u32>(place.rows - 1u)) * place.cols + place.slotStart;
    let q = min(vec4<u32>(quad0 + tx) + LX * vec4<u32>(0u, 1u, 2u, 3u), vec4<u32>(params.quads - 1u));
    for (var c = 0u; c < place.cols; c++) {
      let four = vec4<f32>(w[r.x + c], w[r.y + c], w[r.z + c], w[r.w + c]);
      let at = q + (place.colStart + c) * params.quads;
      s0 += outer(four, x[at.x]);
      if (VECS > 1u) { s1 += outer(four, x[at.y]); }
      if (VECS > 2u) { s2 += outer(four, x[at.z]); s3 += outer(four, x[at.w]); }
    }
  }
  let sums = array<mat4x4<f32>, 4>(s0, s1, s2, s3);
  for (var i = 0u; i < 4u * VECS; i++) { store(place, row0 + 4u * ty + i % 4u, quad0 + tx + LX * (i / 4u), sums[i / 4u][i % 4u]); }
}
