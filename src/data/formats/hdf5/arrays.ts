import { check } from "../../../util/check.js";
import { isOfOtherSet, usualNames } from "../array-names.js";
import type { NamedOptions } from "../format.js";
import type { Variable } from "../matlab/mat-array.js";
import { partsOfVariables } from "../matlab/matlab.js";
import { isNumbers, kindHere, readFloats, readTexts } from "./elements.js";
import type { Extent, Hdf5File } from "./hdf5-file.js";
import type { Layout } from "./layout.js";

const MOST = 1000;
const DEEPEST = 8;

const KINDS: Readonly<Record<string, string>> = { f4: "single", f8: "double", bool: "uint8", text: "cell", nothing: "null" };

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

/**
 * The datasets of a file by their paths: those at `first`, then all others, group by group, the nearest to the root first. Links may lead in circles,
 * so that it ends after `MOST` of them, or `DEEPEST` groups in one another: it is not `whole` then. Links that lead nowhere, or out of the file, are left
 * out, unless they are `wanted`.
 */
function variablesIn(file: Hdf5File, first: readonly string[], wanted: (name: string) => boolean) {
  const found = new Map<string, Variable>();
  const kindOf = (path: string) => (wanted(path.slice(1)) ? file.kindOf(path) : kindHere(file, path));
  const groups: string[] = [];
  let whole = true;
  const take = (path: string) => {
    const kind = kindOf(path);
    if (kind === "dataset" && !found.has(path)) found.set(path, variableOf(file, file.extent(path), path.slice(1)));
    if (kind !== "group") return;
    if (path.split("/").length > DEEPEST) whole = false;
    else groups.push(path);
  };
  for (const path of first) if (kindOf(path) === "dataset") take(path);
  groups.push("");
  let taken = 0;
  for (let k = 0; k < groups.length; k++) {
    for (const name of file.names(groups[k] || "/")) {
      if (++taken > MOST) return { variables: [...found.values()], whole: false };
      take(`${groups[k]}/${name}`);
    }
  }
  return { variables: [...found.values()], whole };
}

/** The paths that are asked for, those of usual names at the root, and what is another set's beside these. */
function nearest(file: Hdf5File, named: readonly string[], usual: readonly string[]): string[] {
  const groups = new Set(["", ...named.map((name) => `/${name}`.slice(0, name.lastIndexOf("/") + 1))]);
  const ofOthers = [...groups].flatMap((group) => {
    const names = kindHere(file, group) === "group" ? file.names(group || "/") : [];
    return names.filter((name) => isOfOtherSet(name)).map((name) => `${group}/${name}`);
  });
  return [...[...named, ...usual].map((name) => `/${name}`), ...ofOthers];
}

/** Any other file: datasets by their paths, those of the usual names if none is given. Rows are samples. */
export const arrays: Layout = {
  name: "plain datasets",
  options: ["x", "y", "group", "sampleWeight", "orientation"],
  claims: () => true,
  async read(file, options) {
    const { variables, asked } = find(file, options);
    return partsOfVariables(variables, file.where, asked);
  },
};

/** The datasets among which those asked for lie, and the options with paths from the root. */
function find(file: Hdf5File, options: NamedOptions) {
  const plain = <T>(path: T) => (typeof path === "string" ? path.replace(/^\//, "") : path);
  const { x, y, group, sampleWeight } = options;
  const asked = { ...options, x: plain(x), y: plain(y), group: plain(group), sampleWeight: plain(sampleWeight) };
  const named = [asked.x, asked.y, asked.group, asked.sampleWeight].flatMap((name) => (name === undefined ? [] : String(name)));
  const roles = [...(x === undefined ? (["x"] as const) : []), ...(y === undefined ? (["y"] as const) : [])];
  const alike = named.map((name) => name.toLowerCase());
  const usual = roles.flatMap((role) => usualNames(role, file.names("/")));
  const wanted = (name: string) => alike.includes(name.toLowerCase()) || usual.includes(name);
  const { variables, whole } = variablesIn(file, nearest(file, named, usual), wanted);
  // train/X and test/X may lie anywhere
  check(whole || !options.part || options.part === "train" || !alike.some((name) => /train.*\//.test(name)), file.where, () => {
    return `it holds more than ${MOST} datasets and groups, or groups in more than ${DEEPEST} others; name the test set's own with options x and y`;
  });
  return { variables, asked };
}
