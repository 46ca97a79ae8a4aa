import { afterAll, afterEach, describe, expect, test, vi } from "vitest";
import { createCpuDevice } from "../../src/device/cpu/device.js";
import { createWebgpuDevice, type WebgpuDeviceOptions } from "../../src/device/webgpu/device.js";
import { compareStep } from "../../src/self-check/step.js";
import { train } from "../../src/train/train.js";
import { tuningAdapter } from "../../src/tune/entries.js";
import { coppice } from "../cli/harness.js";
import { matrixTest } from "../matrix.js";
import { blobs } from "../train/blobs.js";

// Kernels that are run by their twins, or beside them: on the right device, and on one whose driver makes something else of a shader.

const right = await createWebgpuDevice();
afterAll(() => right.dispose());
afterEach(() => vi.unstubAllEnvs());

/** The device with a driver that gets sddmm wrong: every row loses its last connection. */
function misled(options: WebgpuDeviceOptions = {}) {
  const gpuDevice = new Proxy(right.gpuDevice, {
    get(target, name) {
      if (name === "createShaderModule")
        return ({ label = "", code }: GPUShaderModuleDescriptor) => {
          const compiled = label === "sddmm" ? code.replace("k < end; k += LANES", "k + 1u < end; k += LANES") : code;
          if (label === "sddmm") expect(compiled).not.toBe(code);
          return target.createShaderModule({ label, code: compiled });
        };
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
  return createWebgpuDevice({ gpuDevice, ...options });
}

const set = blobs({ samples: 40, features: 20, classes: 3 });
const options = { method: "set", hidden: [30, 20], epsilon: 2, output: "fixed", epochs: 2, batch: 40, tune: "off" } as const;

describe("kernels run by their twins", () => {
  matrixTest("are those that are named, and training with a wrong kernel's twin is right", async () => {
    const device = await misled({ twins: ["sddmm"] });
    expect(device.info).toMatchObject({ twins: ["sddmm"], description: expect.stringMatching(/twins of sddmm$/) });
    expect(tuningAdapter(device.info)).not.toBe(tuningAdapter(right.info));
    const [twins, whole] = [
      await train({ train: set }, { ...options, device }),
      await train({ train: set }, { ...options, device: right }),
    ];
    const [a, b] = [await twins.save(), await whole.save()];
    a.network.layers.forEach((layer, i) => {
      const other = b.network.layers[i];
      expect(layer.topology).toEqual(other.topology);
      for (const [k, w] of layer.params.values.entries()) expect(Math.abs(w - other.params.values[k])).toBeLessThan(1e-5);
    });
    await Promise.all([twins.dispose(), whole.dispose()]);
    await expect(train({ train: set }, { ...options, device: await misled() })).rejects.toThrow("kernel sddmm: ");
  });

  test("all of them: a whole run on the host has the CPU's topology", async () => {
    const twins = ["advance", "gather", "spmm", "spmm-t", "sddmm", "loss", "count-signs", "histogram", "pick", "mark", "carry"];
    const device = await createWebgpuDevice({ gpuDevice: right.gpuDevice, twins });
    const cpu = createCpuDevice({ simd: false });
    const [host, plain] = [
      await train({ train: set }, { ...options, device }),
      await train({ train: set }, { ...options, device: cpu }),
    ];
    expect((await host.save()).network).toEqual((await plain.save()).network);
    await Promise.all([host.dispose(), plain.dispose(), cpu.dispose()]);
  });

  test("are named by COPPICE_TWINS, too; the option comes first", async () => {
    vi.stubEnv("COPPICE_TWINS", "spmm, sddmm");
    expect((await misled()).info.twins).toEqual(["spmm", "sddmm"]);
    expect((await misled({ twins: [] })).info.twins).toBeUndefined();
  });

  test("are known, before anything is computed", async () => {
    const device = await createWebgpuDevice({ gpuDevice: right.gpuDevice, twins: ["spm"] });
    await expect(train({ train: set }, { ...options, device })).rejects.toMatchObject({
      kind: "usage",
      message: expect.stringMatching(/^webgpu: twins: .*spm.*spmm/),
    });
    await expect(createWebgpuDevice({ twins: "spmm" as never })).rejects.toThrow("webgpu: twins: ");
  });
});

describe("a training step, kernel by kernel", () => {
  test("is right on the GPU and on the CPU", async () => {
    const cpu = createCpuDevice();
    for (const device of [right, cpu]) {
      const found = await compareStep(device);
      expect(found.filter((one) => !one.right)).toEqual([]);
      expect(new Set(found.map(({ kernel }) => kernel))).toEqual(
        new Set(["advance", "gather", "spmm", "dense", "loss", "dense-t", "dense-update", "spmm-t", "sddmm"]),
      );
      expect(found.some(({ error }) => error > 0)).toBe(true);
    }
    await cpu.dispose();
  });

  test("tells the kernel that is wrong, and none that comes after it", async () => {
    const found = await compareStep(await misled());
    const wrong = found.filter((one) => !one.right);
    expect(new Set(wrong.map(({ kernel }) => kernel))).toEqual(new Set(["sddmm"]));
    expect(wrong[0].error).toBeGreaterThan(1e-3);
    expect(Math.abs(wrong[0].actual - wrong[0].expected)).toBeGreaterThan(0);
  });

  matrixTest("is what coppice info --check prints", async () => {
    const { code, out } = await coppice("info --check --json");
    expect(code).toBe(0);
    const { devices } = JSON.parse(out);
    expect(devices.map(({ step }: { step: unknown[] }) => step.length > 15)).toEqual([true, true]);
    const told = await coppice("info --check");
    expect(told.out).toMatch(/^ {2}spmm {10}y {13}(equal|\d\.\de-\d)$/m);
  });
});
