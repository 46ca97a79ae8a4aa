// Bit k % 32 of survivors[k >> 5] is set iff connection k survives: w is not 0 (nor -0) and (|w|, slot) is above its class's threshold.
// One invocation a word.
override SIGNED: u32 = 1; // 1: class 0 positive, class 1 negative; 0: both signs are class 0
struct Params { slots: u32, slotStart: u32 }
struct Selection { key: u32, slot: u32, remaining: u32, open: u32 }
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> values: array<u32>;
@group(0) @binding(2) var<storage, read> selection: array<Selection, 2>;
@group(0) @binding(3) var<storage, read_write> survivors: array<u32>;

@compute @workgroup_size(WG)
fn main(@builtin(workgroup_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>, @builtin(local_invocation_index) local: u32) {
  let word = groupIndex(id, groups) * WG + local;
  let start = 32u * word;
  if (start >= params.slots) { return; }
  let count = min(32u, params.slots - start);
  var mask = 0u;
  for (var bit = 0u; bit < count; bit++) {
    let bits = values[start + bit];
    let key = bits << 1u;
    let last = selection[select(0u, bits >> 31u, SIGNED == 1u)];
    let goes = key == 0u || key < last.key || (key == last.key && params.slotStart + start + bit <= last.slot);
    mask |= select(1u, 0u, goes) << bit;
  }
  survivors[word] = mask;
}
