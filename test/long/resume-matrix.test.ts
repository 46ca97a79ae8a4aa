import { afterAll, expect, it } from "vitest";
import { createCpuDevice } from "../../src/device/cpu/device.js";
import type { Device } from "../../src/device/device.js";
import { createWebgpuDevice } from "../../src/device/webgpu/device.js";
import { COMPARED } from "../../src/methods/index.js";
import { planOf } from "../../src/train/devices.js";
import type { StartInfo } from "../../src/train/records.js";
import { train } from "../../src/train/train.js";
import { classCandidates, type VariantTable } from "../../src/tune/table.js";
import { blobs } from "../train/blobs.js";
import { EXTRAS, expectSameResumed, type Kind, kindOf, OPTIMIZERS } from "../train/resumed.js";

// The matrix of test/train/resume-matrix.test.ts, every row of it.

const rows = COMPARED.flatMap((_, m) =>
  Object.keys(OPTIMIZERS).flatMap((_, o) => EXTRAS.map((_, e) => ({ index: m + o + e, kind: kindOf(m, o, e) }))),
);
const webgpu = await createWebgpuDevice();
afterAll(() => webgpu.dispose());

it("on the CPU every method with every optimiser and everything there is to remember resumes from every epoch to the same bits", async () => {
  const device = createCpuDevice({ threads: 1 });
  expect(rows.length).toBe(8 * 8 * 4);
  for (const { kind } of rows) await expectSameResumed(device, kind, (epochs) => Array.from({ length: epochs }, (_, i) => i + 1));
});

it("and on a GPU from one epoch each", async () => {
  for (const { kind, index } of rows) await expectSameResumed(webgpu, kind, (epochs) => [1 + (index % epochs)]);
});

it("kernels that were chosen by timing are those of the resumed run, though nothing remembers them but the checkpoint", async () => {
  for (const m of [0, 1, 5]) {
    const kind = kindOf(m, m, 0);
    const variants = await others(webgpu, kind);
    expect(Object.keys(variants).length).toBeGreaterThan(2);
    await expectSameResumed(webgpu, kind, () => [2], { plan: planOf(webgpu.info, [], variants) });
  }
});

/** For every kernel of a run the last of its variants, which is not the default. */
async function others(device: Device, { options }: Kind): Promise<VariantTable> {
  let tuning: StartInfo["tuning"] | undefined;
  const onStart = (info: StartInfo) => {
    tuning = info.tuning;
  };
  const set = blobs({ samples: 40, features: 16 });
  const once = { ...options, patience: undefined, epochs: 2, evolution: {}, device, tune: "force", tuneMs: 0, onStart } as const;
  await (await train({ train: set }, once)).dispose();
  const shapes = tuning?.tuned ?? [];
  return Object.fromEntries(
    shapes.map(({ kernel, shape }) => [`${kernel} ${shape}`, classCandidates(kernel, shape).at(-1) ?? expect.fail(kernel)]),
  );
}
