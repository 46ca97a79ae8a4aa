// counts[at .. at + 4) += how many of values[0 .. slots) are positive, negative, zero (-0 too), not finite; of member j from at + 4 j on.
// Values are read as bits: whether a subnormal is zero may not depend on the device.
override ITEMS: u32 = 128; // values an invocation takes, WG apart
struct Params { slots: u32, at: u32 }
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> values: array<u32>;
@group(0) @binding(2) var<storage, read_write> counts: array<atomic<u32>>;
@group(0) @binding(3) var<storage, read> places: array<Place>;

var<workgroup> sums: array<atomic<u32>, 4>; // zero at the start, as WGSL has it

@compute @workgroup_size(WG)
fn main(@builtin(workgroup_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>, @builtin(local_invocation_index) local: u32) {
  let own = slotsOf(groupIndex(id, groups), WG * ITEMS);
  let start = own.group * WG * ITEMS + local;
  let end = min(own.count, start + WG * ITEMS);
  var mine = vec4<u32>();
  for (var k = start; k < end; k += WG) {
    let bits = values[own.start + k];
    let key = bits << 1u; // the sign drops out
    let kind = select(select(bits >> 31u, 3u, key >= 0xff000000u), 2u, key == 0u);
    mine += vec4<u32>(vec4<u32>(kind) == vec4<u32>(0u, 1u, 2u, 3u));
  }
  for (var kind = 0u; kind < 4u; kind++) { atomicAdd(&sums[kind], mine[kind]); }
  workgroupBarrier();
  for (var kind = local; kind < 4u; kind += WG) {
    let sum = atomicLoad(&sums[kind]);
    if (sum > 0u) { atomicAdd(&counts[params.at + 4u * own.member + kind], sum); }
  }
}
