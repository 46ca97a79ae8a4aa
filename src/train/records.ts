import type { DeviceInfo } from "../device/device.js";
import type { LayerEvolution } from "../evolution/evolve-options.js";
import { connections } from "../layers/param.js";
import type { MemoryEstimate } from "../nn/memory.js";
import type { LayerState, NetworkState } from "../nn/state.js";
import type { VariantTable } from "../tune/table.js";
import type { TrainConfig } from "./options.js";
import type { TuningReport } from "./tuning.js";

/** Seconds of wall time. */
export interface Seconds {
  readonly total: number;
  readonly train: number;
  readonly evolve: number;
  readonly evaluate: number;
}

/**
 * One epoch, as `onEpoch` gets it and the history keeps it. Losses are means over samples. Metrics stand beside them under their names:
 * of classification `testAccuracy` and so on, fractions 0..1.
 */
export interface EpochRecord {
  /** From 1. */
  readonly epoch: number;
  /** Means over the epoch's steps, each before its update (dropout on). */
  readonly runningLoss: number;
  readonly [running: `running${string}`]: number;
  /** Evaluation after the epoch, dropout off, on the whole sets; null where there is no such set or it was not evaluated. */
  readonly [train: `train${string}`]: number | null;
  readonly [test: `test${string}`]: number | null;
  readonly [validation: `validation${string}`]: number | null;
  /** Of an ensemble, whose averaged outputs the fields above are of: the same of each member; absent where it was not evaluated. */
  readonly members?: readonly MemberRecord[];
  /** Connections, and neurons of every layer (inputs and classes included), that the epoch began with; those of all members together. */
  readonly nnz: number;
  readonly neurons: readonly number[];
  /** The share of all possible connections of sparse layers that were ever there until then (R_s), where the option exploration asks for it. */
  readonly explored?: number;
  readonly lr: number;
  readonly steps: number;
  readonly seconds: Seconds;
}

/** How a member of an ensemble does alone after an epoch: `trainLoss`, `testAccuracy` and so on; null where there is no such set. */
export type MemberRecord = Readonly<Record<string, number | null>>;

/** One evolution, as `onEvolution` gets it: within an epoch before the epoch itself. */
export interface EvolutionRecord {
  /** Epochs trained before it; of one within an epoch no whole number. */
  readonly epoch: number;
  /** Steps trained before it; there where the period is in steps. */
  readonly step?: number;
  readonly layers: readonly LayerEvolution[];
  /** Device bytes of the layers before and after. */
  readonly bytesBefore: number;
  readonly bytesAfter: number;
  readonly seconds: number;
}

/** How fast a device ran a few steps of the actual network: what `auto` decides on. */
export interface DeviceTrial {
  readonly device: DeviceInfo["kind"];
  readonly description: string;
  /** Median ms a step, or the reason why the device cannot be used. */
  readonly msPerStep: number | null;
  readonly reason?: string;
}

/** What fixes the bits of a run besides seed, data and options: settled before the first step, recorded, reusable with --plan. */
export interface TrainPlan {
  readonly version: string;
  readonly device: DeviceInfo["kind"];
  /** Vendor, architecture and description of the adapter; on the CPU whether it computes in WebAssembly SIMD or on typed arrays. */
  readonly adapter: string;
  /** The trials of `auto`; empty when the device was chosen by name. */
  readonly trials: readonly DeviceTrial[];
  /** Kernel variants by kernel and class of shapes, timed or fixed; what is not listed takes the default. */
  readonly variants: VariantTable;
}

/** A weight layer from `in` to `out` neurons, its connections and the fraction of the in x out possible ones that they are. */
export interface LayerSummary {
  readonly in: number;
  readonly out: number;
  readonly nnz: number;
  readonly density: number;
}

/** Sizes and densities of a network's layers; of an ensemble's those of all members together, where inputs that they share count once. */
export function summarize(members: readonly NetworkState[]): LayerSummary[] {
  return members[0].layers.map((first, i) => {
    const layers = members.map((member) => member.layers[i]);
    const sum = (of: (layer: LayerState) => number) => layers.reduce((total, layer) => total + of(layer), 0);
    const nnz = sum(connections);
    const cells = sum((layer) => layer.in * layer.out);
    return { in: i === 0 ? first.in : sum((layer) => layer.in), out: sum((layer) => layer.out), nnz, density: nnz / cells };
  });
}

/** Connections that layers could have; of an ensemble those of its members' blocks, which are less than inputs times outputs. */
export function countCells(layers: readonly LayerSummary[]): number {
  return layers.reduce((sum, layer) => sum + (layer.nnz > 0 ? Math.round(layer.nnz / layer.density) : layer.in * layer.out), 0);
}

/** What `onStart` gets: every choice made, and the network that training starts with. */
export interface StartInfo {
  readonly config: TrainConfig;
  readonly plan: TrainPlan;
  readonly device: DeviceInfo;
  readonly layers: readonly LayerSummary[];
  /** The planned bytes on the device. */
  readonly memory: MemoryEstimate;
  /** Whether samples stay on the host and pass through the device in chunks: see `dataBytes`. */
  readonly streamed: boolean;
  /** What was timed to settle the plan's variants. */
  readonly tuning: TuningReport;
  /** What there is to tell of the data, a sentence each: features that are constant, sets that are unlike what a model was trained on. */
  readonly notes: readonly string[];
}

/** What `onDeviceLost` gets. */
export interface DeviceLoss {
  /** How the device was lost. */
  readonly reason: string;
  /** The epoch training goes on after, 0 for the beginning: later ones that had been reported already are trained and reported again. */
  readonly epoch: number;
}
