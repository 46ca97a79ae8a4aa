import type { Device } from "../device/device.js";
import { openScope } from "../device/scope.js";
import { createNetwork } from "../nn/network.js";
import { samplesPerBinding } from "../nn/resident.js";
import { checkBatch } from "../nn/runner.js";
import { type NetworkState, withoutStates } from "../nn/state.js";
import { loadEntries, mergeEntries, sameSubject, type TuningEntry, type TuningStore, tuningAdapter } from "../tune/entries.js";
import { classSizes } from "../tune/shape-class.js";
import { checkTable, type VariantTable } from "../tune/table.js";
import { type TunedShape, tune } from "../tune/tune.js";
import { CoppiceError, checkOneOf } from "../util/check.js";
import { maximum } from "../util/extremes.js";
import { version } from "../util/version.js";
import { columnsOf } from "./ensemble.js";
import type { TrainConfig } from "./options.js";

/**
 * auto: on a GPU, time what the store does not know yet; a software adapter takes the defaults, except where a variant was fixed by hand.
 * off: the defaults everywhere. force: time everything that is not fixed, on software adapters too.
 */
export const TUNINGS = ["auto", "off", "force"] as const;
/** When kernel variants are timed before training: auto, off or force. */
export type TuneMode = (typeof TUNINGS)[number];

/** How the variants of a run came about. */
export interface TuningReport {
  /** By kernel and class of shapes; what is not listed takes the default. */
  readonly variants: VariantTable;
  /** What was timed now. */
  readonly tuned: readonly TunedShape[];
  /** Wall time of it. */
  readonly seconds: number;
  /** Why the store did not keep what was found; the run goes on with it all the same. */
  readonly problem?: string;
}

export interface TuneSettings {
  readonly mode?: TuneMode;
  readonly store?: TuningStore;
  readonly budgetMs?: number;
}

/** Settles the kernels' variants for a network on a device, before its first step. The CPU device has no variants. */
export async function settleVariants(
  device: Device,
  config: TrainConfig,
  state: NetworkState,
  { mode = "auto", store, budgetMs }: TuneSettings = {},
  signal?: AbortSignal,
): Promise<TuningReport> {
  checkOneOf(mode, TUNINGS, "tune");
  const { info } = device;
  if (info.kind === "cpu" || mode === "off") return { variants: {}, tuned: [], seconds: 0 };
  const adapter = tuningAdapter(info);
  const { entries, ...unread } = await remembered(store);
  const stored = entries.filter((entry) => entry.adapter === adapter && entry.version === version);
  const timed = mode === "auto" && !info.software;
  const known = tableOf(stored.filter((entry) => entry.fixed || timed));
  checkTable(known, "the tuning cache", "clear it with: coppice tune clear");
  const variants = reachable(known, state);
  if (info.software && mode === "auto") return { variants, tuned: [], seconds: 0, ...unread };

  const start = performance.now();
  const tuned = await tuneNetwork(device, config, state, { known, budgetMs, signal });
  const found = tuned.filter(({ trials }) => trials.length > 0).map((shape) => ({ version, adapter, fixed: false, ...shape }));
  return {
    variants: { ...variants, ...tableOf(found) },
    tuned,
    seconds: (performance.now() - start) / 1000,
    ...(await keep(store, found)),
  };
}

/** What a store holds; nothing, and why, where it cannot be read just now. One that holds something else ends the run, which says how to clear it. */
export async function remembered(store: TuningStore | undefined): Promise<{ entries: readonly TuningEntry[]; problem?: string }> {
  try {
    return { entries: await loadEntries(store) };
  } catch (error) {
    if (!(error instanceof CoppiceError && error.kind === "failure")) throw error;
    return { entries: [], problem: error.message };
  }
}

/** Tunes on a network of its own, without the optimiser's state: timing is no training. */
async function tuneNetwork(on: Device, config: TrainConfig, state: NetworkState, options: Parameters<typeof tune>[3]) {
  samplesPerBinding(on, config.layout.sizes[0]); // told of the run's samples and batch, before a buffer that tuning makes of them is refused
  checkBatch(on, columnsOf(config), config.batch);
  const { device, release } = openScope(on);
  try {
    return await tune(device, createNetwork(device, config.network, withoutStates(state)), config.batch, options);
  } finally {
    release();
  }
}

/** Adds entries to what the store holds by now: another run may have saved meanwhile, and what was fixed meanwhile stays. */
async function keep(store: TuningStore | undefined, found: readonly TuningEntry[]): Promise<{ problem?: string }> {
  if (!store || found.length === 0) return {};
  try {
    const entries = await loadEntries(store);
    const byHand = entries.filter((entry) => entry.fixed);
    const fresh = found.filter((entry) => !byHand.some((other) => sameSubject(entry, other)));
    await store.save(mergeEntries(entries, fresh));
    return {};
  } catch (error) {
    if (!(error instanceof CoppiceError)) throw error;
    return { problem: error.message };
  }
}

function tableOf(shapes: readonly Pick<TuningEntry, "kernel" | "shape" | "variant">[]): VariantTable {
  return Object.fromEntries(shapes.map(({ kernel, shape, variant }) => [`${kernel} ${shape}`, variant]));
}

/** What a network may come to: it loses neurons, and connections move between its layers, but none grows wider. */
function reachable(table: VariantTable, { layers }: NetworkState): VariantTable {
  const widest = Math.SQRT2 * Math.max(layers[0].in, maximum(layers.map((layer) => layer.out)));
  const fits = ([key]: [string, unknown]) => {
    const { rows, cols } = classSizes(key.split(" ")[1], "tuning");
    return Math.max(rows, cols) <= widest;
  };
  return Object.fromEntries(Object.entries(table).filter(fits));
}
