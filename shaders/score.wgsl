// scores[rowStart + i] (+)= sum over neuron i's surviving connections of |w|, or of 1 when DEGREE is 1.
// The order of summation is fixed, so that every device ranks neurons alike: lane l of 32 adds up connections l, l + 32, ... in turn,
// then halves are added pairwise. Subnormal weights count as 0: adding them may flush them or not, adding normal numbers cannot.
override PERM: u32 = 0;     // 1: connection k's slot is perm[k]
override DEGREE: u32 = 0;   // 1: count connections
override ADD: u32 = 0;      // 1: add to scores
override DENSE: u32 = 0;    // 1: element j of neuron i is values[i strideI + j strideJ], j < length; no starts, all survive
override USE_MASK: u32 = 1; // 0: all survive
struct Params { neurons: u32, rowStart: u32, length: u32, strideI: u32, strideJ: u32 }
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> starts: array<u32>;
@group(0) @binding(2) var<storage, read> perm: array<u32>;
@group(0) @binding(3) var<storage, read> values: array<u32>;
@group(0) @binding(4) var<storage, read> survivors: array<u32>;
@group(0) @binding(5) var<storage, read_write> scores: array<f32>;

const LANES = 32u;
var<workgroup> partials: array<f32, WG>;

fn amount(slot: u32) -> f32 {
  if (DEGREE == 1u) { return 1.0; }
  let magnitude = values[slot] & 0x7fffffffu;
  return bitcast<f32>(select(magnitude, 0u, magnitude < 0x00800000u));
}

fn sumDense(neuron: u32, lane: u32) -> f32 {
  var sum = 0.0;
  for (var j = lane; j < params.length; j += LANES) { sum += amount(neuron * params.strideI + j * params.strideJ); }
  return sum;
}

fn sumSparse(neuron: u32, lane: u32) -> f32 {
  var sum = 0.0;
  let end = starts[neuron + 1u];
  for (var k = starts[neuron] + lane; k < end; k += LANES) {
    var slot = k;
    if (PERM == 1u) { slot = perm[k]; }
    if (USE_MASK == 1u && ((survivors[slot >> 5u] >> (slot & 31u)) & 1u) == 0u) { continue; }
    sum += amount(slot);
  }
  return sum;
}

@compute @workgroup_size(WG)
fn main(@builtin(workgroup_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>, @builtin(local_invocation_index) local: u32) {
  let neuron = (groupIndex(id, groups) * WG + local) / LANES;
  let lane = local % LANES;
  var sum = 0.0;
  if (neuron < params.neurons) {
    if (DENSE == 1u) { sum = sumDense(neuron, lane); } else { sum = sumSparse(neuron, lane); }
  }
  partials[local] = sum;
  for (var half = LANES / 2u; half > 0u; half >>= 1u) {
    workgroupBarrier();
    if (lane < half) { partials[local] += partials[local + half]; }
  }
  if (lane > 0u || neuron >= params.neurons) { return; }
  let at = params.rowStart + neuron;
  var total = partials[local];
  if (ADD == 1u) { total += scores[at]; }
  scores[at] = total;
}
