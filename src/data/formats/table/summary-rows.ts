import { check } from "../../../util/check.js";
import { list } from "../../names.js";
import { type Samples, textsOf } from "./fields.js";
import { at, type Grid } from "./grid.js";

const SUMMARY =
  /^(grand[ _-]?)?(totals?|sums?|means?|averages?|avg|medians?|st\.? ?dev\.?|std\.?( ?dev\.?)?|standard deviation|sd|sem|summe|gesamt|mittelwert|durchschnitt|standardabweichung)[.:]?$/i;

/** Refuses samples at the end that go by the name of a sum or mean of the others, once in `names` (their first cells). */
export function refuseSummaries(samples: Samples, where: string): void {
  const { grid, first } = samples;
  const names = textsOf(samples, 0);
  let from = names.length;
  while (from > 1 && SUMMARY.test(names[from - 1]) && names.indexOf(names[from - 1]) === names.lastIndexOf(names[from - 1]))
    from--;
  check(from === names.length, where, () => {
    const line = grid.columnWord === "row" ? "column" : "row";
    const [count, them] = names.length - from === 1 ? [line, "it"] : [`${line}s`, "them"];
    const places = names.slice(from).map((name, k) => `${from + k + first + 1} ("${name}")`);
    return `${count} ${list(places)} ${them === "it" ? "looks like a summary" : "look like summaries"} of the others; remove ${them}`;
  });
}

/** Whether the last row has an empty cell where all others, names aside, have texts: a mean has no class. */
export function lastLacksText(grid: Grid): boolean {
  const { rows, columns } = grid;
  return Array.from({ length: columns }, (_, j) => j).some((j) => {
    if (!Number.isNaN(at(grid, rows - 1, j))) return false;
    for (let i = 1; i < rows - 1; i++) if (at(grid, i, j) !== Infinity) return false;
    return rows > 2;
  });
}
