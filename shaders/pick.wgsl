// For each open class: the digit d at which the counts of its bins, added up from 0, reach `remaining`. The prefix grows by d, what
// lies in lower bins is taken off `remaining`, and when the whole bin goes the class closes: its threshold is then the largest key
// with that prefix. All bins are zero afterwards. One workgroup a member, which has two classes; one invocation a bin.
struct Params { digit: u32 }
struct Selection { key: u32, slot: u32, remaining: u32, open: u32 }
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read_write> selection: array<Selection>;
@group(0) @binding(2) var<storage, read_write> bins: array<u32>;

var<workgroup> sums: array<u32, 256>;

// Sum of `value` over the invocations up to and including this one.
fn inclusiveScan(local: u32, value: u32) -> u32 {
  var sum = value;
  for (var step = 1u; step < 256u; step <<= 1u) {
    sums[local] = sum;
    workgroupBarrier();
    if (local >= step) { sum += sums[local - step]; }
    workgroupBarrier();
  }
  return sum;
}

@compute @workgroup_size(256)
fn main(@builtin(workgroup_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>, @builtin(local_invocation_index) digit: u32) {
  var first = 0u;
  if (MEMBERS > 1u) { first = 2u * groupIndex(id, groups); }
  let shift = 24u - 8u * (params.digit & 3u);
  for (var class_ = first; class_ < first + 2u; class_++) {
    let count = bins[256u * class_ + digit];
    bins[256u * class_ + digit] = 0u;
    var found = selection[class_]; // read by all before the scan's barriers, written by one after them
    let through = inclusiveScan(digit, count);
    let before = through - count;
    if (found.open == 1u && before < found.remaining && found.remaining <= through) {
      found.remaining -= before;
      let whole = found.remaining == count;
      let rest = select(0u, (1u << shift) - 1u, whole);
      if (params.digit < 4u) {
        found.key |= (digit << shift) | rest;
        found.slot = select(0u, 0xffffffffu, whole);
      } else {
        found.slot |= (digit << shift) | rest;
      }
      found.open = u32(!whole);
      selection[class_] = found;
    }
  }
}
