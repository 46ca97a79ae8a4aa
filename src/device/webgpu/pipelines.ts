import { CoppiceError } from "../../util/check.js";
import type { Dispatch, Kernel } from "../kernel.js";

/** What is compiled: a kernel, put together with its pieces, with its constants. */
type Program = Pick<Dispatch, "kernel" | "constants" | "pieces">;

/** Compiled kernels of one GPUDevice: a layout a kernel, a shader module for each text, a pipeline for each set of constants. */
export function createPipelines(device: GPUDevice) {
  const layouts = new Map<string, GPUBindGroupLayout>();
  const texts = new Map<string, { module: GPUShaderModule; variants: Map<string, Promise<GPUComputePipeline>> }>();

  const layoutOf = ({ name, bindings }: Kernel): GPUBindGroupLayout => {
    const known = layouts.get(name);
    if (known) return known;
    const types = ["uniform", ...Object.values(bindings).map((binding) => binding.split(" ")[0])];
    const layout = device.createBindGroupLayout({
      label: name,
      entries: types.map((type, binding) => ({
        binding,
        visibility: GPUShaderStage.COMPUTE,
        buffer: { type: bindingTypes[type] },
      })),
    });
    layouts.set(name, layout);
    return layout;
  };

  const textOf = ({ kernel, pieces = kernel.pieces ?? {} }: Program) => {
    const code = (kernel.prelude?.(pieces) ?? "") + kernel.wgsl;
    const known = texts.get(code);
    if (known) return known;
    const fresh = { module: device.createShaderModule({ label: kernel.name, code }), variants: new Map() };
    texts.set(code, fresh);
    return fresh;
  };

  return {
    layout: layoutOf,
    pipeline(program: Program): Promise<GPUComputePipeline> {
      const { module, variants } = textOf(program);
      const key = JSON.stringify(program.constants);
      let pipeline = variants.get(key);
      if (!pipeline) {
        pipeline = compile(device, program, module, layoutOf(program.kernel));
        variants.set(key, pipeline);
      }
      return pipeline;
    },
  };
}

const bindingTypes: Record<string, GPUBufferBindingType> = {
  uniform: "uniform",
  read: "read-only-storage",
  write: "storage",
  readWrite: "storage",
};

async function compile(
  device: GPUDevice,
  { kernel, constants, pieces = {} }: Program,
  module: GPUShaderModule,
  layout: GPUBindGroupLayout,
): Promise<GPUComputePipeline> {
  try {
    return await device.createComputePipelineAsync({
      label: kernel.name,
      layout: device.createPipelineLayout({ bindGroupLayouts: [layout] }),
      compute: { module, entryPoint: "main", constants: { ...constants } },
    });
  } catch (error) {
    const { messages } = await module.getCompilationInfo();
    const lines = messages.map((m) => `${kernel.name}.wgsl:${m.lineNum}:${m.linePos} ${m.type}: ${m.message}`);
    const names = Object.entries(pieces).map(([role, { name }]) => `${role} "${name}"`);
    throw new CoppiceError(
      `webgpu: kernel "${kernel.name}" with ${[...names, JSON.stringify(constants)].join(", ")} does not compile: ${[(error as Error).message, ...lines].join("\n")}`,
      "failure",
    );
  }
}
