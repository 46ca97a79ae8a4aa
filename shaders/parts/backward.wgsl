// What ends the backward products, spmm-t and dense-t: dx = mask f'(.) (dx if ADD + sum) of a neuron of the layer below, for one quad of
// the batch. f' and the dropout mask come with the last row block (LAST).
override ADD: u32 = 0;
override LAST: u32 = 1;

// `identity`: the stream of its dropout masks and its number in it.
fn finish(neuron: u32, quad: u32, sum: vec4<f32>, identity: vec2<u32>) {
  let at = neuron * params.quads + quad;
  var d = sum;
  if (ADD == 1u) { d += dx[at]; }
  if (LAST == 1u) {
    if (DERIVED) { d *= derivative(saved[at], params.alpha, vec4<f32>(), params.keepScale); }
    if (DROPOUT == 1u) { d *= params.keepScale * keepMask(identity.x, cursor.step, identity.y, quad, params.threshold); }
  }
  dx[at] = d;
}

