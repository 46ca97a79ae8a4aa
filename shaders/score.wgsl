// scores[rowStart + i] (+)= sum over neuron i's surviving connections of |w|, or of 1 when DEGREE is 1.
// The order of summation is fixed, so that every device ranks neurons alike: lane l of 32 adds up connections l, l + 32, ... in turn,
// then halves are added pairwise. Subnormal weights count as 0: adding them may flush them or not, adding normal numbers cannot.
override PERM: u32 = 0;     // 1: connection k's slot is perm[k]
override DEGREE: u32 = 0;   // 1: count connections
override ADD: u32 = 0;      // 1: add to scores
override DENSE: u32 = 0;    // 1: neuron i has row i of a matrix from values[valueStart] on, or column i where side is 1; no starts, all survive
override USE_MASK: u32 = 1; // 0: all survive
struct Params { neurons: u32, rowStart: u32, length: u32, side: u32, valueStart: u32, maskShift: u32 }
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> starts: array<u32>;
@group(0) @binding(2) var<storage, read> perm: array<u32>;
@group(0) @binding(3) var<storage, read> values: array<u32>;
@group(0) @binding(4) var<storage, read> survivors: array<u32>;
@group(0) @binding(5) var<storage, read_write> scores: array<f32>;
@group(0) @binding(6) var<storage, read> places: array<Place>;

// The neurons of a member, from the first one of the stack, and what finds their connections.
struct Part { first: u32, neurons: u32, length: u32, valueStart: u32, maskShift: u32 }

fn partOf(member: u32) -> Part {
  let p = params;
  if (MEMBERS == 1u) { return Part(0u, p.neurons, p.length, p.valueStart, p.maskShift); }
  if (member >= MEMBERS) { return Part(); } // a folded grid may have a few workgroups too many
  let own = places[member];
  let shift = 32u * (own.slotStart / 32u + member) - own.slotStart; // modulo 2^32
  if (p.side == 0u) { return Part(own.rowStart, own.rows, own.cols, own.slotStart, shift); }
  return Part(own.colStart, own.cols, own.rows, own.slotStart, shift);
}

const LANES = 32u;
var<workgroup> partials: array<f32, WG>;

fn amount(slot: u32) -> f32 {
  if (DEGREE == 1u) { return 1.0; }
  let magnitude = values[slot] & 0x7fffffffu;
  return bitcast<f32>(select(magnitude, 0u, magnitude < 0x00800000u));
}

fn sumDense(own: Part, neuron: u32, lane: u32) -> f32 {
  var sum = 0.0;
  let strideI = select(own.length, 1u, params.side == 1u);
  let strideJ = select(1u, own.neurons, params.side == 1u);
  for (var j = lane; j < own.length; j += LANES) { sum += amount(own.valueStart + neuron * strideI + j * strideJ); }
  return sum;
}

fn sumSparse(own: Part, neuron: u32, lane: u32) -> f32 {
  var sum = 0.0;
  let end = starts[own.first + neuron + 1u];
  for (var k = starts[own.first + neuron] + lane; k < end; k += LANES) {
    var slot = k;
    if (PERM == 1u) { slot = perm[k]; }
    let bit = slot + own.maskShift;
    if (USE_MASK == 1u && ((survivors[bit >> 5u] >> (bit & 31u)) & 1u) == 0u) { continue; }
    sum += amount(slot);
  }
  return sum;
}

@compute @workgroup_size(WG)
fn main(@builtin(workgroup_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>, @builtin(local_invocation_index) local: u32) {
  var group = groupIndex(id, groups);
  var member = 0u;
  if (MEMBERS > 1u) {
    let perMember = (params.neurons * LANES + WG - 1u) / WG;
    member = group / perMember;
    group %= perMember;
  }
  let own = partOf(member);
  let neuron = (group * WG + local) / LANES;
  let lane = local % LANES;
  var sum = 0.0;
  if (neuron < own.neurons) {
    if (DENSE == 1u) { sum = sumDense(own, neuron, lane); } else { sum = sumSparse(own, neuron, lane); }
  }
  partials[local] = sum;
  for (var half = LANES / 2u; half > 0u; half >>= 1u) {
    workgroupBarrier();
    if (lane < half) { partials[local] += partials[local + half]; }
  }
  if (lane > 0u || neuron >= own.neurons) { return; }
  let at = params.rowStart + own.first + neuron;
  var total = partials[local];
  if (ADD == 1u) { total += scores[at]; }
  scores[at] = total;
}
