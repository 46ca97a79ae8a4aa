import shader from "../../shaders/average.wgsl?raw";
import common from "../../shaders/common.wgsl?raw";
import { defineKernel } from "../device/kernel.js";

/**
 * The outputs y [outputs, stride] of an ensemble from those of its MEMBERS, z [MEMBERS * outputs, stride], by weights [MEMBERS]:
 * - SOFTMAX 1: y[c, b] = log(sum_j weights[j] softmax(z_j)[c, b]), so that softmax(y) is the mean of the members' probabilities;
 * - SOFTMAX 0: y[c, b] = sum_j weights[j] z_j[c, b].
 *
 * With `begun` 0 it overwrites y; with 1 it adds to the sums that y has of other members. The weights of all sum to 1.
 * A column in which an output of any member is not finite becomes NaN.
 */
export const average = defineKernel({
  name: "average",
  wgsl: common + shader,
  params: { outputs: "u32", stride: "u32", begun: "u32" },
  bindings: { z: "read f32", weights: "read f32", y: "readWrite f32" },
  constants: { WG: 64, MEMBERS: 1, SOFTMAX: 1 },
  workgroups: ({ stride }, { WG }) => Math.ceil(stride / WG),
  twin({ outputs, stride, begun }, { z, weights, y }, { MEMBERS, SOFTMAX }) {
    const own = Array.from({ length: MEMBERS }, (_, j) => ({ weight: weights[j], start: j * outputs * stride }));
    const classes = Array.from({ length: outputs }, (_, c) => c * stride);
    for (let b = 0; b < stride; b++) {
      const columns = own.map(({ start }) => classes.map((at) => z[start + at + b]));
      const finite = columns.every((column) => column.every(Number.isFinite));
      const logScales = SOFTMAX ? columns.map((column, j) => Math.log(own[j].weight) - sumOfLogs(column)) : [];
      for (const [c, at] of classes.entries()) {
        const before = begun ? [y[at + b]] : [];
        const mean = SOFTMAX
          ? sumOfLogs([...before, ...columns.map((column, j) => column[c] + logScales[j])])
          : columns.reduce((sum, column, j) => sum + own[j].weight * column[c], before[0] ?? 0);
        y[at + b] = finite ? mean : Number.NaN;
      }
    }
  },
});

/** log(sum of exp(value)), which does not overflow; -Infinity stands for a summand of 0. */
function sumOfLogs(values: readonly number[]): number {
  const most = values.reduce((a, b) => Math.max(a, b));
  return most + Math.log(values.reduce((sum, value) => sum + Math.exp(value - most), 0));
}
