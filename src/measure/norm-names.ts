import type { NormName } from "./measure.js";

/** What norms are called. */
export const NORM_NAMES: Readonly<Record<NormName, string>> = {
  path1: "l1 path norm",
  path2: "l2 path norm",
  spectral: "product of spectral norms",
  frobenius: "product of Frobenius norms",
  complexity: "spectral complexity (Bartlett)",
  spectralFrobenius: "spectral-Frobenius (Neyshabur)",
};
