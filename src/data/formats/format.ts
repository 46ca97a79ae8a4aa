import type { Dataset } from "../dataset.js";
import type { OpenFile } from "./file.js";
import type { OptionCheck, ReadOptions } from "./read-options.js";
import type { TablePreview } from "./table/preview.js";

/**
 * A kind of file that datasets are read from. The list in index.ts has those that come with the library; another is handed to `readDataset`.
 * Which reader takes a file, what is refused, help, the page's form and the fuzz targets follow from that list.
 */
export interface Format<Own extends object = object> {
  /** Tells it from the others. */
  readonly name: string;
  /** As lists of formats say it: "CSV or TSV". */
  readonly title: string;
  /** As refusals say it, in the plural: "tables". */
  readonly plural: string;
  /** What is read of a file, in Markdown: the guide's table has it. */
  readonly about: string;
  /** How the names of its files end, the usual ones first: ".csv". None where names say nothing. */
  readonly extensions: readonly string[];
  /** The options of reading that concern it, beside those of every format. */
  readonly options: readonly (keyof ReadOptions)[];
  /** Options that no other format has, and what throws unless a value is one. */
  readonly own?: Readonly<Record<string, OptionCheck>>;
  /** Where a dataset may lie in several files: how many at most, and as lists say it: "a pair of IDX files". */
  readonly several?: { readonly most: number; readonly title: string };
  /** Whether a file is one of these by its first bytes (at most 4096), or may be one by its name or by how it begins. Never throws. */
  claims(head: Uint8Array, name: string): Claim;
  /**
   * Reads the files, whose content is trusted in nothing: a claim is checked before anything is allocated for it, and refused with the place.
   * A package that it needs is imported here, so that others do not load it. Most readers end with `makeDataset`.
   */
  read(files: readonly OpenFile[], options: NamedOptions & Own): Dataset | Promise<Dataset>;
  /** What can be said of a table before it is read; null of a file that is none. */
  preview?(file: OpenFile, options: NamedOptions & Own): TablePreview | null | Promise<TablePreview | null>;
}

/** Whether a file is of a format: surely, by its content; likely; or not (false). A sure claim of one comes before a likely one of another. */
export type Claim = "sure" | "likely" | false;

/** Options with the dataset's name, which is the file's where none was given. */
export type NamedOptions = ReadOptions & { readonly name: string };

/** Whether a file's name ends in one of these, regardless of case. */
export function endsIn(name: string, extensions: readonly string[]): boolean {
  return extensions.some((extension) => name.toLowerCase().endsWith(extension));
}

/** "MATLAB 5 to 7 (.mat), svmlight (.svmlight, .libsvm, .svm) and a pair of IDX files". */
export function listFormats(formats: readonly Format[]): string {
  const named = formats.filter(({ extensions }) => extensions.length > 0);
  return inWords([...named.map(({ title, extensions }) => `${title} (${extensions.join(", ")})`), ...listSeveral(formats)]);
}

/** "a pair of IDX files" of each format that reads several files. */
export function listSeveral(formats: readonly Format[]): string[] {
  return formats.flatMap(({ several }) => several?.title ?? []);
}

/** "a, b and c". */
export function inWords(items: readonly string[], last = "and"): string {
  return items.length > 1 ? `${items.slice(0, -1).join(", ")} ${last} ${items.at(-1)}` : items.join();
}
