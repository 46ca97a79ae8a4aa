import { decodeCheckpoint, type SavedModel } from "../../src/api/index.js";
import { maximum } from "../extremes.js";
import type { Link } from "../page/link.js";
import type { Settings } from "../settings.js";
import { fileIn, freedName, holdName, missingStorage, namesIn, privateFolder, sourceOf, whileFree } from "./private-files.js";

// coppice/ID/about.json says what was trained on what; coppice/ID/RUN-EPOCH-of-EPOCHS.safetensors is the checkpoint of a run, the last one
// and the one before. Whoever reads or writes coppice/ID holds its name. While there is coppice/off nothing is kept.

const FOLDER = "coppice";
const OFF = "off";
export const ABOUT = "about.json";

/** What about.json says: the settings of every run, and what they were trained on. */
export interface KeptAbout {
  readonly settings: readonly Settings[];
  readonly data: Link["data"];
}

/** A training in the browser's storage. */
export interface Kept {
  readonly id: string;
  /** What about.json holds, as it was found; null where there is none. */
  readonly about: string | null;
  /** Epochs done by each run, of how many: the last checkpoint's. */
  readonly runs: readonly { readonly epoch: number; readonly epochs: number }[];
  /** When the last checkpoint was written, in ms since 1970. */
  readonly time: number;
  readonly bytes: number;
  /** Whether it is what this tab trained last. */
  readonly own: boolean;
}

/** What is kept in this browser, and whether more will be. */
export interface KeptState {
  /** Why nothing can be kept here; null where it can. */
  readonly problem: string | null;
  readonly keeping: boolean;
  /** Those that no tab is training. */
  readonly trainings: readonly Kept[];
  /** Those that other tabs are training. */
  readonly elsewhere: readonly string[];
}

/** A checkpoint's file. */
interface Checkpoint {
  readonly name: string;
  readonly run: number;
  readonly epoch: number;
  readonly epochs: number;
}

/** The name of a checkpoint's file. */
export function checkpointName({ run, epoch, epochs }: Omit<Checkpoint, "name">): string {
  return `${run}-${epoch}-of-${epochs}.safetensors`;
}

/** The checkpoints in a training's folder, the last ones first. */
export async function checkpointsIn(folder: FileSystemDirectoryHandle): Promise<Checkpoint[]> {
  return (await namesIn(folder, "file"))
    .flatMap((name) => {
      const [, run, epoch, epochs] = /^(\d+)-(\d+)-of-(\d+)\.safetensors$/.exec(name) ?? [];
      return epochs ? [{ name, run: Number(run), epoch: Number(epoch), epochs: Number(epochs) }] : [];
    })
    .sort((a, b) => b.epoch - a.epoch);
}

/** The folder of all that is kept. Throws where there is no storage. */
export async function allKept(): Promise<FileSystemDirectoryHandle> {
  const problem = missingStorage();
  if (problem) throw new Error(problem);
  return privateFolder(FOLDER);
}

export async function isKeeping(): Promise<boolean> {
  return !(await namesIn(await allKept(), "file")).includes(OFF);
}

/** Whether trainings that begin from now on are kept, in every tab. */
export async function setKeeping(on: boolean): Promise<void> {
  const all = await allKept();
  if (!on) await all.getFileHandle(OFF, { create: true });
  else if (!(await isKeeping())) await all.removeEntry(OFF);
}

/** Keeps other tabs from a training until what this resolves with is called; null where another has it. */
export const holdKept = (id: string) => holdName(nameOf(id), LOOK_MS);

/** ms that a look at a training, by any tab, takes at most; who holds it longer is training it. */
const LOOK_MS = 3000;

const nameOf = (id: string) => `coppice kept ${id}`;

/** What is kept, beside what `training` here; `last` is what this tab trained before. */
export async function listKept(training: string | undefined, last: string | undefined): Promise<KeptState> {
  let all: FileSystemDirectoryHandle;
  try {
    all = await allKept();
  } catch (error) {
    return { problem: (error as Error).message, keeping: false, trainings: [], elsewhere: [] };
  }
  const trainings: Kept[] = [];
  const elsewhere: string[] = [];
  for (const id of await namesIn(all, "directory")) {
    if (id === training) continue;
    const free = await whileFree(nameOf(id), async () => {
      const kept = await lookAt(await all.getDirectoryHandle(id), id, id === last);
      if (kept) trainings.push(kept);
      else await all.removeEntry(id, { recursive: true }); // it ended before its first checkpoint
    });
    if (!free) elsewhere.push(id);
  }
  trainings.sort((a, b) => b.time - a.time);
  return { problem: null, keeping: await isKeeping(), trainings, elsewhere };
}

async function lookAt(folder: FileSystemDirectoryHandle, id: string, own: boolean): Promise<Kept | null> {
  const checkpoints = await checkpointsIn(folder);
  if (checkpoints.length === 0) return null;
  const files = await Promise.all(
    (await namesIn(folder, "file")).map(async (name) => (await folder.getFileHandle(name)).getFile()),
  );
  const about = files.find(({ name }) => name === ABOUT);
  const runs: Kept["runs"][number][] = [];
  for (const { run, epoch, epochs } of checkpoints) runs[run] ??= { epoch, epochs };
  return {
    id,
    own,
    about: about ? await about.text() : null,
    runs: Array.from(runs, (run) => run ?? { epoch: 0, epochs: 0 }),
    time: maximum(files.map(({ lastModified }) => lastModified)),
    bytes: files.reduce((sum, { size }) => sum + size, 0),
  };
}

/** Resolves when another tab no longer has one of these, or ends. */
export async function freedKept(ids: readonly string[]): Promise<void> {
  await Promise.race(ids.map((id) => freedName(nameOf(id))));
}

/** Deletes a training. Throws where another tab has it. */
export async function discardKept(id: string): Promise<void> {
  const all = await allKept();
  const release = await holdKept(id);
  if (!release) throw new Error(ELSEWHERE);
  await all.removeEntry(id, { recursive: true }).finally(release);
}

export const ELSEWHERE = "another tab of this browser is going on with it";

/** The last checkpoint of a training's first run, as it is. */
export async function keptFile(id: string): Promise<File> {
  const folder = await (await allKept()).getDirectoryHandle(id);
  const last = (await checkpointsIn(folder)).find(({ run }) => run === 0);
  if (!last) throw new Error("it has no checkpoint");
  return fileIn(folder, last.name);
}

/** What a run of a kept training goes on from. */
export interface Found {
  readonly name: string;
  readonly saved: SavedModel;
  /** Why it is not the last one. */
  readonly problem: string | null;
}

/** The last checkpoint of a run that can be read; undefined where the run has none. Throws when none of them can. */
export async function lastWhole(folder: FileSystemDirectoryHandle, wanted: number): Promise<Found | undefined> {
  let problem: string | null = null;
  for (const { name, run, epoch } of await checkpointsIn(folder)) {
    if (run !== wanted) continue;
    try {
      const saved = decodeCheckpoint(sourceOf(await fileIn(folder, name)), name);
      const { training } = saved;
      if (training?.epoch !== epoch || training.history.length !== epoch) throw new Error(`${name}: it is not of epoch ${epoch}`);
      return { name, saved, problem };
    } catch (error) {
      problem ??= (error as Error).message;
    }
  }
  if (problem !== null) throw new Error(problem);
  return undefined;
}
