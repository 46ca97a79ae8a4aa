// Mean and variance of a row of `x` [rows, 4 quads] over the samples of the batch, of norm and norm-t.

// Four values of a row, 0 where there is no sample.
fn ofSamples(values: vec4<f32>, quad: u32) -> vec4<f32> {
  return select(vec4<f32>(), values, vec4<u32>(4u * quad) + vec4<u32>(0u, 1u, 2u, 3u) < vec4<u32>(cursor.count));
}

fn total(values: vec4<f32>) -> f32 { return values.x + values.y + values.z + values.w; }

// Mean and biased variance of a row, or of none where it does not exist. Two passes: the variance of a large mean would drown in one.
fn momentsOf(row: u32, exists: bool, local: u32) -> vec2<f32> {
  let n = f32(cursor.count);
  let quads = select(0u, params.quads, exists);
  var sum = 0.0;
  for (var q = local % LANES; q < quads; q += LANES) { sum += total(ofSamples(x[row * quads + q], q)); }
  let mean = sumOfLanes(sum, local) / n;
  var squares = 0.0;
  for (var q = local % LANES; q < quads; q += LANES) {
    let d = ofSamples(x[row * quads + q] - mean, q);
    squares += dot(d, d);
  }
  return vec2<f32>(mean, sumOfLanes(squares, local) / n);
}

