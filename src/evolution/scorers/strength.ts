import type { Scorer } from "./scorer.js";
import { sumInputs, sumOutputs } from "./sum-connections.js";

/** The sum of |w| over the connections that lead to a neuron and from it. */
export const strength: Scorer = {
  name: "strength",
  dispatches: ({ incoming, outgoing, scores }) => [
    ...sumInputs(incoming, scores, "magnitude"),
    ...sumOutputs(outgoing, scores, "magnitude", true),
  ],
};
