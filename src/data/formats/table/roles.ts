import { check, nearestName } from "../../../util/check.js";
import { excerpt } from "../../../util/shown.js";
import type { ReadOptions } from "../read-options.js";
import { labelName } from "./column-names.js";
import { areBooleans, areWhole, type FieldKind, hardlyRepeats, kindsOf, numbersOf } from "./fields.js";
import { at, type Grid } from "./grid.js";
import { guessHeader } from "./header.js";
import { findIdentifiers } from "./identifiers.js";
import { arrange, type TableLayout } from "./layout.js";

/** What the fields of a table are: of a grid with a sample a row (transpose it first where samples are columns). */
export interface Roles {
  /** 1 where row 0 holds names. */
  readonly first: number;
  /** Whether that was guessed from what row 0 holds. */
  readonly guessedHeader: boolean;
  /** Why it cannot be told whether row 0 holds names, and what to say; null where it can. Until then it is taken for a sample. */
  readonly undecided: string | null;
  /** Names of all columns; null without a header. */
  readonly names: readonly string[] | null;
  readonly kinds: readonly FieldKind[];
  /** Column of each; -1 where there is none. */
  readonly label: number;
  readonly id: number;
  readonly group: number;
  readonly idReason: string;
  /** Why a label column was taken; "" where it was asked for, or is the last and named so. */
  readonly labelReason: string;
  /** What else is to be said of columns: row numbers that are left out, and features that look like some. */
  readonly notes: readonly string[];
  /** Columns that are left out unread, ascending. */
  readonly ignored: readonly number[];
  /** The other columns, ascending. */
  readonly features: readonly number[];
}

/** A column by name or 0-based index; null: there is none. */
export type ColumnChoice = string | number | null;

/** What the caller says of the columns; the rest is guessed, see `rolesOf`. */
export interface RoleOptions
  extends Pick<ReadOptions, "header" | "label" | "id" | "group" | "ignore" | "featureNames" | "layout" | "ignoreLabels"> {
  /** IDs of samples, from a file of labels. */
  readonly ids?: ReadonlySet<string>;
}

/**
 * Decides what each column is. Row 0 is a header when that is said, when a column is asked for by name, or when `guessHeader` finds so.
 * Identifiers are found by `findIdentifiers`: one column of them is the ID, those of numbers beside it are left out. `id: null` keeps them all.
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
  const said = byName !== undefined || options.header;
  const { header, undecided, reason } =
    said === undefined
      ? guessHeader(grid, { ...options, label: asked.label === undefined ? likelyLabel(columns, last, options.layout) : label })
      : { header: said, undecided: null, reason: "" };
  const first = header ? 1 : 0;
  check(grid.rows > first, where, () => "it holds a header but no samples");
  const kinds = kindsOf(grid, first);
  const wanted = new Set(header ? options.featureNames : []);
  const free = (j: number) => j !== label && j !== id && j !== group && !ignored.has(j) && !wanted.has(top[j]);
  const freeColumns = () => kinds.flatMap((_, j) => (free(j) ? [j] : []));
  const notes = reason ? [`${column === "row" ? "column" : "row"} 1 is a header: ${reason}`] : [];
  if (header) for (const [role, choice] of choices) if (namesAnother(top, choice)) notes.push(indexNote(grid, role, choice));
  let [idReason, labelReason] = [asked.id === undefined ? "" : "as asked", ""];
  // names say more than places, unless the model knows none
  const unlike = (layout: TableLayout) =>
    header && (options.featureNames || layout.columns !== columns || labelByName(grid, first, freeColumns()) >= 0);
  const { layout } = options;
  const likeModel =
    !layout || unlike(layout) ? null : arrange(layout, columns, { ...asked, unlabelled: options.ignoreLabels }, where);
  if (likeModel) {
    ({ label, id } = likeModel);
    for (const j of likeModel.ignored) ignored.add(j);
    if (likeModel.note) notes.push(likeModel.note);
    const odd = options.ignoreLabels && asked.label === undefined && label >= 0 && !couldBeLabels(grid, first, label);
    check(!odd || kinds[label].text > 0, where, () => {
      return `column ${label + 1} holds the labels in the model's table, and here fractions or a number for each sample; say with option label which is the label (--label, or --no-label in predict)`;
    });
    if (id >= 0 && asked.id === undefined) idReason = "as asked";
  }
  if (asked.id !== null) {
    // the last is the label unless another is
    const guessed = asked.label === undefined && !likeModel;
    const named = guessed ? labelByName(grid, first, freeColumns()) : -1;
    const kept = guessed && named < 0 ? last : named;
    const open = freeColumns().filter((j) => j !== kept);
    const candidates = open.map((j) => ({ column: j, kind: kinds[j], name: header ? top[j] : undefined }));
    const identifiers = findIdentifiers(grid, first, candidates);
    for (const { column: j, reason } of likeModel ? identifiers.found : [])
      check(false, where, () => {
        return `${nameColumn(grid, null, j)} looks like no feature (${reason}), but is one in the model's table; say which column is what with options label and id (--label, --no-label, --id ${j}), or keep it (--no-id)`;
      });
    if (asked.id === undefined && identifiers.best) ({ column: id, reason: idReason } = identifiers.best);
    for (const { column: j, reason } of identifiers.found) {
      if (j === id || kinds[j].text > 0) continue;
      ignored.add(j);
      notes.push(`${nameColumn(grid, header ? top : null, j)} is left out: ${reason}`);
    }
    for (const one of identifiers.notes) notes.push(one);
  }
  if (asked.label === undefined && !likeModel) ({ label, reason: labelReason } = defaultLabel(grid, first, kinds, freeColumns()));
  for (const [a, b] of [
    ["label", "id"],
    ["label", "group"],
    ["id", "group"],
  ] as const) {
    const at = { label, id, group };
    check(at[a] < 0 || at[a] !== at[b], where, () => {
      return `${column} ${at[a]} is asked for as both ${a} and ${b}; name two ${column}s`;
    });
  }
  const taken = new Set([label, id, group, ...ignored]);
  const features = Array.from({ length: columns }, (_, j) => j).filter((j) => !taken.has(j));
  return {
    first,
    undecided,
    kinds,
    label,
    id,
    group,
    idReason,
    labelReason,
    notes,
    features,
    guessedHeader: said === undefined,
    names: header ? top : null,
    ignored: [...ignored].sort((a, b) => a - b),
  };
}

/** Whether a column that was asked for by its index has a name, and that index is the name of another. */
function namesAnother(top: readonly string[], choice: ColumnChoice | undefined): choice is number {
  return typeof choice === "number" && top[choice] !== String(choice) && top.includes(String(choice));
}

function indexNote(grid: Grid, role: string, index: number): string {
  const [asked, named] = [index, grid.row(0).indexOf(String(index))].map((j) => nameColumn(grid, grid.row(0), j));
  return `${role} ${index} is an index, counted from 0: ${asked}; ${named} is another, of index ${grid.row(0).indexOf(String(index))}`;
}

/** The column of labels as long as row 0 says nothing else. */
function likelyLabel(columns: number, last: number, layout: TableLayout | undefined): number {
  return layout?.columns === columns ? (layout.label ?? -1) : last;
}

/** A column as messages call it: by its name, or its number from 1. */
export function nameColumn(grid: Grid, names: readonly string[] | null, j: number): string {
  return `${grid.columnWord} ${names?.[j] ? `"${excerpt(names[j])}"` : j + 1}`;
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

/** A column that its name says to be the labels, and why; else the last, unless that holds numbers and exactly one other holds texts. */
function defaultLabel(grid: Grid, first: number, kinds: readonly FieldKind[], free: readonly number[]) {
  const last = free[free.length - 1] ?? -1;
  const byName = labelByName(grid, first, free);
  if (byName >= 0) return { label: byName, reason: byName === last ? "" : "its name says so" };
  const full = free.filter((j) => kinds[j].text + kinds[j].missing === kinds[j].count && kinds[j].text > 0);
  // true and false are rather features, if there is another column that could hold labels
  const texts = full.filter((j) => !areBooleans(kinds[j]) || (full.length === 1 && !couldBeLabels(grid, first, last)));
  const alone = texts.length === 1 && kinds[last].text === 0 && texts[0] !== last;
  return alone
    ? { label: texts[0], reason: "no other has texts only" }
    : { label: last, reason: last < 0 ? "" : whyLast(grid, first, last, free) };
}

/** How the reason begins where the last column is taken for the labels. */
export const LAST = "it is the last";

/** What is to be said of a last column that is taken for the labels: that it is the last, and what speaks against it. */
function whyLast(grid: Grid, first: number, last: number, free: readonly number[]): string {
  const top = grid.row(0);
  const named =
    first === 0 ? undefined : free.find((j) => j !== last && labelName(top[j]) !== "no" && couldBeLabels(grid, first, j));
  if (named !== undefined) return `${LAST}; if "${top[named]}" are the labels, say so with option label`;
  const values = numbersOf(grid, first, last);
  const classes = new Set(values).size;
  if (values.every(Number.isInteger) && classes > 30 && values.length < 10 * classes)
    return `${LAST}; ${classes} whole numbers for ${values.length} samples may be a quantity rather than classes: name the labels with option label`;
  const range = (j: number) =>
    numbersOf(grid, first, j).reduce(
      ([least, most], value) => [Math.min(least, value), Math.max(most, value)],
      [Infinity, -Infinity],
    );
  const [least, most] = range(last);
  const alike = (j: number) => {
    const [low, high] = range(j);
    return (
      areWhole(grid, first, j) && Math.min(high, most) - Math.max(low, least) >= (Math.max(high, most) - Math.min(low, least)) / 2
    );
  };
  if (first > 0 && classes > 2 && areWhole(grid, first, last) && free.every(alike))
    return `${LAST}; its values are like those of all others: if columns are groups (as in Prism), write a row for each sample with its group`;
  return LAST;
}

/** The last column that is named as labels are and whose values could be some; -1 where there is none. */
function labelByName(grid: Grid, first: number, free: readonly number[]): number {
  if (first === 0) return -1;
  const top = grid.row(0);
  const named = (sure: "yes" | "maybe") => free.filter((j) => labelName(top[j]) === sure && couldBeLabels(grid, first, j));
  const last = free[free.length - 1];
  if (labelName(top[last] ?? "") === "maybe" && couldBeLabels(grid, first, last)) return named("yes").at(-1) ?? last;
  const found = named("yes").at(-1);
  if (found !== undefined) return found;
  const maybe = named("maybe");
  return maybe.length === 1 && !couldBeLabels(grid, first, last) ? maybe[0] : -1;
}

/** Whether a column holds texts or whole numbers (values may be missing) that repeat. */
function couldBeLabels(grid: Grid, first: number, j: number): boolean {
  const seen = new Set<number | string>();
  let texts: string[] | undefined;
  for (let i = first; i < grid.rows; i++) {
    const value = at(grid, i, j);
    if (Number.isNaN(value)) continue;
    if (Math.abs(value) === Infinity) {
      texts ??= grid.column(j);
      seen.add(texts[i]);
    } else if (Number.isInteger(value)) seen.add(value);
    else return false;
  }
  return seen.size > 0 && !hardlyRepeats(seen.size, grid.rows - first);
}
