import { select } from "../../sparse/remove.js";
import { fanIn } from "../../sparse/topology.js";
import type { Scorer } from "./scorer.js";

/**
 * The salient cells of a neuron (SRigL; Lasby et al. 2024): its inputs that survive pruning, and those of its free cells that are among as many of the
 * layer's largest |gradient| as were pruned. All free cells are looked at, as by grower `gradient`.
 */
export const ablation: Scorer = {
  name: "ablation",
  gradients: "auto",
  async measure({ layer, incoming, neurons, probe }) {
    if (!incoming) return new Float64Array(neurons).fill(1); // a dense layer has all cells of each
    const { topology, survivors } = incoming;
    const kept = select(topology, survivors).topology;
    const salient = Float64Array.from(fanIn(kept));
    const { rowIdx } = await probe.largest(layer, kept, topology.nnz - kept.nnz);
    for (const row of rowIdx) salient[row]++;
    return salient;
  },
};
