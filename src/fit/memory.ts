import type { Dataset } from "../data/dataset.js";
import { formatBytes } from "../nn/memory.js";
import { checkedOutputs } from "../tasks/checked.js";
import { taskOf } from "../tasks/index.js";
import { trainConfig } from "../train/config.js";
import { memoryWords, runMemory } from "../train/run-memory.js";
import { check } from "../util/check.js";
import type { FitCandidate } from "./result.js";

/**
 * The most bytes that a training of these candidates takes on all samples, with so many members. Throws a usage error with the arithmetic where
 * that is above `limit`; nothing has been computed by then.
 */
export function trainingMemory(data: Dataset, candidates: readonly FitCandidate[], members: number, limit = Infinity): number {
  const { features, samples } = data;
  return candidates.reduce((most, { options }) => {
    const classes = checkedOutputs(taskOf(options.task), data).length;
    const config = trainConfig({ ...options, ...(members > 1 && { members }) }, { features, classes, samples });
    const { estimate } = runMemory(config, { train: data }, limit);
    check(estimate.total <= limit, "memory", () => {
      const todo = members > 1 ? "give fewer members, or raise --memory" : "raise --memory, or leave features out";
      return `${memoryWords(estimate, config)}, ${formatBytes(limit)} may be used; ${todo}`;
    });
    return Math.max(most, estimate.total);
  }, 0);
}
