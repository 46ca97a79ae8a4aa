import { check } from "../util/check.js";
import { cut } from "../util/shown.js";
import type { Table } from "./dataset.js";
import { list } from "./names.js";

/**
 * Labels of samples that have several each, or none, as targets of 0 and 1, a column for each label. They are `known` ones, a model's, or those that
 * occur: in the order of numbers if all are numbers, else of their UTF-16 code units. Throws, naming the place of the sample, on a label twice and on
 * one that is not known; and where less than two occur.
 */
export function labelSets(
  sets: readonly (readonly string[])[],
  known: readonly string[] | undefined,
  where: string,
  place: (i: number) => string,
): Required<Pick<Table, "targets" | "targetNames" | "notes">> {
  const found = [...new Set(sets.flat())];
  const numbers = found.every((label) => Number.isFinite(Number(label)));
  const names = known ?? (numbers ? found.toSorted((a, b) => Number(a) - Number(b)) : found.toSorted());
  check(names.length > 1, where, () => {
    return `its samples have ${names.length === 0 ? "no label" : `one label, "${cut(names[0])}"`}; of several labels there are two or more`;
  });
  const column = new Map(names.map((name, t) => [name, t]));
  const targets = new Float64Array(sets.length * names.length);
  for (const [i, set] of sets.entries()) {
    for (const label of set) {
      const t = column.get(label);
      check(t !== undefined, place(i), () => {
        return `label "${cut(label)}" is not among the ${names.length} labels trained on: ${list(names)}`;
      });
      const at = i * names.length + t;
      check(targets[at] === 0, place(i), () => `label "${cut(label)}" stands there twice; write it once`);
      targets[at] = 1;
    }
  }
  const each = sets.reduce((sum, { length }) => sum + length, 0) / sets.length;
  const without = sets.filter(({ length }) => length === 0).length;
  const none = without > 0 ? `; ${without === 1 ? "1 sample has" : `${without} samples have`} none` : "";
  return {
    targets,
    targetNames: names,
    notes: [`a sample has several of ${names.length} labels, ${each.toFixed(2)} on average${none}`],
  };
}
