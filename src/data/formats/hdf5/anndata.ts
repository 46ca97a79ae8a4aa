import { check } from "../../../util/check.js";
import type { NamedOptions } from "../format.js";
import type { Annotated, Column } from "./annotated.js";
import { partsOf } from "./annotated.js";
import { isNumbers, readFloats, readTexts } from "./elements.js";
import type { Hdf5File } from "./hdf5-file.js";
import type { Layout } from "./layout.js";
import { attributeText, readSamples } from "./matrix.js";

/** The names of the rows of a frame: those that it says are its index. */
function indexOf(file: Hdf5File, frame: string): string[] | undefined {
  const name = attributeText(file, frame, "_index") || "index";
  const path = `${frame}/${name}`;
  return file.kindOf(path) === undefined ? undefined : stringsOf(textsOf(file, path));
}

/** A column of texts or numbers as it is stored: plain, of categories, or with a mask. */
function textsOf(file: Hdf5File, path: string): Column {
  if (file.kindOf(path) === "dataset") return plainColumn(file, path);
  const part = (name: string) => (file.kindOf(`${path}/${name}`) === "dataset" ? `${path}/${name}` : undefined);
  const [codes, categories, values, mask] = ["codes", "categories", "values", "mask"].map(part);
  if (codes && categories) return decode(file, codes, categories);
  check(values !== undefined && mask !== undefined, file.where, () => {
    const form = attributeText(file, path, "encoding-type").slice(0, 40);
    return `${path} is a group${form && ` of form ${form}`}, expected a column, its codes and categories, or its values and mask`;
  });
  const missing = readFloats(file, file.extent(mask));
  return stringsOf(plainColumn(file, values)).map((text, i) => (missing[i] ? "" : text));
}

const stringsOf = (column: Column): string[] => (Array.isArray(column) ? column : Array.from(column, String));

function plainColumn(file: Hdf5File, path: string): Column {
  const extent = file.extent(path);
  if (extent.type === "bool") return Array.from(readFloats(file, extent), (value) => (value ? "True" : "False")); // as pandas writes them
  return isNumbers(extent) ? readFloats(file, extent, true) : readTexts(file, path);
}

/** Categories by their codes; -1 is none. */
function decode(file: Hdf5File, codes: string, categories: string): Column {
  const texts = stringsOf(plainColumn(file, categories));
  return Array.from(readFloats(file, file.extent(codes)), (code, i) => {
    check(code === -1 || code in texts, file.where, () => {
      return `${codes}: element ${i} is ${code}, but there are ${texts.length} categories`;
    });
    return code === -1 ? "" : texts[code];
  });
}

/** obs as messages and options call it. Categories lie with a column, or, until AnnData 0.7, in a group beside them all. */
function sheetOf(file: Hdf5File): Pick<Annotated, "sheet" | "columns" | "column"> {
  const [frame, index] = ["/obs", attributeText(file, "/obs", "_index") || "index"];
  const old = `${frame}/__categories`;
  const columns = file.names(frame).filter((name) => name !== index && name !== "__categories");
  return {
    sheet: "obs",
    columns,
    column(name) {
      const path = `${frame}/${name}`;
      const categories = file.kindOf(old) === "group" && file.kindOf(`${old}/${name}`) === "dataset";
      return categories ? decode(file, path, `${old}/${name}`) : textsOf(file, path);
    },
  };
}

/** Where matrices lie whose rows are those of obs. */
const MATRIX = /^\/(X|raw\/X|(layers|obsm)\/.+)$/;

/** AnnData's files (.h5ad): X, or another matrix of the same samples by option `x`; obs is what is known of samples, var of features. */
export const anndata: Layout = {
  name: "AnnData",
  options: ["label", "target", "labels", "extraLabels", "group", "x"],
  claims: (file) => file.kindOf("/obs") !== undefined && file.kindOf("/var") !== undefined,
  async read(file: Hdf5File, options: NamedOptions, notes: string[]) {
    const { where } = file;
    for (const frame of ["/obs", "/var"])
      check(file.kindOf(frame) === "group", where, () => {
        return `${frame} is as AnnData wrote it before version 0.7; write the file anew with a later one`;
      });
    const path = `/${(options.x ?? "X").replace(/^\//, "")}`;
    check(file.kindOf(path) !== undefined, where, () => {
      return `it has no ${path}; name a matrix with option x, like layers/counts or raw/X: it holds ${matrices(file)}`;
    });
    check(MATRIX.test(path), where, () => {
      return `${path} is no matrix of the samples of obs: option x takes X, layers/NAME, raw/X or obsm/NAME; it holds ${matrices(file)}`;
    });
    const samples = readSamples(file, path, false, notes);
    const frame = /^\/raw\//.test(path) ? "/raw/var" : /^\/(X$|layers\/)/.test(path) ? "/var" : undefined;
    const featureNames = frame === undefined || file.kindOf(frame) !== "group" ? undefined : indexOf(file, frame);
    return partsOf({ samples, featureNames, ids: indexOf(file, "/obs"), ...sheetOf(file) }, where, options, notes);
  },
};

function matrices(file: Hdf5File): string {
  const inside = (group: string) =>
    file.kindOf(`/${group}`) === "group" ? file.names(`/${group}`).map((name) => `${group}/${name}`) : [];
  const found = ["X", "raw/X"].filter((path) => file.kindOf(`/${path}`) !== undefined);
  return [...found, ...inside("layers"), ...inside("obsm")].slice(0, 20).join(", ") || "none";
}
