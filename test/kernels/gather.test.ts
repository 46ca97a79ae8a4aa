import { describe, expect, test } from "vitest";
import type { TypedData } from "../../src/device/device.js";
import { gather } from "../../src/kernels/gather.js";
import { random } from "../../src/util/random.js";
import { devices, expectEqual, expectEqualBits, isPoison, normals, POISON, runKernel, strideOf } from "./harness.js";

const all = await devices();

const cases = [
  { reason: "one value", samples: 1, features: 1, batch: 1, count: 1, start: 0 },
  { reason: "one workgroup, filled", samples: 16, features: 16, batch: 16, count: 16, start: 0 },
  { reason: "nothing divides the workgroup", samples: 50, features: 37, batch: 31, count: 31, start: 7 },
  { reason: "a short batch: the columns beyond it are 0", samples: 40, features: 20, batch: 31, count: 9, start: 31 },
  { reason: "fewer features than a workgroup has invocations", samples: 40, features: 3, batch: 17, count: 17, start: 0 },
  { reason: "one feature, batch 500", samples: 700, features: 1, batch: 500, count: 499, start: 200 },
  { reason: "more workgroups than one grid dimension holds", samples: 2, features: 70_000, batch: 2, count: 2, start: 0, WG: 1 },
].map((shape) => ({ WG: 64, ...shape }));

describe.each(all)("gather on $name", ({ device, f64 }) => {
  describe.each(cases)("$reason", ({ samples, features, batch, count, start, WG }) => {
    test.each([1, 2, 3].filter((shards) => shards <= samples))(
      "the samples named by order come from %d shards",
      async (shards) => {
        const rng = random(1, "gather");
        const data = normals(rng, samples * features);
        const order = Uint32Array.from({ length: samples }, (_, i) => i);
        rng.shuffle(order);
        const stride = strideOf(batch);
        const cursor = Uint32Array.of(start, count, 0, 0);
        let x: TypedData = new Float32Array(new Uint32Array(features * stride).fill(POISON).buffer);
        for (let s = 0; s < shards; s++) {
          const shardStart = Math.floor((s * samples) / shards);
          const shardEnd = Math.floor(((s + 1) * samples) / shards);
          const params = { features, stride, shardStart, shardEnd };
          const own = data.subarray(shardStart * features, shardEnd * features);
          x = (await runKernel(device, gather, { params, arrays: { cursor, order, data: own, x }, constants: { WG } })).x;
        }
        const expected = new Float32Array(features * stride);
        for (let f = 0; f < features; f++) {
          for (let b = 0; b < count; b++) expected[f * stride + b] = data[order[start + b] * features + f];
        }
        if (f64) expectEqual(x, expected, "x");
        else expectEqualBits(x, expected, "x");
      },
    );
  });

  test("a shard leaves the columns of other shards' samples alone", async () => {
    const params = { features: 2, stride: 4, shardStart: 1, shardEnd: 2 };
    const arrays = { cursor: Uint32Array.of(0, 3, 0, 0), order: Uint32Array.of(2, 1, 0), data: Float32Array.of(5, 6), x: 8 };
    const { x } = await runKernel(device, gather, { params, arrays });
    expect(Array.from(x, (value, i) => (isPoison(x, i) ? "untouched" : value))).toEqual([
      "untouched",
      5,
      "untouched",
      0,
      "untouched",
      6,
      "untouched",
      0,
    ]);
  });
});
