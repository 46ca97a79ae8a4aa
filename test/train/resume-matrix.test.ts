import { afterAll, describe, test } from "vitest";
import { createCpuDevice } from "../../src/device/cpu/device.js";
import { COMPARED } from "../../src/methods/index.js";
import { matrixDescribe, WHOLE } from "../matrix.js";
import { sharedGpu } from "../one-gpu.js";
import { expectSameResumed, kindOf, OPTIMIZERS } from "./resumed.js";

// Resumed is the same as uninterrupted, bit for bit. Every method, optimiser and extra with each other, from every epoch: test/long.

const optimizers = Object.keys(OPTIMIZERS).map((_, o) => o);

describe("on the CPU, a run that is resumed ends with the bits of one that was not interrupted:", () => {
  const device = createCpuDevice({ threads: 1 });
  test.each(COMPARED.map((method, m) => [method, m] as const))("%s", async (_, m) => {
    for (const o of WHOLE ? optimizers : [m % optimizers.length]) {
      const kind = kindOf(m, o, (m + o) % 4);
      await expectSameResumed(device, kind, (epochs) => [1 + (o % (epochs - 1)), epochs]);
    }
  });
});

matrixDescribe("on a GPU, too:", async () => {
  const device = await sharedGpu();
  afterAll(() => device.dispose());
  // Few kinds of kernels, as a software adapter takes its time to compile them.
  test.each(COMPARED.map((_, m) => kindOf(m, m % 6, m === 0 ? 0 : 1)))("$name", async (kind) => {
    await expectSameResumed(device, kind, (epochs) => [Math.ceil(epochs / 2)]);
  });
});
