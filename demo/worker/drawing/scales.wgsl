// scales[layer].x = root mean square of the weights of ranges[layer] = (first, count), one workgroup a layer; y is set by the host.

@group(0) @binding(0) var<storage, read> ranges: array<vec2u>;
@group(0) @binding(1) var<storage, read> weights: array<f32>;
@group(0) @binding(2) var<storage, read_write> scales: array<vec2f>;

const THREADS = 64u;
var<workgroup> sums: array<f32, THREADS>;

@compute @workgroup_size(THREADS)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) thread: u32) {
  let range = ranges[group.x];
  var sum = 0.0;
  for (var i = thread; i < range.y; i += THREADS) {
    let weight = weights[range.x + i];
    sum += weight * weight;
  }
  sums[thread] = sum;
  workgroupBarrier();
  if (thread > 0) { return; }
  var total = 0.0;
  for (var i = 0u; i < THREADS; i++) { total += sums[i]; }
  scales[group.x].x = max(sqrt(total / max(f32(range.y), 1.0)), 1e-12);
}
