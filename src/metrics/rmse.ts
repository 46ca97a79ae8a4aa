import { targetError } from "./target-error.js";

/** The root of the mean squared error over samples and targets, in the targets' own units. */
export const rmse = targetError({ name: "rmse", label: "RMSE", wgsl: "e * e", value: (e) => e * e, of: Math.sqrt });
