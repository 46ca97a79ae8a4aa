import { check } from "../../../util/check.js";
import type { OpenFile } from "../file.js";
import type { Format, NamedOptions } from "../format.js";
import { readCsv } from "./csv.js";
import { openLabelFile } from "./label-file.js";
import type { CsvOptions } from "./open-table.js";
import { previewOf } from "./preview.js";

/** The table that a file holds, or is in other words. */
export interface TableText {
  readonly bytes: Uint8Array;
  /** What messages call it, if not by the file's name. */
  readonly where?: string;
  /** What is known of it besides. */
  readonly options?: Partial<CsvOptions>;
  /** What is to be said of it. */
  readonly notes?: readonly string[];
  /** Why it cannot be read as asked, with what to say; its preview is one without labels then. */
  readonly problem?: string;
}

/** Options of tables. */
export const TABLE_OPTIONS = [
  "label",
  "target",
  "labelSeparator",
  "time",
  "event",
  "orientation",
  "header",
  "id",
  "labels",
  "extraLabels",
  "group",
  "sampleWeight",
  "ignore",
  "categories",
  "levels",
  "unknownLevels",
] as const;

/** A format whose files hold a table, which is read and previewed as any other. */
export function tabular(
  format: Omit<Format, "read" | "preview" | "options"> & Partial<Pick<Format, "options">>,
  tableOf: (file: OpenFile, options: NamedOptions) => TableText | Promise<TableText>,
): Format {
  const open = async (file: OpenFile, options: NamedOptions) => {
    const labels = options.labels && (await openLabelFile(options.labels, options.maxBytes));
    const { bytes, where = file.name, options: known, problem, notes = [] } = await tableOf(file, options);
    const ignore = [...(known?.ignore ?? []), ...(options.ignore ?? [])];
    return { bytes, where, problem, notes, settled: { ...known, ...options, labels: labels ?? known?.labels, ignore } };
  };
  return {
    ...format,
    options: [...TABLE_OPTIONS, ...(format.options ?? [])],
    read: async ([file], options) => {
      const { bytes, where, settled, problem, notes } = await open(file, options);
      check(problem === undefined, file.name, () => problem ?? "");
      const dataset = readCsv(bytes, where, settled);
      return notes.length > 0 ? { ...dataset, notes: [...notes, ...(dataset.notes ?? [])] } : dataset;
    },
    preview: async (file, options) => {
      const { bytes, where, settled, problem, notes } = await open(file, options);
      if (problem === undefined) {
        const preview = previewOf(bytes, where, settled);
        return { ...preview, notes: [...notes, ...preview.notes] };
      }
      return { ...previewOf(bytes, where, { ...settled, label: null }), problem: `${file.name}: ${problem}`, suggestion: null };
    },
  };
}
