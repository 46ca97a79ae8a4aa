import { check } from "../../../util/check.js";
import { inMemory, type OpenFile, openFile } from "../file.js";
import { isText, refuseForeign, refuseForeignText, startOf } from "../foreign.js";
import { endsIn, type Format, type NamedOptions } from "../format.js";
import { readCsv } from "./csv.js";
import type { CsvOptions } from "./open-table.js";
import { previewOf } from "./preview.js";

const EXTENSIONS = [".csv", ".tsv", ".txt", ".data", ".tab"];

/** Numbers parted by commas, tabs, semicolons or bars: see `readCsv`. */
export const table: Format = {
  name: "table",
  title: "CSV or TSV",
  plural: "tables",
  about: "a table: see [Your own tables](#your-own-tables)",
  extensions: EXTENSIONS,
  options: ["label", "orientation", "header", "id", "labels", "extraLabels", "group", "ignore"],
  claims: (head, name) => endsIn(name, EXTENSIONS) && isText(head) && "likely",
  read: async ([file], options) => {
    const { name, bytes } = await openText(file);
    return readCsv(bytes, name, await tableOptions(file, options));
  },
  preview: async (file, options) => {
    const { name, bytes } = await openText(file);
    return previewOf(bytes, name, await tableOptions(file, options));
  },
};

/** A table's text. Throws, naming it, where it is known to be of another kind. */
async function openText(file: OpenFile) {
  refuseForeignText(file.name, file.head);
  return inMemory(file);
}

/** What to tell `readCsv`, the label file unpacked. */
async function tableOptions({ name }: OpenFile, options: NamedOptions): Promise<CsvOptions> {
  const labels = options.labels && (await openFile(options.labels, options.maxBytes));
  return { ...options, labels: labels && (await openLabels(labels)), delimiter: /\.(tsv|tab)$/i.test(name) ? "\t" : undefined };
}

/** A label file's text. Throws when it is no table by name or content. */
async function openLabels(file: OpenFile) {
  const { name, head } = file;
  const named = endsIn(name, EXTENSIONS);
  refuseForeign(name, head, named);
  if (isText(head)) refuseForeignText(name, head);
  check(named && isText(head), name, () => {
    return `unknown format (it ${startOf(head)}); labels are read from tables (${EXTENSIONS.join(", ")}), also gzipped (.gz)`;
  });
  return inMemory(file);
}
