import { READING } from "../data/options.js";
import type { ReadOptions } from "../data/read-dataset.js";
import type { Flat } from "../options/option.js";
import { readDataFile } from "./read.js";

/** How data are to be read, as a command line or a suite says it: `labels` is a file's path, false stands for none. */
export interface ReadingValues extends Omit<Flat<typeof READING>, "label" | "id"> {
  readonly data?: string;
  readonly label?: string | number | false;
  readonly id?: string | number | false;
}

/** What the readers take of these values. */
export function readOptions({ label, id, labels, ...values }: ReadingValues): ReadOptions {
  const rest = Object.entries(values).filter(([key, value]) => key in READING && value !== undefined);
  return {
    ...(label !== undefined && { label: label === false ? null : label }),
    ...(id !== undefined && { id: id === false ? null : id }),
    ...(labels !== undefined && { labels: readDataFile(labels) }),
    ...Object.fromEntries(rest),
  };
}
