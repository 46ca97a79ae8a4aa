import { CoppiceError } from "../../util/check.js";
import type { Constants, Kernel } from "../kernel.js";

/** Compiled kernels of one GPUDevice: a layout and a shader module a kernel, a pipeline for each set of constants. */
export interface Pipelines {
  layout(kernel: Kernel): GPUBindGroupLayout;
  pipeline(kernel: Kernel, constants: Constants): Promise<GPUComputePipeline>;
}

interface Compiled {
  readonly layout: GPUBindGroupLayout;
  readonly module: GPUShaderModule;
  readonly variants: Map<string, Promise<GPUComputePipeline>>;
}

export function createPipelines(device: GPUDevice): Pipelines {
  const kernels = new Map<string, Compiled>();

  const compiled = (kernel: Kernel): Compiled => {
    const known = kernels.get(kernel.name);
    if (known) return known;
    const types = ["uniform", ...Object.values(kernel.bindings).map((binding) => binding.split(" ")[0])];
    const layout = device.createBindGroupLayout({
      label: kernel.name,
      entries: types.map((type, binding) => ({
        binding,
        visibility: GPUShaderStage.COMPUTE,
        buffer: { type: bindingTypes[type] },
      })),
    });
    const fresh: Compiled = {
      layout,
      module: device.createShaderModule({ label: kernel.name, code: kernel.wgsl }),
      variants: new Map(),
    };
    kernels.set(kernel.name, fresh);
    return fresh;
  };

  return {
    layout: (kernel) => compiled(kernel).layout,
    pipeline(kernel, constants) {
      const { layout, module, variants } = compiled(kernel);
      const key = JSON.stringify(constants);
      let pipeline = variants.get(key);
      if (!pipeline) {
        pipeline = compile(device, kernel, module, layout, constants);
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
  kernel: Kernel,
  module: GPUShaderModule,
  layout: GPUBindGroupLayout,
  constants: Constants,
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
    throw new CoppiceError(
      `webgpu: kernel "${kernel.name}" with ${JSON.stringify(constants)} does not compile: ${[(error as Error).message, ...lines].join("\n")}`,
      "failure",
    );
  }
}
