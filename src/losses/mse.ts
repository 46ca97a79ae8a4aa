import { errorLoss } from "./errors.js";
import type { Loss } from "./loss.js";

/** Mean squared error over the C classes: sum (z - t)^2 / C, delta 2 (z - t) / (C count), with t the one-hot label, or the targets. */
export const mse: Loss = {
  name: "mse",
  wgsl: `
fn sampleLoss(b: u32) -> f32 {
  let label = classOf(b);
  var sum = 0.0;
  for (var c = 0u; c < params.outputs; c++) {
    let e = output(c, b) - select(0.0, 1.0, c == label);
    sum += e * e;
    setDelta(c, b, 2.0 * e / (f32(params.outputs) * f32(cursor.count)));
  }
  return sum / f32(params.outputs);
}`,
  sample({ z, delta, outputs, stride, count, wanted }, b) {
    const label = wanted(0, b);
    let sum = 0;
    for (let c = 0; c < outputs; c++) {
      const e = z[c * stride + b] - (c === label ? 1 : 0);
      sum += e * e;
      delta[c * stride + b] = (2 * e) / (outputs * count);
    }
    return sum / outputs;
  },
  average: "outputs",
  ofTargets: errorLoss("mse", "squared error", {
    wgsl: { value: "e * e", slope: "2.0 * e" },
    value: (e) => e * e,
    slope: (e) => 2 * e,
  }),
};
