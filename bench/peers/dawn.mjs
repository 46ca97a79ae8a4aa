// WebGPU for peers that look for `navigator.gpu`: Dawn (the npm package `webgpu`), the same as coppice uses, in this process.
import { existsSync, readdirSync } from "node:fs";
import { constants, homedir } from "node:os";
import { join } from "node:path";
import { create, globals } from "webgpu";

// Kept reachable for as long as the process lives: Dawn crashes when what create() returned is collected while in use.
let dawn;

/** Makes Dawn this process's `navigator.gpu` and returns the adapter's name. Throws when it finds no adapter. */
export async function provideGpu() {
  const found = findDriver();
  dawn = create([]);
  const adapter = await dawn.requestAdapter();
  if (!adapter) throw new Error(`Dawn finds no adapter (${found})`);
  Object.assign(globalThis, globals);
  if (!globalThis.navigator) Object.defineProperty(globalThis, "navigator", { value: { userAgent: `Node ${process.version}` } });
  Object.defineProperty(globalThis.navigator, "gpu", { value: dawn });
  const { vendor, architecture, description } = adapter.info;
  return [vendor, architecture, description].filter(Boolean).join(", ");
}

/** Loads the system's Vulkan loader, else (Linux) that of the SwiftShader which coppice unpacked into its cache. */
function findDriver() {
  if (process.platform !== "linux" || openLibrary("libvulkan.so.1")) return "the system's driver";
  const cache = join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "coppice");
  const name = existsSync(cache) && readdirSync(cache).find((folder) => /^swiftshader-[\d.]+$/.test(folder));
  if (!name) return "no system driver, and no SwiftShader: run coppice once on webgpu, it unpacks one";
  process.env.VK_DRIVER_FILES ??= join(cache, name, "vk_swiftshader_icd.json");
  openLibrary(join(cache, name, "libvulkan.so.1"));
  return process.env.VK_DRIVER_FILES;
}

/** Loads a shared library for good. "did not self-register" is what Node says of every loaded library that is not an addon. */
function openLibrary(path) {
  const RTLD_NODELETE = 0x1000;
  try {
    process.dlopen({ exports: {} }, path, constants.dlopen.RTLD_NOW | RTLD_NODELETE);
  } catch (error) {
    return error.message.includes("self-register");
  }
  return true;
}
