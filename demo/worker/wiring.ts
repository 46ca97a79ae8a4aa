import type { NetworkView } from "../../src/api/index.js";

/** The connections of the first run's first network after an epoch, as evolution left them on the host: no copies. */
export interface Wiring {
  readonly epoch: number;
  readonly layers: readonly Layer[];
}

type Layer = Pick<NetworkView["layers"][number], "in" | "out" | "topology">;

/** Epochs that are remembered, and bytes of their connections; of more every second is dropped, but for the first and the newest. */
export const [MOST_EPOCHS, MOST_BYTES] = [64, 64e6];

let kept: Wiring[] = [];
let every = 1;

export function forgetWiring(): void {
  [kept, every] = [[], 1];
}

/** Remembers what a network looks like after `epoch`, unless that is known. */
export function rememberWiring(epoch: number, layers: readonly Layer[]): void {
  if ((kept.at(-1)?.epoch ?? -1) >= epoch) return;
  const thin = () => kept.filter((one, i) => i === 0 || one.epoch === epoch || one.epoch % every === 0);
  kept.push({ epoch, layers: layers.map(({ in: inputs, out, topology }) => ({ in: inputs, out, topology })) }); // and nothing of the device
  kept = thin();
  while (kept.length > 2 && (kept.length > MOST_EPOCHS || bytesOf(kept) > MOST_BYTES)) {
    every *= 2;
    kept = thin();
  }
}

/** What is remembered, by epochs. */
export const wirings = (): readonly Wiring[] => kept;

const bytesOf = (all: readonly Wiring[]) =>
  all.reduce((sum, { layers }) => sum + layers.reduce((own, { topology }) => own + 4 * (topology?.nnz ?? 0), 0), 0);
