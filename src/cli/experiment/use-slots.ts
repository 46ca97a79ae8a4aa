import { availableParallelism } from "node:os";
import { connectQueue } from "../../experiment/queue/connect.js";
import { type RemoteSlot, remoteSlot } from "../../experiment/queue/remote-slot.js";
import type { JobDevice } from "../../experiment/run/job.js";
import type { Slot } from "../../experiment/run/slot.js";
import type { OwnPiece } from "../../methods/pieces.js";
import { checkInteger } from "../../util/check.js";
import { hostOf, type Terminal } from "../terminal.js";
import { forkedSlot, localSlot } from "./slots.js";

/** Which slots are wanted. */
export interface SlotsWanted {
  readonly device: JobDevice;
  /** Address of a queue; undefined for slots on this machine. */
  readonly queue?: string;
  /** 0: in this process. Default: the cores, 1 on a GPU; on a queue QUEUED. */
  readonly count?: number;
  /** Own pieces that the runs name, and the file that they are of. */
  readonly pieces: { readonly file?: string; readonly list: readonly OwnPiece[] };
  /** See `remoteSlot`. */
  readonly isOver: () => boolean;
  readonly terminal: Terminal;
}

/** Runs on a queue at a time: enough for so many slots of workers, and few enough that another suite's turn comes soon. */
const QUEUED = 64;

/** Opens slots, lends them to `work`, and closes them; an interruption stops them. */
export async function useSlots(wanted: SlotsWanted, work: (slots: readonly Slot[], remote?: RemoteSlot) => Promise<void>) {
  const { device, queue, pieces, isOver, terminal } = wanted;
  const count = wanted.count ?? (queue !== undefined ? QUEUED : device === "cpu" ? availableParallelism() : 1);
  checkInteger(count, "--slots", queue === undefined ? 0 : 1, queue === undefined ? 256 : 4096);
  const remote = queue === undefined ? undefined : await openRemote(queue, device, isOver, terminal);
  const newSlot = () => remote ?? (count === 0 ? localSlot(terminal.env, pieces.list) : forkedSlot(terminal.env, pieces.file));
  const slots = Array.from({ length: Math.max(1, count) }, newSlot);
  const stop = () => Promise.all(slots.map((slot) => slot.stop()));
  const interrupt = () => void stop();
  terminal.signal?.addEventListener("abort", interrupt);
  try {
    await work(slots, remote);
  } finally {
    terminal.signal?.removeEventListener("abort", interrupt);
    await stop();
    await remote?.close();
  }
}

async function openRemote(queue: string, device: JobDevice, isOver: () => boolean, terminal: Terminal): Promise<RemoteSlot> {
  const link = await connectQueue(queue, device, hostOf(terminal));
  const hint = `coppice worker --queue ${link.shown}${device === "cpu" ? "" : ` --device ${device}`}`;
  return remoteSlot(link, isOver, hint);
}
