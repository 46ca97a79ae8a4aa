import { createRequire, syncBuiltinESMExports } from "node:module";
import type * as workerThreads from "node:worker_threads";
import { afterAll, afterEach, describe, expect, test } from "vitest";
import { createCpuDevice } from "../../src/device/cpu/device.js";
import type { Device } from "../../src/device/device.js";
import { spmm } from "../../src/kernels/spmm.js";
import type { TrainOptions } from "../../src/train/options.js";
import { train } from "../../src/train/train.js";
import { random } from "../../src/util/random.js";
import { expectEqualBits, expectWithin, integers, normals } from "../kernels/harness.js";
import { randomTopology } from "../kernels/problems.js";
import { multiply } from "../kernels/reference.js";
import { matrixTest, WHOLE } from "../matrix.js";
import { blobs } from "../train/blobs.js";
import { expectSameState, timeless } from "../train/same-runs.js";

/** Workers that a test started, and whether the kernel of the next throws. */
const started: { ended: boolean; worker: workerThreads.Worker }[] = [];
let faulty = false;

// Node's own Worker is replaced: modules that files share with each other are not.
const node: typeof workerThreads = createRequire(import.meta.url)("node:worker_threads");
const { Worker } = node;
node.Worker = class extends Worker {
  constructor(script: string, options: workerThreads.WorkerOptions) {
    const kernel = script.replace("kernel(begin,", "(() => { throw new Error('a fault') })(");
    expect(kernel).not.toBe(script);
    super(faulty ? kernel : script, options);
    faulty = false;
    const entry = { ended: false, worker: this };
    started.push(entry);
    this.once("exit", () => {
      entry.ended = true;
    });
  }
};
syncBuiltinESMExports();
afterEach(() => void started.splice(0));
afterAll(() => {
  node.Worker = Worker;
  syncBuiltinESMExports();
});

const topology = randomTopology(random(1, "cpu"), 257, 300, 0.2);
const batch = 68;

/** A product of 2 Mflop, which is worth dealing to threads. */
async function product(device: Device, draw = normals) {
  const rng = random(2, "cpu");
  const [values, bias, x] = [draw(rng, topology.nnz), draw(rng, 257), draw(rng, 300 * batch)];
  const buffers = {
    cursor: device.createBuffer("cursor", "u32", 4),
    rowPtr: device.createBuffer("rowPtr", "u32", topology.rowPtr),
    colIdx: device.createBuffer("colIdx", "u32", topology.colIdx),
    values: device.createBuffer("values", "f32", values),
    bias: device.createBuffer("bias", "f32", bias),
    x: device.createBuffer("x", "f32", x),
    y: device.createBuffer("y", "f32", 257 * batch),
    z: null,
    parameters: null,
  };
  const unused = { alpha: 0, stream: 0, threshold: 0, keepScale: 1, segments: 0, tableAt: 0, identityAt: 0, partialAt: 0 };
  const params = { ...unused, rows: 257, rowStart: 0, quads: batch / 4, zScale: 1, neurons: 257 };
  const recording = await device.record([spmm.on({ params, buffers })]);
  return {
    run: () => device.run(recording),
    read: async () => (await device.read([buffers.y]))[0],
    expected: () => multiply(topology, values, bias, x, batch).value,
  };
}

describe("threads", () => {
  const set = blobs({ samples: 130, features: 200 });
  const options: TrainOptions = { hidden: [300, 200, 90], epsilon: 12, epochs: 3, batch: 64, dropout: 0.3 };

  async function run(threads: number, more: TrainOptions) {
    const device = createCpuDevice({ threads });
    const model = await train({ train: set }, { ...options, ...more, device });
    const { network } = await model.save();
    await device.dispose();
    return { network, history: timeless(model.history) };
  }

  const RUNS: readonly TrainOptions[] = [
    { method: "npset", activation: "allRelu" },
    { method: "dense", optimizer: { name: "adam" }, activation: "gelu" },
    { method: "set", optimizer: { name: "rmsprop" }, activation: "srelu" },
    { method: "set", optimizer: { name: "lion" } },
    { method: "set", optimizer: { name: "adabelief" } },
  ];
  test.each(WHOLE ? RUNS : RUNS.slice(0, 1))("1, 2 and 3 threads train to the same bits: %o", async (more) => {
    const one = await run(1, more);
    expect(started).toEqual([]);
    for (const threads of [2, 3]) {
      const several = await run(threads, more);
      expectSameState(several.network, one.network);
      expect(several.history).toEqual(one.history);
    }
    expect(started.length).toBe(3);
  });

  test("a thousand jobs in a row give the same bits as one thread", async () => {
    const [one, three] = [createCpuDevice({ threads: 1 }), createCpuDevice({ threads: 3 })];
    const [alone, together] = [await product(one), await product(three)];
    await alone.run();
    const expected = await alone.read();
    for (let i = 0; i < 1000; i++) {
      await together.run();
      if (i % 100 === 0) expectEqualBits(await together.read(), expected, `y of job ${i}`);
    }
    await Promise.all([one.dispose(), three.dispose()]);
  });

  /** Runs jobs until one throws, and gives the event loop turns meanwhile; returns the error. */
  async function untilItFails({ run }: { run(): Promise<void> }): Promise<Error> {
    for (;;) {
      try {
        await run();
      } catch (error) {
        return error as Error;
      }
      await new Promise((resolve) => setTimeout(resolve));
    }
  }

  test("a worker whose kernel throws is an error of the run, then and later: so workers do take part", async () => {
    faulty = true;
    const device = createCpuDevice({ threads: 2 });
    const job = await product(device);
    expect((await untilItFails(job)).message).toMatch(/a worker thread failed: .*threads: 1/);
    await expect(job.run()).rejects.toThrow("a worker thread failed");
    await device.dispose();
  });

  test("a worker that ends is an error of the next run", async () => {
    const device = createCpuDevice({ threads: 2 });
    const job = await product(device);
    await job.run();
    await started[0].worker.terminate();
    expect((await untilItFails(job)).message).toContain("a worker thread failed: it ended with exit code");
    await device.dispose();
  });

  matrixTest("devices that come and go leave no worker behind", async () => {
    for (let i = 0; i < 200; i++) {
      const device = createCpuDevice({ threads: 2 });
      const job = await product(device);
      await job.run();
      await device.dispose();
    }
    expect(started.map(({ ended }) => ended)).toEqual(Array(200).fill(true));
  });
});

describe("typed arrays instead of WebAssembly", () => {
  test("are told of in the device's info, and give the same integers", async () => {
    const [simd, plain] = [createCpuDevice({ threads: 2 }), createCpuDevice({ simd: false })];
    expect(simd.info).toMatchObject({ architecture: "wasm simd", description: "2 threads" });
    expect(plain.info).toMatchObject({ architecture: "typed arrays", description: "1 thread" });
    for (const device of [simd, plain]) {
      const job = await product(device, integers);
      await job.run();
      expectWithin(await job.read(), job.expected(), 0, "y");
      await device.dispose();
    }
  });

  test("train to the same losses within rounding", async () => {
    const set = blobs({ samples: 50, features: 20 });
    const losses = [];
    for (const simd of [true, false]) {
      const device = createCpuDevice({ simd });
      const model = await train({ train: set }, { hidden: [40, 30], epsilon: 5, epochs: 3, batch: 8, dropout: 0.3, device });
      losses.push(model.history.map(({ runningLoss }) => runningLoss));
      await device.dispose();
    }
    expectWithin(losses[0], losses[1], 1e-5, "loss");
  });

  test("cannot be asked for together with what they have not", () => {
    expect(() => createCpuDevice({ simd: true, precision: 64 })).toThrow("f64 has none");
    expect(() => createCpuDevice({ simd: false, threads: 2 })).toThrow("2 threads are asked for, typed arrays have 1");
    expect(() => createCpuDevice({ threads: 0 })).toThrow("threads: 0 is not an integer");
  });
});

describe("memory of WebAssembly", () => {
  test("a buffer beyond 4 GiB is refused with the limit and the way out; the device goes on", async () => {
    const device = createCpuDevice();
    const small = device.createBuffer("small", "f32", Float32Array.of(1, 2, 3));
    expect(() => device.createBuffer("large", "f32", 2 ** 30)).toThrow(
      /"large" of 4294967296 bytes does not fit.*4294901760.*simd: false/,
    );
    expect([...(await device.read([small]))[0]]).toEqual([1, 2, 3]);
    await device.dispose();
  });

  test("a new buffer is zero where another one was, and views stay valid while the memory grows", async () => {
    const device = createCpuDevice();
    const first = device.createBuffer("first", "f32", new Float32Array(1000).fill(7));
    const kept = device.createBuffer("kept", "u32", Uint32Array.of(5, 6));
    device.destroyBuffers([first]);
    const second = device.createBuffer("second", "f32", 1000);
    const large = device.createBuffer("large", "f32", 3_000_000);
    device.write(kept, Uint32Array.of(8), 1);
    const [zeros, words, many] = await device.read([second, kept, large]);
    expect(zeros.every((value) => value === 0)).toBe(true);
    expect([...words]).toEqual([5, 8]);
    expect(many.every((value) => value === 0)).toBe(true);
    await device.dispose();
  });

  test("a buffer cannot be freed twice", async () => {
    const device = createCpuDevice();
    const buffer = device.createBuffer("b", "f32", 10);
    device.destroyBuffers([buffer]);
    expect(() => device.destroyBuffers([buffer])).toThrow('buffer "b" was freed before');
    await device.dispose();
  });
});
