import { endsIn, type Format } from "../format.js";
import { latin } from "../table/cells.js";
import { tabular } from "../table/tabular.js";

const dense = tabular(
  { name: "arff", title: "ARFF", plural: "ARFF files", about: "", extensions: [".arff"], claims: () => false },
  async (file) => (await import("./arff.js")).denseTable(file),
);

/** Weka's files, dense (a table) and sparse: see `denseTable` and `readSparse`. */
export const arff: Format = {
  ...dense,
  about:
    "Weka's and OpenML's files; dense ones are tables (see [Your own tables](#your-own-tables)), whose `?` are missing; sparse ones stay sparse, and the last attribute is the label, or `--label`",
  claims: (head, name) => {
    const lines = latin(head, 0, head.length).split(/[\r\n]+/);
    const declared = lines.find((line) => !/^\s*(%|$)/.test(line));
    if (/^\s*@relation\b/i.test(declared ?? "")) return "sure";
    return endsIn(name, [".arff"]) && "likely";
  },
  async read([file], options) {
    const { readSparse } = await import("./arff.js");
    return (await readSparse(file, options)) ?? dense.read([file], options);
  },
  async preview(file, options) {
    const { isSparse } = await import("./arff.js");
    return (await isSparse(file)) ? null : (dense.preview?.(file, options) ?? null);
  },
};
