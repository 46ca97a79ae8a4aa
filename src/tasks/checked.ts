import type { Dataset } from "../data/dataset.js";
import { type SampleMatrix, toDense } from "../data/sample-matrix.js";
import { check } from "../util/check.js";
import { shown } from "../util/shown.js";
import type { Task } from "./task.js";

// What a task gives, checked: it may be the user's own. Nothing else asks a task for these.

/** The names of a task's outputs for a set. Throws a usage error unless they are distinct texts, at least one. */
export function checkedOutputs(task: Task, set: Dataset<SampleMatrix>): readonly string[] {
  const names: unknown = task.outputs(set);
  const fits = Array.isArray(names) && names.length > 0 && names.every((name) => typeof name === "string");
  check(fits && new Set(names).size === names.length, `task "${task.name}": outputs`, () => {
    return `${shown(names)}, expected a list of distinct texts, at least one`;
  });
  return names as readonly string[];
}

/** What a task's `targets` are; null of one whose targets are the inputs. */
export type Targets = ReturnType<Exclude<Task["targets"], string>> | null;

/** Targets that metrics and losses over all samples together look at: of inputs all cells, as the network gets them. */
export const wholeTargets = (targets: Targets, { x }: Dataset<SampleMatrix>): NonNullable<Targets> => targets ?? toDense(x);

/** The targets per sample of a network with so many outputs. Throws a usage error unless it is an integer of at least 1. */
export function checkedWidth(task: Task, outputs: number): number {
  const width = task.width(outputs);
  check(Number.isInteger(width) && width >= 1, `task "${task.name}": width`, () => {
    return `${shown(width)}, expected an integer of at least 1`;
  });
  return width;
}

/** The targets per sample that lie beside its inputs. */
export const storedWidth = (task: Task, outputs: number): number => (task.targets === "inputs" ? 0 : checkedWidth(task, outputs));

/** The targets [samples, width] of a set. Throws a usage error unless they are so many finite numbers in a typed array: of 32 bits, or 64 where they are standardised. */
export function checkedTargets(task: Task, set: Dataset<SampleMatrix>, outputs: number): Targets {
  const where = `task "${task.name}": targets`;
  const width = checkedWidth(task, outputs);
  if (task.targets === "inputs") return null;
  const targets = task.targets(set);
  const wide = task.scaled && targets instanceof Float64Array;
  check(wide || targets instanceof Float32Array || targets instanceof Uint32Array, where, () => {
    return `${shown(targets)}, expected a Float32Array or a Uint32Array${task.scaled ? ", or a Float64Array" : ""}`;
  });
  const { samples, name } = set;
  check(targets.length === samples * width, where, () => {
    return `${targets.length} numbers, expected ${samples} x ${width} = ${samples * width}`;
  });
  const wrong = targets.findIndex((target) => !Number.isFinite(target));
  check(wrong < 0, where, () => {
    return `${targets[wrong]} for sample ${Math.floor(wrong / width) + 1} of ${name}, expected a finite number`;
  });
  return targets;
}
