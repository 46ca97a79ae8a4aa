import { h } from "./dom.js";
import { createRanking } from "./ranking.js";
import type { Evaluated } from "./trust.js";
import { createVerdict } from "./verdict.js";

// Loaded when an evaluation is over.

/** What an evaluation came to: how good the result is, and which inputs it rests on. */
export const createEvaluated = (evaluated: Evaluated): HTMLElement =>
  h("div", { class: "evaluated" }, ...[createVerdict, createRanking].map((part) => h("div", {}, ...part(evaluated))));
