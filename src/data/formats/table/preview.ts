import { CoppiceError } from "../../../util/check.js";
import type { Dataset } from "../../dataset.js";
import { countMissing, type MissingCounts, refusalOfMissing } from "../../missing.js";
import { type Suggestion, suggestOptions } from "../../suggest.js";
import { type TargetRange, targetRanges } from "../../target-ranges.js";
import { tableDataset } from "./csv.js";
import { areBooleans } from "./fields.js";
import { at, transposed } from "./grid.js";
import { sheetLabel } from "./label-sheet.js";
import { type CsvOptions, type OpenTable, ofSheet, openTable } from "./open-table.js";

/** A column (a row, where samples are columns) of a table. */
export interface PreviewField {
  /** Its name, or its number from 1. */
  readonly name: string;
  /** Index from 0: what options label, id and group take. */
  readonly index: number;
  readonly kind: "number" | "text";
  /** What it is taken for. */
  readonly role: "feature" | "label" | "target" | "id" | "group" | "weight" | "ignored";
  /** Whether its values repeat as labels do: at most 50 distinct ones, texts or whole numbers, twice each on average. */
  readonly labelCandidate: boolean;
  readonly missing: number;
}

/** A line of a table (a column of the file, where samples are columns) that holds texts only, and so is no sample. */
export interface Annotation {
  readonly name: string;
  /** Its column of the file, from 0 (its row, where samples are rows). */
  readonly index: number;
  readonly ignored: boolean;
}

/** A column of a label file. */
export interface LabelField {
  /** Its name, or its number from 1. */
  readonly name: string;
  /** Index from 0, as option label takes it; a group is asked for by name. */
  readonly index: number;
  /** What it is taken for; null: nothing. */
  readonly role: "label" | "target" | "id" | "group" | "weight" | null;
}

/** What can be said of a table before anything is trained. */
export interface TablePreview {
  /** Rows and columns of the file, header included. */
  readonly rows: number;
  readonly columns: number;
  /** The first cells of the first rows of the file, as they stand there. */
  readonly head: readonly (readonly string[])[];
  /** Where samples are, guessed or as asked, and why. */
  readonly orientation: "rows" | "columns";
  readonly reason: string;
  /** false where numbers alone decided it, or texts that hardly repeat: worth a look. */
  readonly sure: boolean;
  /** Whether names were found: in row 1, or in column 1 where samples are columns. */
  readonly header: boolean;
  /**
   * Why it cannot be told whether they are names or a sample, with both readings; null where it can, or was said. Ask, and say which with
   * option header: until then it is shown as a sample, and `problem` says the same.
   */
  readonly undecided: string | null;
  readonly samples: number;
  readonly features: number;
  readonly fields: readonly PreviewField[];
  /** What stands among the samples but holds texts only, e.g. a column of gene symbols beside the gene names: `ignore` takes its name. */
  readonly annotations: readonly Annotation[];
  /** Columns of the label file; null without one. */
  readonly labelFields: readonly LabelField[] | null;
  /** Missing values of the features, in the order of `featureNames`. */
  readonly missing: MissingCounts;
  readonly featureNames: readonly string[];
  /** Samples of every class; empty without labels. */
  readonly classes: readonly { readonly label: string; readonly samples: number }[];
  /** Numbers to learn in their place; empty where there are none. */
  readonly targets: readonly TargetRange[];
  /** Distinct groups; 0 without groups. */
  readonly groups: number;
  readonly notes: readonly string[];
  /** Why it cannot be trained on as it is, e.g. which values are missing; null where it can. */
  readonly problem: string | null;
  /** Options to start from; null where there is a problem other than missing values. */
  readonly suggestion: Suggestion | null;
}

const HEAD_ROWS = 8;
const HEAD_COLUMNS = 12;
const MOST_CLASSES = 50;

/** Looks at a table as `readCsv` would read it: what `previewTable` gives. */
export function previewOf(bytes: Uint8Array, where: string, options: CsvOptions): TablePreview {
  const open = openTable(bytes, where, options);
  const { file, grid, roles } = open;
  const { orientation, reason, sure } = open.guess;
  // with missing values left in, they can be counted and classes too
  const read = attempt(() => tableDataset(open, where, { ...options, missing: "median" }));
  const [dataset, unreadable] = read instanceof CoppiceError ? [null, read.message] : [read, null];
  const counts = dataset ? countMissing(dataset.x, dataset.features) : featureCounts(open);
  const roleOf = new Map<number, PreviewField["role"]>([
    ...roles.ignored.map((j) => [j, "ignored"] as const),
    [roles.weight, "weight"] as const,
    ...roles.targets.map((j) => [j, "target"] as const),
    ...[[roles.group, "group"] as const, [roles.id, "id"] as const, [roles.label, "label"] as const],
  ]);
  const incomplete = counts.total > 0 && (options.missing ?? "error") === "error";
  const nameOf = (j: number) => roles.names?.[j] || String(j + 1);
  const featureNames = dataset?.featureNames ?? roles.features.map(nameOf);
  return {
    rows: file.rows,
    columns: file.columns,
    head: headOf(open),
    orientation,
    reason,
    sure,
    header: roles.names !== null,
    undecided: roles.undecided,
    samples: grid.rows - roles.first,
    features: roles.features.length,
    fields: roles.kinds.map((kind, j) => ({
      name: nameOf(j),
      index: j,
      kind: kind.text > 0 && !areBooleans(kind) ? "text" : "number",
      role: roleOf.get(j) ?? "feature",
      labelCandidate: repeats(open, j),
      missing: kind.missing,
    })),
    annotations: annotationsOf(open, options),
    labelFields: labelFieldsOf(open, options),
    missing: counts,
    featureNames,
    classes: dataset ? classCounts(dataset) : [],
    targets: dataset ? targetRanges(dataset) : [],
    groups: new Set(dataset?.groups).size,
    // the last note says what became of missing values, which is not decided here
    notes: dataset?.notes?.slice(0, counts.total > 0 ? -1 : undefined) ?? [],
    problem: unreadable ?? (incomplete ? refusalOfMissing(counts, grid.rows - roles.first, featureNames) : null),
    suggestion: dataset && suggestOptions(dataset),
  };
}

/** What `read` returns, or the refusal that it throws. */
function attempt<T>(read: () => T): T | CoppiceError {
  try {
    return read();
  } catch (error) {
    if (error instanceof CoppiceError) return error;
    throw error;
  }
}

function labelFieldsOf({ sheet }: OpenTable, options: CsvOptions): LabelField[] | null {
  if (!sheet) return null;
  const [group, weight] = [options.group, options.sampleWeight].map((choice) => ofSheet(sheet, choice));
  // where they have to be asked for, the dataset's problem says so
  const columnOf = (choice?: string | number) => attempt(() => sheetLabel(sheet, choice, [group, weight]));
  const targets = (options.ignoreLabels ? [] : (options.target ?? [])).map(columnOf);
  const label = options.ignoreLabels || options.target ? null : columnOf(options.label ?? undefined);
  return Array.from({ length: sheet.grid.columns }, (_, j) => ({
    name: sheet.names?.[j] || String(j + 1),
    index: j,
    role:
      j === sheet.id
        ? "id"
        : j === label
          ? "label"
          : j === group
            ? "group"
            : j === weight
              ? "weight"
              : targets.includes(j)
                ? "target"
                : null,
  }));
}

function featureCounts({ grid, roles }: OpenTable): MissingCounts {
  const byFeature = Uint32Array.from(roles.features, (j) => roles.kinds[j].missing);
  const has = (i: number) => roles.features.some((j) => Number.isNaN(at(grid, i, j)));
  const samples = Array.from({ length: grid.rows - roles.first }, (_, i) => has(i + roles.first));
  return {
    total: byFeature.reduce((sum, count) => sum + count, 0),
    samples: samples.filter(Boolean).length,
    first: samples.indexOf(true),
    byFeature,
  };
}

function headOf({ file }: OpenTable): string[][] {
  return Array.from({ length: Math.min(HEAD_ROWS, file.rows) }, (_, i) => file.row(i).slice(0, HEAD_COLUMNS));
}

/** Lines of which every feature is text, or that were asked to be ignored. */
function annotationsOf({ file, guess, roles }: OpenTable, { ignore = [] }: CsvOptions): Annotation[] {
  const whole = guess.orientation === "columns" ? transposed(file) : file;
  const fields = new Set(whole.row(0));
  const asked = new Set(ignore.filter((choice) => typeof choice === "string" && !fields.has(choice)));
  const numbers = roles.features.filter((j) => roles.kinds[j].text < roles.kinds[j].count);
  return whole.column(0).flatMap((name, index) => {
    if (index < roles.first || name === "") return [];
    const ignored = asked.has(name);
    const text = () => numbers.length > 1 && numbers.every((j) => Math.abs(at(whole, index, j)) === Infinity);
    return ignored || text() ? [{ name, index, ignored }] : [];
  });
}

function classCounts({ classes, y }: Dataset): { label: string; samples: number }[] {
  const counts = new Uint32Array(classes.length);
  for (const c of y) counts[c]++;
  return classes.map((label, c) => ({ label, samples: counts[c] }));
}

/** Whether a field's values repeat as labels do; texts are only read of fields that are texts throughout. */
function repeats({ grid, roles }: OpenTable, j: number): boolean {
  const { text, missing, count } = roles.kinds[j];
  if (missing > 0 || (text > 0 && text < count)) return false;
  const most = Math.min(MOST_CLASSES, count / 2);
  const seen = new Set<string | number>();
  const texts = text > 0 ? grid.column(j) : null;
  for (let i = roles.first; i < grid.rows && seen.size <= most; i++) {
    const value = at(grid, i, j);
    if (!texts && !Number.isInteger(value)) return false;
    seen.add(texts ? texts[i] : value);
  }
  return seen.size >= 2 && seen.size <= most;
}
