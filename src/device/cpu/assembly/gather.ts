// Samples of a batch, from sample-major to feature-major.

/** Features of an item: a cache line of each sample. */
const FEATURES: u32 = 16;

@unmanaged
class Gather {
  features: u32;
  stride: u32;
  shardStart: u32;
  shardEnd: u32;
  cursor: usize;
  order: usize;
  data: usize;
  x: usize;
}

/** x[f, b] = data[order[start + b], f]; see src/kernels/gather.ts. Items: blocks of features. */
export function gather(begin: u32, end: u32, p: Gather): void {
  const features = p.features;
  const samples = p.stride;
  const shardStart = p.shardStart;
  const shard = p.shardEnd - shardStart;
  const data = p.data;
  const x = p.x;
  const stride = samples << 2;
  const first = p.order + (load<u32>(p.cursor) << 2);
  const count = load<u32>(p.cursor, 4);
  for (let item = begin; item < end; item++) {
    const from = item * FEATURES;
    const to = min(from + FEATURES, features);
    for (let b: u32 = 0; b < samples; b += 4) {
      let f = from;
      if (b + 4 <= count) {
        const s = first + (b << 2);
        const s0 = load<u32>(s) - shardStart; // huge where it lies before the shard
        const s1 = load<u32>(s, 4) - shardStart;
        const s2 = load<u32>(s, 8) - shardStart;
        const s3 = load<u32>(s, 12) - shardStart;
        if (max(max(s0, s1), max(s2, s3)) < shard) {
          for (; f + 4 <= to; f += 4) {
            const at = data + (f << 2);
            transpose(at + ((s0 * features) << 2), at + ((s1 * features) << 2), at + ((s2 * features) << 2), at + ((s3 * features) << 2), x + f * stride + (b << 2), stride);
          }
        }
      }
      for (; f < to; f++) {
        for (let i = b; i < b + 4; i++) {
          const out = x + f * stride + (i << 2);
          if (i >= count) {
            store<f32>(out, 0);
            continue;
          }
          const sample = load<u32>(first + (i << 2)) - shardStart;
          if (sample < shard) store<f32>(out, load<f32>(data + ((sample * features + f) << 2)));
        }
      }
    }
  }
}

/** Rows a, b, c, d of four floats become the columns at `out`, `stride` bytes a row. */
@inline
function transpose(a: usize, b: usize, c: usize, d: usize, out: usize, stride: usize): void {
  const va = v128.load(a);
  const vb = v128.load(b);
  const vc = v128.load(c);
  const vd = v128.load(d);
  const ab = v128.shuffle<f32>(va, vb, 0, 4, 1, 5);
  const cd = v128.shuffle<f32>(vc, vd, 0, 4, 1, 5);
  const ab2 = v128.shuffle<f32>(va, vb, 2, 6, 3, 7);
  const cd2 = v128.shuffle<f32>(vc, vd, 2, 6, 3, 7);
  v128.store(out, v128.shuffle<f32>(ab, cd, 0, 1, 4, 5));
  v128.store(out + stride, v128.shuffle<f32>(ab, cd, 2, 3, 6, 7));
  v128.store(out + 2 * stride, v128.shuffle<f32>(ab2, cd2, 0, 1, 4, 5));
  v128.store(out + 3 * stride, v128.shuffle<f32>(ab2, cd2, 2, 3, 6, 7));
}
