// Loss, output delta and metrics of one batch, from the outputs z[c, b] of the last layer:
//   LOSS 0, softmax cross-entropy: loss = -ln p_y,             delta = (p - t) / count,      p = softmax(z), t one-hot
//   LOSS 1, mean squared error:    loss = sum (z - t)^2 / C,   delta = 2 (z - t) / (C count)
//   LOSS 2, as SET's authors:      loss = sum (p - t)^2 / C,   delta = (p - t) s(p) (1 - s(p)) / count,  p = s(z), s the logistic function
// stepLoss[row] = sum of losses over the batch (NaN when an output is not finite), stepCorrect[row] = samples whose largest output
// (the first of equals) is their class. Pad columns get delta 0. One workgroup; an invocation takes every WG-th sample.
override LOSS: u32 = 0;
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

fn sigmoid(value: f32) -> f32 { return 1.0 / (1.0 + exp(-clamp(value, -80.0, 80.0))); }

// Writes the sample's delta and returns its loss.
fn crossEntropy(b: u32, target_: u32, largest: f32) -> f32 {
  var sum = 0.0;
  for (var c = 0u; c < params.classes; c++) { sum += exp(z[c * params.stride + b] - largest); }
  for (var c = 0u; c < params.classes; c++) {
    let p = exp(z[c * params.stride + b] - largest) / sum;
    delta[c * params.stride + b] = (p - select(0.0, 1.0, c == target_)) / f32(cursor.count);
  }
  return log(sum) + largest - z[target_ * params.stride + b];
}

fn squaredError(b: u32, target_: u32) -> f32 {
  var sum = 0.0;
  for (var c = 0u; c < params.classes; c++) {
    let e = z[c * params.stride + b] - select(0.0, 1.0, c == target_);
    sum += e * e;
    delta[c * params.stride + b] = 2.0 * e / (f32(params.classes) * f32(cursor.count));
  }
  return sum / f32(params.classes);
}

fn authorsError(b: u32, target_: u32) -> f32 {
  var sum = 0.0;
  for (var c = 0u; c < params.classes; c++) {
    let p = sigmoid(z[c * params.stride + b]);
    let e = p - select(0.0, 1.0, c == target_);
    let again = sigmoid(p);
    sum += e * e;
    delta[c * params.stride + b] = e * again * (1.0 - again) / f32(cursor.count);
  }
  return sum / f32(params.classes);
}

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
    switch LOSS {
      case 1u { loss += squaredError(b, label); }
      case 2u { loss += authorsError(b, label); }
      default { loss += crossEntropy(b, label, largest); }
    }
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
