/** What a result or a file comes of; null where that is not known. */
export interface Origin {
  /** The data's name. */
  readonly data: string | null;
  readonly method: string | null;
  readonly seed: number | string | null;
  readonly epoch: number | string | null;
}

/** "npset, seed 1, epoch 30, on digits". */
export function originText({ data, method, seed, epoch }: Origin): string {
  const known = [method, seed !== null && `seed ${seed}`, epoch !== null && `epoch ${epoch}`, data !== null && `on ${data}`];
  return known.filter(Boolean).join(", ");
}

/** The name of a file to save: what it comes of, what it is, and its ending: "digits_npset_seed1_epoch30_predictions.csv". */
export function savedName({ data, method, seed, epoch }: Origin, what: string, ending: string): string {
  const known = [data, method, seed !== null && `seed${seed}`, epoch !== null && `epoch${epoch}`, what];
  const name = known.filter(Boolean).join("_");
  return `${name.replace(/[^\p{L}\p{N}._+-]+/gu, "-").slice(0, 150)}.${ending}`;
}
