import type { DataFile, ReadOptions, Suggestion, TargetRange } from "../src/api/data.js";
import type { TaskName } from "../src/api/extend.js";

/** Where samples come from: what every worker can open by itself. Files cross to workers by reference; nothing is uploaded. */
export type Source =
  | { readonly kind: "built-in"; readonly name: BuiltIn }
  | { readonly kind: "files"; readonly files: readonly File[]; readonly options: FileOptions };

/** Data that the page brings along: pictures of digits, patients' gene expression, and made-up samples of which 20 of 5,000 features tell the class. */
export const BUILT_IN = ["digits", "leukaemia", "informative"] as const;
export type BuiltIn = (typeof BUILT_IN)[number];

/** Options of `readDataset`, the second table as a file, and what is to be learnt of it; default as the data say. */
export type FileOptions = Omit<ReadOptions, "labels" | "classes" | "numeric" | "featureNames" | "layout"> & {
  readonly labels?: File;
  readonly task?: TaskName;
};

/** A file by its content. */
export interface NamedHash {
  readonly name: string;
  readonly sha256: string;
}

/** What the page knows of a dataset that a worker has opened. */
export interface DataInfo {
  readonly name: string;
  /** sha256 of the file (of an IDX pair: of both files, one after the other); null for built-in data. */
  readonly sha256: string | null;
  /** The file that labels came from, where it is one of its own. */
  readonly labels: NamedHash | null;
  readonly samples: number;
  readonly features: number;
  /** What is learnt: as asked, or as the data say. */
  readonly task: TaskName;
  readonly classes: readonly { readonly label: string; readonly samples: number }[];
  /** Numbers to learn in their place. */
  readonly targets: readonly TargetRange[];
  readonly imageShape: readonly [number, number] | null;
  readonly featureNames: readonly string[] | null;
  readonly groups: number;
  readonly notes: readonly string[];
  /** Settings that suit data of this size. */
  readonly suggestion: Suggestion;
}

/** A file as readers take it, who read it when they need it. */
export function dataFile(file: File): DataFile {
  return { name: file.name, bytes: file };
}
