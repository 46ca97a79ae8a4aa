import { targetError } from "./target-error.js";

/** The mean absolute error over samples and targets, in the targets' own units. */
export const mae = targetError({ name: "mae", label: "MAE", wgsl: "abs(e)", value: Math.abs });
