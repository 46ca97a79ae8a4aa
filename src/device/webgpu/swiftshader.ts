import { constants } from "node:os";
import { join } from "node:path";
import { unpackArchives } from "./archive.js";

/**
 * Makes the SwiftShader that `@sparticuz/chromium` carries the Vulkan driver of this process: unpacks it once into the
 * user's cache folder, names it in VK_DRIVER_FILES (an already set one is left alone) and loads the Vulkan loader beside it.
 * Returns false where the package is not installed or not for this platform.
 */
export function swiftshader(): boolean {
  const folder = process.platform === "linux" && unpackArchives("swiftshader.tar.br");
  if (!folder) return false;
  process.env.VK_DRIVER_FILES ??= join(folder, "vk_swiftshader_icd.json");
  return openLibrary(join(folder, "libvulkan.so.1"));
}

/**
 * Loads a shared library for good (RTLD_NODELETE), so that Dawn's own request for that name finds it. Node reports "did not
 * self-register" for every library that is not an addon, after it was loaded: only the other errors mean that it is not there.
 */
export function openLibrary(path: string): boolean {
  const RTLD_NODELETE = 0x1000;
  try {
    process.dlopen({ exports: {} }, path, constants.dlopen.RTLD_NOW | RTLD_NODELETE);
  } catch (error) {
    return (error as Error).message.includes("self-register");
  }
  return true;
}
