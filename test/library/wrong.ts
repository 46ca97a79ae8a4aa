import { expect } from "vitest";
import { createCpuDevice } from "../../src/device/cpu/device.js";
import type { Device, DeviceBuffer, Recording } from "../../src/device/device.js";
import { CoppiceError } from "../../src/util/check.js";

/** What a program without types may give for a value of each kind. */
export const WRONG: Readonly<Record<string, readonly unknown[]>> = {
  count: [null, Number.NaN, Infinity, -1, 1.5, "3", true, [], {}, Symbol("s"), 10n, () => 1, new Proxy({}, {})],
  number: [null, Number.NaN, -1e300, "0.5", true, [], {}, Symbol("s"), 10n, () => 1, new Proxy({}, {})],
  bytes: [null, Number.NaN, 0, -1, "1GB", true, [], {}, 10n],
  boolean: [null, 0, 1, "true", [], {}],
  name: [null, Number.NaN, 0, true, "", "nonsense", "constructor", "__proto__", [], {}, Symbol("s")],
  text: [null, 0, true, [], {}, Symbol("s")],
  texts: [null, 0, "ab", {}, [1], [null], [undefined], [{}]],
  object: [null, 0, true, "set", [], new Float32Array(4), () => 1, Symbol("s")],
  function: [null, 0, true, "f", [], {}, new Proxy({}, {})],
  device: [null, 0, true, [], {}, new Proxy({}, {}), { createBuffer() {} }],
  floats: [null, 0, "x", {}, [1, 2], new Float64Array(4), new Uint32Array(4), new ArrayBuffer(16), detached(), proxied()],
  bytesArray: [null, 0, "x", {}, [1, 2], new Float32Array(4), new ArrayBuffer(16)],
};

/** An array whose memory was handed over. */
export function detached(): Float32Array {
  const array = new Float32Array(24);
  structuredClone(array, { transfer: [array.buffer] });
  return array;
}

/** An array behind a proxy, as a framework that watches objects makes: it is an instance, but has no elements. */
export function proxied(): Float32Array {
  return new Proxy(new Float32Array(24), {});
}

/** Fails unless `work` ends in one CoppiceError, which says where. */
export async function expectRefused(work: () => unknown, what: string): Promise<CoppiceError> {
  let caught: unknown;
  try {
    await work();
  } catch (error) {
    caught = error;
  }
  expect(caught, `${what} is refused, but got ${caught instanceof Error ? caught.stack : String(caught)}`).toBeInstanceOf(
    CoppiceError,
  );
  const error = caught as CoppiceError;
  expect(error.message, what).toMatch(/: ./);
  return error;
}

/** A name for a value in messages. */
export function nameOf(value: unknown): string {
  if (typeof value === "object" && value !== null) return `${Object.prototype.toString.call(value)} ${Object.keys(value)}`;
  return `${typeof value} ${String(value)}`;
}

/** A CPU device that counts what is on it. */
export function countingDevice(): { device: Device; left(): number } {
  const on = createCpuDevice({ threads: 1 });
  const live = new Set<DeviceBuffer | Recording>();
  const device: Device = {
    ...on,
    createBuffer(label, type, initial) {
      const buffer = on.createBuffer(label, type, initial);
      live.add(buffer);
      return buffer;
    },
    destroyBuffers(buffers) {
      for (const buffer of buffers) {
        on.destroyBuffers([buffer]);
        if (buffer) live.delete(buffer);
      }
    },
    async record(dispatches) {
      const recording = await on.record(dispatches);
      live.add(recording);
      return recording;
    },
    release(recording) {
      on.release(recording);
      live.delete(recording);
    },
  };
  return { device, left: () => live.size };
}
