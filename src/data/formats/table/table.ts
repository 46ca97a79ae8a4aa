import { inMemory, type OpenFile } from "../file.js";
import { isText, refuseForeignText } from "../foreign.js";
import { endsIn, type Format, type NamedOptions } from "../format.js";
import { readCsv } from "./csv.js";
import { openLabelFile, TABLES } from "./label-file.js";
import type { CsvOptions } from "./open-table.js";
import { previewOf } from "./preview.js";

/** Numbers parted by commas, tabs, semicolons or bars: see `readCsv`. */
export const table: Format = {
  name: "table",
  title: "CSV or TSV",
  plural: "tables",
  about: "a table: see [Your own tables](#your-own-tables)",
  extensions: TABLES,
  options: ["label", "target", "orientation", "header", "id", "labels", "extraLabels", "group", "ignore"],
  claims: (head, name) => endsIn(name, TABLES) && isText(head) && "likely",
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
  const labels = options.labels && (await openLabelFile(options.labels, options.maxBytes));
  return { ...options, labels, delimiter: /\.(tsv|tab)$/i.test(name) ? "\t" : undefined };
}
