import { Finish, finish } from "./forward";
import { inverse, meanOf, statisticsAt, varianceOf } from "./moments";

@unmanaged
class Norm extends Finish {
  share: u32;
  eps: f32;
  gamma: usize;
  running: usize;
  GAMMA: u32;
  RUNNING: u32;
}

/** y = dropout(f(gamma xh + bias)); see src/kernels/norm.ts. Items: rows. */
export function norm(begin: u32, end: u32, p: Norm): void {
  const stride = p.quads << 4;
  const count = load<u32>(p.cursor, 4);
  for (let row = begin; row < end; row++) {
    let x = p.x + row * stride;
    const running = p.running + (statisticsAt(row, p.share, p.neurons) << 2);
    const mean = p.RUNNING ? v128.load_splat<f32>(running) : meanOf(x, p.quads, count);
    const variance = p.RUNNING ? v128.load_splat<f32>(running + (p.neurons << 2)) : varianceOf(x, p.quads, count, mean);
    let factor = inverse(variance, p.eps);
    if (p.GAMMA) factor = f32x4.mul(factor, v128.load_splat<f32>(p.gamma + (row << 2)));
    const start = p.BIAS == 1 ? v128.load_splat<f32>(p.bias + (row << 2)) : f32x4.splat(0);
    const out = p.y + row * stride;
    const last = out + stride;
    let y = out;
    do {
      v128.store(y, f32x4.add(start, f32x4.mul(factor, f32x4.sub(v128.load(x), mean))));
      x += 16;
      y += 16;
    } while (y < last);
    finish(p, out, p.quads, 0, row, p.stream, row);
  }
}
