import type { DataInfo, Source } from "../sources.js";
import { type Link, linkData, sameData } from "./link.js";
import { data } from "./state.js";
import { openInTrainer, trainer } from "./trainer.js";

/** Data that were trained on, to be opened again. */
type Wanted = Link["data"];

/** Data as the page has them when they are chosen. */
export interface Chosen {
  readonly source: Source;
  readonly info: DataInfo;
}

/** What the data are called. */
export function wantedName(wanted: Wanted): string {
  return "builtIn" in wanted ? wanted.builtIn : wanted.name;
}

/** The page's data, where they are the wanted ones, read in the same way; else null. */
export function openAlready(wanted: Wanted): Chosen | null {
  const chosen = data.value;
  if (!chosen) return null;
  return sameData(wanted, linkData(chosen.source, chosen.info)) ? chosen : null;
}

/** Opens the wanted data, made anew or read from `files` that were chosen again. Throws when those are other files, by their sha256. */
export async function openWanted(wanted: Wanted, files: readonly File[]): Promise<Chosen> {
  const already = openAlready(wanted);
  if (already) return already;
  const source: Source = "builtIn" in wanted ? { kind: "built-in", name: wanted.builtIn } : await sourceOf(wanted, files);
  return { source, info: await openInTrainer(source) };
}

/** The chosen files as a source, the second table found among them by its content. */
async function sourceOf(wanted: Exclude<Wanted, { builtIn: unknown }>, files: readonly File[]): Promise<Source> {
  const { name, sha256, labels, options } = wanted;
  const hashes = await Promise.all(files.map((file) => trainer().hashFiles([file])));
  const second = labels && files[hashes.indexOf(labels.sha256)];
  if (labels && !second) throw new Error(`choose its labels too: "${labels.name}" (sha256 ${labels.sha256.slice(0, 12)}...)`);
  const rest = files.filter((file) => file !== second).toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const found = rest.length === 1 ? hashes[files.indexOf(rest[0])] : await trainer().hashFiles(rest);
  if (found !== sha256)
    throw new Error(
      `these are other data (sha256 ${found.slice(0, 12)}...): it was trained on "${name}" (sha256 ${sha256.slice(0, 12)}...)`,
    );
  return { kind: "files", files: rest, options: { ...options, ...(second && { labels: second }) } };
}
