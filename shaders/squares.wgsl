// Sums of squares, a workgroup for `each` values: sums[at + i] is that of values[start + i each ..] of the `length` from start on. With FACTOR 1 a
// workgroup adds up what such sums are, and writes what gradients of that norm are multiplied by: `most` / norm where that is above `most`, else 1.
override FACTOR: u32 = 0;
struct Params { start: u32, length: u32, each: u32, at: u32, most: f32 }
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> values: array<f32>;
@group(0) @binding(2) var<storage, read_write> sums: array<f32>;

var<workgroup> parts: array<f32, WG>;

@compute @workgroup_size(WG)
fn main(@builtin(workgroup_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>, @builtin(local_invocation_index) local: u32) {
  let group = groupIndex(id, groups);
  let end = min(params.length, (group + 1u) * params.each);
  var sum = 0.0;
  for (var k = group * params.each + local; k < end; k += WG) {
    let value = values[params.start + k];
    sum += select(value * value, value, FACTOR == 1u);
  }
  parts[local] = sum;
  for (var half = WG / 2u; half > 0u; half /= 2u) {
    workgroupBarrier();
    if (local < half) { parts[local] += parts[local + half]; }
  }
  let all = parts[0];
  if (local > 0u || group * params.each >= params.length) { return; } // a folded grid
  if (FACTOR == 0u) { sums[params.at + group] = all; return; }
  let norm = sqrt(all);
  var factor = min(1.0, params.most / (norm + 1e-6));
  if (!isFinite(norm)) { factor = norm - norm; } // NaN: training has diverged
  sums[params.at] = factor;
}
