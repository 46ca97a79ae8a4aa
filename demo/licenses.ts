import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Plugin } from "vite";

/**
 * Writes the licences of all packages that are bundled into one file, each text once: Vite's `build.license` repeats a text for every package. Those of data
 * stand before them, by the titles and files of `data`. Throws where a package has none.
 */
export function licenses(fileName: string, data: Readonly<Record<string, string>> = {}): Plugin {
  return {
    name: "licenses",
    generateBundle(_, bundle) {
      const modules = Object.values(bundle).flatMap((part) => (part.type === "chunk" ? part.moduleIds : []));
      const folders = modules.flatMap((id) => /^.*\/node_modules\/(@[^/]+\/)?[^/]+/.exec(id.replaceAll("\\", "/"))?.[0] ?? []);
      this.emitFile({
        type: "asset",
        fileName,
        source: [
          ...Object.entries(data).map(([title, file]) => `## ${title}\n\n${readFileSync(file, "utf8")}\n`),
          document([...new Set(folders)].filter((folder) => existsSync(folder)).sort()),
        ].join(""),
      });
    },
  };
}

/** The packages that share a text as headings above it. */
function document(folders: readonly string[]): string {
  const byText = new Map<string, string[]>();
  for (const folder of folders) {
    const { name, version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
    const text = textOf(folder);
    byText.set(text, [...(byText.get(text) ?? []), `## ${name} - ${version} (${license})`]);
  }
  return Array.from(byText, ([text, packages]) => `${packages.join("\n")}\n\n${text}`).join("\n");
}

/** The licence, and the notices that it asks to be kept with it. */
function textOf(folder: string): string {
  const find = (name: RegExp) => readdirSync(folder).find((entry) => name.test(entry));
  const [licence, notice] = [find(/^licen[cs]e/i), find(/^notice/i)];
  if (!licence) throw new Error(`${folder}: has no file with its licence`);
  return [licence, ...(notice ? [notice] : [])].map((file) => readFileSync(join(folder, file), "utf8")).join("\n");
}
