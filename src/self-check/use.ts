import type { Activation } from "../activations/activation.js";
import type { Dispatch } from "../device/kernel.js";
import type { MetricList } from "../metrics/metric.js";
import type { Optimiser } from "../optimisers/optimiser.js";
import { formatVariant } from "../tune/entries.js";
import { crc32 } from "../util/crc32.js";

/** What a kernel is put together with: those that its own `pieces` names. */
export interface ProblemPieces {
  readonly activation: Activation;
  readonly optimiser: Optimiser;
  readonly metrics: MetricList;
}

/** A kernel with the constants and pieces that it runs with: what a driver compiles. */
export type Use = Pick<Dispatch, "kernel" | "constants" | "pieces">;

/** The pieces of a use, those it does not name as the kernel names them. */
export const piecesOf = ({ kernel, pieces }: Use) => ({ ...kernel.pieces, ...pieces }) as unknown as ProblemPieces;

/** Of what is not exact: errors are relative to each element (at least 1), or to the largest of the array. */
export type Rounding = "exact" | "element" | "array";

/** "sddmm EACH=4 LANES=8 optimiser=adam 1f0a93bc": names a use, pieces with a checksum of their text, as two may have one name. */
export function nameOf({ kernel, constants, pieces = kernel.pieces ?? {} }: Use): string {
  const names = Object.entries(pieces).map(([role, { name }]) => `${role}=${name}`);
  const text = kernel.prelude ? [crc32(new TextEncoder().encode(kernel.prelude(pieces))).toString(16)] : [];
  return [kernel.name, formatVariant(constants), ...names, ...text].join(" ");
}

/** What an optimiser steps. */
const STEPPED: readonly string[] = ["w", "bias", "parameters", "scaleIn", "scaleOut"];

/** How a kernel's output is rounded: what goes through exp, sqrt or a division is off by up to 2^-14, all else is exact. */
export function roundingOf(use: Use, output: string): Rounding {
  const { optimiser, activation } = piecesOf(use);
  const transcendental = activation !== undefined && !activation.exact;
  if (transcendental && (output === "y" || output === "u")) return "element";
  if (transcendental && use.kernel.name === "scale-t") return "array";
  if (transcendental && (output === "dx" || output === "g" || output === "parameters")) return "array";
  if (use.kernel.name.startsWith("norm") || use.kernel.name === "limit") return "array";
  if (use.kernel.name === "squares" && use.constants.FACTOR) return "element";
  const { exact = "nothing" } = optimiser ?? { exact: "all" };
  if (exact !== "all" && STEPPED.includes(output)) return "element";
  if (exact === "nothing" && (output === "m" || output === "v")) return "element";
  if (use.kernel.name === "loss" && output === "delta") return "array";
  if (use.kernel.name === "loss" && output === "stepSums") return "element";
  if (use.kernel.name === "average") return "element";
  return "exact";
}
