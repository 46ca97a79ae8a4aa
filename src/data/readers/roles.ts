import { check, nearestName } from "../../util/check.js";
import { isMissing, isNumber } from "./cells.js";
import type { Grid } from "./grid.js";

/** What the fields of a table are: of a grid with a sample a row (transpose it first where samples are columns). */
export interface Roles {
  /** 1 where row 0 holds names. */
  readonly first: number;
  /** Whether that was guessed from what row 0 holds. */
  readonly guessedHeader: boolean;
  /** Names of all columns; null without a header. */
  readonly names: readonly string[] | null;
  readonly kinds: readonly FieldKind[];
  /** Column of each; -1 where there is none. */
  readonly label: number;
  readonly id: number;
  readonly group: number;
  readonly idReason: string;
  /** Columns that are left out unread, ascending. */
  readonly ignored: readonly number[];
  /** The other columns, ascending. */
  readonly features: readonly number[];
}

/** Cells of a column below the header that are texts, and that are missing; how many of the column there are. */
export interface FieldKind {
  readonly text: number;
  readonly missing: number;
  readonly count: number;
}

/** A column by name or 0-based index; null: there is none. */
export type ColumnChoice = string | number | null;

/** What the caller says of the columns; the rest is guessed, see `rolesOf`. */
export interface RoleOptions {
  /** Whether row 0 holds names; guessed by default. */
  header?: boolean;
  /** Default: the last column that is not the ID. */
  label?: ColumnChoice;
  /** Default "auto". */
  id?: ColumnChoice;
  /** Which samples belong together; default: none is. */
  group?: string | number;
  /** Columns that are none of these. */
  ignore?: readonly (string | number)[];
  /** Names of the features that a model wants: a column among them is no label and no ID unless that was asked for. */
  featureNames?: readonly string[];
}

/** Names that columns of sample or feature names go by, or rows of names start with. */
const ID_NAME =
  /^(ids?|index|unnamed: 0|row[._ ]?names?|(sample|patient|subject|case|gene|probe|probeset|feature|transcript|protein)s?([._ -]?(ids?|names?|symbols?))?|symbols?|names?|id_ref|entrez([._ -]?id)?|ensembl([._ -]?id)?|\w+[._ -]id)$/i;

/** Whether a column of this name holds identifiers rather than values. */
export function isIdName(name: string): boolean {
  return ID_NAME.test(name);
}

/**
 * Decides what each column is. Row 0 is a header when that is said, when a column is asked for by name, when none of its cells but the
 * label's is a number or missing, or when it starts with an identifier's name. The ID column is the first whose values are texts
 * and all distinct, or distinct whole numbers under no name or an identifier's name.
 * Throws, naming what there is, when a column that was asked for does not exist or is asked for twice.
 */
export function rolesOf(grid: Grid, where: string, options: RoleOptions): Roles {
  const { columns, columnWord: column } = grid;
  const top = grid.row(0);
  const asked = { label: options.label, id: options.id === "auto" ? undefined : options.id, group: options.group };
  const { ignore = [] } = options;
  const choices = [...Object.entries(asked), ...ignore.map((choice) => ["ignored", choice] as const)];
  const byName = choices.find(([, choice]) => typeof choice === "string");
  check(!byName || options.header !== false, where, () => {
    return `${byName?.[0]} ${column} "${byName?.[1]}" is a name, but the table is said to have no header; give its index`;
  });
  const find = (role: string, choice: ColumnChoice | undefined) => findColumn(grid, role, choice, where);
  let [label, id] = [find("label", asked.label), find("id", asked.id)];
  const group = find("group", asked.group);
  const ignored = new Set(ignore.map((choice) => find("ignored", choice)));
  for (const [role, at] of Object.entries({ label, id, group }))
    check(!ignored.has(at), where, () => `${column} ${at} is asked for as ${role} and is to be ignored; say one of the two`);
  let last = columns - 1;
  while (ignored.has(last)) last--;
  const header = byName !== undefined || (options.header ?? isHeader(grid, top, asked.label === undefined ? last : label));
  const first = header ? 1 : 0;
  check(grid.rows > first, where, () => "it holds a header but no samples");
  const kinds = kindsOf(grid, first);
  const wanted = new Set(header ? options.featureNames : []);
  const free = (j: number) => j !== label && j !== group && !ignored.has(j) && !wanted.has(top[j]);
  let idReason = asked.id === undefined ? "" : "as asked";
  if (asked.id === undefined) {
    const openEnd = asked.label === undefined ? last : -1; // the label unless something else is
    for (let j = 0; j < columns && id < 0; j++) {
      if (!free(j) || j === openEnd) continue;
      idReason = identifies(grid, kinds[j], first, j, header ? top[j] : undefined);
      if (idReason) id = j;
    }
  }
  if (asked.label === undefined) label = defaultLabel(kinds, (j) => j !== id && free(j));
  for (const [a, b] of [
    ["label", "id"],
    ["label", "group"],
    ["id", "group"],
  ] as const) {
    const at = { label, id, group };
    check(
      at[a] < 0 || at[a] !== at[b],
      where,
      () => `${column} ${at[a]} is asked for as both ${a} and ${b}; name two ${column}s`,
    );
  }
  const taken = new Set([label, id, group, ...ignored]);
  const features = Array.from({ length: columns }, (_, j) => j).filter((j) => !taken.has(j));
  return {
    first,
    guessedHeader: !byName && options.header === undefined,
    names: header ? top : null,
    kinds,
    label,
    id,
    group,
    idReason,
    ignored: [...ignored].sort((a, b) => a - b),
    features,
  };
}

function findColumn(grid: Grid, role: string, choice: ColumnChoice | undefined, where: string): number {
  const top = grid.row(0);
  const word = grid.columnWord;
  if (choice === undefined || choice === null) return -1;
  if (typeof choice === "number") {
    check(Number.isInteger(choice) && choice >= 0 && choice < top.length, where, () => {
      return `no ${role} ${word} ${choice}; the ${top.length} ${word}s are 0 to ${top.length - 1}`;
    });
    return choice;
  }
  const column = top.indexOf(choice);
  check(column >= 0, where, () => {
    const near = nearestName(choice, top.slice(0, 1000));
    const shown = top.slice(0, 10).map(excerpt).join(", ") + (top.length > 10 ? ", ..." : "");
    const names = word === "column" ? "row 1" : "column 1";
    return `no ${role} ${word} "${choice}"; ${near ? `did you mean "${near}"? ` : ""}${names} names ${top.length} ${word}s: ${shown}`;
  });
  check(top.lastIndexOf(choice) === column, where, () => `two ${word}s are named "${choice}"; give the ${role}'s index`);
  return column;
}

function isHeader(grid: Grid, top: readonly string[], label: number): boolean {
  const noValues = top.every((cell, j) => j === label || (!isNumber(cell) && (cell === "" || !isMissing(cell))));
  if (noValues) return top.some((cell) => cell !== "");
  if (top[0] !== "") return ID_NAME.test(top[0]);
  // names that are numbers, over a column of names: a sample would have a value there
  const below = grid.row(1 % grid.rows)[0];
  return grid.rows > 1 && !isNumber(below) && !isMissing(below);
}

/** Counts texts and missing values of every column from row `first`. */
export function kindsOf({ rows, columns, values, rowStep, columnStep }: Grid, first: number): FieldKind[] {
  return Array.from({ length: columns }, (_, j) => {
    let [text, missing] = [0, 0];
    for (let i = first, k = first * rowStep + j * columnStep; i < rows; i++, k += rowStep) {
      if (values[k] === Infinity) text++;
      else if (Number.isNaN(values[k])) missing++;
    }
    return { text, missing, count: rows - first };
  });
}

/** Why a column holds identifiers; "" when it does not. */
function identifies(grid: Grid, { text, count }: FieldKind, first: number, j: number, name: string | undefined): string {
  const named = name !== undefined && (name === "" || ID_NAME.test(name));
  if (count < 2 || (text < count && !named)) return "";
  const cells = grid.column(j).slice(first);
  if (new Set(cells).size < count || cells.includes("")) return "";
  if (text === count) return "its texts are all distinct";
  return cells.every((cell) => /^\d+$/.test(cell)) ? `its whole numbers are all distinct and it is named "${name}"` : "";
}

/** The last column, unless that holds numbers and exactly one other holds texts. */
function defaultLabel(kinds: readonly FieldKind[], free: (j: number) => boolean): number {
  const columns = kinds.map((_, j) => j).filter(free);
  const last = columns[columns.length - 1] ?? -1;
  const texts = columns.filter((j) => kinds[j].text + kinds[j].missing === kinds[j].count && kinds[j].text > 0);
  return texts.length === 1 && kinds[last].text === 0 ? texts[0] : last;
}

/** A cell short enough for a message. */
export function excerpt(cell: string): string {
  return cell.length > 40 ? `${cell.slice(0, 40)}...` : cell;
}
