// Loss, output delta and metrics of one batch, from the outputs z[c, b] of the last layer, by the loss's function sampleLoss (src/losses).
// stepLoss[row] = sum of losses over the batch (NaN when an output is not finite), stepCorrect[row] = samples whose largest output
// (the first of equals) is their class. Pad columns get delta 0. One workgroup; an invocation takes every WG-th sample.
struct Params { classes: u32, stride: u32 }
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<uniform> cursor: Cursor;
@group(0) @binding(2) var<storage, read> order: array<u32>;
@group(0) @binding(3) var<storage, read> labels: array<u32>;
@group(0) @binding(4) var<storage, read> z: array<f32>;
@group(0) @binding(5) var<storage, read_write> delta: array<f32>;
@group(0) @binding(6) var<storage, read_write> stepLoss: array<u32>; // bits of f32: a NaN constant is no valid WGSL
@group(0) @binding(7) var<storage, read_write> stepCorrect: array<u32>;

var<workgroup> losses: array<f32, WG>;
var<workgroup> corrects: array<u32, WG>;
var<workgroup> broken: atomic<u32>;

// What the loss's text, which stands before this one, is written with.
fn output(c: u32, b: u32) -> f32 { return z[c * params.stride + b]; }
fn setDelta(c: u32, b: u32, value: f32) { delta[c * params.stride + b] = value; }

@compute @workgroup_size(WG)
fn main(@builtin(local_invocation_index) local: u32) {
  var loss = 0.0;
  var correct = 0u;
  for (var b = local; b < params.stride; b += WG) {
    if (b >= cursor.count) {
      for (var c = 0u; c < params.classes; c++) { delta[c * params.stride + b] = 0.0; }
      continue;
    }
    let label = labels[order[cursor.start + b]];
    var largest = z[b];
    var argmax = 0u;
    for (var c = 0u; c < params.classes; c++) {
      let value = z[c * params.stride + b];
      if (!isFinite(value)) { atomicStore(&broken, 1u); }
      if (value > largest) { largest = value; argmax = c; }
    }
    loss += sampleLoss(b, label, largest);
    correct += select(0u, 1u, argmax == label);
  }
  losses[local] = loss;
  corrects[local] = correct;
  for (var half = WG / 2u; half > 0u; half /= 2u) {
    workgroupBarrier();
    if (local < half) {
      losses[local] += losses[local + half];
      corrects[local] += corrects[local + half];
    }
  }
  if (local == 0u) {
    let bits = bitcast<u32>(losses[0]);
    stepLoss[cursor.row] = select(bits, 0x7fc00000u, atomicLoad(&broken) != 0u);
    stepCorrect[cursor.row] = corrects[0];
  }
}
