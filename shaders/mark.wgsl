// Bit k % 32 of survivors[k >> 5] is set iff connection k survives: w is not 0 (nor -0) and (|w|, slot) is above its class's threshold.
// One invocation a word. The words of member j begin at floor(slotStart / 32) + j, behind those of the one before; its slots are counted from
// its first.
override SIGNED: u32 = 1; // 1: class 0 positive, class 1 negative; 0: both signs are class 0
struct Params { slots: u32, slotStart: u32 }
struct Selection { key: u32, slot: u32, remaining: u32, open: u32 }
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> values: array<u32>;
@group(0) @binding(2) var<storage, read> selection: array<Selection>;
@group(0) @binding(3) var<storage, read_write> survivors: array<u32>;
@group(0) @binding(4) var<storage, read> places: array<Place>;

@compute @workgroup_size(WG)
fn main(@builtin(workgroup_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>, @builtin(local_invocation_index) local: u32) {
  let own = slotsOf(groupIndex(id, groups), 32u * WG);
  let word = own.group * WG + local;
  let start = 32u * word;
  if (start >= own.count) { return; }
  let count = min(32u, own.count - start);
  var mask = 0u;
  for (var bit = 0u; bit < count; bit++) {
    let bits = values[own.start + start + bit];
    let key = bits << 1u;
    let last = selection[2u * own.member + select(0u, bits >> 31u, SIGNED == 1u)];
    let goes = key == 0u || key < last.key || (key == last.key && params.slotStart + start + bit <= last.slot);
    mask |= select(1u, 0u, goes) << bit;
  }
  survivors[own.start / 32u + own.member + word] = mask;
}
