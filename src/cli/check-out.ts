import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { isFolder } from "../files/read.js";
import type { ModelFormat } from "../io/formats/format.js";
import { MODEL_FORMATS } from "../io/formats/index.js";
import { check } from "../util/check.js";

const FORMATS: readonly ModelFormat[] = Object.values(MODEL_FORMATS);

/** Throws a usage error where what `option` names would replace a file that the command reads, by whatever path; `inputs` go by what they are. */
export function checkNotRead(
  out: string | undefined,
  inputs: Readonly<Record<string, readonly (string | undefined)[]>>,
  option = "--out",
): void {
  if (out === undefined) return;
  const written = placesOf(out);
  for (const [what, paths] of Object.entries(inputs))
    for (const path of paths) {
      const read = path === undefined ? [] : placesOf(path);
      check(!read.some((place) => written.includes(place)), option, () => {
        const verb = read[0] === written[0] ? "is" : isFolder(out) ? "holds" : "is a file of";
        return `${out} ${verb} ${what} that is read; choose another ${isFolder(out) ? "folder" : "file"}`;
      });
    }
}

/** The files that a path leads to, at the end of links, as the system tells them apart; of a folder also those of a model in it. */
function placesOf(path: string): string[] {
  const names = isFolder(path) ? readdirSync(path).filter((name) => FORMATS.some(({ folder }) => folder?.names.test(name))) : [];
  const found = [path, ...names.map((name) => join(path, name))].filter((one) => existsSync(one));
  // a pipe, or a file that was deleted after it was opened, has no real path
  return found.map((one) => statSync(one, { bigint: true })).map(({ dev, ino }) => `${dev}:${ino}`);
}
