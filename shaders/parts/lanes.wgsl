// Sums over the LANES invocations that share a row: their number fixes the order of summation.
override LANES: u32 = 16;

var<workgroup> laneSums: array<f32, WG>;

// The sum of the lanes' values, in each of them; all invocations of a workgroup come here.
fn sumOfLanes(value: f32, local: u32) -> f32 {
  if (LANES == 1u) { return value; }
  laneSums[local] = value;
  for (var half = LANES / 2u; half > 0u; half /= 2u) {
    workgroupBarrier();
    if (local % LANES < half) { laneSums[local] += laneSums[local + half]; }
  }
  workgroupBarrier();
  let sum = laneSums[local - local % LANES];
  workgroupBarrier(); // the next sum begins
  return sum;
}
