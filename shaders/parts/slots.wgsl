// The connections that a workgroup's member has, and which of the workgroups that share them it is.
struct Slots { member: u32, group: u32, start: u32, count: u32 }

// `each` is how many a workgroup takes. Each member gets as many workgroups as the largest one needs; a folded grid may have a few too many.
fn slotsOf(group: u32, each: u32) -> Slots {
  if (MEMBERS == 1u) { return Slots(0u, group, 0u, params.slots); }
  let perMember = (params.slots + each - 1u) / each;
  let member = group / perMember;
  if (member >= MEMBERS) { return Slots(); }
  let place = places[member];
  return Slots(member, group % perMember, place.slotStart, place.slots);
}
