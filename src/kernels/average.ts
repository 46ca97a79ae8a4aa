import shader from "../../shaders/average.wgsl?raw";
import common from "../../shaders/common.wgsl?raw";
import { defineKernel } from "../device/kernel.js";
import { MEANS, sumOfLogs } from "../util/averages.js";

/**
 * The outputs y [outputs, stride] of an ensemble from those of its MEMBERS, z [MEMBERS * outputs, stride], by weights [MEMBERS]:
 * - OF 0: y[c, b] = sum_j weights[j] z_j[c, b];
 * - OF 1: y[c, b] = log(sum_j weights[j] softmax(z_j)[c, b]), so that softmax(y) is the mean of the members' probabilities;
 * - OF 2: y[c, b] = log(p / (1 - p)) with p = sum_j weights[j] / (1 + exp(-z_j[c, b])), the mean of the probabilities of each label.
 *
 * With `before` 0 it overwrites y; else y is that of other members, whose weights sum to `before`. The weights of all sum to 1.
 * A column in which an output of any member is not finite becomes NaN.
 */
export const average = defineKernel({
  name: "average",
  wgsl: common + shader,
  params: { outputs: "u32", stride: "u32", before: "f32" },
  bindings: { z: "read f32", weights: "read f32", y: "readWrite f32" },
  constants: { WG: 64, MEMBERS: 1, OF: 1 },
  workgroups: ({ stride }, { WG }) => Math.ceil(stride / WG),
  twin({ outputs, stride, before }, { z, weights, y }, { MEMBERS, OF }) {
    const own = Array.from({ length: MEMBERS }, (_, j) => ({ weight: weights[j], start: j * outputs * stride }));
    const classes = Array.from({ length: outputs }, (_, c) => c * stride);
    for (let b = 0; b < stride; b++) {
      const columns = own.map(({ start }) => classes.map((at) => z[start + at + b]));
      const finite = columns.every((column) => column.every(Number.isFinite));
      const logSums = OF === 1 ? columns.map(sumOfLogs) : [];
      for (const [c, at] of classes.entries()) {
        const known = before > 0 ? [{ z: y[at + b], weight: OF === 2 ? before : 1, logSum: 0 }] : [];
        const parts = columns.map((column, j) => ({ z: column[c], weight: own[j].weight, logSum: logSums[j] }));
        y[at + b] = finite ? MEANS[OF]([...known, ...parts]) : Number.NaN;
      }
    }
  },
});
