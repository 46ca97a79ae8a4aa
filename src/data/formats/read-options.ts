import { schemasOf } from "../../options/option.js";
import { custom, flag, limit, list, nullable, oneOf, read, type Schema, text } from "../../options/schema.js";
import { checkObject } from "../../util/check.js";
import type { MissingPolicy } from "../missing.js";
import { column, READING } from "../options.js";
import { checkFile, type DataFile } from "./file.js";
import type { CATEGORIES } from "./table/category-names.js";
import { checkLayout, type TableLayout } from "./table/layout.js";

/** A set of samples in a file that holds several. */
export type Part = "train" | "test" | "validation";

/** What a reader may be told. An option that does not concern the file's format is refused. */
export interface ReadOptions {
  /** The dataset's name; default: the file's without its extensions. */
  name?: string;
  /** Tables and MATLAB: whether samples are rows or columns; default auto: guessed, and said in the dataset's notes where they are columns. */
  orientation?: "auto" | "rows" | "columns";
  /** Tables: whether row 1 holds names; default: guessed, see `guessHeader`. */
  header?: boolean;
  /**
   * Tables: the label's column (of the label file, where there is one) by name or 0-based index; default: the one that is named so (class,
   * diagnosis, ...), else the last, or the only one with texts. null, for any format: samples without labels.
   */
  label?: string | number | null;
  /** Tables: the columns of numbers to learn, by name or 0-based index (of the label file, where there is one), in the place of a label. */
  target?: readonly (string | number)[];
  /** Tables: what stands between labels in the label's column, which holds several a sample: targets of 0 and 1. An empty cell is none of them. */
  labelSeparator?: string;
  /** Tables: the columns of survival's time, and of its event (1 where it came, else 0), by name or 0-based index: a `target` of the two. */
  time?: string | number;
  event?: string | number;
  /** Whether labels are numbers to learn (a regression); default true where `target` is given, else guessed from fractions, and said. */
  numeric?: boolean;
  /** Tables: a trained model's targets: their columns, where the table has columns of all these names. */
  targetNames?: readonly string[];
  /** Labels may be there but are not read: the dataset has no classes. "named": a column of numbers holds them only where its name says so. */
  ignoreLabels?: boolean | "named";
  /** Tables: the column of sample IDs by name or 0-based index; null: none; default "auto": found where texts are all distinct. */
  id?: string | number | null;
  /** Tables: a second table, of labels (and groups) joined by ID; `label` names its column. */
  labels?: DataFile | File;
  /** Tables: the label file may have IDs that are no samples of this table. */
  extraLabels?: boolean;
  /** Tables: the column of groups by name or 0-based index; MATLAB: a variable; .npz: an array. Samples of one group stay together in splits. */
  group?: string | number;
  /** Likewise: weights of the samples, of at least 0: `Dataset.weights`. */
  sampleWeight?: string | number;
  /**
   * Tables: what to leave out unread, as if the file did not have it: columns by name or 0-based index; names that no column has are those of
   * samples. So columns of annotations beside the gene names, where samples are columns, go by their names in row 1.
   */
  ignore?: readonly (string | number)[];
  /** Tables: what columns of texts become; default refused. The features' names say what stands for what: see `CATEGORIES`. */
  categories?: (typeof CATEGORIES)[number];
  /** Tables: columns of texts whose levels have an order: "size=low|mid|high". They are 0, 1, 2. */
  levels?: readonly string[];
  /** Tables: texts that training did not have are refused (default), or are missing values. */
  unknownLevels?: "error" | "missing";
  /** What to do about missing values; default "error", which counts them. */
  missing?: MissingPolicy;
  /** Tables: take these features by name, in this order: a trained model's. */
  featureNames?: readonly string[];
  /** Tables: some of `featureNames` may be absent; see `fillAbsent`. */
  absent?: boolean;
  /** Tables: where a trained model's table had label, ID and what was left out: one without a header is read alike. */
  layout?: TableLayout;
  /**
   * MATLAB, HDF5 and .npz: "test" takes x_test, y_test of a file that holds them beside x_train, y_train, and "validation" x_val, y_val: what
   * `Dataset.beside` tells. Other files hold one set, which is read. Weights of sets other than the training set are not.
   */
  part?: Part;
  /** Workbooks: the sheet by name; default: the first that is not hidden. */
  sheet?: string;
  /** MATLAB: the variables with samples and labels; default "X" and "Y". .npz: the arrays; default X and y, and other usual names. HDF5: paths. */
  x?: string;
  y?: string;
  /** Map labels onto these classes, a trained model's, instead of the classes found in the file. */
  classes?: readonly string[];
  /** The most bytes a compressed stream may inflate to, and samples that are sparse in their file may take as they are kept (see `keepRows`); default 1 GiB. */
  maxBytes?: number;
}

/** The option `sampleWeight`, but of the training set: it alone takes weights, so that other sets need not have them. */
export function weightOption({ part, sampleWeight }: Pick<ReadOptions, "part" | "sampleWeight">): string | number | undefined {
  return part === undefined || part === "train" ? sampleWeight : undefined;
}

/** Whether samples are read without their labels. */
export function withoutLabels({ label, ignoreLabels }: ReadOptions): boolean {
  return label === null || Boolean(ignoreLabels);
}

/** Throws, naming `where`, unless a value is what an option is to be. */
export type OptionCheck = (value: unknown, where: string) => void;

/** What every option is to be, of those that are no file. */
const KINDS: Readonly<Record<Exclude<keyof ReadOptions, "labels" | "layout">, Schema<unknown>>> = {
  ...schemasOf(READING),
  label: nullable(column),
  id: nullable(column),
  group: nullable(column),
  sampleWeight: nullable(column),
  maxBytes: limit(),
  name: text(),
  ignoreLabels: custom((value) => typeof value === "boolean" || value === "named", 'true, false, or "named"'),
  numeric: flag(),
  targetNames: list(text()),
  extraLabels: flag(),
  part: oneOf(["train", "test", "validation"]),
  featureNames: list(text()),
  absent: flag(),
  classes: list(text()),
};

/** Throws on values of the wrong type, also of formats' own options; options that no format knows are refused by `checkConcerns`. */
export function checkReadOptions(options: ReadOptions, own: Readonly<Record<string, OptionCheck>>): void {
  checkObject(options, "readDataset: options", "object of options");
  const { labels, layout, ...rest } = options;
  if (labels !== undefined) checkFile(labels);
  if (layout !== undefined) checkLayout(layout, "option layout");
  for (const [key, value] of Object.entries(rest)) {
    if (value === undefined) continue;
    if (Object.hasOwn(KINDS, key)) read(KINDS[key as keyof typeof KINDS], value, `option ${key}`);
    else if (Object.hasOwn(own, key)) own[key](value, `option ${key}`);
  }
}
