// y[r, b] = dropout(f(z)),  z = zScale (bias[r] + sum over k in [rowPtr[r], rowPtr[r + 1]) of values[k] x[colIdx[k], b])
// Rows are the matrix's; the sums of segments go to z from row partialAt on.
// The loop over connections is in parts/sparse-product.wgsl, which stands before this text.
struct Params { rows: u32, rowStart: u32, quads: u32, alpha: f32, zScale: f32, neurons: u32, stream: u32, threshold: u32, keepScale: f32, segments: u32, tableAt: u32, identityAt: u32, partialAt: u32 }
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<uniform> cursor: Cursor;
@group(0) @binding(2) var<storage, read> rowPtr: array<u32>;
@group(0) @binding(3) var<storage, read> colIdx: array<u32>;
@group(0) @binding(4) var<storage, read> values: array<f32>;
@group(0) @binding(5) var<storage, read> bias: array<f32>;
@group(0) @binding(6) var<storage, read> x: array<vec4<f32>>;
@group(0) @binding(7) var<storage, read_write> y: array<vec4<f32>>;
@group(0) @binding(8) var<storage, read_write> z: array<vec4<f32>>;
@group(0) @binding(9) var<storage, read> parameters: array<f32>; // of the activation, `neurons` elements each

fn rowCount() -> u32 { return params.rows; }
fn starts(i: u32) -> u32 { return rowPtr[i]; }
fn indexOf(k: u32) -> u32 { return colIdx[k]; }
fn weightOf(k: u32) -> f32 { return values[k]; }
fn inputAt(i: u32) -> vec4<f32> { return x[i]; }
fn partialStart() -> u32 { return params.partialAt; }
fn partialAt(i: u32) -> vec4<f32> { return z[i]; }
fn putPartial(i: u32, sum: vec4<f32>) { z[i] = sum; }
fn store(row: u32, quad: u32, sum: vec4<f32>) {
  let neuron = params.rowStart + row;
  finish(neuron, quad, sum, identityOf(row, neuron));
}
