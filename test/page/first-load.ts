import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

/** Bytes of the first load, gzipped. The parts of the scripts add up to what the scripts take. */
export interface FirstLoad {
  /** Scripts with the workers and shaders inlined in them, without the next two. */
  readonly javascript: number;
  readonly wasm: number;
  /** The bundled digits. */
  readonly digits: number;
  /** HTML and style sheets. */
  readonly markup: number;
}

/** What a built page's first load takes. Throws when WebAssembly or digits are not found in the scripts, so that none is counted as another. */
export function firstLoad(folder: string): FirstLoad {
  const html = readFileSync(join(folder, "index.html"), "utf8");
  const files = [...html.matchAll(/(?:src|href)="\.\/([^"]+\.js)"/g)].map(([, file]) => file);
  const scripts = files.map((file) => readFileSync(join(folder, file), "utf8")).join("\n");
  const inside = (magic: string) => {
    const found = [...new Set(scripts.match(new RegExp(`${magic}[A-Za-z0-9+/]{1000,}={0,2}`, "g")))];
    if (found.length === 0) throw new Error(`no base64 that starts with ${magic} in ${files.join(", ")}`);
    return found;
  };
  const size = (parts: readonly string[]) => parts.reduce((sum, part) => sum + gzipSync(part).length, 0);
  const [wasm, digits] = [inside("AGFzbQ"), inside("H4sI")]; // how a WebAssembly module and a gzip file begin, in base64
  const rest = [...wasm, ...digits].reduce((text, part) => text.replaceAll(part, ""), scripts);
  const styles = readdirSync(join(folder, "assets")).filter((file) => /^index.*\.css$/.test(file));
  return {
    javascript: size([rest]),
    wasm: size(wasm),
    digits: size(digits),
    markup: size([html, ...styles.map((file) => readFileSync(join(folder, "assets", file), "utf8"))]),
  };
}
