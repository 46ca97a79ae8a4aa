import { ablation } from "./ablation.js";
import { degree } from "./degree.js";
import { dormant } from "./dormant.js";
import { random } from "./random.js";
import { strength } from "./strength.js";
import { strengthIn } from "./strength-in.js";
import { strengthOut } from "./strength-out.js";

const strengths = { strength, "strength-in": strengthIn, "strength-out": strengthOut };

/** The scorers by name: which neurons leave. */
export const SCORERS = { ...strengths, degree, random, ablation, dormant };
/** The name of a built-in scorer. */
export type ScorerName = keyof typeof SCORERS;
