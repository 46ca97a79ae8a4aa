import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Plugin } from "vite";

const FILE = "licenses-worker.md";

/**
 * Vite's `build.license` knows nothing of what workers are made of: `collect`, a plugin of the worker's build, notes its packages; `emit`, one of
 * the page's, writes their licences beside the page's as licenses-worker.md. Throws where a package has no text of its licence.
 */
export function workerLicenses(): { collect: () => Plugin; emit: Plugin } {
  const folders = new Set<string>();
  return {
    collect: () => ({
      name: "collect-licenses",
      generateBundle() {
        for (const id of this.getModuleIds()) {
          const [folder] = /^.*\/node_modules\/(@[^/]+\/)?[^/]+/.exec(id.replaceAll("\\", "/")) ?? [];
          if (folder && existsSync(folder)) folders.add(folder);
        }
      },
    }),
    emit: {
      name: "emit-licenses",
      generateBundle() {
        this.emitFile({ type: "asset", fileName: FILE, source: [...folders].sort().map(section).join("\n") });
      },
    },
  };
}

/** As `build.license` writes it. */
function section(folder: string): string {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
  if (!file) throw new Error(`${folder}: has no file with its licence`);
  return `## ${name} - ${version} (${license})\n\n${readFileSync(join(folder, file), "utf8")}`;
}
