import { CoppiceError, check } from "../util/check.js";
import type { FloatArray } from "../util/types.js";
import type { Device, DeviceBuffer, ElementType, Plan, TypedData } from "./device.js";
import type { Dispatch } from "./kernel.js";

interface CpuBuffer extends DeviceBuffer {
  array: TypedData;
}

interface CpuPlan extends Plan {
  readonly calls: readonly (() => void)[];
}

/** How the CPU device computes, and how much memory it may take. */
export interface CpuDeviceOptions {
  /** Bits of a float: 32 (the plain CPU device) or 64 (the oracle of tests). */
  readonly precision?: 32 | 64;
  /** Bytes that buffers may take together; default unlimited. */
  readonly memoryBytes?: number;
  /** Largest binding in bytes; only tests of row blocks and shards set it. */
  readonly bindingBytes?: number;
}

/** Longest stretch of work, in ms, before the event loop gets a turn (callbacks, Ctrl-C, a page's input). */
const SLICE_MS = 30;

/** The CPU as a device: the kernels' twins on typed arrays, one thread. */
export function createCpuDevice(options: CpuDeviceOptions = {}): Device {
  const precision = options.precision ?? 32;
  const Floats = precision === 64 ? Float64Array : Float32Array;
  const bytesOf = (type: ElementType, length: number) => length * (type === "f32" ? precision / 8 : 4);
  const memoryBytes = options.memoryBytes ?? Infinity;
  let used = 0;
  let lastTurn = performance.now(); // of the whole device: many short runs must not starve the event loop either

  const allocate = (type: ElementType, initial: TypedData | number): TypedData => {
    if (type === "u32") return typeof initial === "number" ? new Uint32Array(initial) : Uint32Array.from(initial);
    return typeof initial === "number" ? new Floats(initial) : new Floats(initial);
  };

  return {
    info: {
      kind: "cpu",
      vendor: "",
      architecture: "",
      description: precision === 64 ? "typed arrays, f64" : "typed arrays, 1 thread",
      software: false,
    },
    limits: { bindingBytes: options.bindingBytes ?? Infinity, memoryBytes },
    createBuffer(label, type, initial) {
      const length = typeof initial === "number" ? initial : initial.length;
      const bytes = bytesOf(type, length);
      if (used + bytes > memoryBytes) {
        throw new CoppiceError(
          `cpu device: buffer "${label}" of ${bytes} bytes does not fit: ${used} of ${memoryBytes} bytes are taken; use a smaller network or batch, or raise the memory limit`,
          "failure",
        );
      }
      used += bytes;
      const buffer: CpuBuffer = { label, type, length, array: allocate(type, initial) };
      return buffer;
    },
    write(buffer, data, offset = 0) {
      arrayOf(buffer).set(data, offset);
    },
    async read(buffers) {
      return buffers.map((buffer) => arrayOf(buffer).slice());
    },
    destroyBuffers(buffers) {
      for (const buffer of buffers) {
        if (!buffer) continue;
        used -= bytesOf(buffer.type, buffer.length);
        (buffer as CpuBuffer).array = new Uint32Array(0);
      }
    },
    async record(dispatches) {
      const plan: CpuPlan = { dispatches, calls: dispatches.map(callOf) };
      return plan;
    },
    releasePlan() {},
    async run(plan, times = 1, { signal } = {}) {
      for (let i = 0; i < times; i++) {
        for (const call of (plan as CpuPlan).calls) call();
        if (performance.now() - lastTurn > SLICE_MS) {
          await turn();
          signal?.throwIfAborted();
          lastTurn = performance.now();
        }
      }
      signal?.throwIfAborted();
    },
    async time(plan, times) {
      const start = performance.now();
      await this.run(plan, times);
      return { ms: performance.now() - start, clock: "wall" };
    },
    async idle() {},
    async dispose() {},
  };
}

const none = { u32: new Uint32Array(0), f32: new Float32Array(0) };

function callOf({ kernel, params, buffers, constants }: Dispatch): () => void {
  const arrays: Record<string, FloatArray | Uint32Array> = {};
  for (const [name, binding] of Object.entries(kernel.bindings)) {
    const buffer = buffers[name];
    const type = binding.endsWith("f32") ? "f32" : "u32";
    check(
      !buffer || buffer.type === type,
      `cpu device, ${kernel.name}`,
      () => `${name} is a ${buffer?.type} buffer, expected ${type}`,
    );
    arrays[name] = buffer ? arrayOf(buffer) : none[type];
  }
  return () => kernel.twin(params, arrays as Record<string, never>, constants);
}

function arrayOf(buffer: DeviceBuffer): TypedData {
  return (buffer as CpuBuffer).array;
}

/** One turn of the event loop (timers are throttled to 4 ms in a page, messages are not). */
function turn(): Promise<void> {
  return new Promise((resolve) => {
    const channel = new MessageChannel();
    channel.port1.onmessage = () => {
      channel.port1.close();
      resolve();
    };
    channel.port2.postMessage(null);
  });
}
