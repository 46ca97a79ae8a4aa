import type { DeviceBuffer } from "../device/device.js";
import { DROPOUT, type DropoutStyle } from "../kernels/activation.js";
import type { Variants } from "../kernels/candidates.js";
import { type Dropout, isOwn } from "../layers/kind.js";
import type { Activations } from "./activations.js";
import { dropoutStream, type NetworkConfig } from "./config.js";
import type { Layer } from "./layer.js";
import type { Skip } from "./skip.js";

/** What a step's dispatches share. */
export interface StepContext {
  readonly config: NetworkConfig;
  readonly layers: readonly Layer[];
  readonly skip: Skip | null;
  /** Of each member; one of a single network. */
  readonly seeds: readonly number[];
  readonly members: number;
  readonly activations: Activations;
  readonly cursor: DeviceBuffer;
  readonly rates: DeviceBuffer;
  /** A software adapter: some kernels have a variant that suits it better. */
  readonly software: boolean;
  /** How each kernel deals its work. */
  readonly variants: Variants;
  /** False in evaluation: dropout is off, and no z is kept. */
  readonly training: boolean;
  /** Store gradients in m instead of updating (tests). */
  readonly storeGradients?: boolean;
  /** Update nothing, where kernels of the backward pass would. */
  readonly still?: boolean;
}

/** Dropout of layer i's outputs. */
export function dropoutOf({ config, layers, seeds, training }: StepContext, index: number): Dropout {
  const hidden = index < layers.length - 1 && !isOwn(layers[index].kind);
  const rate = training && hidden ? config.dropout : 0;
  const style = rate > 0 ? config.dropoutStyle : "none";
  return dropout(rate, style, dropoutStream(seeds[0], index)); // of stacked members each has its own, see Place
}

/** Dropout of the inputs, which all members have alike. */
export function inputDropoutOf({ config, training }: StepContext): Dropout {
  const rate = training ? (config.inputDropout ?? 0) : 0;
  return dropout(rate, rate > 0 ? "inverted" : "none", dropoutStream(config.seed, 2 ** 32 - 1)); // of no layer
}

function dropout(rate: number, style: DropoutStyle | "none", stream: number): Dropout {
  return {
    DROPOUT: DROPOUT[style],
    stream,
    threshold: Math.min(2 ** 32 - 1, Math.round(rate * 2 ** 32)),
    keepScale: style === "inverted" ? 1 / (1 - rate) : 1,
  };
}

/** What layer i multiplies, and its columns in fours: members that share its weights have theirs beside one another. */
export function inputsOf({ activations: { y, quads, shared }, layers }: StepContext, index: number) {
  return { x: shared?.inputs[index] ?? y[index], quads: quads * (layers[index].share ?? 1) };
}
