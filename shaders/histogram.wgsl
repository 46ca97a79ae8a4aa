// bins[c, d] += how many values of class c have the composite key's prefix found so far and then the digit d.
// The composite key of slot k is (|w|, slot), |w| as bits shifted left by one (so the sign drops out), digits of 8 bits from the top:
// 0 to 3 are of |w|, 4 to 7 of the slot. Zeros and what is not finite belong to no class. Nothing to do where both classes are closed.
// Of several members each has two classes and bins of its own: selection[j, c] and bins[j, c, d]. Its slots are counted from its first.
override SIGNED: u32 = 1; // 1: class 0 positive, class 1 negative; 0: both signs are class 0
override ITEMS: u32 = 128; // values an invocation takes, WG apart: a workgroup costs its bins, cleared and added up
struct Params { slots: u32, slotStart: u32, digit: u32 }
struct Selection { key: u32, slot: u32, remaining: u32, open: u32 }
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> values: array<u32>;
@group(0) @binding(2) var<storage, read> selection: array<Selection>;
@group(0) @binding(3) var<storage, read_write> bins: array<atomic<u32>>;
@group(0) @binding(4) var<storage, read> places: array<Place>;

var<workgroup> sums: array<atomic<u32>, 512>; // zero at the start, as WGSL has it

@compute @workgroup_size(WG)
fn main(@builtin(workgroup_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>, @builtin(local_invocation_index) local: u32) {
  let own = slotsOf(groupIndex(id, groups), WG * ITEMS);
  let found = array<Selection, 2>(selection[2u * own.member], selection[2u * own.member + 1u]);
  if (found[0].open + found[1].open == 0u) { return; }
  let start = own.group * WG * ITEMS + local;
  let end = min(own.count, start + WG * ITEMS);
  let shift = 24u - 8u * (params.digit & 3u);
  let bySlot = params.digit >= 4u;
  for (var k = start; k < end; k += WG) {
    let bits = values[own.start + k];
    let key = bits << 1u;
    let second = SIGNED == 1u && bits >= 0x80000000u;
    let prefix = select(found[0].key, found[1].key, second);
    var word = key;
    var rest = key ^ prefix;
    if (bySlot) {
      if (rest != 0u) { continue; }
      word = params.slotStart + k;
      rest = word ^ select(found[0].slot, found[1].slot, second);
    }
    let open = select(found[0].open, found[1].open, second) == 1u && key != 0u && key < 0xff000000u;
    if (open && ((rest >> shift) >> 8u) == 0u) { atomicAdd(&sums[select(0u, 256u, second) + ((word >> shift) & 255u)], 1u); }
  }
  workgroupBarrier();
  for (var bin = local; bin < 512u; bin += WG) {
    let sum = atomicLoad(&sums[bin]);
    if (sum > 0u) { atomicAdd(&bins[512u * own.member + bin], sum); }
  }
}
