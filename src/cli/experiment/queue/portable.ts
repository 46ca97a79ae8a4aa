import { existsSync, readdirSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { dataFolders } from "../../datasets.js";
import type { Job } from "../job.js";

/** A job for another machine: files are named without their folders. What its result says is the same. */
export function portableJob(job: Job): Job {
  return { ...withFiles(job, (name) => basename(name)), base: "." };
}

/**
 * A job of another machine: its files are looked up by name in COPPICE_DATA, ./data and their subfolders. What is not there stays as it is,
 * and is refused where it is read.
 */
export function localJob(job: Job, env: Readonly<Record<string, string | undefined>>): Job {
  const folders = dataFolders(env)
    .filter((folder) => existsSync(folder) && statSync(folder).isDirectory())
    .flatMap((folder) => [folder, ...subfolders(folder)]);
  return withFiles(portableJob(job), (name) => folders.map((folder) => join(folder, name)).find(isFile) ?? name);
}

/** Every file's name changed; a name may be two, joined by a comma. */
function withFiles(job: Job, change: (name: string) => string): Job {
  const { data } = job;
  const all = (names: string) => names.split(",").map(change).join(",");
  const { labels } = data.read;
  const read = labels === undefined ? data.read : { ...data.read, labels: all(labels) };
  return { ...job, data: { ...data, data: all(data.data), testData: data.testData && all(data.testData), read } };
}

function subfolders(folder: string): string[] {
  const entries = readdirSync(folder, { withFileTypes: true });
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => join(folder, name));
}

function isFile(path: string): boolean {
  return existsSync(path) && statSync(path).isFile();
}
