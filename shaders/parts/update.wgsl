// What ends the updates, sddmm and dense-update: the optimiser's step of a weight, and of a neuron's bias. No gradient is stored unless
// that is the rule: one invocation owns a weight and its state.
override BIAS: u32 = 1;    // 0: no bias

fn updateWeight(k: u32, g: f32) {
  var weight = 0.0; var first = 0.0; var second = 0.0;
  if (!FROZEN) { weight = w[k]; }
  if (STATES > 0u) { first = m[k]; }
  if (STATES > 1u) { second = v[k]; }
  let next = stepped(weight, first, second, g, rates, hyper(), params.decay);
  if (!FROZEN) { w[k] = next.x; }
  if (STATES > 0u) { m[k] = next.y; }
  if (STATES > 1u) { v[k] = next.z; }
}

// With g = sum over b of delta[neuron, b].
fn updateBias(neuron: u32) {
  var sum = vec4<f32>();
  for (var q = 0u; q < params.quads; q++) { sum += delta[neuron * params.quads + q]; }
  let g = sum.x + sum.y + sum.z + sum.w;
  let n = params.neurons;
  var first = 0.0; var second = 0.0;
  if (STATES > 0u) { first = bias[n + neuron]; }
  if (STATES > 1u) { second = bias[2u * n + neuron]; }
  let next = stepped(bias[neuron], first, second, g, rates, hyper(), params.decay);
  bias[neuron] = next.x;
  if (STATES > 0u) { bias[n + neuron] = next.y; }
  if (STATES > 1u) { bias[2u * n + neuron] = next.z; }
}

fn hyper() -> Hyper { return Hyper(params.hyper0, params.hyper1, params.hyper2); }

