import type { SavedModel } from "../../src/api/index.js";
import { checkpointParts } from "../../src/api/io.js";
import { ABOUT, checkpointName, checkpointsIn, discardKept, type Found, type KeptAbout, listKept } from "./kept-folders.js";
import { writeWhole } from "./private-files.js";

/** Writes one training's checkpoints. */
export interface Writer {
  /** Writes the state of a run; of that run's checkpoints the one before stays. Resolves with the ms that it took from training. Throws what the browser throws. */
  write(run: number, saved: SavedModel): Promise<number>;
  /** Deletes the training. */
  remove(): Promise<void>;
}

/** What is written, and what is there already. */
export interface Writing {
  readonly all: FileSystemDirectoryHandle;
  readonly id: string;
  readonly about: KeptAbout;
  /** The checkpoints that the runs go on from; none of a training that begins. */
  readonly found: readonly (Found | undefined)[];
  /** The training before it in this tab, where that may go once this one is kept. */
  readonly replaces: string | undefined;
}

export function createWriter({ all, id, about, found, replaces }: Writing): Writer {
  const before = found.map((one) => one?.name);
  let begun = found.length > 0;
  return {
    async write(run, saved) {
      const folder = await all.getDirectoryHandle(id, { create: true });
      if (!begun) await writeWhole(folder, ABOUT, [new TextEncoder().encode(JSON.stringify(about))]);
      const name = checkpointName({ run, epoch: saved.training?.epoch ?? 0, epochs: about.settings[run].epochs });
      const took = await writeWhole(folder, name, checkpointParts(saved));
      for (const old of await checkpointsIn(folder))
        if (old.run === run && old.name !== name && old.name !== before[run]) await folder.removeEntry(old.name);
      before[run] = name;
      if (!begun) await makeRoom(id, replaces);
      begun = true;
      return took;
    },
    async remove() {
      await all.removeEntry(id, { recursive: true }).catch((error) => {
        if ((error as Error).name !== "NotFoundError") throw error; // it has no checkpoint yet
      });
    },
  };
}

/** Once a new training is kept, those that are done may go, and the one that it replaces; unless another tab has opened them since. */
async function makeRoom(id: string, replaces: string | undefined): Promise<void> {
  const { trainings } = await listKept(id, replaces);
  const over = trainings.filter(({ own, runs }) => own || runs.every(({ epoch, epochs }) => epoch === epochs));
  await Promise.all(over.map((kept) => discardKept(kept.id).catch(() => {})));
}
