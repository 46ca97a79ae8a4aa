import type { Dataset } from "../../src/data/dataset.js";
import { planFit } from "../../src/fit/plan.js";
import type { FitPlan } from "../../src/fit/result.js";
import type { TaskName } from "../../src/tasks/index.js";
import { random } from "../../src/util/random.js";

/** Samples of which a few features tell the class, and the rest is noise; `shift` is what they differ by, in deviations. */
export function table({
  samples = 40,
  features = 30,
  classes = 2,
  informative = 4,
  shift = 2,
  seed = 1,
} = {}): Dataset<Float32Array> {
  const rng = random(seed, "table", samples, features);
  const y = Uint32Array.from({ length: samples }, (_, i) => i % classes);
  const x = Float32Array.from({ length: samples * features }, (_, k) => {
    const [i, j] = [Math.floor(k / features), k % features];
    return rng.normal() + (j < informative && j % classes === y[i] ? shift : 0);
  });
  return { name: "table", x, y, samples, features, classes: Array.from({ length: classes }, (_, c) => `class ${c}`) };
}

/** A plan of two networks and three times linear, on few folds. */
export function smallPlan(data: Dataset, more: Partial<FitPlan> = {}, task?: TaskName, budget = 300): FitPlan {
  const timed = { network: { start: 1, epoch: 1 }, linear: { start: 1, epoch: 1 } };
  const plan = planFit(data, { device: "cpu", task, seed: 1, members: 4, estimate: "none", budget, timed });
  const [first] = plan.candidates.network;
  const second = { name: "network 2", options: first.options };
  const small = { hidden: [12], epsilon: 5, batch: 8 };
  const set = { method: "set", evolution: { period: plan.stop } } as const;
  const network = [first, second].map(({ name, options }, i) => ({
    name,
    options: { ...options, ...small, ...(i > 0 && set), lr: 0.01 },
  }));
  return { ...plan, folds: 3, candidates: { network, linear: plan.candidates.linear.slice(0, 3) }, ...more };
}
