import { isNumber } from "../data/formats/table/cells.js";
import { readGrid } from "../data/formats/table/read-grid.js";
import { readFile } from "../files/read.js";
import type { ClassWeight } from "../train/sample-weights.js";
import { check } from "../util/check.js";
import { counted } from "../util/counted.js";
import { excerpt } from "../util/shown.js";

/** The weights of classes that `--class-weight` names: balanced, or those of a table of labels and weights, with or without a header. */
export function readClassWeight(given: string): ClassWeight {
  if (given === "balanced") return given;
  check(!/^balanced?$/i.test(given), "--class-weight", () => `${given} is spelled otherwise: write balanced`);
  const { name, bytes } = readFile(given);
  const where = `--class-weight: ${name}`;
  const grid = readGrid(bytes, where);
  check(
    grid.columns === 2,
    where,
    () => `has ${counted(grid.columns, "column")}, expected two: the label and the weight of each class`,
  );
  const rows = Array.from({ length: grid.rows }, (_, i) => grid.row(i));
  const lines = rows.slice(isNumber(rows[0][1]) ? 0 : 1);
  const weights: Record<string, number> = {};
  for (const [label, weight] of lines) {
    check(!Object.hasOwn(weights, label), where, () => `class "${excerpt(label)}" is there twice`);
    check(isNumber(weight) && Number(weight) > 0 && Number.isFinite(Number(weight)), where, () => {
      return `the weight of class "${excerpt(label)}" is "${excerpt(weight)}", expected a number above 0`;
    });
    Object.defineProperty(weights, label, { value: Number(weight), enumerable: true });
  }
  check(lines.length > 0, where, () => "names no class");
  return weights;
}
