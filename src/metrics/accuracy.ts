import type { SummedMetric } from "./metric.js";

/** The fraction of samples whose largest output, the first of equals, is their class. */
export const accuracy: SummedMetric = {
  name: "accuracy",
  better: "larger",
  fraction: true,
  wgsl: `
fn sampleMetric(b: u32) -> f32 { return select(0.0, 1.0, largest == classOf(b)); }`,
  measure: ({ wanted, largest }, b) => (wanted(0, b) === largest ? 1 : 0),
};
