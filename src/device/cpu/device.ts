import { CoppiceError, check, checkBoolean, checkInteger, checkKeys, checkLimit, checkSignal } from "../../util/check.js";
import { shown } from "../../util/shown.js";
import type { DeviceBuffer, ElementType, TypedData } from "../buffer.js";
import { checkCopy, checkEach, checkNewBuffer, checkWrite, type Device, type Recording } from "../device.js";
import { type CpuBuffer, callOf } from "./call.js";
import { createSimd, openMemory, type Simd, type SimdMemory, simdModule } from "./simd.js";
import { availableThreads } from "./threads.js";

interface CpuRecording extends Recording {
  readonly calls: readonly (() => void)[];
}

/** How the CPU device computes, and how much memory it may take. */
export interface CpuDeviceOptions {
  /** Bits of a float: 32 (default), or 64 (the oracle of tests: the twins on typed arrays). */
  readonly precision?: 32 | 64;
  /**
   * The hot loops in WebAssembly SIMD (default where there is any, with memory for it), or all kernels on typed arrays, slower and without a
   * limit of 4 GiB.
   */
  readonly simd?: boolean;
  /** Threads of the hot loops, of WebAssembly only; default: as many as run at once. They change no bit of a result, and are fewer where no more start. */
  readonly threads?: number;
  /** Bytes that buffers are planned to take: where WebAssembly gets no memory for them, typed arrays are used. Default 0. */
  readonly plannedBytes?: number;
  /** Bytes that buffers may take together; default unlimited. */
  readonly memoryBytes?: number;
  /** Largest binding in bytes; only tests of row blocks and shards set it. */
  readonly bindingBytes?: number;
}

/** The architecture of a device without WebAssembly SIMD. */
export const TYPED_ARRAYS = "typed arrays";

/** Longest stretch of work, in ms, before the event loop gets a turn (callbacks, Ctrl-C, a page's input). */
const SLICE_MS = 30;

/**
 * The CPU as a device: kernels in WebAssembly SIMD on several threads where they have such a form, else their twins on typed arrays. Its info
 * says how many threads and how much memory it has, and why where that is less than asked or usual. Throws on options that contradict each
 * other, and with `simd: true` where there is none.
 */
export function createCpuDevice(options: CpuDeviceOptions = {}): Device {
  checkOptions(options);
  const precision = options.precision ?? 32;
  const opened = openSimd(options);
  const { simd } = opened;
  const Floats = precision === 64 ? Float64Array : Float32Array;
  const bytesOf = (type: ElementType, length: number) => length * (type === "f32" ? precision / 8 : 4);
  const memoryBytes = options.memoryBytes ?? Infinity;
  let used = 0;
  const live = new Set<DeviceBuffer>();
  const recordings = new WeakSet<Recording>();
  /** Pieces without a SIMD form that were recorded, as the info tells of them. */
  const plain = new Set<string>();
  let disposed = false;
  const checkAlive = () => check(!disposed, WHERE, () => "it was disposed of; open another one");
  const own = (buffer: DeviceBuffer): CpuBuffer => {
    check(live.has(buffer), WHERE, () => {
      return `${shown(buffer?.label)} is no buffer that is on it: it was freed, or is another device's`;
    });
    return buffer as CpuBuffer;
  };
  let lastTurn = performance.now(); // of the whole device: many short runs must not starve the event loop either

  const allocate = (label: string, type: ElementType, length: number): CpuBuffer => {
    const Elements = type === "u32" ? Uint32Array : Floats;
    const address = simd ? simd.allocate(label, 4 * length) : 0;
    const array = simd ? new Elements(simd.buffer as ArrayBuffer, address, length) : makeArray(label, Elements, length);
    return { label, type, length, address, array };
  };

  return {
    info: {
      kind: "cpu",
      vendor: "",
      // What fixes the bits of results; threads do not.
      architecture: simd ? "wasm simd" : precision === 64 ? `${TYPED_ARRAYS}, f64` : TYPED_ARRAYS,
      get description() {
        return [describe(opened), ...plain].join(", ");
      },
      get threads() {
        return simd?.count ?? 1;
      },
      ...(simd && { memoryBytes: simd.memoryBytes }),
      software: false,
    },
    limits: { bindingBytes: options.bindingBytes ?? Infinity, memoryBytes },
    createBuffer(label, type, initial) {
      checkAlive();
      const length = checkNewBuffer(label, type, initial, `${WHERE}: createBuffer`);
      const bytes = bytesOf(type, length);
      if (used + bytes > memoryBytes) {
        throw new CoppiceError(
          `cpu device: buffer "${label}" of ${bytes} bytes does not fit: ${used} of ${memoryBytes} bytes are taken; use a smaller network or batch, or raise the memory limit`,
          "failure",
          "out-of-memory",
        );
      }
      const buffer = allocate(label, type, length);
      if (typeof initial !== "number") buffer.array.set(initial);
      else if (simd) buffer.array.fill(0); // a block that was in use before
      used += bytes;
      live.add(buffer);
      return buffer;
    },
    write(buffer, data, offset = 0) {
      checkAlive();
      const { array } = own(buffer);
      checkWrite(buffer, data, offset, `${WHERE}: write`);
      array.set(data, offset);
    },
    copy(from, to) {
      checkAlive();
      const { array } = own(to);
      checkCopy(from, to, `${WHERE}: copy`);
      array.set(own(from).array.subarray(0, to.length));
    },
    async read(buffers) {
      checkAlive();
      checkEach(buffers, `${WHERE}: read`, "buffers");
      return Array.from(buffers, (buffer) => own(buffer).array.slice());
    },
    destroyBuffers(buffers) {
      checkEach(buffers, `${WHERE}: destroyBuffers`, "buffers");
      for (const buffer of buffers) {
        if (!buffer) continue;
        check(live.delete(buffer), "cpu device", () => `buffer "${buffer.label}" was freed before, or is another device's`);
        used -= bytesOf(buffer.type, buffer.length);
        simd?.free((buffer as CpuBuffer).address);
        (buffer as CpuBuffer).array = new Uint32Array(0);
      }
    },
    async record(dispatches) {
      checkAlive();
      checkEach(dispatches, `${WHERE}: record`, "dispatches");
      const recording: CpuRecording = { dispatches, calls: dispatches.map((dispatch) => callOf(dispatch, simd, plain)) };
      recordings.add(recording);
      return recording;
    },
    release(recording) {
      recordings.delete(recording);
    },
    async run(recording, times = 1, { signal, hold } = {}) {
      checkAlive();
      check(recordings.has(recording), WHERE, () => "run: it is no recording of this device, or one that was released");
      checkInteger(times, `${WHERE}: run: times`, 0);
      if (signal !== undefined) checkSignal(signal, `${WHERE}: run: signal`);
      for (let i = 0; i < times; i++) {
        for (const call of (recording as CpuRecording).calls) {
          call();
          if (performance.now() - lastTurn <= SLICE_MS) continue;
          await turn();
          await hold?.();
          signal?.throwIfAborted();
          checkAlive();
          lastTurn = performance.now();
        }
      }
      signal?.throwIfAborted();
    },
    async time(recording, times) {
      const start = performance.now();
      await this.run(recording, times);
      return { ms: performance.now() - start, clock: "wall" };
    },
    async idle() {},
    async dispose() {
      disposed = true;
      await simd?.dispose();
    },
  };
}

const WHERE = "cpu device";

function checkOptions(options: CpuDeviceOptions): void {
  const known = { precision: true, simd: true, threads: true, plannedBytes: true, memoryBytes: true, bindingBytes: true };
  checkKeys(options, known, `${WHERE}: option`);
  const { precision = 32, simd, threads } = options;
  check(precision === 32 || precision === 64, `${WHERE}: precision`, () => `${shown(precision)} is neither 32 nor 64`);
  if (simd !== undefined) checkBoolean(simd, `${WHERE}: simd`);
  if (threads !== undefined) checkInteger(threads, `${WHERE}: threads`, 1, 1024);
  for (const key of ["plannedBytes", "memoryBytes", "bindingBytes"] as const)
    if (options[key] !== undefined) checkLimit(options[key], `${WHERE}: ${key}`);
}

/** Zeros outside of WebAssembly. Throws where the system has no memory for them, or no array is that long. */
function makeArray(label: string, Elements: new (length: number) => TypedData, length: number): TypedData {
  try {
    return new Elements(length);
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    throw new CoppiceError(
      `${WHERE}: buffer "${label}" of ${length} elements does not fit: ${cause.message}; use a smaller network or batch`,
      "failure",
      "out-of-memory",
    );
  }
}

/** The WebAssembly side of a device, null for none, with what was asked of it and why it has less. */
interface Opened {
  readonly simd: Simd | null;
  readonly threads: number;
  readonly fewerThreads?: string;
  readonly lessMemory?: string;
}

/** The WebAssembly side that the options ask for, or that the platform can give. */
function openSimd(options: CpuDeviceOptions): Opened {
  const module = options.precision === 64 || options.simd === false ? null : simdModule();
  check(!options.simd || module !== null, WHERE, () => {
    return `simd is asked for, but ${options.precision === 64 ? "f64 has none" : "WebAssembly here has no SIMD"}; leave it out`;
  });
  if (module === null) {
    check((options.threads ?? 1) === 1, WHERE, () => `${options.threads} threads are asked for, typed arrays have 1`);
    return { simd: null, threads: 1 };
  }
  const memory = openMemory(options.plannedBytes ?? 0);
  if (typeof memory === "string") {
    if (!options.simd) return { simd: null, threads: 1, lessMemory: memory };
    throw new CoppiceError(
      `${WHERE}: simd is asked for, but ${memory}; dispose of other devices, lift the limit on address space (ulimit -v), or leave simd out`,
      "failure",
    );
  }
  return openThreads(module, memory, options.threads);
}

function openThreads(module: WebAssembly.Module, memory: SimdMemory, asked: number | undefined): Opened {
  const available = availableThreads();
  const threads = asked ?? available.count;
  const { reason } = available; // with it, none can be started
  return {
    simd: createSimd(module, memory, reason === undefined ? threads : 1),
    threads,
    ...(reason !== undefined && { fewerThreads: reason }),
    ...(memory.reason !== undefined && { lessMemory: memory.reason }),
  };
}

/** "2 threads", and what is less than asked or usual, with the reason. */
function describe({ simd, threads, fewerThreads, lessMemory }: Opened): string {
  const count = simd?.count ?? 1;
  const of = count < threads ? ` of ${threads}` : "";
  const why = simd?.reason ?? fewerThreads;
  const parts = [`${count}${of} ${Math.max(count, threads) === 1 ? "thread" : "threads"}${why ? ` (${why})` : ""}`];
  if (simd && lessMemory) parts.push(`${simd.memoryBytes / 2 ** 20} MiB of memory (${lessMemory})`);
  else if (lessMemory) parts.push(`no WebAssembly (${lessMemory})`);
  return parts.join(", ");
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
