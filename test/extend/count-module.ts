/** A module for --pieces: a task whose label is a number, with a loss and metrics of its own. */
export const COUNT_MODULE = `
/** Near a number that is the label. */
export const count = {
  name: "count",
  losses: [{
    name: "squared",
    label: "squared error",
    wgsl: "fn sampleLoss(b: u32) -> f32 { let e = output(0u, b) - wanted(0u, b); setDelta(0u, b, 2.0 * e / f32(cursor.count)); return e * e; }",
    sample: ({ z, delta, count, wanted }, b) => ((delta[b] = (2 * (z[b] - wanted(0, b))) / count), (z[b] - wanted(0, b)) ** 2),
  }],
  metrics: [
    {
      name: "rooted",
      label: "root error",
      better: "smaller",
      of: Math.sqrt,
      wgsl: "fn sampleMetric(b: u32) -> f32 { let e = output(0u, b) - wanted(0u, b); return e * e; }",
      measure: ({ z, wanted }, b) => (z[b] - wanted(0, b)) ** 2,
    },
    {
      name: "near",
      better: "larger",
      fraction: true,
      over: ({ z, targets, samples }) => z.filter((value, i) => Math.abs(value - targets[i]) < 1.5).length / samples,
    },
  ],
  outputs: () => ["count"],
  width: () => 1,
  targets: ({ y, classes }) => Float32Array.from(y, (c) => Number(classes[c]) / 10),
};
`;
