import { callable, noSimd, pieceOf, wgslOf } from "../options/piece.js";
import { custom, flag, float32, list, number, oneOf, optional, problemOf, record, text } from "../options/schema.js";
import { isRecord } from "../util/check.js";
import { OPTIMISERS, type OptimizerName } from "./index.js";
import { HYPER, type Optimiser, STATES } from "./optimiser.js";

const bound = optional(number());
const CONSTANT = record({ default: number(), min: bound, max: bound, above: bound, below: bound }, { only: true });
/** An optimiser's choices have these beside its constants. */
const TAKEN = ["name", "decay"];
const word = /^[a-zA-Z]\w*$/;

/** An optimiser: by its name, or one of the user's own. */
export const OPTIMISER = pieceOf<OptimizerName, Optimiser>("optimiser", OPTIMISERS, {
  told: ["step"],
  fields: {
    state: list(text(word, "a word")),
    hyper: custom(isRecord, "an object of constants by their names"),
    rate: optional(float32({ above: 0 })),
    decay: optional(float32({ min: 0 })),
    wgsl: wgslOf("optimise"),
    step: callable,
    corrections: optional(callable),
    simd: noSimd,
    exact: optional(oneOf(["all", "state", "nothing"])),
    rule: optional(callable),
    frozen: optional(flag()),
  },
  problem({ state, hyper, corrections }) {
    if (state.length > STATES || new Set(state).size < state.length)
      return `state: is no list of at most ${STATES} names, each once`;
    const names = Object.keys(hyper);
    if (names.length > HYPER) return `hyper: has ${names.length} constants, at most ${HYPER} have room`;
    for (const name of names) {
      if (!word.test(name) || TAKEN.includes(name)) return `hyper: "${name}" cannot be a constant's name; take another word`;
      const wrong = problemOf(CONSTANT, hyper[name]);
      if (wrong) return `hyper: ${name}: ${wrong.at && `${wrong.at}: `}${wrong.message}`;
    }
    const first = corrections?.(Object.fromEntries(names.map((name) => [name, hyper[name].default])), 1) ?? [];
    const fits = Array.isArray(first) && first.length <= 3 && first.every(Number.isFinite);
    return fits ? undefined : "corrections: returns no list of at most three finite numbers";
  },
});
