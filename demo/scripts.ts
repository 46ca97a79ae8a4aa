import { relative } from "node:path";
import type { Plugin } from "vite";

const [SUFFIX, MARK] = ["?script", "\0script:"];

/**
 * `import { url } from "./x.js?script"`: the address of a script of the same build, which a worker imports. Unlike what Vite makes of `?worker`, the script
 * shares its parts with the page, and loads others when they are asked for.
 */
export function scripts(): Plugin {
  let addressOf: (emit: () => string, file: string) => string;
  return {
    name: "scripts",
    enforce: "pre",
    configResolved({ command, root }) {
      addressOf = (emit, file) =>
        command === "build"
          ? `import.meta.ROLLUP_FILE_URL_${emit()}`
          : `new URL("/${relative(root, file)}", import.meta.url).href`;
    },
    async resolveId(id, importer) {
      const found = id.endsWith(SUFFIX) && (await this.resolve(id.slice(0, -SUFFIX.length), importer));
      return found ? MARK + found.id : null;
    },
    load(id) {
      if (!id.startsWith(MARK)) return null;
      const file = id.slice(MARK.length);
      return `export const url = ${addressOf(() => this.emitFile({ type: "chunk", id: file }), file)};`;
    },
  };
}
