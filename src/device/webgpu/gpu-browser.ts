import { CoppiceError } from "../../util/check.js";

export interface FoundGpu {
  readonly adapter: GPUAdapter;
  /** Lets go of what keeps the adapter's instance alive. */
  readonly release: () => void;
}

/** A page has no environment: it names kernels that are to run as twins in the device's options. */
export const twinsAskedFor = (): readonly string[] => [];

/** The page's WebGPU adapter. Throws when the page has none, saying what is missing. */
export async function findGpu(options: GPURequestAdapterOptions): Promise<FoundGpu> {
  const gpu = globalThis.navigator?.gpu;
  if (!gpu) {
    const why =
      globalThis.isSecureContext === false
        ? "this page is not a secure context: serve it over https or from localhost"
        : "this browser has none: use a current Chrome or Edge";
    throw new CoppiceError(`webgpu: no navigator.gpu; ${why}, or train on the cpu device`, "failure");
  }
  const adapter = await gpu.requestAdapter(options);
  if (!adapter)
    throw new CoppiceError(
      "webgpu: the browser offers no adapter; check chrome://gpu, update the graphics driver, or train on the cpu device",
      "failure",
    );
  return { adapter, release: () => {} };
}
