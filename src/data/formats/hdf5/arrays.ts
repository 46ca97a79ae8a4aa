import { check } from "../../../util/check.js";
import { X_NAMES, Y_NAMES } from "../arrays.js";
import type { NamedOptions } from "../format.js";
import type { Variable } from "../matlab/mat-array.js";
import { partsOfVariables } from "../matlab/matlab.js";
import { isNumbers, readFloats, readTexts } from "./elements.js";
import type { Extent, Hdf5File } from "./hdf5-file.js";
import type { Layout } from "./layout.js";

const MOST = 1000;
const DEEPEST = 8;

const KINDS: Readonly<Record<string, string>> = { f4: "single", f8: "double", bool: "uint8", text: "cell" };

/** A dataset as a variable, by its path from the root. */
function variableOf(file: Hdf5File, extent: Extent, name: string): Variable {
  const { shape, type } = extent;
  const numbers = isNumbers(extent);
  const bits = /^([iu])(\d)$/.exec(type);
  return {
    name,
    kind: bits ? `${bits[1] === "u" ? "u" : ""}int${8 * Number(bits[2])}` : (KINDS[type] ?? type),
    complex: false,
    dims: shape.length === 1 ? [shape[0], 1] : shape,
    read: async (wide) =>
      numbers ? { kind: "numbers", data: readFloats(file, extent, wide) } : { kind: "texts", data: readTexts(file, extent.path) },
    fields: async () => [],
  };
}

function kindOf(file: Hdf5File, path: string, wanted: (name: string) => boolean) {
  try {
    return file.kindOf(path);
  } catch (error) {
    if (wanted(path.slice(1))) throw error;
    return undefined;
  }
}

/** The datasets in a group, and in groups in it. Links that lead nowhere, or out of the file, are left out, unless they are `wanted`. */
function variablesIn(
  file: Hdf5File,
  group: string,
  wanted: (name: string) => boolean,
  found: Variable[] = [],
  depth = 0,
): Variable[] {
  for (const name of file.names(group || "/")) {
    check(
      found.length < MOST && depth < DEEPEST,
      file.where,
      () => `it holds more than ${MOST} datasets, or groups in more than ${DEEPEST} others`,
    );
    const path = `${group}/${name}`;
    const kind = kindOf(file, path, wanted);
    if (kind === "dataset") found.push(variableOf(file, file.extent(path), path.slice(1)));
    else if (kind === "group") variablesIn(file, path, wanted, found, depth + 1);
  }
  return found;
}

/** Any other file: datasets by their paths, those of the usual names if none is given. Rows are samples. */
export const arrays: Layout = {
  name: "plain datasets",
  options: ["x", "y", "group", "sampleWeight", "orientation"],
  claims: () => true,
  read(file: Hdf5File, options: NamedOptions) {
    const plain = (path: string | undefined) => path?.replace(/^\//, "");
    const { x, y, group } = options;
    const asked = { ...options, x: plain(x), y: plain(y), ...(group !== undefined && { group: plain(String(group)) }) };
    const named = [asked.x, asked.y, asked.group].map((name) => String(name).toLowerCase());
    const usual = [...(x === undefined ? X_NAMES : []), ...(y === undefined ? Y_NAMES : [])].map((name) => name.toLowerCase());
    const wanted = (name: string) => [...named, ...usual].includes(name.toLowerCase());
    return partsOfVariables(variablesIn(file, "", wanted), file.where, asked);
  },
};
