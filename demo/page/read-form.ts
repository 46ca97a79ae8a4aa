import type { FileOptions } from "../sources.js";
import type { FilePreview } from "../worker/preview.js";

/** Options of reading that the form stands for; what becomes of missing values is asked apart. */
export type ReadChoices = Omit<FileOptions, "labels" | "missing">;

/** The controls that say how to read a file. */
export interface ReadForm {
  readonly node: HTMLElement;
  choices(): ReadChoices;
  /** Makes these choices, e.g. a link's; those that concern a label file wait for it where `labels` says that there is one. */
  preset(choices: ReadChoices, labels: boolean): void;
  /** Offers the columns that the preview has found. */
  show(preview: FilePreview): void;
  /** The second file, of labels. */
  labelFile(): File | null;
  /** Takes one as if it had been chosen. */
  takeLabels(file: File): void;
}
