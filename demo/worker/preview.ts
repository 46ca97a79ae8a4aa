import {
  type Annotation,
  countMissing,
  type DataFile,
  type LabelField,
  type MissingCounts,
  type PreviewField,
  type ReadOptions,
  type Suggestion,
  suggestOptions,
  type TablePreview,
} from "../../src/api/data.js";
import { TASKS, type TaskName } from "../../src/api/extend.js";
import { readDataset } from "../../src/api/index.js";
import { labelsAmong, lookAt } from "../../src/data/read-dataset.js";
import { targetRanges } from "../../src/data/target-ranges.js";
import { readingFor } from "../../src/tasks/reading.js";
import { type DataInfo, dataFile, type FileOptions } from "../sources.js";
import { classCounts, ownNotes, sha256, taskFor } from "./data.js";

/** What a table shows of itself; long lists of columns are cut to those that may be asked for. */
export interface TableLook
  extends Pick<TablePreview, "rows" | "columns" | "head" | "orientation" | "reason" | "sure" | "header" | "undecided"> {
  /** At most 200: those with a role, texts, label candidates, and the first and last ones. */
  readonly fields: readonly PreviewField[];
  readonly allFields: number;
  readonly annotations: readonly Annotation[];
  readonly labelFields: readonly LabelField[] | null;
}

/** What files hold before they are loaded. */
export interface FilePreview
  extends Pick<DataInfo, "samples" | "features" | "task" | "classes" | "targets" | "groups" | "notes"> {
  /** null: no table but MATLAB or IDX data. */
  readonly table: TableLook | null;
  readonly missing: {
    readonly total: number;
    readonly samples: number;
    readonly features: number;
    /** The ten features that lack most. */
    readonly worst: readonly { readonly name: string; readonly count: number }[];
  };
  /** What stands in the way of training, beside missing values; null: nothing. */
  readonly problem: string | null;
  readonly suggestion: Suggestion | null;
}

const MOST_FIELDS = 200;
const WORST = 10;

let held: { readonly files: readonly DataFile[]; readonly labels: DataFile | undefined } | undefined;

/** Keeps hold of files, and perhaps a table's label file: `previewFiles` is of them, and reads them. */
export async function holdFiles(files: readonly File[], labels: File | null): Promise<void> {
  held = { files: files.map(dataFile), labels: labels ? dataFile(labels) : undefined };
}

/** sha256 of files, their bytes one after the other, as `DataInfo` has it. */
export async function hashFiles(files: readonly File[]): Promise<string> {
  return sha256(files);
}

/** Which of two files holds the labels of the other's samples, and why; null where neither does. Throws where two tables cannot be told apart. */
export async function labelsOf(files: readonly [File, File]) {
  return (await labelsAmong([dataFile(files[0]), dataFile(files[1])])) ?? null;
}

/** What the held files are with these options. Throws what their reader throws where nothing can be shown. */
export async function previewFiles({ task, ...options }: Omit<FileOptions, "labels">, isTable: boolean): Promise<FilePreview> {
  if (!held) throw new Error("no files are held in this worker");
  const { files, labels } = held;
  // missing values are counted here; what becomes of them is decided on loading
  const read: ReadOptions = { ...options, ...readingFor(task && TASKS[task]), missing: "median", ...(labels && { labels }) };
  return isTable && files.length === 1 ? previewOneTable(files[0], read, task) : previewOther(files, read, task);
}

async function previewOneTable(file: DataFile, options: ReadOptions, asked?: TaskName): Promise<FilePreview> {
  const preview = await lookAt(file, options);
  if (preview === null) return previewOther([file], options, asked);
  const { rows, columns, head, orientation, reason, sure, header, undecided, fields, annotations, labelFields } = preview;
  const { samples, features, classes, targets, groups, notes, problem, suggestion, missing, featureNames } = preview;
  return {
    table: {
      rows,
      columns,
      head,
      orientation,
      reason,
      sure,
      header,
      undecided,
      annotations,
      labelFields,
      fields: shortlist(fields),
      allFields: fields.length,
    },
    samples,
    features,
    task: asked ?? (targets.length > 0 ? "regression" : "classification"), // several labels are asked for
    classes,
    targets,
    groups,
    notes,
    problem,
    suggestion,
    missing: summarize(missing, (j) => featureNames[j]),
  };
}

async function previewOther(files: readonly DataFile[], options: ReadOptions, task?: TaskName): Promise<FilePreview> {
  const dataset = await readDataset([...files], options);
  const { samples, features, groups, featureNames, notes = [] } = dataset;
  const missing = countMissing(dataset.x, features);
  return {
    table: null,
    samples,
    features,
    problem: null,
    task: taskFor({ task }, dataset),
    classes: classCounts(dataset),
    targets: targetRanges(dataset),
    groups: new Set(groups).size,
    notes: [...(missing.total > 0 ? notes.slice(0, -1) : notes), ...ownNotes(dataset)], // the last says what becomes of missing values
    suggestion: suggestOptions(dataset),
    missing: summarize(missing, (j) => featureNames?.[j] ?? `feature ${j + 1}`),
  };
}

function summarize({ total, samples, byFeature }: MissingCounts, nameOf: (j: number) => string): FilePreview["missing"] {
  const lacking = Array.from(byFeature, (count, j) => ({ count, j })).filter(({ count }) => count > 0);
  lacking.sort((a, b) => b.count - a.count || a.j - b.j);
  const worst = lacking.slice(0, WORST).map(({ count, j }) => ({ name: nameOf(j), count }));
  return { total, samples, features: lacking.length, worst };
}

function shortlist(fields: readonly PreviewField[]): readonly PreviewField[] {
  if (fields.length <= MOST_FIELDS) return fields;
  const ends = [...fields.slice(0, 20), ...fields.slice(-20)];
  const wanted = [
    ...fields.filter(({ role }) => role !== "feature"),
    ...ends,
    ...fields.filter(({ kind }) => kind === "text").slice(0, MOST_FIELDS),
    ...fields.filter(({ labelCandidate }) => labelCandidate),
  ];
  return [...new Set(wanted)].slice(0, MOST_FIELDS).sort((a, b) => a.index - b.index);
}
