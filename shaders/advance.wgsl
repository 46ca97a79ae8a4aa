// cursor = schedule[row], rates = rateTable[row], row = row + 1: the head of every step, so that a recorded plan can be replayed.
// One invocation.
struct Params { unused: u32 }
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read_write> counter: array<u32>;
@group(0) @binding(2) var<storage, read> schedule: array<vec4<u32>>;
@group(0) @binding(3) var<storage, read> rateTable: array<vec4<f32>>;
@group(0) @binding(4) var<storage, read_write> cursor: array<vec4<u32>>;
@group(0) @binding(5) var<storage, read_write> rates: array<vec4<f32>>;

@compute @workgroup_size(1)
fn main() {
  let row = counter[0] + params.unused;
  cursor[0] = schedule[row];
  rates[0] = rateTable[row];
  counter[0] = row + 1u;
}
