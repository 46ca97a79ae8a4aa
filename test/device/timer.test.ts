import { afterAll, expect, test, vi } from "vitest";
import { createWebgpuDevice } from "../../src/device/webgpu/device.js";
import { createTimer } from "../../src/device/webgpu/timer.js";

const { gpuDevice, dispose } = await createWebgpuDevice();
afterAll(dispose);

/** Times no work at all, where the GPU's counter reads so in ns before and after. */
async function timeBetween(begin: bigint, end: bigint) {
  const create = gpuDevice.createBuffer.bind(gpuDevice);
  const spy = vi.spyOn(gpuDevice, "createBuffer").mockImplementation((descriptor) => {
    const buffer = create(descriptor);
    if (descriptor.usage & GPUBufferUsage.MAP_READ) buffer.getMappedRange = () => new BigUint64Array([begin, end]).buffer;
    return buffer;
  });
  const timer = createTimer(gpuDevice);
  try {
    return await timer.time([], 3);
  } finally {
    timer.destroy();
    spy.mockRestore();
  }
}

test("the GPU's timestamps are ns", async () => {
  expect(await timeBetween(1_000_000n, 3_500_000n)).toEqual({ ms: 2.5, clock: "gpu" });
});

test.each([
  ["was reset", 5_000_000n, 1_000n],
  ["stands still", 5_000_000n, 5_000_000n],
  ["reads nothing", 0n, 0n],
])("a counter that %s is no time: the host's clock is", async (_, begin, end) => {
  const { ms, clock } = await timeBetween(begin, end);
  expect(clock).toBe("wall");
  expect(ms).toBeGreaterThan(0);
});
