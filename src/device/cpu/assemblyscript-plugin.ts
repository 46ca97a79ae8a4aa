import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, rename, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import type { Plugin } from "vite";

const SUFFIX = "?assemblyscript";

/** Optimised for speed; without garbage collection; for memories that are shared between threads, of up to 4 GiB but one page. */
const OPTIONS = [
  ..."-O3 --runtime stub --enable simd --enable threads --noExportMemory --disableWarning 201".split(" "),
  ..."--importMemory --sharedMemory --initialMemory 1 --maximumMemory 65535".split(" "),
];

/**
 * Imports that end in ?assemblyscript are compiled to WebAssembly: the default export is the module's bytes, in base64. `blocks` are the
 * fields of the classes beside it, in their order in memory, by class: what the host writes for a kernel to read.
 */
export function assemblyscript(): Plugin {
  return {
    name: "assemblyscript",
    enforce: "pre",
    async resolveId(id, importer) {
      return id.endsWith(SUFFIX) && importer ? join(dirname(importer), id) : null;
    },
    async load(id) {
      if (!id.endsWith(SUFFIX)) return null;
      const path = id.slice(0, -SUFFIX.length);
      const base64 = (await compiled(path)).toString("base64");
      return `export default ${JSON.stringify(base64)};\nexport const blocks = ${JSON.stringify(await blocksBeside(path))};`;
    },
  };
}

/** Fields [name, type] of every @unmanaged class in the folder that no other extends, those of its bases first; all take 4 bytes. */
async function blocksBeside(path: string): Promise<Record<string, [string, string][]>> {
  const folder = dirname(path);
  const files = (await readdir(folder)).filter((file) => file.endsWith(".ts"));
  const texts = await Promise.all(files.map((file) => readFile(join(folder, file), "utf8")));
  const declared = /^@unmanaged\n(?:export )?class (\w+)(?: extends (\w+))? \{\n([\s\S]*?)^\}/gm;
  const classes = texts.flatMap((text) => [...text.matchAll(declared)]);
  const own = new Map(classes.map(([, name, , body]) => [name, [...body.matchAll(/^ {2}(\w+): (u32|i32|f32|usize);/gm)]]));
  const baseOf = new Map(classes.map(([, name, base]) => [name, base]));
  const bases = new Set(baseOf.values());
  const fieldsOf = (name: string): RegExpExecArray[] => {
    const base = baseOf.get(name);
    return [...(base ? fieldsOf(base) : []), ...(own.get(name) ?? [])];
  };
  const blocks = classes
    .filter(([, name]) => !bases.has(name))
    .map(([, name]) => [name, fieldsOf(name).map(([, field, type]) => [field, type])]);
  return Object.fromEntries(blocks);
}

/** The module of a file. It takes seconds to compile, so every start of a build or a test takes it from a cache, by what it is made of. */
async function compiled(path: string): Promise<Buffer> {
  const cache = new URL("../../../node_modules/.cache/assemblyscript/", import.meta.url).pathname;
  const file = join(cache, `${await contentHash(dirname(path))}.wasm`);
  const known = await readFile(file).catch(() => null);
  if (known) return known;
  const bytes = await compile(path);
  await mkdir(cache, { recursive: true });
  const fresh = `${file}.${process.pid}`;
  await writeFile(fresh, bytes);
  await rename(fresh, file); // whole or not at all, as other processes may read
  return bytes;
}

/** Of the compiler's version, its options, and every file that lies beside the entry: entries import no others. */
async function contentHash(folder: string): Promise<string> {
  const { version } = createRequire(import.meta.url)("assemblyscript/package.json");
  const names = (await readdir(folder)).sort();
  const hash = createHash("sha256").update(JSON.stringify([version, OPTIONS, names]));
  for (const name of names) hash.update(`\0${name}\0`).update(await readFile(join(folder, name)));
  return hash.digest("hex");
}

async function compile(path: string): Promise<Buffer> {
  const { default: asc } = await import("assemblyscript/asc"); // slow to load, and seldom needed
  let bytes: Uint8Array | undefined;
  const { error, stderr } = await asc.main([path, "--baseDir", dirname(path), "--outFile", "out.wasm", ...OPTIONS], {
    writeFile(_name: string, contents: string | Uint8Array) {
      if (typeof contents !== "string") bytes = contents;
    },
  });
  if (error || !bytes) throw new Error(`${path} does not compile: ${stderr.toString() || error?.message}`);
  return Buffer.from(bytes);
}
