import type { Arm } from "./arm.js";
import { blend } from "./blend.js";
import { ensemble } from "./ensemble.js";
import { fit } from "./fit.js";
import { shared } from "./shared.js";

/** What is run on every split, by name, a line each; the last asks the clock, and is run when all else is done. */
export const ARMS = {
  blend,
  set: ensemble("set"),
  "dense-small": ensemble("dense-small"),
  dense: ensemble("dense"),
  shared,
  fit,
} satisfies Record<string, Arm>;

/** The name of an arm. */
export type ArmName = keyof typeof ARMS;
