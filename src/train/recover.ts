import type { Device } from "../device/device.js";
import { CoppiceError, failedWith } from "../util/check.js";
import type { DeviceLoss } from "./records.js";
import type { RunOptions } from "./run-options.js";

/** A run that can be taken up on another device. */
export interface Attempts<T> {
  /** Runs to the end, from the last checkpoint on. */
  run(device: Device): Promise<T>;
  /** The epoch of the last checkpoint. */
  epoch(): number;
  /** Opens a device like the first. */
  open(): Promise<Device>;
  onLost?(loss: DeviceLoss): void | Promise<void>;
  readonly signal?: AbortSignal;
}

/** Losses of a device without a checkpoint in between: after so many the cause is not chance. */
const LOSSES = 3;
/** ms before each try to open a device again: a driver that was reset is not always there at once. */
const WAITS = [0, 500, 4000];

/** The options of a run that goes on, whenever it is asked, from the last checkpoint and best network that its callbacks got. */
export function rememberProgress(options: RunOptions): { options(): RunOptions; epoch(): number } {
  let { resume, best, onStart } = options;
  const { onBest, onCheckpoint } = options;
  const callbacks: RunOptions = {
    async onStart(info) {
      await onStart?.(info);
      onStart = undefined; // a run starts once
    },
    async onBest(saved) {
      await onBest?.(saved);
      best = saved;
    },
    ...(onCheckpoint && {
      async onCheckpoint(saved) {
        await onCheckpoint(saved);
        resume = saved;
      },
    }),
  };
  return { options: () => ({ ...options, ...callbacks, resume, best }), epoch: () => resume?.training?.epoch ?? 0 };
}

/**
 * Runs on `device` and, whenever that is lost, on another like it. Whatever happens, `device` and those after it are disposed of unless the
 * run came to its end. Throws the loss when it happened three times without progress, or when no device can be had again.
 */
export async function despiteLoss<T>(device: Device, { run, epoch, open, onLost, signal }: Attempts<T>): Promise<T> {
  let on = device;
  let losses = 0;
  let before = -1;
  let lost: DeviceLoss | undefined;
  for (;;) {
    try {
      if (lost) await onLost?.(lost);
      return await run(on);
    } catch (error) {
      await on.dispose();
      if (!failedWith(error, "device-lost")) throw error;
      losses = epoch() > before ? 1 : losses + 1;
      before = epoch();
      if (losses === LOSSES) throw lossBecause(error, `that was the loss number ${LOSSES} after epoch ${before}`);
      on = await reopen(open, error, signal);
      lost = { reason: error.message, epoch: before };
    }
  }
}

async function reopen(open: () => Promise<Device>, loss: CoppiceError, signal?: AbortSignal): Promise<Device> {
  let reason = "";
  for (const ms of WAITS) {
    await new Promise((resolve) => setTimeout(resolve, ms));
    signal?.throwIfAborted();
    try {
      return await open();
    } catch (error) {
      if (!(error instanceof CoppiceError)) throw error;
      reason = error.message;
    }
  }
  throw lossBecause(loss, `it cannot be opened again (${reason})`);
}

/** The loss, with why it is the end. */
function lossBecause({ message }: CoppiceError, why: string): CoppiceError {
  return new CoppiceError(`${message}; ${why}`, "failure", "device-lost");
}
