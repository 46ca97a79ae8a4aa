import { expect, test } from "vitest";
import { DEFAULTS, isUsed, trainOptions } from "../../demo/settings.js";
import { epochsOf, lastEpochOf, type PastEpoch } from "../../demo/worker/reports.js";
import { METHODS, type Method, type MethodName } from "../../src/api/extend.js";
import { createCpuDevice, decodeCheckpoint, encodeCheckpoint, type SavedModel, train } from "../../src/api/index.js";
import { blobs } from "../train/blobs.js";

// Published methods in the page: their own settings are not replaced by the page's, and evolutions within epochs are told rightly.

const NAMES = Object.keys(METHODS) as MethodName[];

test("a method's own zeta and removal are no controls of the page, and training gets the method's", () => {
  for (const method of NAMES) {
    const { evolution, removal }: Method = METHODS[method];
    const given = trainOptions({ ...DEFAULTS, method }).evolution as { zeta?: number; removal?: unknown };
    if (evolution?.zeta !== undefined) expect([isUsed("zeta", method), given.zeta], method).toEqual([false, undefined]);
    if (removal?.amount !== undefined) expect([isUsed("remove", method), given.removal], method).toEqual([false, undefined]);
  }
});

test("what a kept run tells of its epochs is what it told as it went, with evolutions within epochs too", async () => {
  const device = createCpuDevice({ threads: 1 });
  const told: PastEpoch[] = [];
  let saved: SavedModel | undefined;
  const settings = { ...DEFAULTS, method: "rigl", hidden: [12], epsilon: 3, batch: 4, epochs: 6 } as const;
  const options = trainOptions(settings);
  const model = await train(
    { train: blobs({ samples: 60, features: 6 }) },
    {
      ...options,
      evolution: { ...options.evolution, period: "10steps", until: 1 }, // 15 steps an epoch: every second epoch ends with an evolution
      device,
      onCheckpoint: (one) => {
        saved = one;
        told.push(lastEpochOf(0, one));
      },
    },
  );
  await model.dispose();
  await device.dispose();
  const kept = decodeCheckpoint(encodeCheckpoint(saved as SavedModel));
  expect(epochsOf(0, kept)).toEqual(told);
  expect(told.map(({ rewired }) => rewired)).toEqual([false, true, false, true, false, false]); // never after the last
});
