import { realpathSync } from "node:fs";
import { basename, join } from "node:path";
import { dataFolders, namedDatasets } from "../../files/datasets.js";
import { isFile, isFolder, subfolders } from "../../files/read.js";
import { type AnyJob, Refusal } from "../run/job.js";

/** A job for another machine: files are named without their folders. What its result says is the same. */
export function portableJob<J extends AnyJob>(job: J): J {
  return { ...withFiles({ ...job, within: undefined }, (name) => basename(name)), base: "." };
}

/**
 * A job of another machine: its files are looked up by name in COPPICE_DATA, ./data and their subfolders, and `within` keeps whoever reads them
 * there. Throws a Refusal where there is no such file or dataset.
 */
export function localJob<J extends AnyJob>(job: J, env: Readonly<Record<string, string | undefined>>): J {
  const roots = dataFolders(env).filter(isFolder);
  const folders = roots.flatMap((folder) => [folder, ...subfolders(folder)]);
  const find = (name: string) => {
    const file = folders.map((folder) => join(folder, name)).find(isFile);
    const known = file !== undefined || (roots.length > 0 ? namedDatasets(env.COPPICE_DATA).has(name) : name === "digits");
    if (!known) throw new Refusal(`dataset ${job.data.name}: there is no file ${name}`, "failure");
    return file ?? name;
  };
  return { ...withFiles(portableJob(job), find), within: roots.map((folder) => realpathSync(folder)) };
}

/** Every file's name changed; a name may be two, joined by a comma. */
function withFiles<J extends AnyJob>(job: J, change: (name: string) => string): J {
  const { data } = job;
  const all = (names: string) => names.split(",").map(change).join(",");
  const { labels } = data.read;
  const read = labels === undefined ? data.read : { ...data.read, labels: all(labels) };
  return { ...job, data: { ...data, data: all(data.data), testData: data.testData && all(data.testData), read } };
}
