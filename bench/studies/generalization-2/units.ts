import type { Arm } from "./arms/arm.js";
import { ARMS, type ArmName } from "./arms/index.js";
import { keyOf, type Unit } from "./records.js";
import type { Study } from "./study.js";

/** Units in the order in which they are run: split by split, arm by arm, the cheapest datasets first; what asks the clock when all else is done. */
export function unitsOf({ datasets, splits }: Study, secondsOf: (unit: Unit) => number): Unit[] {
  const names = Object.keys(ARMS) as ArmName[];
  const of = (split: number, arm: ArmName) =>
    datasets.map(({ name }): Unit => ({ dataset: name, split, arm })).sort((a, b) => secondsOf(a) - secondsOf(b));
  const all = Array.from({ length: splits }, (_, split) => names.flatMap((arm) => of(split, arm))).flat();
  return [...all.filter(({ arm }) => !asksClock(arm)), ...all.filter(({ arm }) => asksClock(arm))];
}

/** Whether an arm has its seconds, so that it finds less where something runs beside it. */
export function asksClock(arm: ArmName): boolean {
  return armOf(arm).asksClock ?? false;
}

/** An arm by its name. */
export function armOf(name: ArmName): Arm {
  return ARMS[name];
}

/** The key of the unit whose rates a unit takes; null where it takes none. */
export function needOf(unit: Unit): string | null {
  const { needs } = armOf(unit.arm);
  return needs ? keyOf({ ...unit, arm: needs.arm as ArmName }) : null;
}
