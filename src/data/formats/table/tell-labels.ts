import { check } from "../../../util/check.js";
import type { OpenFile } from "../file.js";
import type { Grid } from "./grid.js";
import { readGrid } from "./read-grid.js";

/** Columns of a table that may hold the IDs of another's samples. */
const MOST_COLUMNS = 100;
/** Rows by which it is told whether a column holds numbers. */
const LOOKED_AT = 50;

/** Which of two tables holds the labels of the other's samples, and what tells so. */
export interface LabelsTold {
  readonly at: 0 | 1;
  readonly reason: string;
}

/**
 * Tells which of two tables is a file of labels: the one of which a column holds the IDs that stand in row 1 or column 1 of the other. Where that is
 * so both ways, the one with fewer columns of numbers. Throws where they share no IDs, and where nothing tells them apart.
 */
export async function tellLabels(files: readonly [OpenFile, OpenFile]): Promise<LabelsTold> {
  const [first, second] = [await gridOf(files[0]), await gridOf(files[1])];
  const [a, b] = files.map(({ name }) => name);
  const shared = [sharedIds(first, second), sharedIds(second, first)]; // as labels of the other
  check(shared[0] + shared[1] > 0, `${a} + ${b}`, () => {
    return "no column of either holds IDs of the other's samples (those in its row 1 or column 1); choose the table of samples, then its file of labels";
  });
  if (shared[0] === 0 || shared[1] === 0) {
    const at = shared[0] > 0 ? 0 : 1;
    return { at, reason: `a column of ${[a, b][at]} holds ${shared[at]} IDs of ${[b, a][at]}` };
  }
  const numbers = [numericColumns(first), numericColumns(second)];
  check(numbers[0] !== numbers[1], `${a} + ${b}`, () => {
    return `both have ${numbers[0]} columns of numbers and IDs of the other; choose the table of samples, then its file of labels`;
  });
  const at = numbers[0] < numbers[1] ? 0 : 1;
  return { at, reason: `they share ${shared[at]} IDs, and ${[a, b][at]} has fewer columns of numbers` };
}

async function gridOf(file: OpenFile): Promise<Grid> {
  return readGrid(await file.whole(), file.name);
}

/** The most distinct IDs in row 1 and column 1 of `samples` that a column of `labels` holds. */
function sharedIds(labels: Grid, samples: Grid): number {
  const ids = new Set([...samples.row(0), ...samples.column(0)]);
  const top = new Set(labels.row(0)); // names of columns, which both may have
  const columns = Array.from({ length: Math.min(labels.columns, MOST_COLUMNS) }, (_, j) => labels.column(j).slice(1));
  const counts = columns.map((cells) => new Set(cells.filter((cell) => cell !== "" && ids.has(cell) && !top.has(cell))).size);
  return counts.reduce((most, count) => Math.max(most, count), 0);
}

/** How many columns have numbers below the first row. */
function numericColumns({ columns, rows, values, rowStep, columnStep }: Grid): number {
  const last = Math.min(rows, LOOKED_AT);
  let count = 0;
  for (let j = 0; j < columns; j++) {
    let i = 1;
    while (i < last && Number.isFinite(values[i * rowStep + j * columnStep])) i++;
    if (i === last && last > 1) count++;
  }
  return count;
}
