import { check, didYouMean } from "../../../util/check.js";
import { minimum } from "../../../util/extremes.js";
import { zerosLike } from "../../../util/floats.js";
import type { FloatArray } from "../../../util/types.js";
import type { Dataset } from "../../dataset.js";
import { datasetOf, testName } from "../arrays.js";
import type { Format } from "../format.js";
import { type ReadOptions, withoutLabels } from "../read-options.js";
import { isMat, listVariables, readValues, type Variable } from "./mat-file.js";

/**
 * Reads samples X [samples, features] and labels Y [samples], or one-hot [samples, classes], from a MATLAB Level 5 file: either byte order, compressed or
 * not, variables in any order and found by name (exactly, else regardless of case), every real numeric type widened from
 * what is stored. Other variables are skipped unread. 64-bit integers are rounded beyond 2^53.
 *
 * Throws, with the byte and the field, on anything else: HDF5 (version 7.3), a damaged or truncated file, elements or dimensions that
 * claim more than is there (before anything is allocated for them), cells, structs, sparse, complex and text matrices.
 */
export async function readMat(bytes: Uint8Array, where: string, options: ReadOptions = {}): Promise<Dataset> {
  const variables = await listVariables(bytes, where, options.maxBytes);
  const notes: string[] = [];
  const find = (asked: string, option: string) => {
    const found = findVariable(variables, asked, option, where);
    const all = variables.map((variable) => variable.name);
    const other = options.part === "test" ? testName(found.name, all) : undefined;
    if (other === undefined) return { variable: found, ofTest: false };
    notes.push(`variable ${other} is taken, the test set's, and not ${found.name}`);
    return { variable: findVariable(variables, other, option, where), ofTest: true };
  };
  const { variable: xVariable, ofTest } = find(options.x ?? "X", "x");
  const [rows, columns] = xVariable.dims;
  check(xVariable.dims.length === 2 && rows > 0 && columns > 0, where, () => {
    return `variable ${xVariable.name} is ${xVariable.dims.join(" x ")}; expected samples x features, at least 1 x 1`;
  });
  const { orientation = "auto", maxBytes, group } = options;
  const y = withoutLabels(options) ? undefined : find(options.y ?? "Y", "y");
  const yVariable = y?.variable;
  check(y === undefined || y.ofTest === ofTest, where, () => {
    return `variables ${xVariable.name} and ${yVariable?.name} belong to different sets, training and test; name both with options x and y`;
  });
  const across =
    orientation === "columns" || (orientation === "auto" && yVariable !== undefined && fitsOnly(yVariable, columns, rows));
  const [samples, features] = across ? [columns, rows] : [rows, columns];
  const vector = async (variable: Variable, what: string) => {
    const [m, n] = variable.dims;
    const fits = variable.dims.length === 2 && Math.min(m, n) === 1 && m * n === samples;
    check(fits, where, () => {
      const hint = m * n === features ? `; is ${xVariable.name} transposed?` : "";
      return `variable ${variable.name} is ${variable.dims.join(" x ")}; expected ${samples} x 1, a ${what} for each ${across ? "column" : "row"} of ${xVariable.name}${hint}`;
    });
    return { shape: [samples], data: await readValues(variable, "labels", maxBytes) };
  };
  const labelsOf = async (variable: Variable) => {
    const [m, n] = variable.dims;
    if (variable.dims.length !== 2 || Math.min(m, n) < 2 || (m !== samples && n !== samples)) return vector(variable, "label");
    const data = await readValues(variable, "labels", maxBytes);
    return m === samples ? { shape: [m, n], data } : { shape: [n, m], data: transpose(data, m, n) };
  };
  const labels = yVariable ? await labelsOf(yVariable) : null;
  const groups = group === undefined ? undefined : await vector(find(String(group), "group").variable, "group");
  const values = await readValues(xVariable, "features", maxBytes);
  if (across && orientation === "auto")
    notes.push(`samples are columns: ${xVariable.name} has ${columns}, as many as there are labels`);
  const data = across ? transpose(values, rows, columns) : values;
  const labelled = `variable ${yVariable?.name}`;
  return datasetOf({ samples: { shape: [samples, features], data }, labels, labelled, groups, notes }, where, options);
}

/** Whether labels are as many as `count` says and not as `other` says: a vector, or one-hot, with a side of that length. */
function fitsOnly({ dims }: Variable, count: number, other: number): boolean {
  const size = dims.reduce((product, length) => product * length, 1);
  const lengths = minimum(dims) > 1 ? dims : [size];
  return lengths.includes(count) && !lengths.includes(other);
}

function transpose(x: FloatArray, rows: number, columns: number): FloatArray {
  const out = zerosLike(x, x.length);
  for (let i = 0; i < rows; i++) for (let j = 0; j < columns; j++) out[j * rows + i] = x[i * columns + j];
  return out;
}

function findVariable(variables: Variable[], name: string, option: string, where: string): Variable {
  const exact = variables.filter((variable) => variable.name === name);
  const found = exact.length > 0 ? exact : variables.filter((variable) => variable.name.toLowerCase() === name.toLowerCase());
  check(found.length > 0, where, () => {
    const names = variables.map((variable) => variable.name);
    const near = name.length > 2 ? didYouMean(name, names) : ""; // any one letter is near any other
    const shown = variables.slice(0, 20).map((variable) => `${variable.name} (${variable.dims.join(" x ")} ${variable.kind})`);
    const listed = shown.length > 0 ? `it holds ${shown.join(", ")}` : "it holds no variables";
    const remedy = variables.some(({ numeric, kind }) => numeric || kind === "sparse")
      ? `name the right one with option ${option}`
      : "fields of structs and cells are not read: save plain numeric matrices, e.g. X = data.X";
    return `no variable ${name}; ${listed}; ${near}${remedy}`;
  });
  check(found.length === 1, where, () => {
    return `${found.length} variables match ${name}: ${found.map((variable) => variable.name).join(", ")}`;
  });
  const [variable] = found;
  check(variable.numeric, where, () => {
    const remedy = variable.kind === "sparse" ? `save full(${variable.name})` : "save a plain numeric matrix";
    return `variable ${variable.name} is a ${variable.kind} matrix; expected real numbers: ${remedy}`;
  });
  check(!variable.complex, where, () => `variable ${variable.name} is complex; expected real numbers`);
  return variable;
}

/** Variables that MATLAB saved: see `readMat`. */
export const matlab: Format = {
  name: "matlab",
  title: "MATLAB 5 to 7",
  plural: "MATLAB files",
  about: "MATLAB 5 to 7: variables `X` and `Y`, or `--x`, `--y`; `--group` names a variable",
  extensions: [".mat"],
  options: ["orientation", "group", "x", "y"],
  claims: (head, name) => (isMat(head) ? "sure" : /\.mat$/i.test(name) && "likely"),
  read: async ([file], options) => readMat(await file.whole(), file.name, options),
};
