// y[c, b]: the outputs of an ensemble from those of its members, z[member outputs + c, b], by weights. One invocation a column, which adds
// the members up in y, one after another, and to what is there if others have begun. A column with an output that is not finite becomes NaN.
override OF: u32 = 1; // 0: mean of z; 1: log of the mean of softmax; 2: log odds of the mean of 1 / (1 + exp(-z)), output by output
struct Params { outputs: u32, stride: u32, before: f32 } // before: the weights of those that have begun
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> z: array<f32>;
@group(0) @binding(2) var<storage, read> weights: array<f32>;
@group(0) @binding(3) var<storage, read_write> y: array<u32>; // bits of f32: a NaN constant is no valid WGSL

// log(exp(a) + exp(b)), which is finite where a and b are: no probability underflows to a logarithm of 0.
fn addLogs(a: f32, b: f32) -> f32 { return max(a, b) + log(1.0 + exp(-abs(a - b))); }

// log of the probability that log odds z stand for.
fn logSigmoid(z: f32) -> f32 { return min(z, 0.0) - log(1.0 + exp(-abs(z))); }

// Log odds of the mean of two probabilities by weights, from their log odds.
fn joinOdds(a: f32, weightA: f32, b: f32, weightB: f32) -> f32 {
  let yes = addLogs(log(weightA) + logSigmoid(a), log(weightB) + logSigmoid(b));
  return yes - addLogs(log(weightA) + logSigmoid(-a), log(weightB) + logSigmoid(-b));
}

@compute @workgroup_size(WG)
fn main(@builtin(workgroup_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>, @builtin(local_invocation_index) local: u32) {
  let b = groupIndex(id, groups) * WG + local;
  if (b >= params.stride) { return; }
  var finite = true;
  var told = params.before; // the weights of what y has
  for (var member = 0u; member < MEMBERS; member++) {
    let at = member * params.outputs * params.stride + b;
    let weight = weights[member];
    var most = z[at];
    for (var c = 0u; c < params.outputs; c++) {
      let value = z[at + c * params.stride];
      finite = finite && isFinite(value);
      most = max(most, value);
    }
    if (weight == 0.0) { continue; } // it has no logarithm
    var logScale = 0.0;
    if (OF == 1u) {
      var sum = 0.0;
      for (var c = 0u; c < params.outputs; c++) { sum += exp(z[at + c * params.stride] - most); }
      logScale = log(weight) - log(sum);
    }
    for (var c = 0u; c < params.outputs; c++) {
      let value = z[at + c * params.stride];
      var term = weight * value;
      if (OF == 1u) { term = value - most + logScale; }
      if (OF == 2u) { term = value; }
      let to = c * params.stride + b;
      if (told > 0.0) {
        let before = bitcast<f32>(y[to]);
        finite = finite && isFinite(before);
        if (OF == 0u) { term += before; }
        if (OF == 1u) { term = addLogs(before, term); }
        if (OF == 2u) { term = joinOdds(before, told, term, weight); }
      }
      y[to] = bitcast<u32>(term);
    }
    told += weight;
  }
  if (finite) { return; }
  for (var c = 0u; c < params.outputs; c++) { y[c * params.stride + b] = 0x7fc00000u; }
}
