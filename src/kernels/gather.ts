import common from "../../shaders/common.wgsl?raw";
import shader from "../../shaders/gather.wgsl?raw";
import { defineKernel } from "../device/kernel.js";

/**
 * x[f, b] = data[order[start + b], f] for b < count, 0 for the pad columns up to `stride`. `data` is sample-major
 * [shardEnd - shardStart, features] and holds the samples [shardStart, shardEnd); `x` is feature-major [features, stride].
 * With several shards each dispatch writes the columns of its own samples.
 */
export const gather = defineKernel({
  name: "gather",
  wgsl: common + shader,
  params: { features: "u32", stride: "u32", shardStart: "u32", shardEnd: "u32" },
  bindings: { cursor: "uniform u32", order: "read u32", data: "read f32", x: "write f32" },
  constants: { WG: 64 },
  workgroups: ({ features, stride }, { WG }) => Math.ceil((features * stride) / 4 / WG),
  twin({ features, stride, shardStart, shardEnd }, { cursor, order, data, x }) {
    const [start, count] = cursor;
    for (let b = 0; b < stride; b++) {
      const sample = b < count ? order[start + b] : 0;
      if (b < count && (sample < shardStart || sample >= shardEnd)) continue;
      const from = (sample - shardStart) * features;
      for (let f = 0; f < features; f++) x[f * stride + b] = b < count ? data[from + f] : 0;
    }
  },
  simd: {
    items: ({ features }) => Math.ceil(features / 16), // FEATURES of assembly/gather.ts
    flop: ({ features, stride }) => 8 * features * stride,
  },
});
