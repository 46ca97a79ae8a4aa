// The average of `length` values comes nearer to them by correction3 of the rates. SWAP: values and average change places. PACKED: the average is in w, from
// `at` on.
override PACKED: u32 = 0;
override SWAP: u32 = 0;
struct Params { length: u32, at: u32 }
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<uniform> rates: Rates;
@group(0) @binding(2) var<storage, read_write> w: array<f32>;
@group(0) @binding(3) var<storage, read_write> average: array<f32>;

@compute @workgroup_size(WG)
fn main(@builtin(workgroup_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>, @builtin(local_invocation_index) local: u32) {
  let k = groupIndex(id, groups) * WG + local;
  if (k >= params.length) { return; }
  let value = w[k];
  var mean = 0.0;
  if (PACKED == 1u) { mean = w[params.at + k]; } else { mean = average[k]; }
  let next = select(mean + rates.correction3 * (value - mean), value, SWAP == 1u);
  if (PACKED == 1u) { w[params.at + k] = next; } else { average[k] = next; }
  if (SWAP == 1u) { w[k] = mean; }
}
