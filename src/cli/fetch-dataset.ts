import { existsSync, statSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import type { CatalogueEntry, CatalogueFile } from "../data/catalogue.js";
import { dataFolders, findPacked } from "../files/datasets.js";
import { checkWritableFolder } from "../files/write.js";
import { formatBytes } from "../nn/memory.js";
import { CoppiceError } from "../util/check.js";
import { type DownloadOptions, download, sha256Of } from "./download.js";
import { downloadProgress } from "./download-progress.js";
import { say, type Terminal } from "./terminal.js";

interface FetchedFile {
  readonly path: string;
  /** Unverified: it was placed by hand, and its bytes are not those known, which another program may have packed differently. */
  readonly status: "downloaded" | "present" | "unverified";
}

/**
 * Brings a dataset's files into the folder `to`, by default COPPICE_DATA, else ./data; none where it is part of the library. Files that are there already are verified and
 * left alone. Throws a failure when one of them is another file, has no public address, or cannot be downloaded.
 */
export async function fetchDataset(
  entry: CatalogueEntry,
  to: string | undefined,
  terminal: Terminal,
  options: DownloadOptions = {},
): Promise<{ name: string; folder: string | null; files: readonly FetchedFile[] }> {
  const { name } = entry;
  if (entry.files.length === 0) {
    say(terminal, `${name} is part of coppice: there is nothing to fetch`);
    return { name, folder: null, files: [] };
  }
  const folder = to ?? dataFolders(terminal.env)[0];
  const reason = to === undefined ? (terminal.env.COPPICE_DATA ? " (COPPICE_DATA)" : " (COPPICE_DATA is not set)") : "";
  say(terminal, `${name} goes to ${resolve(folder)}${reason}; licence: ${entry.license}`);
  const files: FetchedFile[] = [];
  for (const file of entry.files) files.push(await fetchFile(entry, file, folder, terminal, options));
  if (!dataFolders(terminal.env).some((known) => relative(known, folder) === ""))
    say(terminal, `to use it by name, set COPPICE_DATA=${resolve(folder)}`);
  return { name, folder: resolve(folder), files };
}

async function fetchFile(
  { name, byHand }: CatalogueEntry,
  file: CatalogueFile,
  folder: string,
  terminal: Terminal,
  options: DownloadOptions,
): Promise<FetchedFile> {
  const path = join(folder, file.path);
  const { url } = file;
  const present = findPacked(path) ?? (existsSync(path) ? path : undefined);
  if (present !== undefined) {
    const other = await difference(present, file);
    if (other !== null && url !== undefined) {
      const remedy = "it was left alone: move it away to fetch the published one";
      throw new CoppiceError(`${present} is another file: ${other}; ${remedy}`, "failure");
    }
    const why = file.sha256 === undefined ? "no sum of it is on record" : `${other}; other programs pack differently`;
    const verdict = other === null ? "and is what it should be" : `but cannot be verified: ${why}`;
    say(terminal, `${present}: is there already, ${verdict}`);
    return { path: present, status: other === null ? "present" : "unverified" };
  }
  if (url === undefined) throw new CoppiceError(`${name}: ${byHand}; put it at ${path}`, "failure");
  checkWritableFolder(folder, "datasets fetch");
  const bar = downloadProgress(terminal, file.path, url, file.bytes);
  try {
    await download({ ...file, url }, path, { signal: terminal.signal, ...options, ...bar });
  } finally {
    bar.stop();
  }
  say(terminal, `${path}: ${formatBytes(statSync(path).size)}, verified`);
  return { path, status: "downloaded" };
}

/** How the file differs from the catalogue's, null when it has its bytes, or as a gzip file (or unpacked) its content. */
async function difference(path: string, { sha256, content }: CatalogueFile): Promise<string | null> {
  const found = await sha256Of(path);
  if (found === sha256 || found === content) return null;
  const packed = content !== undefined && path.endsWith(".gz");
  // what does not unpack is another file too
  if (packed && (await sha256Of(path, true).catch(() => undefined)) === content) return null;
  return `its sha256 is ${found}, expected ${sha256}`;
}
