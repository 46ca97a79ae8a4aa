// x[f, b] = data[order[start + b], f] for b < count, 0 for the pad columns: sample-major -> feature-major.
// A workgroup moves a tile of 16 features x 16 samples through workgroup memory, so that reads run along features and writes
// along samples. Samples outside [shardStart, shardEnd) belong to another shard's dispatch.
struct Params { features: u32, stride: u32, shardStart: u32, shardEnd: u32, tilesAcross: u32 }
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<uniform> cursor: Cursor;
@group(0) @binding(2) var<storage, read> order: array<u32>;
@group(0) @binding(3) var<storage, read> data: array<f32>;
@group(0) @binding(4) var<storage, read_write> x: array<f32>;

const OTHER_SHARD = 0xffffffffu;
var<workgroup> tile: array<array<f32, 17>, 16>; // [sample][feature]; 17: neighbours in a column fall into different banks

// Row of the sample in this shard's data, or OTHER_SHARD.
fn sampleRow(b: u32) -> u32 {
  let sample = order[cursor.start + b];
  if (sample < params.shardStart || sample >= params.shardEnd) { return OTHER_SHARD; }
  return sample - params.shardStart;
}

@compute @workgroup_size(16, 16)
fn main(@builtin(workgroup_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>, @builtin(local_invocation_id) local: vec3<u32>) {
  let group = groupIndex(id, groups);
  let f0 = 16u * (group / params.tilesAcross);
  let b0 = 16u * (group % params.tilesAcross);
  if (f0 + local.x < params.features && b0 + local.y < cursor.count) {
    let row = sampleRow(b0 + local.y);
    if (row != OTHER_SHARD) { tile[local.y][local.x] = data[row * params.features + f0 + local.x]; }
  }
  workgroupBarrier();
  let f = f0 + local.y;
  let b = b0 + local.x;
  if (f >= params.features || b >= params.stride) { return; }
  if (b >= cursor.count) {
    x[f * params.stride + b] = 0.0;
  } else if (sampleRow(b) != OTHER_SHARD) {
    x[f * params.stride + b] = tile[local.x][local.y];
  }
}
