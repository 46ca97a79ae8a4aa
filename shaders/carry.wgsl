// next[newAt + k] = old[oldAt + source[k] - slotStart] where slotStart <= source[k] < slotStart + slots,
//                   else it is left as it is: new connections (source 0xffffffff) hold 0 or the value they were given.
// Words are copied, not floats: a device may flush subnormals and change NaNs.
struct Params { length: u32, slotStart: u32, slots: u32, oldAt: u32, newAt: u32 }
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> source: array<u32>;
@group(0) @binding(2) var<storage, read> old: array<u32>;
@group(0) @binding(3) var<storage, read_write> next: array<u32>;

@compute @workgroup_size(WG)
fn main(@builtin(workgroup_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>, @builtin(local_invocation_index) local: u32) {
  let k = groupIndex(id, groups) * WG + local;
  if (k >= params.length) { return; }
  let slot = source[k];
  if (slot - params.slotStart < params.slots) { // wraps far above `slots` when slot is below slotStart
    next[params.newAt + k] = old[params.oldAt + slot - params.slotStart];
  }
}
