import type { Loss } from "./loss.js";

/** What a loss makes of the error e = z - t of one output: its value, and its derivative by z. */
interface ErrorTerm {
  /** WGSL expressions of e. */
  readonly wgsl: { readonly value: string; readonly slope: string };
  value(e: number): number;
  slope(e: number): number;
}

/** The mean over the outputs of a term of the error, e = z - t. Each target t has as many outputs, one after the other. */
export function errorLoss(name: string, label: string, { wgsl, value, slope }: ErrorTerm): Loss {
  return {
    name,
    label,
    of: "targets",
    wgsl: `
fn sampleLoss(b: u32) -> f32 {
  var sum = 0.0;
  for (var c = 0u; c < params.outputs; c++) {
    let e = output(c, b) - wanted(c * params.width / params.outputs, b);
    sum += ${wgsl.value};
    setDelta(c, b, (${wgsl.slope}) / (f32(params.outputs) * f32(cursor.count)));
  }
  return sum / f32(params.outputs);
}`,
    sample({ z, delta, outputs, stride, count, width, wanted }, b) {
      let sum = 0;
      for (let c = 0; c < outputs; c++) {
        const e = z[c * stride + b] - wanted(Math.floor((c * width) / outputs), b);
        sum += value(e);
        delta[c * stride + b] = slope(e) / (outputs * count);
      }
      return sum / outputs;
    },
    average: "outputs",
  };
}
