import type { Scorer } from "./scorer.js";
import { sumInputs, sumOutputs } from "./sum-connections.js";

/** The number of connections that lead to a neuron and from it. */
export const degree: Scorer = {
  name: "degree",
  dispatches: ({ incoming, outgoing, scores }) => [
    ...sumInputs(incoming, scores, "one"),
    ...sumOutputs(outgoing, scores, "one", true),
  ],
};
