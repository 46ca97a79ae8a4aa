/** How long one call of the HDF5 library may take; calls read 8 MiB at most. */
export const STALL_MS = 60_000;

/** Hears of each call of the library: of which file it reads what, and null when it is done. */
export type OnCall = (call: string | null) => void;

let hear: OnCall = () => {};

/** Has each call of the library in this thread told to `onCall`, so that another thread can end this one. */
export function watchCalls(onCall: OnCall): void {
  hear = onCall;
}

/** Tells of a call, or that it is done. */
export function tellCall(call: string | null): void {
  hear(call);
}

/** What to say of a call that does not end. */
export function stallOf(call: string, ms = STALL_MS): string {
  return `${call} was still being read after ${ms / 1000} s, and was stopped: the file is damaged, or made to do harm`;
}
