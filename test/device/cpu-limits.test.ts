import { afterEach, describe, expect, test, vi } from "vitest";
import { createCpuDevice } from "../../src/device/cpu/device.js";
import * as browser from "../../src/device/cpu/workers-browser.js";
import * as workers from "../../src/device/cpu/workers-node.js";
import type { Device } from "../../src/device/device.js";
import { deviceName, openDevice } from "../../src/train/devices.js";
import { train } from "../../src/train/train.js";
import { CoppiceError } from "../../src/util/check.js";
import { blobs } from "../train/blobs.js";
import { expectSameState } from "../train/same-runs.js";

// What a phone, a service worker or a page's policy withholds: the CPU device makes do with less, says so, and computes the same bits.

vi.mock("../../src/device/cpu/workers-node.js", { spy: true });
const { startWorker: realStart } = await vi.importActual<typeof workers>("../../src/device/cpu/workers-node.js");
const open: Device[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((device) => device.dispose()));
  vi.unstubAllGlobals();
  vi.mocked(workers.startWorker).mockReset();
  vi.mocked(workers.availableThreads).mockReset();
});

const set = blobs({ samples: 130, features: 200 });
const options = { hidden: [300, 200, 90], epsilon: 12, epochs: 3, batch: 64, dropout: 0.3 };

async function trained(threads: number) {
  const device = createCpuDevice({ threads });
  open.push(device);
  const model = await train({ train: set }, { ...options, device });
  const { network } = await model.save();
  return { network, info: model.device };
}

describe("workers that do not start", () => {
  test.each<[string, typeof workers.startWorker, RegExp]>([
    [
      "are refused at once",
      () => {
        throw new TypeError("URL.createObjectURL is not a function");
      },
      /^1 of 3 threads \(URL.createObjectURL is not a function\)$/,
    ],
    [
      "fail later, as under worker-src 'self'",
      (_script, _data, onEnd) => {
        setTimeout(onEnd, 0, "worker-src", true);
        return { terminate: async () => {} };
      },
      /^1 of 3 threads \(worker-src\)$/,
    ],
    [
      "fail before they take part, in Node",
      (script, data, onEnd) => realStart(script.replace("let seen = 0;", "throw new Error('no room');"), data, onEnd),
      /^1 of 3 threads \(Error: no room\)$/,
    ],
    ["never come to anything", () => ({ terminate: async () => {} }), /^3 threads$/],
  ])("%s: one thread computes the same bits, and the info says why", async (_how, start, description) => {
    const expected = (await trained(1)).network;
    vi.mocked(workers.startWorker).mockImplementation(start);
    const { network, info } = await trained(3);
    expectSameState(network, expected);
    await vi.waitFor(() => expect(info.description).toMatch(description));
    expect(info.threads).toBe(Number.parseInt(info.description, 10));
    expect(deviceName(info)).toContain(info.description);
  });

  test("of which one starts and two do not leave two threads", async () => {
    let started = 0;
    vi.mocked(workers.startWorker).mockImplementation((script, data, onEnd) => {
      if (started++ > 0) throw new Error("no more");
      return realStart(script, data, onEnd);
    });
    const { info } = await trained(4);
    expect(info.description).toBe("2 of 4 threads (no more)");
    expect(started).toBe(2);
  });

  test("are not asked for where the platform tells that there are none", async () => {
    vi.mocked(workers.availableThreads).mockReturnValue({ count: 1, reason: "a service worker" });
    expect(createCpuDevice().info.description).toBe("1 thread (a service worker)");
    expect((await trained(4)).info.description).toBe("1 of 4 threads (a service worker)");
    expect(workers.startWorker).not.toHaveBeenCalled();
  });
});

describe("threads of a page", () => {
  test("are one, with the reason, where URL.createObjectURL or Worker is missing", () => {
    vi.stubGlobal("crossOriginIsolated", true);
    vi.stubGlobal("navigator", { hardwareConcurrency: 6 });
    expect(browser.availableThreads()).toMatchObject({ count: 1, reason: expect.stringContaining("service worker") });
    vi.stubGlobal("Worker", class {});
    expect(browser.availableThreads()).toEqual({ count: 6 });
    vi.stubGlobal("URL", class {});
    expect(browser.availableThreads()).toMatchObject({ count: 1, reason: expect.stringContaining("service worker") });
  });

  test("a worker that may not be sent shared memory is ended, and the error thrown", () => {
    const terminate = vi.fn();
    const postMessage = () => {
      throw new Error("could not be cloned");
    };
    vi.stubGlobal(
      "Worker",
      class {
        terminate = terminate;
        postMessage = postMessage;
      },
    );
    const revoke = vi.spyOn(URL, "revokeObjectURL");
    expect(() => browser.startWorker("", {}, () => {})).toThrow("could not be cloned");
    expect(terminate).toHaveBeenCalledOnce();
    expect(revoke).toHaveBeenCalledOnce();
  });
});

describe("a memory of 4 GiB that is refused", () => {
  /** WebAssembly that gives no more pages than that, and the pages it was asked for. */
  function give(most: number): number[] {
    const asked: number[] = [];
    const { Memory } = WebAssembly;
    const Limited = function Limited(descriptor: WebAssembly.MemoryDescriptor) {
      asked.push(descriptor.maximum as number);
      if ((descriptor.maximum as number) > most) throw new RangeError("could not allocate memory");
      return new Memory(descriptor);
    };
    vi.stubGlobal("WebAssembly", {
      ...WebAssembly,
      validate: () => true,
      Memory: Limited,
      Module: WebAssembly.Module,
      Instance: WebAssembly.Instance,
    });
    return asked;
  }

  test.each([
    [32_768, 2048],
    [20_000, 1024],
    [8192, 512],
    [4096, 256],
  ])("is followed by smaller ones: of %i pages %i MiB are taken", async (most, mib) => {
    const expected = (await trained(2)).network;
    const asked = give(most);
    const { network, info } = await trained(2);
    expect(asked.slice(0, 2)).toEqual([65_535, 32_768]);
    expect(info).toMatchObject({ architecture: "wasm simd", memoryBytes: mib * 2 ** 20, threads: 2 });
    expect(info.description).toMatch(
      new RegExp(`^2 threads, ${mib} MiB of memory \\(a memory of \\d+ MiB was refused \\(could not allocate`),
    );
    expectSameState(network, expected);
  });

  test("is refused by name only when a buffer does not fit into what there is", async () => {
    give(4096);
    const device = createCpuDevice();
    expect(() => device.createBuffer("large", "f32", 2 ** 27)).toThrow(
      /"large" of 536870912 bytes does not fit: \d+ of the 268435456/,
    );
    await device.dispose();
  });

  test("ends in typed arrays, which say so; asked for by name, WebAssembly is an error that says what to do", () => {
    const asked = give(0);
    const { info } = createCpuDevice();
    expect(asked).toEqual([65_535, 32_768, 16_384, 8192, 4096]);
    expect(info).toMatchObject({ architecture: "typed arrays", threads: 1 });
    expect(info.description).toBe("1 thread, no WebAssembly (a memory of 256 MiB was refused (could not allocate memory))");
    expect(() => createCpuDevice({ simd: true })).toThrow(CoppiceError);
    expect(() => createCpuDevice({ simd: true })).toThrow(/256 MiB was refused.*ulimit -v.*leave simd out/);
  });

  test("leaves a run on typed arrays for which what is given is too small", async () => {
    give(8192);
    expect((await openDevice("cpu", undefined, 380e6)).info.architecture).toBe("wasm simd");
    const { info } = await openDevice("cpu", undefined, 420e6);
    expect(info.architecture).toBe("typed arrays");
    expect(info.description).toMatch(/a memory of 1024 MiB was refused .* leaves no memory for the planned 401 MiB/);
  });
});

test("typed arrays take over, and say so, where WebAssembly has no SIMD", async () => {
  vi.resetModules();
  const validate = vi.spyOn(WebAssembly, "validate").mockReturnValue(false);
  const { createCpuDevice } = await import("../../src/device/cpu/device.js");
  expect(createCpuDevice().info).toMatchObject({ architecture: "typed arrays", description: "1 thread" });
  expect(() => createCpuDevice({ simd: true })).toThrow("WebAssembly here has no SIMD");
  validate.mockRestore();
});
