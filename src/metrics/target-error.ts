import type { Batch } from "../losses/loss.js";
import type { SummedMetric } from "./metric.js";

/** A metric of errors: what it makes of one, in WGSL and in TypeScript, and of their mean. */
interface ErrorMetric extends Pick<SummedMetric, "name" | "label" | "of"> {
  readonly wgsl: string;
  value(e: number): number;
}

/**
 * The mean over samples and targets of a term of the error e = z - t: of several outputs for a target, such as quantiles, the middle one's. With
 * `std` [width] errors are in the targets' own units, which training standardises.
 */
export function targetError({ name, label, of, wgsl, value }: ErrorMetric, std?: ArrayLike<number>): SummedMetric {
  const units = Array.from(std ?? [], (unit) => `${Math.fround(unit)}f`);
  const last = units.length - 1; // the kernel's self-check has targets of its own, maybe more
  const unit = std ? `${name}Unit[min(t, ${last}u)]` : "1.0";
  return {
    name,
    label,
    better: "smaller",
    range: [0, Infinity],
    of,
    wgsl: `${std ? `\nvar<private> ${name}Unit: array<f32, ${units.length}> = array<f32, ${units.length}>(${units.join(", ")});` : ""}
fn sampleMetric(b: u32) -> f32 {
  let each = params.outputs / params.width;
  var sum = 0.0;
  for (var t = 0u; t < params.width; t++) {
    let e = (output(t * each + each / 2u, b) - wanted(t, b)) * ${unit};
    sum += ${wgsl};
  }
  return sum / f32(params.width);
}`,
    measure({ z, outputs, stride, width, wanted }: Batch, b) {
      const each = Math.floor(outputs / width);
      let sum = 0;
      for (let t = 0; t < width; t++) {
        const c = t * each + Math.floor(each / 2);
        sum += value((z[c * stride + b] - wanted(t, b)) * (std?.[Math.min(t, last)] ?? 1));
      }
      return sum / width;
    },
    ...(!std && { inUnits: (units) => targetError({ name, label, of, wgsl, value }, units) }),
  };
}
