import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { homedir, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { brotliDecompressSync } from "node:zlib";

/**
 * Unpacks archives of the npm package `@sparticuz/chromium` (NAME.tar.br, or one file NAME.br) once into one folder of the user's
 * cache and returns the folder, all files side by side; undefined where the package is not installed.
 */
export function unpackArchives(...names: string[]): string | undefined {
  const bin = findArchives();
  if (!bin) return undefined;
  const { version } = JSON.parse(readFileSync(join(dirname(bin), "package.json"), "utf8")) as { version: string };
  const cache = join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "coppice");
  const folder = join(cache, `${names.map(stem).join("-")}-${version}`);
  if (existsSync(folder)) return folder;
  let half: string;
  try {
    mkdirSync(cache, { recursive: true });
    half = mkdtempSync(`${folder}-`); // renamed when whole, so that processes that start together never see half of it
  } catch (error) {
    return unpackForNow(bin, names, (error as Error).message);
  }
  unpack(bin, names, half);
  try {
    renameSync(half, folder);
  } catch (error) {
    rmSync(half, { recursive: true });
    if (!existsSync(folder)) throw error; // otherwise another process was first
  }
  return folder;
}

/** Where the cache cannot be written: into a folder of this process's own, which goes with it. */
function unpackForNow(bin: string, names: readonly string[], why: string): string {
  const folder = mkdtempSync(join(tmpdir(), "coppice-"));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  process.emitWarning(
    `coppice: the cache cannot be written (${why}); ${names.join(", ")} is unpacked to ${folder} for this time`,
  );
  unpack(bin, names, folder);
  return folder;
}

function unpack(bin: string, names: readonly string[], folder: string): void {
  for (const name of names) {
    const bytes = brotliDecompressSync(readFileSync(join(bin, name)));
    const files = name.includes(".tar") ? tarFiles(bytes) : [{ name: stem(name), bytes }];
    for (const file of files) writeFileSync(join(folder, file.name), file.bytes, { mode: 0o755 });
  }
}

const stem = (name: string) => name.split(".")[0];

function findArchives(): string | undefined {
  const require = createRequire(import.meta.url);
  const folders = require.resolve.paths("@sparticuz/chromium") ?? [];
  return folders.map((folder) => join(folder, "@sparticuz/chromium/bin")).find((bin) => existsSync(bin));
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
