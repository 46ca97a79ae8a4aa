import { CoppiceError, check } from "../../util/check.js";
import type { Kernel } from "../kernel.js";
import { createAllocator } from "./allocator.js";
import kernels, { blocks } from "./assembly/index.ts?assemblyscript";
import { createThreads, JOB_BYTES, type SimdCall, type Threads } from "./threads.js";

/** Memory that the module's kernels compute in, and the threads that run them. */
export interface Simd extends Threads {
  /** Bytes that the memory may grow to. */
  readonly memoryBytes: number;
  /** Address of a new block. Throws when the memory is full. */
  allocate(label: string, bytes: number): number;
  free(address: number): void;
  /** What views are made of: it may be another object after `allocate`, the bytes stay where they are. */
  readonly buffer: ArrayBufferLike;
}

const MIB = 2 ** 20;
const PAGE = 65_536;
/**
 * Pages of a memory, asked for in turn, as phones do not give 4 GiB of addresses: 4 GiB but one page, so that the address behind a block fits
 * into 32 bits too, 2 GiB, 1 GiB, 512 MiB and 256 MiB.
 */
const SIZES = [65_535, 32_768, 16_384, 8192, 4096];
/** Share of the memory that is left for gaps between buffers that come and go. */
const GAPS = 1 / 4;
/** Pages by which the memory grows at least. */
const GROWTH = 16;

let compiled: WebAssembly.Module | null | undefined;

/**
 * The module of assembly/, compiled once; null where WebAssembly has no SIMD or no shared memory. The memory is a shared one even for
 * one thread: its views stay valid when it grows, and a page may make one, though not send it to a worker, without being cross-origin isolated.
 * Throws where the page's policy forbids to compile it.
 */
export function simdModule(): WebAssembly.Module | null {
  if (compiled === undefined) {
    const bytes = Uint8Array.from(atob(kernels), (char) => char.charCodeAt(0));
    compiled = globalThis.WebAssembly?.validate(bytes) ? compile(bytes) : null;
  }
  return compiled;
}

/** Bytes that are valid fail to compile where a policy forbids it. */
function compile(bytes: Uint8Array<ArrayBuffer>): WebAssembly.Module {
  try {
    return new WebAssembly.Module(bytes);
  } catch (cause) {
    if (!(cause instanceof WebAssembly.CompileError)) throw cause;
    throw new CoppiceError(
      `cpu device: WebAssembly may not be compiled here (${cause.message}); add 'wasm-unsafe-eval' to script-src of the page's Content-Security-Policy, or use createCpuDevice({ simd: false }), which is slower`,
      "failure",
    );
  }
}

/** The export that is a kernel's form in the module, and the block that it reads: the fields of its class, filled by name. */
export function blockOf(
  { name }: Kernel,
  values: Readonly<Record<string, number | undefined>>,
): Pick<SimdCall, "name" | "block"> {
  const camel = name.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());
  const fields = blocks[camel[0].toUpperCase() + camel.slice(1)];
  check(fields !== undefined, "cpu device", () => `kernel "${name}" has no form in the WebAssembly module; leave simd out`);
  const view = new DataView(new ArrayBuffer(4 * fields.length));
  for (const [i, [field, type]] of fields.entries()) {
    const value = values[field];
    check(value !== undefined, "cpu device", () => `internal: kernel "${name}" has no ${field}, which its SIMD form reads`);
    if (type === "f32") view.setFloat32(4 * i, value as number, true);
    else view.setUint32(4 * i, value as number, true);
  }
  return { name: camel, block: new Uint32Array(view.buffer) };
}

/** A memory for kernels, and what it can grow to; `reason` says why that is not all that WebAssembly can address. */
export interface SimdMemory {
  readonly memory: WebAssembly.Memory;
  readonly bytes: number;
  readonly reason?: string;
}

/** The largest memory that the platform gives, or why it gives none that holds `plannedBytes`. Only address space is taken at first. */
export function openMemory(plannedBytes: number): SimdMemory | string {
  let refusal: string | undefined;
  for (const maximum of SIZES) {
    const bytes = maximum * PAGE;
    if (plannedBytes > (1 - GAPS) * bytes)
      return `${refusal ?? "WebAssembly"} leaves no memory for the planned ${Math.ceil(plannedBytes / MIB)} MiB`;
    try {
      const memory = new WebAssembly.Memory({ initial: GROWTH, maximum, shared: true });
      return { memory, bytes, ...(refusal && { reason: refusal }) };
    } catch (cause) {
      refusal = `a memory of ${Math.ceil(bytes / MIB)} MiB was refused (${(cause as Error).message})`;
    }
  }
  return refusal as string;
}

/** Kernels of `module` in that memory, and `threads` threads that share it. */
export function createSimd(module: WebAssembly.Module, { memory, bytes: memoryBytes }: SimdMemory, threads: number): Simd {
  const allocator = createAllocator((end) => {
    const missing = Math.ceil((end - memory.buffer.byteLength) / PAGE);
    if (missing <= 0) return;
    const room = memoryBytes / PAGE - memory.buffer.byteLength / PAGE;
    memory.grow(missing > room ? missing : Math.min(room, Math.max(GROWTH, missing)));
  });
  const pool = createThreads(module, memory, allocator.allocate(JOB_BYTES), threads);
  return {
    allocate(label, bytes) {
      try {
        return allocator.allocate(bytes);
      } catch (cause) {
        if (!(cause instanceof RangeError)) throw cause;
        throw new CoppiceError(
          `cpu device: buffer "${label}" of ${bytes} bytes does not fit: ${memory.buffer.byteLength} of the ${memoryBytes} bytes that WebAssembly can address here are taken, or the system gives no more; use a smaller network or batch, or createCpuDevice({ simd: false }), which is slower but has no such limit`,
          "failure",
          "out-of-memory",
        );
      }
    },
    free: (address) => allocator.free(address),
    get buffer() {
      return memory.buffer;
    },
    memoryBytes,
    get count() {
      return pool.count;
    },
    get reason() {
      return pool.reason;
    },
    run: pool.run,
    dispose: pool.dispose,
  };
}
