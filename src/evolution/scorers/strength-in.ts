import type { Scorer } from "./scorer.js";
import { sumInputs } from "./sum-connections.js";

/** The sum of |w| over the connections that lead to a neuron. */
export const strengthIn: Scorer = {
  name: "strength-in",
  dispatches: ({ incoming, scores }) => sumInputs(incoming, scores, "magnitude"),
};
