import { CoppiceError } from "../../util/check.js";
import type { FoundGpu } from "./gpu-browser.js";
import { openLibrary, swiftshader } from "./swiftshader.js";

// Dawn crashes when the object that `create()` returned is collected while anything of it is in use: it stays here until it is released.
const alive = new Set<GPU>();

/** The kernels that the environment variable COPPICE_TWINS names, with commas: they run as their twins. */
export function twinsAskedFor(): readonly string[] {
  return (process.env.COPPICE_TWINS ?? "").split(",").flatMap((name) => name.trim() || []);
}

/**
 * An adapter of Dawn: the system's own driver (a GPU, or a software driver that is installed), else SwiftShader from the
 * npm package `@sparticuz/chromium` where that is present (Linux). Throws when there is none, saying what to install.
 */
export async function findGpu(options: GPURequestAdapterOptions): Promise<FoundGpu> {
  const dawn = await loadDawn();
  for (const prepare of [systemDriver, swiftshader]) {
    if (!(await prepare())) continue;
    const gpu = dawn.create(["disable-dawn-features=timestamp_quantization"]);
    alive.add(gpu);
    const release = () => void alive.delete(gpu);
    const adapter = await gpu.requestAdapter(options);
    if (adapter) return { adapter, release };
    release();
  }
  throw new CoppiceError(
    "webgpu: Dawn finds no adapter: no GPU driver (on Linux: Vulkan) is installed; install the GPU's driver, or `npm install @sparticuz/chromium@147` for a software adapter (Linux), or train on the cpu device",
    "failure",
  );
}

async function loadDawn(): Promise<{ create(options: string[]): GPU }> {
  try {
    const { create, globals } = await import("webgpu");
    Object.assign(globalThis, globals);
    return { create };
  } catch (cause) {
    throw new CoppiceError(
      `webgpu: Node has no WebGPU of its own; \`npm install webgpu\` (Dawn) or train on the cpu device (${(cause as Error).message})`,
      "failure",
    );
  }
}

/** Whether the system has a driver loader that Dawn could use; asking Dawn itself would print a warning where there is none. */
function systemDriver(): boolean {
  return process.platform !== "linux" || openLibrary("libvulkan.so.1");
}
