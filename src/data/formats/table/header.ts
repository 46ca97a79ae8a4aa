import { excerpt } from "../../../util/shown.js";
import { basesOf } from "./category-names.js";
import { isBoolean, isMissing, isNumber, numberFault } from "./cells.js";
import { isIdName, merelyCount } from "./column-names.js";
import { numbersOf } from "./fields.js";
import { at, type Grid } from "./grid.js";

/** Whether row 0 of a grid holds names. */
export interface HeaderGuess {
  readonly header: boolean;
  /** Why it is one although it holds numbers; "" otherwise. */
  readonly reason: string;
  /** Why that cannot be told, and what to say; null where it can. */
  readonly undecided: string | null;
}

/** What is known besides the cells. */
export interface HeaderClues {
  /** The column that holds the labels if row 0 says nothing else. */
  readonly label: number;
  /** IDs of samples, from a file of labels. */
  readonly ids?: ReadonlySet<string>;
  /** Names of the features that a model wants. */
  readonly featureNames?: readonly string[];
}

/** Rows that row 0 is compared with: more tell nothing more. */
const COMPARED = 1000;
/** Chance below which what row 0 holds is no accident. */
const RARE = 1e-3;

/**
 * Guesses whether row 0 is a header. Texts over numbers are names. Where row 0 has numbers, they are names when they look like some (whole, not
 * negative, distinct; or ascending) and one of these is seen: the corner is empty over row names, a text stands where all other rows have
 * numbers, they count or ascend as no other row does, they are whole where the others rarely are; or, together with one of
 * these or with numbers beyond those of all other rows, a label that no other row has. What only hints at names is left undecided.
 */
export function guessHeader(grid: Grid, { label, ids, featureNames }: HeaderClues): HeaderGuess {
  const top = grid.row(0);
  const isValue = (cell: string, j: number) =>
    j !== label && (isNumber(cell) || isBoolean(cell) || numberFault(cell) !== undefined || (cell !== "" && isMissing(cell)));
  if (!top.some(isValue)) return decided(top.some((cell) => cell !== ""));
  if (ids && top.length > 1) return decided(!ids.has(top[0]), ids.has(top[0]) ? "" : "it starts with no ID of a sample");
  if (namesModel(top, featureNames)) return decided(true, "it names the model's features");
  if (isIdName(top[0])) return decided(true, `it starts with "${top[0]}"`);
  return grid.rows < 2 ? decided(false) : weigh(grid, top, label);
}

function decided(header: boolean, reason = ""): HeaderGuess {
  return { header, reason, undecided: null };
}

function namesModel(top: readonly string[], featureNames: readonly string[] = []): boolean {
  const cells = new Set(top);
  const wanted = new Set(featureNames);
  if (merelyCount(featureNames)) return top.filter((cell) => wanted.has(cell)).join() === featureNames.join();
  const found = featureNames.filter((name) => [name, ...basesOf(name)].some((one) => cells.has(one))).length;
  return found > 0 && 2 * found >= featureNames.length;
}

function weigh(grid: Grid, top: readonly string[], label: number): HeaderGuess {
  const numeric = indicesOf(top, isNumber);
  const texts = indicesOf(top, (cell) => cell !== "" && !isNumber(cell) && !isMissing(cell) && !isBoolean(cell));
  const likeNames =
    areNames(numeric.map((j) => top[j])) && !top.some((cell) => isBoolean(cell) || (cell !== "" && isMissing(cell)));
  if (texts.length === 0 && !likeNames) return decided(false);
  const overNumbers = texts.filter((j) => numbersOf({ grid, first: 1 }, j, COMPARED).every((value) => value !== Infinity));
  const columns = texts.filter((j) => !overNumbers.includes(j)).map((j) => ({ text: top[j], cells: grid.column(j).slice(1) }));
  if (columns.some(({ text, cells }) => cells.includes(text))) return decided(false);
  const below = grid.rows - 1;
  const newLabel = columns.some(({ cells }) => cells.length >= 4 && repeat(cells));
  const apart = likeNames && standApart(grid, top, numeric);
  if (likeNames) {
    const whole = chanceOfWhole(grid, top, numeric);
    const strange = () => apart || whole < 0.05 || columns.some(({ text, cells }) => lacksDigits(text, cells));
    if (namesRows(grid, top)) return decided(true, "its first cell is empty, over names of rows");
    if (inOrder(grid, top, numeric)) return decided(true, "its numbers ascend as those of no other do");
    if (whole < RARE) return decided(true, "its numbers are whole and distinct, those below are fractions");
    const aside = overNumbers.length > 1 || (overNumbers.length === 1 && (below >= 5 || strange()));
    if (aside) return decided(true, `it holds "${excerpt(top[overNumbers[0]])}" where all others have numbers`);
    if (newLabel && strange()) return decided(true, "it holds a text that no other has in its place, and numbers unlike theirs");
  }
  const odd = overNumbers.length > 0 && below > 1 && (likeNames || overNumbers.includes(label));
  if (!odd && !apart && !(likeNames && newLabel)) return decided(false);
  return { header: false, reason: "", undecided: bothReadings(grid, top, label, overNumbers[0], newLabel) };
}

function indicesOf(cells: readonly string[], holds: (cell: string) => boolean): number[] {
  return cells.flatMap((cell, j) => (holds(cell) ? [j] : []));
}

/** Whole numbers from 0, hardly any twice; or 5 and more that ascend, like masses and wavelengths. */
function areNames(cells: readonly string[]): boolean {
  if (new Set(cells).size < 0.9 * cells.length) return false;
  return cells.every((cell) => /^\d+$/.test(cell)) || (cells.length >= 5 && Number(cells[0]) >= 0 && ascend(cells.map(Number)));
}

function ascend(values: readonly number[]): boolean {
  return values.every((value, k) => k === 0 || value > values[k - 1]);
}

/** Whether the corner is empty over what names rows: distinct texts or whole numbers. */
function namesRows(grid: Grid, top: readonly string[]): boolean {
  if (top[0] !== "") return false;
  const cells = grid.column(0).slice(1);
  const texts = !isNumber(cells[0]) && !isMissing(cells[0]);
  return texts || (cells.length >= 3 && new Set(cells).size === cells.length && cells.every((cell) => /^\d+$/.test(cell)));
}

/** Whether the numbers of row 0 count from 0 or 1 (5 or more), or ascend (8 or more), as those of no other row do. */
function inOrder(grid: Grid, top: readonly string[], numeric: readonly number[]): boolean {
  const count = (row: readonly number[]) => row[0] >= 0 && row[0] <= 1 && row.every((value, k) => value === row[0] + k);
  const rows = Math.min(grid.rows, COMPARED);
  const row = (i: number) => numeric.map((j) => at(grid, i, j));
  const alone = (ordered: (row: readonly number[]) => boolean) => {
    if (!ordered(numeric.map((j) => Number(top[j])))) return false;
    for (let i = 1; i < rows; i++) if (ordered(row(i))) return false;
    return true;
  };
  return (numeric.length >= 5 && alone(count)) || (numeric.length >= 8 && alone(ascend));
}

/** The chance that a row has whole numbers in all of these columns, as row 0 has, if its cells were like those of the other rows; 1 where it has others. */
function chanceOfWhole(grid: Grid, top: readonly string[], numeric: readonly number[]): number {
  if (!numeric.every((j) => /^\d+$/.test(top[j]))) return 1;
  return numeric.reduce((chance, j) => {
    const values = numbersOf({ grid, first: 1 }, j, COMPARED).filter(Number.isFinite);
    return (chance * (values.filter(Number.isInteger).length + 1)) / (values.length + 1);
  }, 1);
}

/** Whether most of at least 3 numbers of row 0 are beyond those of all other rows, 10 or more, by more than these differ. */
function standApart(grid: Grid, top: readonly string[], numeric: readonly number[]): boolean {
  if (grid.rows <= 10 || numeric.length < 3) return false;
  const apart = numeric.filter((j) => {
    let [least, most] = [Infinity, -Infinity];
    for (const value of numbersOf({ grid, first: 1 }, j, COMPARED)) {
      if (!Number.isFinite(value)) continue;
      least = Math.min(least, value);
      most = Math.max(most, value);
    }
    return Number(top[j]) - most > most - least || least - Number(top[j]) > most - least;
  });
  return apart.length >= 0.8 * numeric.length;
}

/** Whether a text has no digit where those below have some: a name over IDs. */
function lacksDigits(text: string, cells: readonly string[]): boolean {
  return cells.length >= 3 && !/\d/.test(text) && cells.every((cell) => /\d/.test(cell));
}

/** Whether cells are each there twice or more, on average. */
function repeat(cells: readonly string[]): boolean {
  return 2 * new Set(cells).size <= cells.length;
}

function bothReadings(grid: Grid, top: readonly string[], label: number, odd: number | undefined, newLabel: boolean): string {
  const across = grid.columnWord === "row";
  const line = across ? "column 1" : "row 1";
  const remedy = "say which with option header (--header or --no-header)";
  if (odd !== undefined && odd !== label)
    return `${grid.place(0, odd)}: "${excerpt(top[odd])}" is not a finite number (if ${line} is a header, say so with option header: --header; if it is a sample, correct the cell)`;
  const why =
    odd !== undefined
      ? `its label is "${excerpt(top[label])}", all others are numbers`
      : newLabel
        ? "it has a text that no other has in its place, and whole numbers like names"
        : "its whole numbers are distinct and beyond those of all others";
  const shown = top.slice(0, 5).map(excerpt).join(", ") + (top.length > 5 ? ", ..." : "");
  return `${line} could be a header or a sample: ${why}; read as a header it names ${top.length} ${grid.columnWord}s: ${shown}; read as a sample these are its values and label; ${remedy}`;
}
