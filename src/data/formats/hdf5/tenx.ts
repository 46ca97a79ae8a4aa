import { check } from "../../../util/check.js";
import { typeNotes } from "../feature-types.js";
import type { NamedOptions } from "../format.js";
import { partsOf } from "./annotated.js";
import { kindHere, readIndices, readTexts } from "./elements.js";
import type { Hdf5File } from "./hdf5-file.js";
import type { Layout } from "./layout.js";
import { readSparse } from "./matrix.js";

const PARTS = ["barcodes", "data", "indices", "indptr", "shape"];

/** Groups that hold a matrix: `matrix` of version 3, one for each genome of version 2. */
function matricesIn(file: Hdf5File): string[] {
  return file.names("/").filter((name) => {
    if (kindHere(file, `/${name}`) !== "group") return false;
    const names = file.names(`/${name}`);
    return PARTS.every((part) => names.includes(part));
  });
}

/** 10x Genomics' files (.h5) of genes x cells: samples are the barcodes, and nothing is known of them but these. */
export const tenx: Layout = {
  name: "10x Genomics",
  options: ["labels", "label", "group", "extraLabels", "x"],
  claims: (file) => matricesIn(file).length > 0,
  read(file: Hdf5File, options: NamedOptions, notes: string[]) {
    const { where } = file;
    const found = matricesIn(file);
    const asked = options.x?.replace(/^\//, "");
    const [name] = asked === undefined ? found : found.filter((one) => one === asked);
    check(name !== undefined && (asked !== undefined || found.length === 1), where, () => {
      return `${asked === undefined ? "it holds several matrices" : `no matrix ${asked}`}; name one with option x: ${found.join(", ")}`;
    });
    const path = `/${name}`;
    const sides = Array.from(readIndices(file, `${path}/shape`, 2));
    const samples = readSparse(file, { path, sides, csc: true, across: true, notes });
    const named = ["features/name", "gene_names", "features/id", "genes"].map((one) => `${path}/${one}`);
    const names = named.find((one) => file.kindOf(one) === "dataset");
    const featureNames = names === undefined ? undefined : readTexts(file, names);
    const types = `${path}/features/feature_type`;
    if (file.kindOf(types) === "dataset") for (const note of typeNotes(readTexts(file, types))) notes.push(note);
    const ids = readTexts(file, `${path}/barcodes`);
    const none = { sheet: "a file of 10x Genomics", columns: [], column: () => [] };
    return partsOf({ samples, featureNames, ids, ...none }, where, options, notes);
  },
};
