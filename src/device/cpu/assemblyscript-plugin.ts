import { dirname, join } from "node:path";
import asc from "assemblyscript/asc";
import type { Plugin } from "vite";

const SUFFIX = "?assemblyscript";

/** Optimised for speed; without garbage collection; for memories that are shared between threads, of up to 4 GiB but one page. */
const OPTIONS = [
  ..."-O3 --runtime stub --enable simd --enable threads --noExportMemory --disableWarning 201".split(" "),
  ..."--importMemory --sharedMemory --initialMemory 1 --maximumMemory 65535".split(" "),
];

/** Imports that end in ?assemblyscript are compiled to WebAssembly: the default export is the module's bytes, in base64. */
export function assemblyscript(): Plugin {
  return {
    name: "assemblyscript",
    enforce: "pre",
    async resolveId(id, importer) {
      return id.endsWith(SUFFIX) && importer ? join(dirname(importer), id) : null;
    },
    async load(id) {
      if (!id.endsWith(SUFFIX)) return null;
      return `export default ${JSON.stringify(Buffer.from(await compile(id.slice(0, -SUFFIX.length))).toString("base64"))};`;
    },
  };
}

async function compile(path: string): Promise<Uint8Array> {
  let bytes: Uint8Array | undefined;
  const { error, stderr } = await asc.main([path, "--baseDir", dirname(path), "--outFile", "out.wasm", ...OPTIONS], {
    writeFile(_name: string, contents: string | Uint8Array) {
      if (typeof contents !== "string") bytes = contents;
    },
  });
  if (error || !bytes) throw new Error(`${path} does not compile: ${stderr.toString() || error?.message}`);
  return bytes;
}
