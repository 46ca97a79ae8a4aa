import { createCpuDevice } from "../../src/device/cpu/device.js";
import type { Device } from "../../src/device/device.js";
import { CoppiceError } from "../../src/util/check.js";

const lost = () => new CoppiceError("webgpu: the device was lost (unknown): test", "failure", "device-lost");

/** A device that can be lost, and what was called of it. */
export interface Fragile {
  readonly device: Device;
  readonly calls: readonly string[];
  readonly disposed: boolean;
  /** Lost from now on. */
  lose(): void;
}

/** The CPU's typed arrays in a GPU's clothes: a device that is lost at its call number `at`: promises fail from then on; what returns at once goes on as if nothing were. */
export function fragile(at = Infinity): Fragile {
  const cpu = createCpuDevice({ simd: false });
  const calls: string[] = [];
  let disposed = false;
  const call = (name: string) => void calls.push(name);
  const promise =
    <A extends unknown[], T>(name: string, method: (...args: A) => Promise<T>) =>
    async (...args: A): Promise<T> => {
      call(name);
      if (calls.length > at) throw lost();
      return method.apply(cpu, args);
    };
  const device: Device = {
    ...cpu,
    info: { ...cpu.info, kind: "webgpu", architecture: "test" },
    createBuffer(...args) {
      call("createBuffer");
      return cpu.createBuffer(...args);
    },
    write(...args) {
      call("write");
      cpu.write(...args);
    },
    read: promise("read", cpu.read),
    record: promise("record", cpu.record),
    run: promise("run", cpu.run),
    idle: promise("idle", cpu.idle),
    async dispose() {
      disposed = true;
    },
  };
  return {
    device,
    calls,
    lose() {
      at = calls.length;
    },
    get disposed() {
      return disposed;
    },
  };
}
