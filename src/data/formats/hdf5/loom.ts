import { check } from "../../../util/check.js";
import type { NamedOptions } from "../format.js";
import { partsOf } from "./annotated.js";
import { isNumbers, readFloats, readTexts } from "./elements.js";
import type { Hdf5File } from "./hdf5-file.js";
import type { Layout } from "./layout.js";
import { readSamples } from "./matrix.js";

/** The texts of the first of these attributes that there is. */
function firstOf(file: Hdf5File, group: string, names: readonly string[]): string[] | undefined {
  const name = names.find((one) => file.kindOf(`${group}/${one}`) === "dataset");
  return name === undefined ? undefined : readTexts(file, `${group}/${name}`);
}

/** Loom files: a dense matrix of genes x cells, attributes of its rows and of its columns, which are the samples. */
export const loom: Layout = {
  name: "Loom",
  options: ["label", "target", "labels", "extraLabels", "group", "x"],
  claims: (file) => ["/matrix", "/row_attrs", "/col_attrs"].every((path) => file.kindOf(path) !== undefined),
  read(file: Hdf5File, options: NamedOptions, notes: string[]) {
    const path = `/${(options.x ?? "matrix").replace(/^\//, "")}`;
    check(file.kindOf(path) === "dataset", file.where, () => {
      return `it has no matrix ${path}; name one with option x, like layers/spliced`;
    });
    const samples = readSamples(file, path, true, notes);
    const featureNames = firstOf(file, "/row_attrs", ["Gene", "Accession", "var_names"]);
    const ids = firstOf(file, "/col_attrs", ["CellID", "obs_names"]);
    const columns = file.names("/col_attrs").filter((name) => !["CellID", "obs_names"].includes(name));
    const column = (name: string) => {
      const extent = file.extent(`/col_attrs/${name}`);
      return isNumbers(extent) ? readFloats(file, extent, true) : readTexts(file, extent.path);
    };
    return partsOf({ samples, featureNames, ids, sheet: "col_attrs", columns, column }, file.where, options, notes);
  },
};
