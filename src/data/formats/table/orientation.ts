import { hardlyRepeats } from "../../quantities.js";
import { basesOf } from "./category-names.js";
import { isNumber } from "./cells.js";
import { isIdName, labelName, merelyCount, nameGenes, nameSamples } from "./column-names.js";
import { kindsOf, numbersOf } from "./fields.js";
import { at, type Grid, transposed } from "./grid.js";

/** Where samples are, and why it is thought so. */
export interface OrientationGuess {
  readonly orientation: "rows" | "columns";
  readonly reason: string;
  /** false where numbers alone decided, or texts that hardly repeat: worth a look. */
  readonly sure: boolean;
  /** Why it must be asked, and what to say; absent where it need not be. */
  readonly refusal?: string;
}

/** What is known besides the table. */
export interface OrientationClues {
  /** Columns asked for by name. */
  readonly names: readonly string[];
  /** IDs of samples, from a file of labels. */
  readonly ids?: ReadonlySet<string>;
  /** Names of the features that a model wants. */
  readonly featureNames?: readonly string[];
  /** Whether the label must be in the table. */
  readonly labelled: boolean;
  /** Whether something says which its labels are. */
  readonly labelAsked?: boolean;
  /** Whether it is numbers that are learnt. */
  readonly numeric?: boolean;
  /** Whether it is several labels a sample, of which some may have none: an empty cell. */
  readonly several?: boolean;
}

const FEATURE_WORD =
  /^(genes?|probes?(ets?)?|transcripts?|proteins?|features?|symbols?|entrez|ensembl|id_ref|m\/z)([._ -]?(ids?|names?|symbols?))?$/i;
const SAMPLE_WORD = /^(samples?|patients?|subjects?|cases?)([._ -]?(ids?|names?))?$/i;

const rows = (reason: string, sure = true): OrientationGuess => ({ orientation: "rows", reason, sure });
const columns = (reason: string, sure = true): OrientationGuess => ({ orientation: "columns", reason, sure });

/** What `findOrientation` finds, but a turn that is not sure is refused where nothing names the numbers to learn, or several labels: they would be of another table. */
export function guessOrientation(grid: Grid, clues: OrientationClues): OrientationGuess {
  const guess = findOrientation(grid, clues);
  const told = guess.sure || clues.labelAsked || !clues.labelled || !(clues.numeric || clues.several);
  if (told || guess.refusal !== undefined || guess.orientation === "rows") return guess;
  const [learnt, option] = clues.numeric ? ["numbers to learn", "target"] : ["labels", "label"];
  const refusal = `samples seem to be columns (${guess.reason}), but nothing names the ${learnt}; name them with option ${option}, or say whether samples are rows or columns with option orientation`;
  return { ...guess, refusal };
}

/**
 * Guesses whether samples are rows or columns from what is firmest: names that were asked for, IDs of a label file, a model's feature
 * names; then gene names with columns of texts right beside them (annotations); then a row or column of texts (labels, if they repeat:
 * else that is not sure); then the word in the first cell; then, where row 1 and column 1 are names
 * and all else is numbers, which end holds class-like whole numbers, and last the shape: expression tables have a gene a row, and more
 * genes than samples. Where there are no labels the shape alone is refused, unless names say it. Anything else is taken with a sample a row.
 */
function findOrientation(grid: Grid, clues: OrientationClues): OrientationGuess {
  const top = grid.row(0);
  const left = grid.column(0);
  for (const name of clues.names) {
    const [inTop, inLeft] = [top.includes(name), left.includes(name)];
    if (inTop !== inLeft) return inTop ? rows(`row 1 names "${name}"`) : columns(`column 1 names "${name}"`);
    if (!inTop) continue;
    // the first cell: names are distinct, labels repeat
    const repeats = (cells: readonly string[]) => new Set(cells).size < cells.length;
    return repeats(top) && !repeats(left) ? columns(`row 1 holds "${name}"`) : rows(`column 1 holds "${name}"`);
  }
  const { ids, featureNames } = clues;
  if (ids) {
    const inTop = top.filter((cell) => ids.has(cell)).length;
    const inLeft = left.filter((cell) => ids.has(cell)).length;
    if (inTop > inLeft) return columns(`row 1 holds ${inTop} of the ${ids.size} IDs with labels`);
    if (inLeft > 0) return rows(`column 1 holds ${inLeft} of the ${ids.size} IDs with labels`);
  }
  if (featureNames) {
    const known = new Set(featureNames.flatMap((name) => [name, ...basesOf(name)]));
    // names that merely count are values, too: where samples are columns, their names stand beside them
    const counting = merelyCount(featureNames) && top.slice(1).every(isNumber);
    const inTop = top.filter((cell) => known.has(cell)).length;
    const inLeft = counting ? 0 : left.filter((cell) => known.has(cell)).length;
    if (inTop !== inLeft)
      return inLeft > inTop
        ? columns(`column 1 holds ${inLeft} of the model's ${known.size} features`)
        : rows(`row 1 holds ${inTop} of the model's ${known.size} features`);
  }
  if (grid.rows < 2 || grid.columns < 2) return rows("it has one row or column");
  const textRow = textLines(grid);
  const textColumn = textLines(transposed(grid));
  const named = FEATURE_WORD.test(top[0]) && left.slice(1).every((cell) => /^\d+$/.test(cell) || !isNumber(cell));
  const notes = textColumn.length;
  if (named && notes > 0 && textRow.length === 0 && textColumn[notes - 1] === notes && notes < grid.columns - 2)
    return columns(`its first cell says "${top[0]}", and texts stand beside the names: annotations`, false);
  const repeating = (line: (k: number) => readonly string[], found: readonly number[]) =>
    found.some((k) => !hardlyRepeats(new Set(line(k).slice(1)).size, line(k).length - 1));
  if (textRow.length > 0 && notes === 0)
    return columns(`row ${textRow[0] + 1} holds text, the columns numbers`, repeating(grid.row, textRow));
  if (notes > 0 && textRow.length === 0)
    return rows(`column ${textColumn[0] + 1} holds text`, repeating(grid.column, textColumn));
  if (named) return columns(`its first cell says "${top[0]}"`);
  if (SAMPLE_WORD.test(top[0])) return rows(`its first cell says "${top[0]}"`);
  if (!clues.labelled || clues.labelAsked || !areCounts(grid, top, left)) return byNumbers(grid, clues, top, left);
  return { ...rows("", false), refusal: countsRefusal(grid, top) };
}

function byNumbers(grid: Grid, clues: OrientationClues, top: readonly string[], left: readonly string[]): OrientationGuess {
  const { labelled } = clues;
  const isName = (value: number) => !Number.isFinite(value);
  const named = left.slice(1).every((cell, i) => cell !== "" && isName(at(grid, i + 1, 0)));
  if (!named) return rows("column 1 does not hold names");
  if (new Set(left.slice(1)).size < grid.rows - 1) return rows("the texts of column 1 repeat");
  const header = top.slice(1).every((_, j) => isName(at(grid, 0, j + 1))) || top[0] === "" || isIdName(top[0]);
  if (!header) return rows("row 1 does not hold names");
  if (new Set(top.slice(1)).size <= (grid.columns - 1) / 2) return columns("the texts of row 1 repeat");
  if (labelled) {
    const lastColumn = numbersOf({ grid, first: 1 }, grid.columns - 1);
    const lastRow = numbersOf({ grid: transposed(grid), first: 1 }, grid.rows - 1);
    if (classLike(lastColumn)) return rows("the last column holds whole numbers that repeat, like labels", false);
    if (classLike(lastRow)) return columns("the last row holds whole numbers that repeat, like labels", false);
    const last = top[top.length - 1];
    if (labelName(last) !== "no") return rows(`the last name of row 1, "${last}", is that of a label`, false);
  }
  const size = `${grid.rows - 1} named rows and ${grid.columns - 1} named columns`;
  if (grid.rows <= grid.columns) return rows(`${size}: as many features as samples or more`, false);
  const guess = columns(`${size} of numbers: expression tables have a gene a row and more genes than samples`, false);
  return labelled || clues.ids || clues.featureNames || namesTurn(top.slice(1), left.slice(1))
    ? guess
    : { ...guess, refusal: shapeRefusal(size) };
}

/** Whether rows are named as genes are, or columns as samples are, over whole numbers of which the last column's are like all others: no labels. */
function areCounts(grid: Grid, top: readonly string[], left: readonly string[]): boolean {
  const [across, down] = [top.slice(1), left.slice(1)];
  if (across.length < 2 || labelName(across[across.length - 1]) !== "no" || new Set(down).size < down.length) return false;
  if (across.some(isNumber) || !namesTurn(across, down)) return false;
  const counts = (j: number) => numbersOf({ grid, first: 1 }, j).every((value) => Number.isInteger(value) && value >= 0);
  return across.every((_, j) => counts(j + 1)) && classLike(numbersOf({ grid, first: 1 }, grid.columns - 1));
}

/** Whether rows are named as genes are, or columns alone as samples are. */
const namesTurn = (across: readonly string[], down: readonly string[]): boolean =>
  nameGenes(down) || (nameSamples(across) && !nameSamples(down));

function shapeRefusal(size: string): string {
  return `${size} of numbers may be samples in rows, or in columns as in expression tables, and there are no labels to tell by; say whether samples are rows or columns with option orientation`;
}

function countsRefusal(grid: Grid, top: readonly string[]): string {
  return `rows seem to be genes and columns samples, and no labels are among them: "${top[top.length - 1]}" holds counts like all ${grid.columns - 2} others; give the labels in a file (option labels), or say which column they are (label) or whether samples are rows or columns (orientation)`;
}

/** The rows after row 0 whose cells after column 0 are all texts, if not all rows are; else none. */
function textLines(grid: Grid): number[] {
  const kinds = kindsOf({ grid: transposed(grid), first: 1 });
  const full = kinds.flatMap(({ text, count }, i) => (i > 0 && count > 1 && text === count ? [i] : []));
  return full.length < grid.rows - 1 ? full : [];
}

/** Whole numbers of which few are distinct: at most 50, each twice on average. */
function classLike(values: readonly number[]): boolean {
  const distinct = new Set(values).size;
  return values.every(Number.isInteger) && distinct >= 2 && distinct <= Math.min(50, values.length / 2);
}
