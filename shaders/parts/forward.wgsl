// What ends the forward products, spmm and dense: y = dropout(f(zScale (bias + sum))) of a neuron, for one quad of the batch.
override BIAS: u32 = 1;    // 0: no bias, 2: what y holds takes its place

// `identity`: the stream of its dropout masks and its number in it.
fn finish(neuron: u32, quad: u32, sum: vec4<f32>, identity: vec2<u32>) {
  let at = neuron * params.quads + quad;
  var input = sum;
  if (BIAS == 1u) { input += bias[neuron]; }
  if (BIAS == 2u) { input += y[at]; }
  input *= params.zScale;
  if (SAVED_Z == 1u) { z[at] = input; }
  var p = vec4<f32>(0.0);
  let n = params.neurons;
  if (PARAMETERS > 0u) { p.x = parameters[neuron]; }
  if (PARAMETERS > 1u) { p.y = parameters[n + neuron]; }
  if (PARAMETERS > 2u) { p.z = parameters[2u * n + neuron]; }
  if (PARAMETERS > 3u) { p.w = parameters[3u * n + neuron]; }
  var output = activate(input, params.alpha, p);
  if (DROPOUT != 0u) { output *= params.keepScale * keepMask(identity.x, cursor.step, identity.y, quad, params.threshold); }
  y[at] = output;
}

