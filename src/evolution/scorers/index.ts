import { degree } from "./degree.js";
import { random } from "./random.js";
import { strength } from "./strength.js";
import { strengthIn } from "./strength-in.js";
import { strengthOut } from "./strength-out.js";

/** The scorers by name: which neurons leave. */
export const SCORERS = { strength, "strength-in": strengthIn, "strength-out": strengthOut, degree, random };
/** The name of a built-in scorer. */
export type ScorerName = keyof typeof SCORERS;
