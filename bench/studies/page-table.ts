import { readFileSync, writeFileSync } from "node:fs";
import { check } from "../../src/util/check.js";

/** Writes lines into the page at `path`, between its marks of that name. Throws where it has none. */
export function writeLines(path: string, mark: string, lines: readonly string[]): void {
  writeFileSync(path, withLines(readFileSync(path, "utf8"), { path, mark }, lines));
}

/** The page with these lines between its marks, `<!-- mark -->` and `<!-- /mark -->`, in the place of others. */
export function withLines(
  page: string,
  { path, mark }: { readonly path: string; readonly mark: string },
  lines: readonly string[],
): string {
  const [begin, end] = [`<!-- ${mark} -->\n`, `<!-- /${mark} -->`];
  const [before, after] = [page.indexOf(begin), page.indexOf(end)];
  check(before >= 0 && after > before, path, () => `it has no ${begin.trim()} and ${end}, between which the table goes`);
  return `${page.slice(0, before + begin.length)}${lines.join("\n")}\n${page.slice(after)}`;
}
