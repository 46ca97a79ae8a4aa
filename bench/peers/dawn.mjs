// WebGPU for peers that look for `navigator.gpu`: Dawn (the npm package `webgpu`) in this process, on the adapter that coppice finds.
import { create, globals } from "webgpu";
import { withModule } from "../load.mjs";

// Kept reachable for as long as the process lives: Dawn crashes when what create() returned is collected while in use.
let dawn;

/** Makes Dawn this process's `navigator.gpu` and returns the adapter's name. Throws when Dawn finds no adapter. */
export async function provideGpu() {
  let adapter;
  await withModule("/src/device/webgpu/swiftshader.ts", async (driver) => {
    adapter = await findAdapter(driver);
  });
  Object.assign(globalThis, globals);
  if (!globalThis.navigator) Object.defineProperty(globalThis, "navigator", { value: { userAgent: `Node ${process.version}` } });
  Object.defineProperty(globalThis.navigator, "gpu", { value: dawn });
  const { vendor, architecture, description } = adapter.info;
  return [vendor, architecture, description].filter(Boolean).join(", ");
}

/** The system's driver, else SwiftShader: in the order of coppice's own findGpu. */
async function findAdapter({ openLibrary, swiftshader }) {
  const systemDriver = () => process.platform !== "linux" || openLibrary("libvulkan.so.1");
  for (const prepare of [systemDriver, swiftshader]) {
    if (!prepare()) continue;
    dawn = create([]);
    const adapter = await dawn.requestAdapter();
    if (adapter) return adapter;
  }
  throw new Error("Dawn finds no adapter: install the GPU's driver (Linux: Vulkan)");
}
