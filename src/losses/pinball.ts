import type { Loss } from "./loss.js";

/**
 * The pinball loss of quantiles (Koenker, Bassett 1978): with e = t - z the mean over the outputs of q e where e >= 0, else (q - 1) e, output k of a
 * target being its k-th quantile q. Delta -q / (C count) below the target, (1 - q) / (C count) above it, 0 where they are equal.
 */
export function pinball(quantiles: readonly number[]): Loss {
  const count = quantiles.length;
  const literals = quantiles.map((q) => `${Math.fround(q)}f`).join(", ");
  return {
    name: `pinball-${quantiles.join("-")}`,
    label: "pinball loss",
    wgsl: `
var<private> pinballQuantiles: array<f32, ${count}> = array<f32, ${count}>(${literals});
fn sampleLoss(b: u32) -> f32 {
  var sum = 0.0;
  for (var c = 0u; c < params.outputs; c++) {
    let q = pinballQuantiles[c % ${count}u];
    let e = wanted(c * params.width / params.outputs, b) - output(c, b);
    sum += max(q * e, (q - 1.0) * e);
    setDelta(c, b, select(select(0.0, 1.0 - q, e < 0.0), -q, e > 0.0) / (f32(params.outputs) * f32(cursor.count)));
  }
  return sum / f32(params.outputs);
}`,
    sample({ z, delta, outputs, stride, count: samples, width, wanted }, b) {
      let sum = 0;
      for (let c = 0; c < outputs; c++) {
        const q = quantiles[c % count];
        const e = wanted(Math.floor((c * width) / outputs), b) - z[c * stride + b];
        sum += Math.max(q * e, (q - 1) * e);
        delta[c * stride + b] = (e > 0 ? -q : e < 0 ? 1 - q : 0) / (outputs * samples);
      }
      return sum / outputs;
    },
    average: "outputs",
  };
}
