import { isNumber } from "./cells.js";
import { isIdName, labelName } from "./column-names.js";
import { firstLines, lineAt } from "./lines.js";

const HASH = 0x23;
const DELIMITERS = [",", "\t", ";", "|"];

/** A line behind a "#". */
interface Comment {
  readonly at: number;
  readonly line: string;
}

/**
 * Skips lines that start with "#", with a note. One of them stays as the row of names: the last that has as many cells as the rows below, if it is no
 * sample that was taken out and these have no names of their own; else one that names IDs or labels.
 * There is none without a `header`. Of several comments its "#" goes. `rows` are left out.
 */
export function skipComments(
  bytes: Uint8Array,
  start: number,
  header: boolean,
  notes: string[],
): { next: number; rows: number; commented: boolean } {
  const comments: Comment[] = [];
  let next = start;
  while (bytes[next] === HASH) {
    const { line, next: after } = lineAt(bytes, next);
    comments.push({ at: next, line });
    next = after;
  }
  if (comments.length === 0) return { next, rows: 0, commented: false };
  const below = firstLines(bytes, next);
  const names = header ? findNames(comments, below) : -1;
  const rows = names < 0 ? comments.length : names;
  if (rows > 0) notes.push(`${rows === 1 ? "row 1 is a comment" : `rows 1 to ${rows} are comments`}, and left out`);
  if (names < 0) return { next, rows, commented: false };
  const { at, line } = comments[names];
  const words = isOfWords(below) && wordsOf(line).length !== wordsOf(bareOf(line)).length;
  const bare = comments.length > 1 || words;
  return { next: bare ? at + line.length - bareOf(line).length : at, rows, commented: true };
}

/** Which of the comments names the columns of the rows below; -1 where none does. */
function findNames(comments: readonly Comment[], lines: readonly string[]): number {
  const parted = comments.map(({ line }) => cellsAs(line, lines));
  const below = lines.map((line) => cellsAs(line, lines) ?? []);
  const told = parted.findLastIndex((cells) => cells !== undefined && namesRoles(cells, below));
  if (told >= 0) return told;
  const last = parted.at(-1);
  const named = below.length > 1 && (namesRoles(below[0], below.slice(1)) || overNumbers(below[0], below[1]));
  return last && !named && !isSample(last, below) ? parted.length - 1 : -1;
}

const bareOf = (line: string) => line.replace(/^#+\s*/, "");
const wordsOf = (line: string) => line.trim().split(/\s+/);
const isOfWords = ([first = ""]: readonly string[]) => !DELIMITERS.some((by) => first.includes(by));

/** The cells of a line, without a "#", if they are as many as those of the first of `lines`, whatever parts these; undefined else. */
function cellsAs(line: string, lines: readonly string[]): readonly string[] | undefined {
  const [below = ""] = lines;
  const bare = bareOf(line);
  const unquoted = (cell: string) => cell.trim().replace(/^"(.*)"$/, "$1");
  if (isOfWords(lines)) {
    const words = wordsOf(bare).map(unquoted);
    return words.length > 1 && words.length === wordsOf(below).length ? words : undefined;
  }
  const by = DELIMITERS.find((one) => bare.includes(one) && bare.split(one).length === below.split(one).length);
  return by === undefined ? undefined : bare.split(by).map(unquoted);
}

/** Whether a cell is what IDs or labels are called by, and no such cell stands below it. */
function namesRoles(cells: readonly string[], below: readonly (readonly string[])[]): boolean {
  return cells.some((cell, j) => (isIdName(cell) || labelName(cell) !== "no") && !below.some((row) => row[j] === cell));
}

/** Whether a text stands over a number. */
function overNumbers(cells: readonly string[], below: readonly string[]): boolean {
  return cells.some((cell, j) => cell !== "" && !isNumber(cell) && isNumber(below[j] ?? ""));
}

/** Whether cells are those of a row below: a text of it occurs there again, or all but the first are numbers that do not ascend as none below do. */
function isSample(cells: readonly string[], below: readonly (readonly string[])[]): boolean {
  if (cells.some((cell, j) => cell !== "" && !isNumber(cell) && below.some((row) => row[j] === cell))) return true;
  const numeric = cells.flatMap((cell, j) => (isNumber(cell) ? [j] : []));
  const first = Number(!isNumber(cells[0]));
  const ascend = (row: readonly string[]) => numeric.every((j, k) => k === 0 || Number(row[j]) > Number(row[numeric[k - 1]]));
  const alone = numeric.length >= 3 && ascend(cells) && !below.some(ascend);
  return numeric.length > 0 && numeric.length === cells.length - first && !alone;
}
