import { afterEach, expect, test, vi } from "vitest";
import { createCpuDevice } from "../../src/device/cpu/device.js";
import type * as webgpu from "../../src/device/webgpu/device.js";
import { createWebgpuDevice, type WebgpuDevice } from "../../src/device/webgpu/device.js";
import type { TrainOptions } from "../../src/train/options.js";
import type { RunOptions } from "../../src/train/run-options.js";
import { train } from "../../src/train/train.js";
import { CoppiceError } from "../../src/util/check.js";
import { blobs } from "./blobs.js";

// What becomes of device "auto" where one of the devices fails.

vi.mock("../../src/device/webgpu/device.js", { spy: true });
vi.mock("../../src/device/cpu/device.js", { spy: true });

const set = blobs();
const options: TrainOptions & RunOptions = { method: "static", hidden: [20], epsilon: 4, epochs: 1, batch: 10, device: "auto" };

afterEach(() => void vi.restoreAllMocks());

/** WebAssembly as it is under a Content-Security-Policy without 'wasm-unsafe-eval'. No test here may compile it: that is done once. */
function forbidWebAssembly() {
  vi.spyOn(WebAssembly, "Module").mockImplementation(function forbidden() {
    throw new WebAssembly.CompileError("violates the following Content Security policy directive");
  });
}

test("where a policy forbids WebAssembly, the CPU device says which one, and works on typed arrays", async () => {
  forbidWebAssembly();
  expect(() => createCpuDevice()).toThrow(
    /^cpu device: .*violates the following.*'wasm-unsafe-eval'.* Content-Security-Policy, or use createCpuDevice\(\{ simd: false \}\)/,
  );
  expect(createCpuDevice({ simd: false }).info.architecture).toBe("typed arrays");
});

test("where a policy forbids WebAssembly, auto trains on the GPU and lists the reason", async () => {
  forbidWebAssembly();
  const model = await train({ train: set }, options);
  expect(model.plan.device).toBe("webgpu");
  expect(model.plan.trials[1]).toMatchObject({ device: "cpu", msPerStep: null });
  expect(model.plan.trials[1].reason).toContain("Content-Security-Policy");
  await model.dispose();
});

/** An error as a platform or a driver throws it. */
const unforeseen = (): never => {
  throw new TypeError("unforeseen");
};

test.each(["webgpu", "cpu"] as const)(
  "an error of the %s device that nobody foresaw is listed, and auto trains on the other",
  async (kind) => {
    if (kind === "cpu") vi.mocked(createCpuDevice).mockImplementationOnce(unforeseen);
    else vi.mocked(createWebgpuDevice).mockImplementationOnce(unforeseen);
    const model = await train({ train: set }, options);
    expect(model.plan.device).not.toBe(kind);
    expect(model.plan.trials.find(({ device }) => device === kind)).toMatchObject({
      msPerStep: null,
      reason: "TypeError: unforeseen",
    });
    await model.dispose();
  },
);

test("an error in the middle of a trial leaves no device open", async () => {
  const { createWebgpuDevice: open } = await vi.importActual<typeof webgpu>("../../src/device/webgpu/device.js");
  vi.mocked(createWebgpuDevice).mockImplementationOnce(async () => ({ ...(await open()), record: unforeseen }));
  const model = await train({ train: set }, options);
  expect(model.plan.trials).toMatchObject([{ device: "webgpu", reason: "TypeError: unforeseen" }, { device: "cpu" }]);
  const gpu: WebgpuDevice = await vi.mocked(createWebgpuDevice).mock.results.at(-1)?.value;
  expect((await gpu.gpuDevice.lost).reason).toBe("destroyed");
  await model.dispose();
});

test("where no device is left, auto says why of each", async () => {
  vi.mocked(createCpuDevice).mockImplementationOnce(unforeseen);
  vi.mocked(createWebgpuDevice).mockRejectedValueOnce(new CoppiceError("webgpu: no adapter", "failure"));
  await expect(train({ train: set }, options)).rejects.toThrow(
    "device auto: no device can train this network: webgpu: no adapter; TypeError: unforeseen",
  );
});
