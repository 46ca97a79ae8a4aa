// dx[c, b] = mask f'(.) (dx[c, b] if ADD + sum over k in [colPtr[c], colPtr[c + 1]) of values[perm[k]] dy[rowStart + rowIdx[k], b])
// The transposed product over the CSC view of the same connections: rows are columns, and the sums of segments go to `partial`.
// The loop over connections is in parts/sparse-product.wgsl, which stands before this text.
struct Params { cols: u32, rowStart: u32, quads: u32, alpha: f32, stream: u32, threshold: u32, keepScale: f32, segments: u32, tableAt: u32, identityAt: u32 }
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

fn rowCount() -> u32 { return params.cols; }
fn starts(i: u32) -> u32 { return colPtr[i]; }
fn indexOf(k: u32) -> u32 { return params.rowStart + rowIdx[k]; }
fn weightOf(k: u32) -> f32 { return values[perm[k]]; }
fn inputAt(i: u32) -> vec4<f32> { return dy[i]; }
fn partialStart() -> u32 { return 0u; }
fn partialAt(i: u32) -> vec4<f32> { return partial[i]; }
fn putPartial(i: u32, sum: vec4<f32>) { partial[i] = sum; }
fn store(col: u32, quad: u32, sum: vec4<f32>) { finish(col, quad, sum, identityOf(col, col)); }
