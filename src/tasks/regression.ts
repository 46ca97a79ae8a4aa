import type { Dataset } from "../data/dataset.js";
import { quantileStrata } from "../data/quantile-strata.js";
import type { SampleMatrix } from "../data/sample-matrix.js";
import { lossesOf } from "../losses/index.js";
import { mae } from "../metrics/mae.js";
import { r2 } from "../metrics/r2.js";
import { rmse } from "../metrics/rmse.js";
import { spearman } from "../metrics/spearman.js";
import { check } from "../util/check.js";
import { maximum } from "../util/extremes.js";
import { collectDoubles, collectOutputs, outputsOf } from "./answers.js";
import { judgeNumbers } from "./judging/numbers.js";
import { meanError } from "./mean-error.js";
import { writeSpread } from "./spread.js";
import { reportTargets, type TargetReport } from "./target-report.js";
import type { Collector, Task } from "./task.js";

/** What a regression predicts for samples, in order. */
export interface TargetAnswers {
  /** The targets' names. */
  readonly outputs: readonly string[];
  /** [samples, targets], in the targets' own units. */
  readonly values: Float32Array;
  /** Of an ensemble: the deviation of its members' outputs, by "NAME spread", [samples]. */
  readonly uncertainty?: Readonly<Record<string, Float32Array>>;
}

/** Each sample has numbers, one or several, that outputs are to come near. Training standardises them by its own part. */
export const regression: Task = {
  name: "regression",
  called: "targets",
  predicts: "numbers",
  losses: lossesOf("targets"),
  metrics: [rmse, mae, r2, spearman],
  scaled: true,
  outputs: (set) => namesOf(set),
  width: (outputs) => outputs,
  targets: (set) => targetsOf(set),
  strata: quantileStrata,
  divided(set) {
    const strata = 1 + maximum(quantileStrata(set));
    return strata > 1
      ? `split evenly over ${strata} quantiles of ${set.targetNames?.[0]}`
      : "split at random: quantiles are those of a single target, of 20 samples or more";
  },
  align: alignTargets,
  answers(names, samples): Collector & { result(): TargetAnswers } {
    const all = collectOutputs(names, samples);
    const uncertainty = Object.fromEntries(names.map((name) => [`${name} spread`, new Float32Array(samples)]));
    let several = false;
    return {
      see(batch, start) {
        all.see(batch, start);
        if (!batch.members) return;
        several = true;
        writeSpread(batch, batch.members, Object.values(uncertainty), start);
      },
      result: () => ({ ...all.result(), ...(several && { uncertainty }) }),
    };
  },
  unsure: true,
  answer: outputsOf as Task["answer"],
  measures(names, targets): Collector & { result(): { perTarget: readonly TargetReport[]; notes: readonly string[] } } {
    const samples = targets.length / names.length;
    const all = collectDoubles(names, samples);
    return {
      see: all.see,
      result: () => reportTargets(names, { z: all.result().values, targets, samples, outputs: names.length }),
    };
  },
  floor: { name: "mean", about: "the mean of the training part", of: meanError },
  judging: judgeNumbers,
  onnx(graph, z, names) {
    graph.node("Identity", [z], "values");
    return [{ name: "values", type: "float", dims: ["batch", names.length] }];
  },
};

/** The names of a set's targets. Throws where it has classes in their place. */
export function namesOf({ name, targetNames, classes }: Dataset<SampleMatrix>): readonly string[] {
  check(targetNames !== undefined, name, () => {
    const found = classes.length > 0 ? `${classes.length} classes and no numbers` : "no targets";
    return `it has ${found} to learn; name the columns of numbers with option target, give makeDataset targets, or take task classification`;
  });
  return targetNames;
}

function targetsOf(set: Dataset<SampleMatrix>): Float64Array {
  namesOf(set);
  return set.targets as Float64Array;
}

/** Names of targets that say nothing. */
const UNNAMED = new Set(["y", "target"]);

/** A set with the targets of a model, by name; a single one goes by any, and where it is another that says something, that is noted. */
export function alignTargets<X extends SampleMatrix>(set: Dataset<X>, names: readonly string[]): Dataset<X> {
  const found = namesOf(set);
  if (found.length === names.length && found.every((name, t) => name === names[t])) return { ...set, targetNames: names };
  if (found.length === 1 && names.length === 1) {
    const unnamed = [...found, ...names].some((name) => UNNAMED.has(name.toLowerCase()));
    const note = `target "${found[0]}" is taken for the model's "${names[0]}": each has one; see that they are the same`;
    return { ...set, targetNames: names, ...(!unnamed && { notes: [...(set.notes ?? []), note] }) };
  }
  const places = names.map((name) => found.indexOf(name));
  check(!places.includes(-1), set.name, () => `its targets are ${found.join(", ")}, the model's ${names.join(", ")}`);
  const [targets, width] = [targetsOf(set), found.length];
  const picked = Float64Array.from({ length: set.samples * names.length }, (_, k) => {
    return targets[Math.floor(k / names.length) * width + places[k % names.length]];
  });
  return { ...set, targets: picked, targetNames: names };
}
