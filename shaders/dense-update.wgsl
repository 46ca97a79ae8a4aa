// For every weight of a dense layer [rows, cols]: g = sum over b of delta[r, b] x[c, b];  (w, m, v)[r, c] = the optimiser's step
// and for the bias: g = sum over b of delta[r, b]. As in sddmm no gradient is stored unless that is the rule.
// An invocation keeps 4 x 4 sums in registers, a workgroup owns 4 LY rows x 4 LX columns; the rows of an invocation are LY and its
// columns LX apart, so that neighbours update neighbouring weights. TILED as in dense: along the batch, DEPTH quads at a time.
// Of an ensemble, `params` have the sizes of the largest member: each gets as many workgroups.
override LX: u32 = 8;      // invocations along the columns
override TILED: u32 = 1;   // 0 or 1
override LY: u32 = WG / LX;
const DEPTH = 8u;
const STRIDE = DEPTH + 1u; // neighbours in a column of a tile fall into different banks
struct Params { rows: u32, cols: u32, rowStart: u32, quads: u32, neurons: u32, hyper0: f32, hyper1: f32, hyper2: f32, decay: f32 }
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<uniform> rates: Rates;
@group(0) @binding(2) var<storage, read_write> w: array<f32>;
@group(0) @binding(3) var<storage, read_write> m: array<f32>;
@group(0) @binding(4) var<storage, read_write> v: array<f32>;
@group(0) @binding(5) var<storage, read> delta: array<vec4<f32>>;
@group(0) @binding(6) var<storage, read> x: array<vec4<f32>>;
@group(0) @binding(7) var<storage, read_write> bias: array<f32>; // bias, then its m, then its v: `neurons` elements each
@group(0) @binding(8) var<storage, read> places: array<Place>;

var<workgroup> dTile: array<vec4<f32>, 1u + TILED * 4u * LY * STRIDE>; // [row][quad]
var<workgroup> xTile: array<vec4<f32>, 1u + TILED * 4u * LX * STRIDE>; // [column][quad]

fn placeOf(member: u32) -> Place {
  if (MEMBERS > 1u) { return places[member]; }
  return Place(params.rowStart, params.rows, 0u, params.cols, 0u, 0u, 0u, 0u);
}

// Quads quad0 .. quad0 + depth of the workgroup's rows and columns; those beyond the matrix repeat its last and are not stored.
fn loadTiles(place: Place, local: u32, row0: u32, col0: u32, quad0: u32, depth: u32) {
  for (var i = local; i < 4u * LY * DEPTH; i += WG) {
    let row = place.rowStart + min(row0 + i / DEPTH, place.rows - 1u);
    if (i % DEPTH < depth) { dTile[i + i / DEPTH] = delta[row * params.quads + quad0 + i % DEPTH]; }
  }
  for (var i = local; i < 4u * LX * DEPTH; i += WG) {
    let col = place.colStart + min(col0 + i / DEPTH, place.cols - 1u);
    if (i % DEPTH < depth) { xTile[i + i / DEPTH] = x[col * params.quads + quad0 + i % DEPTH]; }
  }
}

fn update(place: Place, row: u32, col: u32, g: f32) {
  if (row < place.rows && col < place.cols) { updateWeight(place.slotStart + row * place.cols + col, g); }
}

@compute @workgroup_size(WG)
fn main(@builtin(workgroup_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>, @builtin(local_invocation_index) local: u32) {
  let group = groupIndex(id, groups);
  let across = (params.cols + 4u * LX - 1u) / (4u * LX);
  let perMember = across * ((params.rows + 4u * LY - 1u) / (4u * LY));
  let member = select(0u, group / perMember, MEMBERS > 1u);
  let place = placeOf(member);
  let row0 = 4u * LY * ((group - member * perMember) / across);
  let col0 = 4u * LX * (group % across);
  if (member >= MEMBERS || row0 >= place.rows || col0 >= place.cols) { return; } // a smaller member, or a folded grid
  let tx = local % LX;
  let ty = local / LX;
  var g0 = vec4<f32>(); var g1 = vec4<f32>(); var g2 = vec4<f32>(); var g3 = vec4<f32>();
  if (TILED == 1u) {
    for (var quad0 = 0u; quad0 < params.quads; quad0 += DEPTH) {
      let depth = min(DEPTH, params.quads - quad0);
      loadTiles(place, local, row0, col0, quad0, depth);
      workgroupBarrier();
      for (var q = 0u; q < depth; q++) {
        let xAt = tx * STRIDE + q;
        let dAt = ty * STRIDE + q;
        let four = mat4x4<f32>(xTile[xAt], xTile[xAt + LX * STRIDE], xTile[xAt + 2u * LX * STRIDE], xTile[xAt + 3u * LX * STRIDE]);
        g0 += dTile[dAt] * four; // the scalar products with four columns
        g1 += dTile[dAt + LY * STRIDE] * four;
        g2 += dTile[dAt + 2u * LY * STRIDE] * four;
        g3 += dTile[dAt + 3u * LY * STRIDE] * four;
      }
      workgroupBarrier();
    }
  } else {
    let r = (place.rowStart + min(vec4<u32>(row0 + ty) + LY * vec4<u32>(0u, 1u, 2u, 3u), vec4<u32>(place.rows - 1u))) * params.quads;
    let c = (place.colStart + min(vec4<u32>(col0 + tx) + LX * vec4<u32>(0u, 1u, 2u, 3u), vec4<u32>(place.cols - 1u))) * params.quads;
    for (var q = 0u; q < params.quads; q++) {
      let four = mat4x4<f32>(x[c.x + q], x[c.y + q], x[c.z + q], x[c.w + q]);
      g0 += delta[r.x + q] * four;
      g1 += delta[r.y + q] * four;
      g2 += delta[r.z + q] * four;
      g3 += delta[r.w + q] * four;
    }
  }
  let sums = array<vec4<f32>, 4>(g0, g1, g2, g3);
  for (var i = 0u; i < 16u; i++) { update(place, row0 + ty + LY * (i / 4u), col0 + tx + LX * (i % 4u), sums[i / 4u][i % 4u]); }
  if (BIAS == 1u && col0 == 0u) {
    for (var i = local; i < 4u * LY; i += WG) {
      if (row0 + i < place.rows) { updateBias(place.rowStart + row0 + i); }
    }
  }
}
