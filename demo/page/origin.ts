/** What a result or a file comes of; null where that is not known. */
export interface Origin {
  /** The data's name. */
  readonly data: string | null;
  readonly method: string | null;
  readonly seed: number | string | null;
  readonly epoch: number | string | null;
}

/** Of a file that is of no data, method, seed or epoch alone. */
export const NO_ORIGIN: Origin = { data: null, method: null, seed: null, epoch: null };

/** "npset, seed 1, epoch 30, on digits". */
export function originText({ data, method, seed, epoch }: Origin): string {
  const known = [method, seed !== null && `seed ${seed}`, epoch !== null && `epoch ${epoch}`, data !== null && `on ${data}`];
  return known.filter(Boolean).join(", ");
}

/** The name of a file to save: what it comes of, what it is, the local time and its ending: "digits_npset_seed1_epoch30_runs_2026-11-30_1405.csv". */
export function savedName({ data, method, seed, epoch }: Origin, what: string, ending: string, now = new Date()): string {
  const known = [data, method, seed !== null && `seed${seed}`, epoch !== null && `epoch${epoch}`, what];
  const name = known.filter(Boolean).join("_");
  return `${name.replace(/[^\p{L}\p{N}._+-]+/gu, "-").slice(0, 150)}_${timeText(now)}.${ending}`;
}

/** "2026-11-30_1405", of the clock on the wall. */
function timeText(now: Date): string {
  const local = new Date(now.getTime() - 60_000 * now.getTimezoneOffset()).toISOString();
  return `${local.slice(0, 10)}_${local.slice(11, 16).replace(":", "")}`;
}
