import type { Baseline } from "./baseline.js";
import { centroid } from "./centroid.js";
import { chance, frequencies, mean } from "./constant.js";
import { majority } from "./majority.js";
import { univariate } from "./univariate.js";

/** The baselines by name. A task says which are its own. */
export const BASELINES: Readonly<Record<string, Baseline>> = { majority, centroid, univariate, mean, frequencies, chance };
