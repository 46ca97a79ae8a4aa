import { CoppiceError, check } from "../../util/check.js";
import type { Faults } from "./faults.js";

/** The buffers that were made on a GPUDevice. */
export interface GpuMemory {
  /** A new buffer. Throws when it is above the adapter's limit, or all together would take more than `memoryBytes`. */
  create(label: string, bytes: number, usage: number, memoryBytes: number): GPUBuffer;
  free(buffer: GPUBuffer): void;
  /** Throws when the device had no room for a buffer: it tells that late. */
  checkAllocations(): Promise<void>;
}

export function createMemory(device: GPUDevice, { kept }: Faults): GpuMemory {
  const allocations: Promise<string | undefined>[] = []; // what did not fit
  let used = 0;
  return {
    create(label, bytes, usage, memoryBytes) {
      check(bytes <= device.limits.maxBufferSize, "webgpu", () => {
        return `buffer "${label}" of ${bytes} bytes is above the adapter's limit of ${device.limits.maxBufferSize} bytes a buffer; use a smaller network or batch`;
      });
      if (used + bytes > memoryBytes)
        throw outOfMemory(
          `buffer "${label}" of ${bytes} bytes does not fit: ${used} of ${memoryBytes} bytes are taken; use a smaller network or batch, or raise the memory limit`,
        );
      device.pushErrorScope("out-of-memory");
      const buffer = device.createBuffer({ label, size: bytes, usage });
      const failed = kept(device.popErrorScope()).then((error) => (error ? `buffer "${label}" of ${bytes} bytes` : undefined));
      failed.catch(() => {}); // `checkAllocations` is told, if it comes to that
      allocations.push(failed);
      used += bytes;
      return buffer;
    },
    free(buffer) {
      used -= buffer.size;
      buffer.destroy();
    },
    async checkAllocations() {
      const failed = (await Promise.all(allocations.splice(0))).find((label) => label !== undefined);
      if (failed)
        throw outOfMemory(`the device ran out of memory at ${failed} with ${used} bytes taken; use a smaller network or batch`);
    },
  };
}

const outOfMemory = (what: string) => new CoppiceError(`webgpu: ${what}`, "failure", "out-of-memory");
