import { CoppiceError, check } from "../../util/check.js";
import type { DeviceBuffer, DeviceLimits } from "../device.js";
import type { Dispatch } from "../kernel.js";
import type { Faults } from "./faults.js";
import type { GpuMemory } from "./memory.js";
import { createPipelines } from "./pipelines.js";
import type { WebgpuStep } from "./submit.js";

export interface WebgpuBuffer extends DeviceBuffer {
  readonly gpu: GPUBuffer;
  /** Made here, and not the user's own. */
  readonly owned: boolean;
}

/** Dispatches made ready: what is run, and the uniform blocks of all. */
export interface Recorded {
  readonly steps: readonly WebgpuStep[];
  readonly params: GPUBuffer;
}

/** Makes dispatches ready to run: compiles kernels, packs their parameters and binds their buffers. */
export function createRecorder(device: GPUDevice, fault: Faults, memory: GpuMemory) {
  const pipelines = createPipelines(device);
  const placeholders: GPUBuffer[] = []; // one for each binding index: a writable binding may not share its buffer with another

  const placeholderAt = (index: number): GPUBuffer => {
    const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.UNIFORM;
    placeholders[index] ??= memory.create(`placeholder ${index}`, PLACEHOLDER_BYTES, usage, Infinity);
    return placeholders[index];
  };

  return {
    async record(dispatches: readonly Dispatch[], limits: DeviceLimits): Promise<Recorded> {
      await memory.checkAllocations();
      const compiled = await fault.kept(Promise.all(dispatches.map(pipelines.pipeline)));
      const packed = packParams(dispatches);
      const bindings = dispatches.map((dispatch) =>
        Object.keys(dispatch.kernel.bindings).map((name, k) => ({
          buffer: bufferOf(dispatch, name, limits) ?? placeholderAt(k),
        })),
      );
      const grids = dispatches.map(({ kernel, params, constants }) => fold(kernel.name, kernel.workgroups(params, constants)));
      const usage = GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST;
      const params = memory.create("params", Math.max(16, packed.byteLength), usage, limits.memoryBytes);
      device.queue.writeBuffer(params, 0, packed);
      device.pushErrorScope("validation"); // nothing throws before it is popped
      const steps = dispatches.map(({ kernel }, i): WebgpuStep => {
        const uniform = { buffer: params, offset: i * PARAMS_BYTES, size: PARAMS_BYTES };
        const bindGroup = device.createBindGroup({
          label: kernel.name,
          layout: pipelines.layout(kernel),
          entries: [uniform, ...bindings[i]].map((resource, binding) => ({ binding, resource })),
        });
        return { pipeline: compiled[i], bindGroup, ...grids[i] };
      });
      try {
        const error = await fault.kept(device.popErrorScope());
        await memory.checkAllocations(); // a buffer that did not fit makes its bind group invalid
        if (error) throw new CoppiceError(`webgpu: internal: ${error.message}`, "failure");
      } catch (error) {
        memory.free(params);
        throw error;
      }
      return { steps, params };
    },
    destroy() {
      for (const buffer of placeholders) buffer?.destroy();
    },
  };
}

/** The buffer of a binding, undefined for none. Throws when it is of another type, or more than can be bound. */
function bufferOf({ kernel, buffers }: Dispatch, name: string, { bindingBytes }: DeviceLimits): GPUBuffer | undefined {
  const buffer = buffers[name] as WebgpuBuffer | null | undefined;
  if (!buffer) return undefined;
  const where = `webgpu, ${kernel.name}`;
  const [access, type] = kernel.bindings[name].split(" ");
  check(buffer.type === type, where, () => `${name} is a ${buffer.type} buffer, expected ${type}`);
  const bytes = buffer.gpu.size;
  check(access === "uniform" || bytes <= bindingBytes, where, () => {
    return `${name} ("${buffer.label}") takes ${bytes} bytes, the adapter binds at most ${bindingBytes}; use a smaller network or batch`;
  });
  return buffer.gpu;
}

/** Bytes of a dispatch's uniform block: the largest offset alignment that WebGPU allows an adapter to ask for. */
export const PARAMS_BYTES = 256;
/** Bytes of the largest element that a binding's array has: WebGPU asks for one of them. A place (src/device/place.ts) is eight words. */
const PLACEHOLDER_BYTES = 32;
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
  check(y <= MAX_GRID, `webgpu, ${kernel}`, () => {
    return `${groups} workgroups are more than the ${MAX_GRID} x ${MAX_GRID} of a dispatch`;
  });
  return { x: y > 1 ? MAX_GRID : groups, y: groups === 0 ? 0 : y };
}
