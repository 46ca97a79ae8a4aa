import { check, didYouMean } from "../../../util/check.js";
import { excerpt } from "../../../util/shown.js";
import { list } from "../../names.js";
import type { ReadOptions } from "../read-options.js";
import { basesOf } from "./category-names.js";
import { type Fields, fieldsOf, nameField } from "./fields.js";
import type { Grid } from "./grid.js";
import { guessHeader } from "./header.js";
import { findIdentifiers } from "./identifiers.js";
import { couldBeLabels, defaultLabel, labelByName, numericLabel } from "./label-column.js";
import { arrange, type TableLayout } from "./layout.js";

/** What the fields of a table are: of a grid with a sample a row (transpose it first where samples are columns). */
export interface Roles extends Fields {
  /** Whether the header was guessed from what row 0 holds. */
  readonly guessedHeader: boolean;
  /** Why it cannot be told whether row 0 holds names, and what to say; null where it can. Until then it is taken for a sample. */
  readonly undecided: string | null;
  /** Column of each; -1 where there is none. */
  readonly label: number;
  /** Columns of numbers to learn in its place. */
  readonly targets: readonly number[];
  readonly id: number;
  readonly group: number;
  /** Of samples. */
  readonly weight: number;
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

type RoleNames = "part" | "target" | "numeric" | "targetNames" | "featureNames" | "layout" | "ignoreLabels";

/** What the caller says of the columns; the rest is guessed, see `rolesOf`. */
export interface RoleOptions
  extends Pick<ReadOptions, "header" | "label" | "id" | "group" | "sampleWeight" | "ignore" | RoleNames> {
  /** IDs of samples, from a file of labels. */
  readonly ids?: ReadonlySet<string>;
}

/** What is decided so far. */
type Draft = { -readonly [K in "label" | "id" | "group" | "weight" | "idReason" | "labelReason"]: Roles[K] } & {
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
  const target = targetChoices(grid, options);
  const asked = {
    label: target ? null : options.label,
    id: options.id === "auto" ? undefined : options.id,
    group: options.group,
    weight: weightChoice(grid, options),
  };
  const listed = { target: options.target ?? [], ignored: ignore };
  const choices = [
    ...Object.entries(asked),
    ...Object.entries(listed).flatMap(([role, some]) => some.map((choice) => [role, choice] as const)),
  ];
  const byName = choices.find(([, choice]) => typeof choice === "string");
  check(!byName || options.header !== false, where, () => {
    return `${byName?.[0]} ${column} "${byName?.[1]}" is a name, but the table is said to have no header; give its index`;
  });
  const find = (role: string, choice: ColumnChoice | undefined) => findColumn(grid, role, choice, where);
  const found = findEach(asked, find);
  const ignored = new Set(ignore.map((choice) => find("ignored", choice)));
  const targets = (target ?? []).map((choice) => find("target", choice));
  checkListed(found, ignored, targets, { column, where, unread: Boolean(options.ignoreLabels) });
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
  const wanted = new Set(header ? options.featureNames?.flatMap((name) => [name, ...basesOf(name)]) : []);
  const open = () => {
    const taken = new Set([draft.label, draft.id, draft.group, draft.weight, ...targets, ...ignored]);
    return Array.from({ length: columns }, (_, j) => j).filter((j) => !taken.has(j));
  };
  const free = () => open().filter((j) => !wanted.has(grid.row(0)[j]));
  const likeModel = layout !== undefined && takeLayout(fields, layout, free(), draft, options, asked, where);
  const guessed = asked.label === undefined && !likeModel;
  const numeric = options.numeric === true;
  if (guessed && numeric) Object.assign(draft, numericLabel(fields, couldBeTargets(fields, free(), asked.id, options)));
  if (asked.id !== null)
    takeIdentifiers(fields, free(), draft, guessed && !numeric ? last : undefined, asked.id, likeModel, where);
  if (guessed && !numeric) Object.assign(draft, defaultLabel(fields, free(), options.ignoreLabels === "named"));
  checkDistinctRoles(draft, targets, column, where);
  const guessedHeader = said === undefined;
  return {
    ...fields,
    ...draft,
    targets,
    undecided,
    features: open(),
    guessedHeader,
    ignored: [...ignored].sort((a, b) => a - b),
  };
}

/** The column of each role that is asked for; -1 of the others. */
function findEach<R extends string>(
  asked: Readonly<Record<R, ColumnChoice | undefined>>,
  find: (role: string, choice: ColumnChoice | undefined) => number,
): Record<R, number> {
  const entries = Object.entries<ColumnChoice | undefined>(asked).map(([role, choice]) => [role, find(role, choice)]);
  return Object.fromEntries(entries) as Record<R, number>;
}

/** Throws where a column is asked for twice: for a role and to be ignored, or twice as a target. */
function checkListed(
  found: Readonly<Record<string, number>>,
  ignored: ReadonlySet<number>,
  targets: readonly number[],
  { column, where, unread }: { readonly column: string; readonly where: string; readonly unread?: boolean },
): void {
  const named = [...Object.entries(found), ...(unread ? [] : targets).map((at) => ["target", at] as const)];
  for (const [role, at] of named)
    check(!ignored.has(at), where, () => `${column} ${at} is asked for as ${role} and is to be ignored; say one of the two`);
  const twice = targets.find((at, k) => targets.indexOf(at) < k);
  check(twice === undefined, where, () => `${column} ${twice} is listed twice as a target; name it once`);
}

/** Throws where one column has two roles. */
function checkDistinctRoles(
  { label, id, group, weight }: Draft,
  targets: readonly number[],
  column: string,
  where: string,
): void {
  const roles = [...Object.entries({ label, id, group, weight }), ...targets.map((at) => ["target", at] as const)].filter(
    ([, at]) => at >= 0,
  );
  for (const [role, at] of roles) {
    const [other] = roles.find(([, same]) => same === at) ?? [];
    check(other === role, where, () => `${column} ${at} is asked for as both ${other} and ${role}; name two ${column}s`);
  }
}

/** The column of weights; none where a test set lacks it, as it is not read there. */
function weightChoice(grid: Grid, { sampleWeight, part, featureNames = [] }: RoleOptions): string | number | undefined {
  if (part !== "test" || sampleWeight === undefined) return sampleWeight;
  const top = grid.row(0);
  const name = typeof sampleWeight === "number" ? top[sampleWeight] : sampleWeight;
  return top.includes(name) && !featureNames.includes(name) ? sampleWeight : undefined;
}

/** The columns of targets: as asked, or a model's where the table has them all. */
function targetChoices(grid: Grid, { target, targetNames, label }: RoleOptions): readonly (string | number)[] | undefined {
  if (target || label !== undefined || !targetNames) return target;
  const names = new Set(grid.row(0));
  return targetNames.every((name) => names.has(name)) ? targetNames : undefined;
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
  const arranged = arrange(layout, grid.columns, { ...asked, unlabelled: Boolean(options.ignoreLabels) }, where);
  if (!arranged) return false;
  const { label, id, ignored, note } = arranged;
  Object.assign(draft, { label, id, ...(id >= 0 && asked.id === undefined && { idReason: "as asked" }) });
  for (const j of ignored) draft.ignored.add(j);
  if (note) draft.notes.push(note);
  const odd =
    options.ignoreLabels && !options.numeric && asked.label === undefined && label >= 0 && !couldBeLabels(fields, label);
  check(!odd || kinds[label].text > 0, where, () => {
    return `column ${label + 1} holds the labels in the model's table, and here fractions or a number for each sample; say with option label which is the label (--label, or --no-label in predict)`;
  });
  return true;
}

/** The columns that may be numbers to learn: of those beside a model's features, identifiers only where they must be there and nothing else is. */
function couldBeTargets(
  fields: Fields,
  free: readonly number[],
  id: ColumnChoice | undefined,
  { featureNames, ignoreLabels }: RoleOptions,
): readonly number[] {
  if (!fields.names || !featureNames || id !== undefined) return free;
  const identifying = new Set(findIdentifiers(fields, free).found.map(({ column }) => column));
  const rest = free.filter((j) => !identifying.has(j));
  return rest.length > 0 || ignoreLabels ? rest : free;
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
