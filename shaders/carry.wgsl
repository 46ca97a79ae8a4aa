// next[newAt + k] = old[oldAt + source[k] - slotStart] where slotStart <= source[k] < slotStart + slots,
//                   grown[k] (0 when GROWN is 0) where source[k] says that connection k is new; else it is left as it is.
// Words are copied, not floats: a device may flush subnormals and change NaNs.
override GROWN: u32 = 0; // 1: new connections have values
struct Params { length: u32, slotStart: u32, slots: u32, oldAt: u32, newAt: u32 }
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> source: array<u32>;
@group(0) @binding(2) var<storage, read> old: array<u32>;
@group(0) @binding(3) var<storage, read> grown: array<u32>;
@group(0) @binding(4) var<storage, read_write> next: array<u32>;

@compute @workgroup_size(WG)
fn main(@builtin(workgroup_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>, @builtin(local_invocation_index) local: u32) {
  let k = groupIndex(id, groups) * WG + local;
  if (k >= params.length) { return; }
  let slot = source[k];
  let at = params.newAt + k;
  if (slot == 0xffffffffu) {
    var value = 0u;
    if (GROWN == 1u) { value = grown[k]; }
    next[at] = value;
  } else if (slot - params.slotStart < params.slots) { // wraps far above `slots` when slot is below slotStart
    next[at] = old[params.oldAt + slot - params.slotStart];
  }
}
