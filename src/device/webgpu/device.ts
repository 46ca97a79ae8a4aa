import { twinsAskedFor } from "#gpu";
import { check, checkInteger, checkSignal } from "../../util/check.js";
import { shown } from "../../util/shown.js";
import {
  checkCopy,
  checkEach,
  checkNewBuffer,
  checkWrite,
  type Device,
  type DeviceBuffer,
  type Recording,
  type TypedData,
} from "../device.js";
import { describe, openDevice } from "./adapter.js";
import { watchFaults } from "./faults.js";
import { createMemory } from "./memory.js";
import { checkOptions, type WebgpuDeviceOptions } from "./options.js";
import { createReadBack } from "./read-back.js";
import { createRecorder, type Recorded, type WebgpuBuffer } from "./record.js";
import { createSubmitter } from "./submit.js";
import { createTimer } from "./timer.js";
import { withTwins } from "./twins.js";

export type { WebgpuDeviceOptions };

type WebgpuRecording = Recording & Recorded;

/** A device that runs shaders, and can work on the buffers of the GPUDevice beneath it. */
export interface WebgpuDevice extends Device {
  readonly gpuDevice: GPUDevice;
  /** A buffer of the user's own GPUDevice as a DeviceBuffer; it needs usage STORAGE, and COPY_SRC / COPY_DST to be read / written. Never destroyed here. */
  wrap(buffer: GPUBuffer, type: "f32" | "u32", label?: string): DeviceBuffer;
  /** The GPUBuffer (usage STORAGE, COPY_SRC, COPY_DST) of a buffer of this device, for shaders and passes of your own. It stays the device's. */
  gpuBuffer(buffer: DeviceBuffer): GPUBuffer;
}

/** Opens a WebGPU device: `navigator.gpu` in a page, Dawn (npm package `webgpu`) in Node. Throws when there is no adapter, saying what to do. */
export async function createWebgpuDevice(options: WebgpuDeviceOptions = {}): Promise<WebgpuDevice> {
  checkOptions(options);
  const given = options.gpuDevice;
  const opened = given
    ? { device: given, info: given.adapterInfo, release: () => {} }
    : await openDevice(options.powerPreference);
  const { device } = opened;
  const readBack = createReadBack(device);
  const fault = watchFaults(device);
  const memory = createMemory(device, fault);
  const recorder = createRecorder(device, fault, memory);
  const submitter = createSubmitter(device, fault);
  const timer = createTimer(device);
  const memoryBytes = options.memoryBytes ?? Infinity;
  const bindingBytes = Math.min(options.bindingBytes ?? Infinity, device.limits.maxStorageBufferBindingSize);
  let disposed = false;
  const known = new WeakSet<DeviceBuffer>();
  const checkAlive = () => check(!disposed, "webgpu", () => "the device was disposed of; open another one");
  const own = (buffer: DeviceBuffer): WebgpuBuffer => {
    const fits = typeof buffer === "object" && buffer !== null && known.has(buffer);
    check(fits, "webgpu", () => {
      return `${shown(buffer?.label)} is no buffer that is on the device: it was freed, or is another device's`;
    });
    return buffer as WebgpuBuffer;
  };

  const result: WebgpuDevice = {
    gpuDevice: device,
    info: describe(opened.info),
    limits: { bindingBytes, memoryBytes },
    createBuffer(label, type, initial) {
      checkAlive();
      const length = checkNewBuffer(label, type, initial, "webgpu: createBuffer");
      const bytes = Math.max(16, length * 4);
      const uniform = bytes <= 1024 ? GPUBufferUsage.UNIFORM : 0;
      const gpu = memory.create(
        label,
        bytes,
        GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST | uniform,
        this.limits.memoryBytes,
      );
      const buffer: WebgpuBuffer = { label, type, length, gpu, owned: true };
      known.add(buffer);
      if (typeof initial !== "number") this.write(buffer, initial);
      return buffer;
    },
    wrap(gpu, type, label = gpu?.label) {
      check(typeof gpu?.size === "number" && "usage" in gpu, "webgpu: wrap", () => `${shown(gpu)} is no GPUBuffer`);
      checkNewBuffer(label, type, 0, "webgpu: wrap");
      const buffer = { label, type, length: gpu.size / 4, gpu, owned: false };
      known.add(buffer);
      return buffer;
    },
    gpuBuffer: (buffer) => own(buffer).gpu,
    write(buffer, data, offset = 0) {
      checkAlive();
      own(buffer);
      checkWrite(buffer, data, offset, "webgpu write");
      device.queue.writeBuffer((buffer as WebgpuBuffer).gpu, offset * 4, wordsOf(data));
    },
    copy(from, to) {
      checkAlive();
      const [source, target] = [own(from).gpu, own(to).gpu];
      checkCopy(from, to, "webgpu: copy");
      const encoder = device.createCommandEncoder();
      encoder.copyBufferToBuffer(source, 0, target, 0, 4 * to.length);
      device.queue.submit([encoder.finish()]);
    },
    async read(buffers) {
      checkAlive();
      checkEach(buffers, "webgpu: read", "buffers");
      const asked = Array.from(buffers, (info) => ({ buffer: own(info).gpu, info }));
      fault.throwIfAny();
      const data: TypedData[] = await fault.kept(readBack.read(asked));
      fault.throwIfAny();
      return data;
    },
    destroyBuffers(buffers) {
      checkEach(buffers, "webgpu: destroyBuffers", "buffers");
      for (const buffer of buffers) {
        if (!buffer || !(buffer as WebgpuBuffer).owned) continue;
        known.delete(buffer);
        memory.free((buffer as WebgpuBuffer).gpu);
      }
    },
    async record(dispatches) {
      checkAlive();
      checkEach(dispatches, "webgpu: record", "dispatches");
      return { dispatches, ...(await recorder.record(dispatches, this.limits)) } satisfies WebgpuRecording;
    },
    release: (recording) => memory.free((recording as WebgpuRecording).params),
    async run(recording, times = 1, options = {}) {
      checkAlive();
      check(Array.isArray((recording as WebgpuRecording)?.steps), "webgpu: run", () => "it is no recording of this device");
      checkInteger(times, "webgpu: run: times", 0);
      if (options.signal !== undefined) checkSignal(options.signal, "webgpu: run: signal");
      await submitter.run((recording as WebgpuRecording).steps, times, options);
    },
    async time(recording, times) {
      const timing = await fault.kept(timer.time((recording as WebgpuRecording).steps, times));
      fault.throwIfAny();
      return timing;
    },
    async idle() {
      await fault.kept(device.queue.onSubmittedWorkDone());
      fault.throwIfAny();
    },
    async dispose() {
      if (disposed) return;
      disposed = true;
      fault.stop();
      await Promise.race([device.queue.onSubmittedWorkDone(), device.lost]);
      readBack.destroy();
      timer.destroy();
      recorder.destroy();
      if (!given) device.destroy();
      opened.release();
    },
  };
  const twins = options.twins ?? twinsAskedFor();
  return twins.length > 0 ? withTwins(result, twins) : result;
}

/** What a GPU's buffer takes: f32 or u32 in memory that is not shared, which ends a process in Dawn. */
function wordsOf(data: TypedData): Float32Array<ArrayBuffer> | Uint32Array<ArrayBuffer> {
  if (data instanceof Float64Array) return Float32Array.from(data);
  return (data.buffer instanceof ArrayBuffer ? data : data.slice()) as Float32Array<ArrayBuffer>;
}
