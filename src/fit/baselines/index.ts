import type { Baseline } from "./baseline.js";
import { centroid } from "./centroid.js";
import { majority } from "./majority.js";
import { univariate } from "./univariate.js";

/** The baselines by name, a line each. */
export const BASELINES = { majority, centroid, univariate } satisfies Record<string, Baseline>;
