import { check, didYouMean } from "../../../util/check.js";
import { maximum, minimum } from "../../../util/extremes.js";
import { excerpt } from "../../../util/shown.js";
import { list } from "../../names.js";
import type { ReadOptions } from "../read-options.js";
import { labelName } from "./column-names.js";
import { areBooleans, areWhole, type Fields, fieldsOf, hardlyRepeats, nameField, numbersOf } from "./fields.js";
import { at, type Grid } from "./grid.js";
import { guessHeader } from "./header.js";
import { findIdentifiers } from "./identifiers.js";
import { arrange, type TableLayout } from "./layout.js";

/** What the fields of a table are: of a grid with a sample a row (transpose it first where samples are columns). */
export interface Roles extends Fields {
  /** Whether the header was guessed from what row 0 holds. */
  readonly guessedHeader: boolean;
  /** Why it cannot be told whether row 0 holds names, and what to say; null where it can. Until then it is taken for a sample. */
  readonly undecided: string | null;
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

/** What is decided so far. */
type Draft = { -readonly [K in "label" | "id" | "group" | "idReason" | "labelReason"]: Roles[K] } & {
  readonly notes: string[];
  readonly ignored: Set<number>;
};

/**
 * Decides what each column is. Row 0 is a header when that is said, when a column is asked for by name, or when `guessHeader` finds so.
 * Identifiers are found by `findIdentifiers`: one column of them is the ID, those of numbers beside it are left out. `id: null` keeps them all.
 * Throws, naming what there is, when a column that was asked for does not exist or is asked for twice.
 */
export function rolesOf(grid: Grid, where: string, options: RoleOptions): Roles {
  const { columns, columnWord: column } = grid;
  const { ignore = [], layout } = options;
  const asked = { label: options.label, id: options.id === "auto" ? undefined : options.id, group: options.group };
  const choices = [...Object.entries(asked), ...ignore.map((choice) => ["ignored", choice] as const)];
  const byName = choices.find(([, choice]) => typeof choice === "string");
  check(!byName || options.header !== false, where, () => {
    return `${byName?.[0]} ${column} "${byName?.[1]}" is a name, but the table is said to have no header; give its index`;
  });
  const find = (role: string, choice: ColumnChoice | undefined) => findColumn(grid, role, choice, where);
  const found = { label: find("label", asked.label), id: find("id", asked.id), group: find("group", asked.group) };
  const ignored = new Set(ignore.map((choice) => find("ignored", choice)));
  for (const [role, at] of Object.entries(found))
    check(!ignored.has(at), where, () => `${column} ${at} is asked for as ${role} and is to be ignored; say one of the two`);
  let last = columns - 1;
  while (ignored.has(last)) last--;
  const said = byName !== undefined || options.header;
  const likely = asked.label !== undefined ? found.label : layout?.columns === columns ? (layout.label ?? -1) : last;
  const { header, undecided, reason } =
    said === undefined ? guessHeader(grid, { ...options, label: likely }) : { header: said, undecided: null, reason: "" };
  check(grid.rows > Number(header), where, () => "it holds a header but no samples");
  const fields = fieldsOf(grid, Number(header));
  const notes = reason ? [`${column === "row" ? "column" : "row"} 1 is a header: ${reason}`] : [];
  if (header) for (const one of choices.flatMap(([role, choice]) => indexNotes(fields, role, choice))) notes.push(one);
  const draft: Draft = { ...found, idReason: asked.id === undefined ? "" : "as asked", labelReason: "", notes, ignored };
  const wanted = new Set(header ? options.featureNames : []);
  const open = () => {
    const taken = new Set([draft.label, draft.id, draft.group, ...ignored]);
    return Array.from({ length: columns }, (_, j) => j).filter((j) => !taken.has(j));
  };
  const free = () => open().filter((j) => !wanted.has(grid.row(0)[j]));
  const likeModel = layout !== undefined && takeLayout(fields, layout, free(), draft, options, asked, where);
  const guessed = asked.label === undefined && !likeModel;
  if (asked.id !== null) takeIdentifiers(fields, free(), draft, guessed ? last : undefined, asked.id, likeModel, where);
  if (guessed) Object.assign(draft, defaultLabel(fields, free()));
  const { label, id, group } = draft;
  const roles = Object.entries({ label, id, group }).filter(([, at]) => at >= 0);
  for (const [role, at] of roles) {
    const [other] = roles.find(([, same]) => same === at) ?? [];
    check(other === role, where, () => `${column} ${at} is asked for as both ${other} and ${role}; name two ${column}s`);
  }
  const guessedHeader = said === undefined;
  return { ...fields, ...draft, undecided, features: open(), guessedHeader, ignored: [...ignored].sort((a, b) => a - b) };
}

/** Takes label, ID and what is left out from a model's table, where this one is as that was; whether it is. */
function takeLayout(
  fields: Fields,
  layout: TableLayout,
  free: readonly number[],
  draft: Draft,
  options: RoleOptions,
  asked: { readonly label?: ColumnChoice; readonly id?: ColumnChoice },
  where: string,
): boolean {
  const { grid, names, kinds } = fields;
  // names say more than places, unless the model knows none
  if (names && (options.featureNames || layout.columns !== grid.columns || labelByName(fields, free) >= 0)) return false;
  const arranged = arrange(layout, grid.columns, { ...asked, unlabelled: options.ignoreLabels }, where);
  if (!arranged) return false;
  const { label, id, ignored, note } = arranged;
  Object.assign(draft, { label, id, ...(id >= 0 && asked.id === undefined && { idReason: "as asked" }) });
  for (const j of ignored) draft.ignored.add(j);
  if (note) draft.notes.push(note);
  const odd = options.ignoreLabels && asked.label === undefined && label >= 0 && !couldBeLabels(fields, label);
  check(!odd || kinds[label].text > 0, where, () => {
    return `column ${label + 1} holds the labels in the model's table, and here fractions or a number for each sample; say with option label which is the label (--label, or --no-label in predict)`;
  });
  return true;
}

/** Takes the ID of samples from what identifies them, and leaves out numbers that do, too. `last` is the label unless another is named so. */
function takeIdentifiers(
  fields: Fields,
  free: readonly number[],
  draft: Draft,
  last: number | undefined,
  asked: ColumnChoice | undefined,
  likeModel: boolean,
  where: string,
): void {
  const { grid, kinds, names } = fields;
  const named = last === undefined ? -1 : labelByName(fields, free);
  const label = named < 0 ? last : named;
  const { found, best, notes } = findIdentifiers(
    fields,
    free.filter((j) => j !== label),
  );
  check(!likeModel || found.length === 0, where, () => {
    const [{ column: j, reason }] = found;
    return `${nameField({ grid, names: null }, j)} looks like no feature (${reason}), but is one in the model's table; say which column is what with options label and id (--label, --no-label, --id ${j}), or keep it (--no-id)`;
  });
  if (asked === undefined && best) Object.assign(draft, { id: best.column, idReason: best.reason });
  for (const { column: j, reason } of found) {
    if (j === draft.id || kinds[j].text > 0) continue;
    draft.ignored.add(j);
    draft.notes.push(`${nameField({ grid, names }, j)} is left out: ${reason}`);
  }
  for (const one of notes) draft.notes.push(one);
}

/** What to say where a column is asked for by its index, and that index is the name of another. */
function indexNotes(fields: Fields, role: string, choice: ColumnChoice | undefined): string[] {
  const top = fields.grid.row(0);
  const named = top.indexOf(String(choice));
  if (typeof choice !== "number" || top[choice] === String(choice) || named < 0) return [];
  const [asked, other] = [choice, named].map((j) => nameField(fields, j));
  return [`${role} ${choice} is an index, counted from 0: ${asked}; ${other} is another, of index ${named}`];
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
    const names = word === "column" ? "row 1" : "column 1";
    return `no ${role} ${word} "${choice}"; ${didYouMean(choice, top.slice(0, 1000))}${names} names ${top.length} ${word}s: ${list(top.map(excerpt))}`;
  });
  check(top.lastIndexOf(choice) === column, where, () => `two ${word}s are named "${choice}"; give the ${role}'s index`);
  return column;
}

/** A column that its name says to be the labels, and why; else the last, unless that holds numbers and exactly one other holds texts. */
function defaultLabel(fields: Fields, free: readonly number[]): Pick<Roles, "label" | "labelReason"> {
  const { kinds } = fields;
  const last = free[free.length - 1] ?? -1;
  const byName = labelByName(fields, free);
  if (byName >= 0) return { label: byName, labelReason: byName === last ? "" : "its name says so" };
  const full = free.filter((j) => kinds[j].text + kinds[j].missing === kinds[j].count && kinds[j].text > 0);
  // true and false are rather features, if there is another column that could hold labels
  const texts = full.filter((j) => !areBooleans(kinds[j]) || (full.length === 1 && !couldBeLabels(fields, last)));
  const alone = texts.length === 1 && kinds[last].text === 0 && texts[0] !== last;
  if (alone) return { label: texts[0], labelReason: "no other has texts only" };
  return { label: last, labelReason: last < 0 ? "" : whyLast(fields, last, free) };
}

/** How the reason begins where the last column is taken for the labels. */
export const LAST = "it is the last";

/** What is to be said of a last column that is taken for the labels: that it is the last, and what speaks against it. */
function whyLast(fields: Fields, last: number, free: readonly number[]): string {
  const { names } = fields;
  const named = free.find((j) => names && j !== last && labelName(names[j]) !== "no" && couldBeLabels(fields, j));
  if (named !== undefined) return `${LAST}; if "${names?.[named]}" are the labels, say so with option label`;
  const values = numbersOf(fields, last);
  const classes = new Set(values).size;
  if (values.every(Number.isInteger) && classes > 30 && values.length < 10 * classes)
    return `${LAST}; ${classes} whole numbers for ${values.length} samples may be a quantity rather than classes: name the labels with option label`;
  const range = (j: number) => {
    const all = numbersOf(fields, j);
    return [minimum(all), maximum(all)];
  };
  const [least, most] = range(last);
  const alike = (j: number) => {
    const [low, high] = range(j);
    const [common, both] = [Math.min(high, most) - Math.max(low, least), Math.max(high, most) - Math.min(low, least)];
    return areWhole(fields, j) && common >= both / 2;
  };
  if (names && classes > 2 && areWhole(fields, last) && free.every(alike))
    return `${LAST}; its values are like those of all others: if columns are groups (as in Prism), write a row for each sample with its group`;
  return LAST;
}

/** The last column that is named as labels are and whose values could be some; -1 where there is none. */
function labelByName(fields: Fields, free: readonly number[]): number {
  const { names } = fields;
  if (!names) return -1;
  const named = (sure: "yes" | "maybe") => free.filter((j) => labelName(names[j]) === sure && couldBeLabels(fields, j));
  const last = free[free.length - 1];
  if (labelName(names[last] ?? "") === "maybe" && couldBeLabels(fields, last)) return named("yes").at(-1) ?? last;
  const found = named("yes").at(-1);
  if (found !== undefined) return found;
  const maybe = named("maybe");
  return maybe.length === 1 && !couldBeLabels(fields, last) ? maybe[0] : -1;
}

/** Whether a column holds texts or whole numbers (values may be missing) that repeat. */
function couldBeLabels({ grid, first }: Fields, j: number): boolean {
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
