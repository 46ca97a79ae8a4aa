import { constant } from "./constant.js";
import { cosine } from "./cosine.js";
import { step } from "./step.js";

/** The courses of the learning rate by name. */
export const RATES = { constant, cosine, step };
/** The name of a course of the learning rate. */
export type RateName = keyof typeof RATES;
