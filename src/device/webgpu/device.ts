import { findGpu, twinsAskedFor } from "#gpu";
import {
  CoppiceError,
  check,
  checkInteger,
  checkKeys,
  checkLimit,
  checkOneOf,
  checkSignal,
  checkTexts,
} from "../../util/check.js";
import { shown } from "../../util/shown.js";
import {
  checkEach,
  checkNewBuffer,
  checkWrite,
  type Device,
  type DeviceBuffer,
  type DeviceInfo,
  type DeviceLimits,
  type Plan,
  type TypedData,
} from "../device.js";
import type { Dispatch } from "../kernel.js";
import { watchFaults } from "./faults.js";
import { createPipelines } from "./pipelines.js";
import { createReadBack } from "./read-back.js";
import { createSubmitter, type WebgpuStep } from "./submit.js";
import { createTimer } from "./timer.js";
import { withTwins } from "./twins.js";

interface WebgpuBuffer extends DeviceBuffer {
  readonly gpu: GPUBuffer;
  readonly owned: boolean;
}

interface WebgpuPlan extends Plan {
  readonly steps: readonly WebgpuStep[];
  readonly params: GPUBuffer;
}

/** A device that runs shaders, and can work on the buffers of the GPUDevice beneath it. */
export interface WebgpuDevice extends Device {
  readonly gpuDevice: GPUDevice;
  /** A buffer of the user's own GPUDevice as a DeviceBuffer; it needs usage STORAGE, and COPY_SRC / COPY_DST to be read / written. Never destroyed here. */
  wrap(buffer: GPUBuffer, type: "f32" | "u32", label?: string): DeviceBuffer;
  /** The GPUBuffer (usage STORAGE, COPY_SRC, COPY_DST) of a buffer of this device, for shaders and passes of your own. It stays the device's. */
  gpuBuffer(buffer: DeviceBuffer): GPUBuffer;
}

/** Which GPU to use, and how much of it. */
export interface WebgpuDeviceOptions {
  /** The user's own device; it is not destroyed by `dispose`. Default: one is requested, with the adapter's limits. */
  readonly gpuDevice?: GPUDevice;
  readonly powerPreference?: "low-power" | "high-performance";
  /** Bytes that buffers may take together; default unlimited (a GPU does not tell what it has). */
  readonly memoryBytes?: number;
  /** Largest binding in bytes, below the adapter's own limit; only tests of row blocks and shards set it. */
  readonly bindingBytes?: number;
  /**
   * Kernels that run as their CPU twins, to find the one that computes wrong: slow (docs/debugging-a-kernel.md). In Node the environment
   * variable COPPICE_TWINS says it too: `COPPICE_TWINS=spmm,sddmm`. `info.twins` names them. Default none.
   */
  readonly twins?: readonly string[];
}

/** Opens a WebGPU device: `navigator.gpu` in a page, Dawn (npm package `webgpu`) in Node. Throws when there is no adapter, saying what to do. */
export async function createWebgpuDevice(options: WebgpuDeviceOptions = {}): Promise<WebgpuDevice> {
  checkOptions(options);
  const given = options.gpuDevice;
  const opened = given
    ? { device: given, info: given.adapterInfo, release: () => {} }
    : await openDevice(options.powerPreference);
  const { device } = opened;
  const pipelines = createPipelines(device);
  const readBack = createReadBack(device);
  const fault = watchFaults(device);
  const submitter = createSubmitter(device, fault);
  const timer = createTimer(device);
  const placeholders: GPUBuffer[] = []; // one for each binding index: a writable binding may not share its buffer with another
  const allocations: Promise<string | undefined>[] = []; // what did not fit; read by `record`
  const memoryBytes = options.memoryBytes ?? Infinity;
  const bindingBytes = Math.min(options.bindingBytes ?? Infinity, device.limits.maxStorageBufferBindingSize);
  let used = 0;
  let disposed = false;
  const known = new WeakSet<DeviceBuffer>();
  const checkAlive = () => check(!disposed, "webgpu", () => "the device was disposed of; open another one");
  const own = (buffer: DeviceBuffer): WebgpuBuffer => {
    const fits = typeof buffer === "object" && buffer !== null && known.has(buffer);
    check(
      fits,
      "webgpu",
      () => `${shown(buffer?.label)} is no buffer that is on the device: it was freed, or is another device's`,
    );
    return buffer as WebgpuBuffer;
  };

  const createGpuBuffer = (label: string, bytes: number, usage: number, memoryBytes: number): GPUBuffer => {
    check(
      bytes <= device.limits.maxBufferSize,
      "webgpu",
      () =>
        `buffer "${label}" of ${bytes} bytes is above the adapter's limit of ${device.limits.maxBufferSize} bytes a buffer; use a smaller network or batch`,
    );
    if (used + bytes > memoryBytes) {
      throw new CoppiceError(
        `webgpu: buffer "${label}" of ${bytes} bytes does not fit: ${used} of ${memoryBytes} bytes are taken; use a smaller network or batch, or raise the memory limit`,
        "failure",
        "out-of-memory",
      );
    }
    device.pushErrorScope("out-of-memory");
    const buffer = device.createBuffer({ label, size: bytes, usage });
    const failed = fault
      .kept(device.popErrorScope())
      .then((error) => (error ? `buffer "${label}" of ${bytes} bytes` : undefined));
    failed.catch(() => {}); // `record` is told, if it comes to that
    allocations.push(failed);
    used += bytes;
    return buffer;
  };

  const checkAllocations = async () => {
    const failed = (await Promise.all(allocations.splice(0))).find((label) => label !== undefined);
    if (failed)
      throw new CoppiceError(
        `webgpu: the device ran out of memory at ${failed} with ${used} bytes taken; use a smaller network or batch`,
        "failure",
        "out-of-memory",
      );
  };

  const bindingOf = (dispatch: Dispatch, name: string, index: number, { bindingBytes }: DeviceLimits): GPUBufferBinding => {
    const buffer = dispatch.buffers[name];
    if (!buffer) {
      placeholders[index] ??= createGpuBuffer(
        `placeholder ${index}`,
        16,
        GPUBufferUsage.STORAGE | GPUBufferUsage.UNIFORM,
        Infinity,
      );
      return { buffer: placeholders[index] };
    }
    const where = `webgpu, ${dispatch.kernel.name}`;
    const [access, type] = dispatch.kernel.bindings[name].split(" ");
    check(buffer.type === type, where, () => `${name} is a ${buffer.type} buffer, expected ${type}`);
    const bytes = (buffer as WebgpuBuffer).gpu.size;
    check(
      access === "uniform" || bytes <= bindingBytes,
      where,
      () =>
        `${name} ("${buffer.label}") takes ${bytes} bytes, the adapter binds at most ${bindingBytes}; use a smaller network or batch`,
    );
    return { buffer: (buffer as WebgpuBuffer).gpu };
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
      const gpu = createGpuBuffer(
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
      const words = data instanceof Float64Array ? Float32Array.from(data) : data;
      device.queue.writeBuffer(
        (buffer as WebgpuBuffer).gpu,
        offset * 4,
        words as Float32Array<ArrayBuffer> | Uint32Array<ArrayBuffer>,
      );
    },
    async read(buffers) {
      checkAlive();
      checkEach(buffers, "webgpu: read", "buffers");
      for (const buffer of buffers) own(buffer);
      fault.throwIfAny();
      const data: TypedData[] = await fault.kept(
        readBack.read(buffers.map((info) => ({ buffer: (info as WebgpuBuffer).gpu, info }))),
      );
      fault.throwIfAny();
      return data;
    },
    destroyBuffers(buffers) {
      checkEach(buffers, "webgpu: destroyBuffers", "buffers");
      for (const buffer of buffers) {
        if (!buffer || !(buffer as WebgpuBuffer).owned) continue;
        known.delete(buffer);
        used -= (buffer as WebgpuBuffer).gpu.size;
        (buffer as WebgpuBuffer).gpu.destroy();
      }
    },
    async record(dispatches) {
      checkAlive();
      checkEach(dispatches, "webgpu: record", "dispatches");
      await checkAllocations();
      const compiled = await fault.kept(Promise.all(dispatches.map(pipelines.pipeline)));
      const params = packParams(dispatches);
      const bindings = dispatches.map((dispatch) =>
        Object.keys(dispatch.kernel.bindings).map((name, k) => bindingOf(dispatch, name, k, this.limits)),
      );
      const grids = dispatches.map(({ kernel, params, constants }) => fold(kernel.name, kernel.workgroups(params, constants)));
      const buffer = createGpuBuffer(
        "params",
        Math.max(16, params.byteLength),
        GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST,
        this.limits.memoryBytes,
      );
      device.queue.writeBuffer(buffer, 0, params);
      device.pushErrorScope("validation"); // nothing throws before it is popped
      const steps = dispatches.map(({ kernel }, i): WebgpuStep => {
        const uniform = { buffer, offset: i * PARAMS_BYTES, size: PARAMS_BYTES };
        const bindGroup = device.createBindGroup({
          label: kernel.name,
          layout: pipelines.layout(kernel),
          entries: [uniform, ...bindings[i]].map((resource, binding) => ({ binding, resource })),
        });
        return { pipeline: compiled[i], bindGroup, ...grids[i] };
      });
      const plan: WebgpuPlan = { dispatches, steps, params: buffer };
      try {
        const error = await fault.kept(device.popErrorScope());
        await checkAllocations(); // a buffer that did not fit makes its bind group invalid
        if (error) throw new CoppiceError(`webgpu: internal: ${error.message}`, "failure");
      } catch (error) {
        result.releasePlan(plan);
        throw error;
      }
      return plan;
    },
    releasePlan(plan) {
      const { params } = plan as WebgpuPlan;
      used -= params.size;
      params.destroy();
    },
    async run(plan, times = 1, options = {}) {
      checkAlive();
      check(Array.isArray((plan as WebgpuPlan)?.steps), "webgpu: run", () => "it is no plan that was recorded on the device");
      checkInteger(times, "webgpu: run: times", 0);
      if (options.signal !== undefined) checkSignal(options.signal, "webgpu: run: signal");
      await submitter.run((plan as WebgpuPlan).steps, times, options);
    },
    async time(plan, times) {
      const timing = await fault.kept(timer.time((plan as WebgpuPlan).steps, times));
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
      for (const buffer of placeholders) buffer?.destroy();
      if (!given) device.destroy();
      opened.release();
    },
  };
  const twins = options.twins ?? twinsAskedFor();
  return twins.length > 0 ? withTwins(result, twins) : result;
}

function checkOptions(options: WebgpuDeviceOptions): void {
  checkKeys(
    options,
    { gpuDevice: true, powerPreference: true, memoryBytes: true, bindingBytes: true, twins: true },
    "webgpu: option",
  );
  const { gpuDevice, powerPreference, twins } = options;
  if (twins !== undefined) checkTexts(twins, "webgpu: twins");
  const device =
    gpuDevice === undefined || (typeof gpuDevice?.createBuffer === "function" && typeof gpuDevice.queue === "object");
  check(device, "webgpu: gpuDevice", () => `${shown(gpuDevice)} is no GPUDevice`);
  if (powerPreference !== undefined) checkOneOf(powerPreference, ["low-power", "high-performance"], "webgpu: powerPreference");
  for (const key of ["memoryBytes", "bindingBytes"] as const)
    if (options[key] !== undefined) checkLimit(options[key], `webgpu: ${key}`);
}

/** Bytes of a dispatch's uniform block: the largest offset alignment that WebGPU allows an adapter to ask for. */
export const PARAMS_BYTES = 256;
/** Workgroups in one dimension that every adapter takes. */
const MAX_GRID = 65_535;

function packParams(dispatches: readonly Dispatch[]): ArrayBuffer {
  const bytes = new ArrayBuffer(dispatches.length * PARAMS_BYTES);
  const view = new DataView(bytes);
  dispatches.forEach(({ kernel, params }, i) => {
    Object.entries(kernel.params).forEach(([name, type], field) => {
      const at = i * PARAMS_BYTES + field * 4;
      if (type === "f32") view.setFloat32(at, params[name], true);
      else view.setUint32(at, params[name], true);
    });
  });
  return bytes;
}

/** Folds a count of workgroups over two dimensions; kernels drop the invocations beyond their work. */
function fold(kernel: string, groups: number): { x: number; y: number } {
  const y = Math.ceil(groups / MAX_GRID);
  check(
    y <= MAX_GRID,
    `webgpu, ${kernel}`,
    () => `${groups} workgroups are more than the ${MAX_GRID} x ${MAX_GRID} of a dispatch`,
  );
  return { x: y > 1 ? MAX_GRID : groups, y: groups === 0 ? 0 : y };
}

async function openDevice(
  powerPreference: WebgpuDeviceOptions["powerPreference"],
): Promise<{ device: GPUDevice; info: GPUAdapterInfo; release: () => void }> {
  const { adapter, release } = await findGpu({ powerPreference: powerPreference ?? "high-performance" });
  const { maxBufferSize, maxStorageBufferBindingSize } = adapter.limits;
  const device = await adapter.requestDevice({
    label: "coppice",
    requiredFeatures: adapter.features.has("timestamp-query") ? ["timestamp-query"] : [],
    requiredLimits: { maxBufferSize, maxStorageBufferBindingSize },
  });
  return { device, info: adapter.info, release };
}

function describe(info: GPUAdapterInfo): DeviceInfo {
  const { vendor, architecture, device: model, description } = info;
  const software = info.isFallbackAdapter || /swiftshader|llvmpipe|lavapipe|basic render/i.test(`${architecture} ${description}`);
  return { kind: "webgpu", vendor, architecture, model, description, software };
}
