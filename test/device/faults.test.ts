import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { watchFaults } from "../../src/device/webgpu/faults.js";

// What is made of the ways in which WebGPU tells of a loss: in any order, or by promises that never settle.

beforeAll(() => void vi.stubGlobal("GPUOutOfMemoryError", class {}));
afterAll(() => void vi.unstubAllGlobals());

/** As much of a GPUDevice as can go wrong. */
function fakeDevice() {
  let lose = (_: { reason: string; message: string }) => {};
  const lost = new Promise((resolve) => {
    lose = resolve;
  });
  const device = new EventTarget();
  Object.assign(device, { lost });
  return {
    faults: watchFaults(device as unknown as GPUDevice),
    device,
    lose: () => lose({ reason: "unknown", message: "reset" }),
  };
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const LOSS = { code: "device-lost", kind: "failure", message: expect.stringContaining("the device was lost (unknown): reset") };

test("a promise that fails shortly before the loss is told of, and one that never settles, fail with the loss", async () => {
  const { faults, lose } = fakeDevice();
  const failed = expect(faults.kept(Promise.reject(new Error("the map was aborted")))).rejects.toMatchObject(LOSS);
  const never = expect(faults.kept(new Promise(() => {}))).rejects.toMatchObject(LOSS);
  await pause(20);
  lose();
  await Promise.all([failed, never]);
  await expect(faults.kept(Promise.resolve(1))).resolves.toBe(1); // what did come about is not lost
  await expect(faults.kept(Promise.reject(new Error("later")))).rejects.toMatchObject(LOSS);
  expect(() => faults.throwIfAny()).toThrow("the device was lost");
});

test("a promise that fails on a device that is not lost fails with the fault behind it, or its own words", async () => {
  const { faults, device } = fakeDevice();
  await expect(faults.kept(Promise.reject(new Error("no such buffer")))).rejects.toMatchObject({
    kind: "failure",
    code: undefined,
    message: "webgpu: no such buffer",
  });
  expect(() => faults.throwIfAny()).not.toThrow();
  const error = Object.assign(new GPUOutOfMemoryError(""), { message: "no memory is left" });
  device.dispatchEvent(Object.assign(new Event("uncapturederror"), { error }));
  await expect(faults.kept(Promise.reject(new Error("the buffer is invalid")))).rejects.toMatchObject({
    code: "out-of-memory",
    message: "webgpu: no memory is left",
  });
  expect(() => faults.throwIfAny()).toThrow("no memory is left");
});

test("a device that was disposed of is not taken for a lost one", async () => {
  const { faults, lose } = fakeDevice();
  const waiting = expect(faults.kept(new Promise(() => {}))).rejects.toMatchObject({
    code: undefined,
    message: "webgpu: the device was disposed while work was under way",
  });
  faults.stop();
  lose();
  await waiting;
});
