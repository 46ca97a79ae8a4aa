import { afterAll, afterEach, describe, expect, test, vi } from "vitest";
import type { Kernel } from "../../src/device/kernel.js";
import { createWebgpuDevice, type WebgpuDevice } from "../../src/device/webgpu/device.js";
import { gather } from "../../src/kernels/gather.js";
import { loss } from "../../src/kernels/loss.js";
import { mark } from "../../src/kernels/mark.js";
import { sddmm } from "../../src/kernels/sddmm.js";
import { spmm } from "../../src/kernels/spmm.js";
import { spmmT } from "../../src/kernels/spmm-t.js";
import * as compare from "../../src/self-check/compare.js";
import { nameOf } from "../../src/self-check/use.js";
import { loadModel } from "../../src/train/model.js";
import type { TrainOptions } from "../../src/train/options.js";
import type { RunOptions } from "../../src/train/run-options.js";
import { train } from "../../src/train/train.js";
import { storageTuning } from "../../src/tune/storage.js";
import { blobs } from "../train/blobs.js";

// A GPU that computes a kernel wrong, in silence: its driver compiles something else than the shader says.

vi.mock("../../src/device/webgpu/device.js", { spy: true });
vi.mock("../../src/self-check/compare.js", { spy: true });
afterEach(() => void vi.mocked(compare.compareWithTwins).mockClear());

/** The only GPUDevice here: pipelines are compiled once, but for the wrong ones. */
const right = await createWebgpuDevice();
afterAll(() => right.dispose());

/** The device with a driver that makes something else of the shader of a kernel. */
function misled(kernel: string, change: (wgsl: string) => string): Promise<WebgpuDevice> {
  const gpuDevice = new Proxy(right.gpuDevice, {
    get(target, name) {
      if (name === "createShaderModule")
        return ({ label = "", code }: GPUShaderModuleDescriptor) => {
          const compiled = label === kernel ? change(code) : code;
          if (label === kernel) expect(compiled).not.toBe(code);
          return target.createShaderModule({ label, code: compiled });
        };
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
  return createWebgpuDevice({ gpuDevice });
}

/** The right device as if it had just been opened. */
const reopened = (): WebgpuDevice => ({ ...right, info: { ...right.info }, dispose: async () => {} });

const replaced = (from: string, to: string) => (wgsl: string) => wgsl.replace(from, to);
const FAULTS = {
  spmm: replaced("for (; k < end; k += PARTS)", "for (; k + 1u < end; k += PARTS)"),
  "spmm-t": replaced("return values[perm[k]];", "return values[k];"),
  sddmm: replaced("k < end; k += LANES", "k + 1u < end; k += LANES"),
  loss: replaced("value > most", "value >= most"),
  gather: replaced("if (b >= cursor.count)", "if (b + 1u >= cursor.count)"),
  mark: replaced("params.slotStart + start", "1u + params.slotStart + start"),
};
const kernels = { spmm, spmmT, sddmm, loss, gather, mark } as unknown as Record<string, Kernel>;

// Sparse throughout: SwiftShader takes seconds to compile dense kernels. A batch is the whole set, so that evaluation runs what training does.
const set = blobs({ samples: 40, features: 30 });
const options: TrainOptions & RunOptions = { method: "set", hidden: [60, 50], epsilon: 2, output: "fixed", epochs: 2, batch: 40 };

describe("a kernel that the driver gets wrong", () => {
  test.each(Object.entries(FAULTS))("%s is found out", async (name, change) => {
    const kernel = Object.values(kernels).find((other) => other.name === name) as Kernel;
    const use = { kernel, constants: kernel.constants };
    await compare.compareWithTwins(right, [use]);
    await expect(compare.compareWithTwins(await misled(name, change), [use])).rejects.toThrow(`kernel ${name}: `);
  });

  test("is named before anything is trained, also with tune off", async () => {
    const epochs: number[] = [];
    const device = await misled("sddmm", FAULTS.sddmm);
    const run = train({ train: set }, { ...options, device, tune: "off", onEpoch: ({ epoch }) => void epochs.push(epoch) });
    await expect(run).rejects.toMatchObject({
      kind: "failure",
      code: "wrong-kernel",
      message: expect.stringMatching(
        /^webgpu, kernel sddmm: .*SwiftShader.* computes it wrong: in the self-check \w+\[\d+\] is .*, expected .*Update the graphics driver/,
      ),
    });
    expect(epochs).toEqual([]);
  });

  test("of evolutions is named before the first epoch, not in the middle of the run", async () => {
    const device = await misled("mark", FAULTS.mark);
    const onStart = vi.fn();
    await expect(train({ train: set }, { ...options, device, onStart })).rejects.toThrow("kernel mark: ");
    expect(onStart).not.toHaveBeenCalled();
  });

  test("makes auto take the CPU, and the plan says why", async () => {
    const device = await misled("gather", FAULTS.gather);
    vi.mocked(createWebgpuDevice).mockResolvedValueOnce({ ...device, dispose: async () => {} });
    const model = await train({ train: set }, { ...options, device: "auto" });
    expect(model.plan.device).toBe("cpu");
    expect(model.plan.trials[0]).toMatchObject({ device: "webgpu", msPerStep: null });
    expect(model.plan.trials[0].reason).toContain("kernel gather: ");

    // A prediction names it, too, rather than to give a wrong class.
    const loaded = loadModel(device, await model.save());
    await expect(loaded.predict(set.x)).rejects.toThrow("kernel gather: ");
    await Promise.all([loaded.dispose(), model.dispose()]);
  });
});

describe("what was found right", () => {
  const storage = new Map<string, string>();
  const tuning = storageTuning({
    getItem: (key) => storage.get(key) ?? null,
    setItem: (key, text) => void storage.set(key, text),
    removeItem: (key) => void storage.delete(key),
  });
  /** Trains, and tells what was checked, in which goes. */
  const run = async (more: RunOptions & TrainOptions = {}) => {
    const model = await train({ train: set }, { ...options, device: reopened(), tuning, ...more });
    await model.dispose();
    const calls = vi.mocked(compare.compareWithTwins).mock.calls.map(([, uses]) => uses.map(nameOf));
    vi.mocked(compare.compareWithTwins).mockClear();
    return calls;
  };

  test("is remembered by adapter, driver and version, with the constants it ran with", async () => {
    const first = await run();
    expect(first).toHaveLength(1); // all at once, before the first step
    expect(new Set(first[0].map((name) => name.split(" ")[0]))).toEqual(
      new Set("advance gather spmm spmm-t sddmm loss count-signs histogram pick mark carry".split(" ")),
    );
    expect(await run()).toEqual([]);
    const other = await run({ optimizer: { name: "rmsprop" } });
    expect(new Set(other.flat().map((name) => name.split(" ")[0]))).toEqual(new Set(["sddmm"]));

    const text = storage.get("coppice.tuning.checked") ?? "";
    storage.set("coppice.tuning.checked", text.replace("driver", "older driver"));
    expect(await run()).toEqual(first);
    storage.set("coppice.tuning.checked", text.replace(/"version": "[^"]+"/, '"version": "0.0.1"'));
    expect(await run()).toEqual(first);
  });

  test("is known of a device while it is open, without a store", async () => {
    const device = reopened();
    expect(await run({ device, tuning: undefined })).toHaveLength(1);
    expect(await run({ device, tuning: undefined })).toEqual([]);
  });

  test("is not remembered of what was found wrong", async () => {
    storage.clear();
    const device = await misled("sddmm", FAULTS.sddmm);
    await expect(run({ device })).rejects.toThrow("kernel sddmm");
    expect(storage.size).toBe(0);
    await expect(run({ device })).rejects.toThrow("kernel sddmm");
  });

  test("that cannot be read is refused, saying what to do; that cannot be written is told, and the run goes on", async () => {
    storage.set("coppice.tuning.checked", "{}");
    await expect(run()).rejects.toThrow(/coppice.tuning.checked": it is no list of checked kernels .* remove that key/);
    const setItem = () => {
      throw new Error("full");
    };
    const full = storageTuning({ getItem: () => null, setItem, removeItem: () => {} });
    const onStart = vi.fn();
    await run({ tuning: full, onStart });
    expect(onStart.mock.calls[0][0].tuning.problem).toMatch(/coppice.tuning.checked": cannot be written \(full\)/);
  });
});
