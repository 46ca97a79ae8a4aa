import { CoppiceError } from "../../util/check.js";
import type { SimdCall } from "../kernel.js";
import { createAllocator } from "./allocator.js";
import kernels from "./assembly/index.ts?assemblyscript";
import { createThreads, JOB_BYTES } from "./threads.js";

/** Memory that the module's kernels compute in, and the threads that run them. */
export interface Simd {
  /** Address of a new block. Throws when the memory is full. */
  allocate(label: string, bytes: number): number;
  free(address: number): void;
  /** What views are made of: it may be another object after `allocate`, the bytes stay where they are. */
  readonly buffer: ArrayBufferLike;
  run(call: SimdCall): void;
  dispose(): Promise<void>;
}

const PAGE = 65_536;
/** Pages of a WebAssembly memory: 4 GiB but one page, so that the address behind a block fits into 32 bits too. */
const MOST_PAGES = 65_535;
/** Bytes that a WebAssembly memory holds at most. */
export const SIMD_BYTES = MOST_PAGES * PAGE;
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

/** Only address space is taken at first. Throws when there is none. */
function openMemory(): WebAssembly.Memory {
  try {
    return new WebAssembly.Memory({ initial: GROWTH, maximum: MOST_PAGES, shared: true });
  } catch (cause) {
    throw new CoppiceError(
      `cpu device: ${SIMD_BYTES} bytes of addresses cannot be had (${(cause as Error).message}); dispose of other devices, lift the limit on address space (ulimit -v), or use createCpuDevice({ simd: false })`,
      "failure",
    );
  }
}

/** Memory of its own for the kernels of `module`, and `threads` threads that share it. */
export function createSimd(module: WebAssembly.Module, threads: number): Simd {
  const memory = openMemory();
  const allocator = createAllocator((end) => {
    const missing = Math.ceil((end - memory.buffer.byteLength) / PAGE);
    if (missing <= 0) return;
    const room = MOST_PAGES - memory.buffer.byteLength / PAGE;
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
          `cpu device: buffer "${label}" of ${bytes} bytes does not fit: ${memory.buffer.byteLength} of the ${SIMD_BYTES} bytes that WebAssembly can address are taken, or the system gives no more; use a smaller network or batch, or createCpuDevice({ simd: false }), which is slower but has no such limit`,
          "failure",
        );
      }
    },
    free: (address) => allocator.free(address),
    get buffer() {
      return memory.buffer;
    },
    run: pool.run,
    dispose: pool.dispose,
  };
}
