import type { Scorer } from "./scorer.js";
import { sumOutputs } from "./sum-connections.js";

/** The sum of |w| over the connections that lead from a neuron. */
export const strengthOut: Scorer = {
  name: "strength-out",
  dispatches: ({ outgoing, scores }) => sumOutputs(outgoing, scores, "magnitude", false),
};
