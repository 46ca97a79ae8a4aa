import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { constants, homedir } from "node:os";
import { dirname, join } from "node:path";
import { brotliDecompressSync } from "node:zlib";

/**
 * Makes the SwiftShader that `@sparticuz/chromium` carries the Vulkan driver of this process: unpacks it once into the
 * user's cache folder, names it in VK_DRIVER_FILES (an already set one is left alone) and loads the Vulkan loader beside it.
 * Returns false where the package is not installed or not for this platform.
 */
export function swiftshader(): boolean {
  const archive = findArchive();
  if (process.platform !== "linux" || !archive) return false;
  const folder = unpack(archive);
  process.env.VK_DRIVER_FILES ??= join(folder, "vk_swiftshader_icd.json");
  return openLibrary(join(folder, "libvulkan.so.1"));
}

function findArchive(): string | undefined {
  const require = createRequire(import.meta.url);
  for (const folder of require.resolve.paths("@sparticuz/chromium") ?? []) {
    const archive = join(folder, "@sparticuz/chromium/bin/swiftshader.tar.br");
    if (existsSync(archive)) return archive;
  }
  return undefined;
}

/** Unpacks beside its final name and renames, so that processes that start together never see half of it. */
function unpack(archive: string): string {
  const { version } = JSON.parse(readFileSync(join(dirname(dirname(archive)), "package.json"), "utf8")) as { version: string };
  const cache = join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "coppice");
  const folder = join(cache, `swiftshader-${version}`);
  if (existsSync(folder)) return folder;
  mkdirSync(cache, { recursive: true });
  const half = mkdtempSync(`${folder}-`);
  for (const { name, bytes } of tarFiles(brotliDecompressSync(readFileSync(archive))))
    writeFileSync(join(half, name), bytes, { mode: 0o755 });
  try {
    renameSync(half, folder);
  } catch (error) {
    rmSync(half, { recursive: true });
    if (!existsSync(folder)) throw error; // otherwise another process was first
  }
  return folder;
}

/** The plain files of a tar archive (512-byte headers; name at 0, size in octal at 124, type at 156). */
function* tarFiles(tar: Uint8Array): Generator<{ name: string; bytes: Uint8Array }> {
  const text = (from: number, length: number) => new TextDecoder().decode(tar.subarray(from, from + length)).split("\0")[0];
  for (let at = 0; at + 512 <= tar.length && tar[at] !== 0; ) {
    const size = Number.parseInt(text(at + 124, 12).trim(), 8);
    const type = text(at + 156, 1);
    if (type === "0" || type === "")
      yield { name: text(at, 100).split("/").pop() as string, bytes: tar.subarray(at + 512, at + 512 + size) };
    at += 512 + Math.ceil(size / 512) * 512;
  }
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
