// y[c, b]: the outputs of an ensemble from those of its members, z[member outputs + c, b], by weights. One invocation a column, which adds
// the members up in y, one after another, and to what is there if others have begun. A column with an output that is not finite becomes NaN.
override SOFTMAX: u32 = 1; // 1: log of the mean of the members' softmax; 0: mean of z
struct Params { outputs: u32, stride: u32, begun: u32 }
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> z: array<f32>;
@group(0) @binding(2) var<storage, read> weights: array<f32>;
@group(0) @binding(3) var<storage, read_write> y: array<u32>; // bits of f32: a NaN constant is no valid WGSL

// log(exp(a) + exp(b)), which is finite where a and b are: no probability underflows to a logarithm of 0.
fn addLogs(a: f32, b: f32) -> f32 { return max(a, b) + log(1.0 + exp(-abs(a - b))); }

@compute @workgroup_size(WG)
fn main(@builtin(workgroup_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>, @builtin(local_invocation_index) local: u32) {
  let b = groupIndex(id, groups) * WG + local;
  if (b >= params.stride) { return; }
  var finite = true;
  var begun = params.begun == 1u;
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
    if (SOFTMAX == 1u) {
      var sum = 0.0;
      for (var c = 0u; c < params.outputs; c++) { sum += exp(z[at + c * params.stride] - most); }
      logScale = log(weight) - log(sum);
    }
    for (var c = 0u; c < params.outputs; c++) {
      let value = z[at + c * params.stride];
      var term = weight * value;
      if (SOFTMAX == 1u) { term = value - most + logScale; }
      let to = c * params.stride + b;
      if (begun) {
        let before = bitcast<f32>(y[to]);
        if (SOFTMAX == 1u) { term = addLogs(before, term); } else { term += before; }
      }
      y[to] = bitcast<u32>(term);
    }
    begun = true;
  }
  for (var c = 0u; c < params.outputs && params.begun == 1u; c++) { finite = finite && isFinite(bitcast<f32>(y[c * params.stride + b])); }
  if (finite) { return; }
  for (var c = 0u; c < params.outputs; c++) { y[c * params.stride + b] = 0x7fc00000u; }
}
