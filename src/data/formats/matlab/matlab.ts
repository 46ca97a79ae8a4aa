import { check, didYouMean } from "../../../util/check.js";
import { minimum } from "../../../util/extremes.js";
import { transpose } from "../../../util/transpose.js";
import type { FloatArray } from "../../../util/types.js";
import type { Dataset } from "../../dataset.js";
import { toDense } from "../../sample-matrix.js";
import { nameOfPart, passedOver, setName, setsBeside, type Taken, usualNames } from "../array-names.js";
import { type ArrayOf, datasetOf, type Parts } from "../arrays.js";
import { MAX_INFLATED } from "../gunzip.js";
import { type ReadOptions, weightOption, withoutLabels } from "../read-options.js";
import { samplesOfTriplets } from "../triplets.js";
import { isNumeric, type Variable } from "./mat-array.js";
import { listVariables4 } from "./mat4.js";
import { listVariables } from "./mat5.js";
import { isMat4 } from "./signature.js";

/**
 * Reads samples [samples, features] and labels [samples], or one-hot [samples, classes], from a MATLAB file of Level 4 or 5: either byte order,
 * compressed or not, variables in any order and found by the names given, or by usual ones (X, fea, data; Y, gnd, label), exactly, else
 * regardless of case. `data.X` names a field of a struct. Samples may be sparse, and stay so: see `keepRows`. Labels may be texts: a char matrix
 * or a cell of texts. Other variables are skipped unread. 64-bit integers are rounded beyond 2^53.
 *
 * Throws, with the byte and the field, on anything else: HDF5 (version 7.3), a damaged or truncated file, elements or dimensions that
 * claim more than is there (before anything is allocated for them), objects and complex numbers.
 */
export async function readMat(bytes: Uint8Array, where: string, options: ReadOptions = {}): Promise<Dataset> {
  const { maxBytes = MAX_INFLATED } = options;
  return datasetOf(await partsOfVariables(await variablesIn(bytes, where, maxBytes), where, options), where, options);
}

async function variablesIn(bytes: Uint8Array, where: string, maxBytes = MAX_INFLATED): Promise<readonly Variable[]> {
  return isMat4(bytes) ? listVariables4(bytes, where) : listVariables(bytes, where, maxBytes);
}

/** What a dataset is made of among variables, which are found as `readMat` says. */
export async function partsOfVariables(variables: readonly Variable[], where: string, options: ReadOptions): Promise<Parts> {
  const { maxBytes = MAX_INFLATED, orientation = "auto", group } = options;
  const notes: string[] = [];
  const file = { variables, where, maxBytes, notes, part: options.part };
  const samplesFound = await find(file, options.x, SAMPLES);
  const { variable: x } = samplesFound;
  const [rows, columns] = x.dims;
  check(x.dims.length === 2 && rows > 0 && columns > 0, where, () => {
    return `variable ${x.name} is ${x.dims.join(" x ")}; expected samples x features, at least 1 x 1`;
  });
  const y = withoutLabels(options) ? undefined : await find(file, options.y, LABELS);
  check(y === undefined || (y.of === undefined) === (samplesFound.of === undefined), where, () => {
    return `variables ${x.name} and ${y?.variable.name} belong to different sets, training and ${options.part}; name both with options x and y`;
  });
  const all = variables.map(({ name }) => name);
  const found = [samplesFound, ...(y ? [y] : [])].map(({ variable: { name }, of }): Taken => ({ name, of }));
  const [beside, set] = [setsBeside(found, all, notes), setName(found)];
  const across = orientation === "columns" || (orientation === "auto" && y !== undefined && fitsOnly(y.variable, columns, rows));
  const samples = across ? columns : rows;
  const place = { where, samples, maxBytes, x, across };
  const labels = y ? await labelsOf(y.variable, place) : null;
  const vectorOf = async (name: string | number | undefined, role: Role) =>
    name === undefined ? undefined : vector((await find(file, String(name), role)).variable, role.option, place);
  const [groups, weights] = [await vectorOf(group, GROUPS), await vectorOf(weightOption(options), WEIGHTS)];
  if (across && orientation === "auto") notes.push(`samples are columns: ${x.name} has ${columns}, as many as there are labels`);
  const labelled = `variable ${y?.variable.name}`;
  return { samples: await samplesOf(x, across, where, maxBytes, notes), labels, labelled, groups, weights, set, beside, notes };
}

/** What a variable is looked for as. */
interface Role {
  readonly option: "x" | "y" | "group" | "sampleWeight";
  /** Under which it is looked for if none is named. */
  readonly usual?: "x" | "y";
  /** The most usual name. */
  readonly name: string;
  /** Whether a variable of a class could be it. */
  readonly holds: (kind: string) => boolean;
  readonly expected: string;
}
const isMatrix = (kind: string) => isNumeric(kind) || kind === "sparse";
const isText = (kind: string) => kind === "char" || kind === "cell";
const SAMPLES: Role = { option: "x", usual: "x", name: "X", holds: isMatrix, expected: "real numbers" };
const LABELS: Role = {
  option: "y",
  usual: "y",
  name: "Y",
  holds: (kind) => isMatrix(kind) || isText(kind),
  expected: "numbers or texts",
};
const GROUPS: Role = { ...LABELS, option: "group" };
const WEIGHTS: Role = { ...SAMPLES, option: "sampleWeight" };

/** Where variables are looked for. */
interface MatFile {
  readonly variables: readonly Variable[];
  readonly where: string;
  readonly maxBytes: number;
  readonly notes: string[];
  readonly part: ReadOptions["part"];
}

/** A variable, and `of` which variable of the training set it takes the place. */
interface Found {
  readonly variable: Variable;
  readonly of?: string;
}

/** The variable of a role; where another set than that of training is asked for, that of it. */
async function find(file: MatFile, asked: string | undefined, role: Role): Promise<Found> {
  const { where, notes, part } = file;
  const { option, name, holds, expected } = role;
  const found = asked === undefined ? await findUsual(file, role) : await findNamed(file, asked);
  check(found.length > 0, where, () => refusal(file, asked ?? name, option));
  check(found.length === 1, where, () => {
    return `${found.length} variables match ${asked ?? name}: ${found.map(({ name }) => name).join(", ")}`;
  });
  const all = file.variables.map(({ name }) => name);
  const other = part && nameOfPart(found[0].name, all, part);
  if (other !== undefined) notes.push(`variable ${other} is taken, the ${part} set's, and not ${found[0].name}`);
  else if (asked === undefined) {
    if (found[0].name.toLowerCase() !== name.toLowerCase())
      notes.push(`variable ${found[0].name} is taken for ${name} (option ${option})`);
    for (const one of passedOver(found[0].name, all)) notes.push(`variable ${one} (option ${option})`);
  }
  const [variable] = other === undefined ? found : matching(file.variables, other);
  check(holds(variable.kind), where, () => {
    const remedy = variable.kind === "struct" ? `name a field of it, like ${variable.name}.${name}` : "save a plain matrix";
    return `variable ${variable.name} is a ${variable.kind} matrix; expected ${expected}: ${remedy}`;
  });
  check(!variable.complex, where, () => `variable ${variable.name} is complex; expected real numbers`);
  return { variable, ...(other !== undefined && { of: found[0].name }) };
}

function matching(variables: readonly Variable[], name: string): Variable[] {
  const exact = variables.filter((variable) => variable.name === name);
  return exact.length > 0 ? exact : variables.filter((variable) => variable.name.toLowerCase() === name.toLowerCase());
}

/** The variables of a name; of "data.X" the fields X of struct data. */
async function findNamed({ variables, maxBytes }: Pick<MatFile, "variables" | "maxBytes">, name: string): Promise<Variable[]> {
  const found = matching(variables, name);
  const owners = found.length > 0 ? [] : variables.filter((one) => name.toLowerCase().startsWith(`${one.name.toLowerCase()}.`));
  return owners.length === 1 ? findNamed({ variables: await owners[0].fields(maxBytes), maxBytes }, name) : found;
}

/** The variables of the first usual name that one has which could be it: at the top, else in the only struct. */
async function findUsual(
  { variables, maxBytes }: Pick<MatFile, "variables" | "maxBytes">,
  { usual, name, holds }: Role,
): Promise<Variable[]> {
  const first = (all: readonly Variable[], prefix: string) => {
    const names = all.map((one) => one.name.slice(prefix.length));
    const having = usual ? usualNames(usual, names).map((one) => matching(all, prefix + one)) : [];
    return having.find((found) => found.some(({ kind }) => holds(kind)));
  };
  const atTop = first(variables, "");
  const structs = variables.filter(({ kind }) => kind === "struct");
  if (atTop || structs.length !== 1) return atTop ?? matching(variables, name);
  return first(await structs[0].fields(maxBytes), `${structs[0].name}.`) ?? matching(variables, name);
}

function refusal({ variables }: MatFile, name: string, option: string): string {
  const near =
    name.length > 2
      ? didYouMean(
          name,
          variables.map((variable) => variable.name),
        )
      : ""; // any one letter is near any other
  const shown = variables.slice(0, 20).map((variable) => `${variable.name} (${variable.dims.join(" x ")} ${variable.kind})`);
  const listed = shown.length > 0 ? `it holds ${shown.join(", ")}` : "it holds no variables";
  const field = variables.find(({ kind }) => kind === "struct");
  const example = field ? `, or a field of a struct, like ${field.name}.${name.replace(/.*\./, "")}` : "";
  return `no variable ${name}; ${listed}; ${near}name the right one with option ${option}${example}`;
}

/** What labels and groups are to fit. */
interface Place {
  readonly where: string;
  readonly samples: number;
  readonly maxBytes: number;
  readonly x: Variable;
  readonly across: boolean;
}

/** How many there are along each side; of a char matrix each row is one. */
const sidesOf = ({ kind, dims }: Variable): readonly number[] =>
  kind === "char" ? [dims[0], 1, ...dims.slice(2).filter((size) => size !== 1)] : dims;

async function vector(
  variable: Variable,
  what: string,
  { where, samples, maxBytes, x, across }: Place,
): Promise<ArrayOf<ArrayLike<number | string>>> {
  const sides = sidesOf(variable);
  const [m, n] = sides;
  check(sides.length === 2 && Math.min(m, n) === 1 && m * n === samples, where, () => {
    const hint = m * n === x.dims[across ? 0 : 1] ? `; is ${x.name} transposed?` : "";
    return `variable ${variable.name} is ${variable.dims.join(" x ")}; expected ${samples} x 1, a ${what} for each ${across ? "column" : "row"} of ${x.name}${hint}`;
  });
  return { shape: [samples], data: await denseOf(variable, where, maxBytes) };
}

async function labelsOf(variable: Variable, place: Place): Promise<NonNullable<Parts["labels"]>> {
  const { where, samples, maxBytes } = place;
  const sides = sidesOf(variable);
  const [m, n] = sides;
  if (isText(variable.kind) || sides.length !== 2 || Math.min(m, n) < 2 || (m !== samples && n !== samples))
    return vector(variable, "label", place);
  const data = (await denseOf(variable, where, maxBytes)) as FloatArray;
  return m === samples ? { shape: [m, n], data } : { shape: [n, m], data: transpose(data, m, n) };
}

/** All cells of a variable, numbers or texts. */
async function denseOf(variable: Variable, where: string, maxBytes: number): Promise<ArrayLike<number | string>> {
  const found = await variable.read(true, maxBytes);
  if (found.kind !== "sparse") return found.data;
  const { rows, columns } = found.data;
  check(8 * rows * columns <= maxBytes, where, () => {
    return `variable ${variable.name} is sparse, and too large as labels: ${rows} x ${columns}`;
  });
  return toDense(samplesOfTriplets(found.data, false, where, maxBytes, []).data);
}

async function samplesOf(
  x: Variable,
  across: boolean,
  where: string,
  maxBytes: number,
  notes: string[],
): Promise<Parts["samples"]> {
  const found = await x.read(false, maxBytes);
  const [rows, columns] = x.dims;
  if (found.kind === "sparse") return samplesOfTriplets(found.data, across, where, maxBytes, notes);
  const data = found.data as FloatArray;
  return across ? { shape: [columns, rows], data: transpose(data, rows, columns) } : { shape: [rows, columns], data };
}

/** Whether labels are as many as `count` says and not as `other` says: a vector, or one-hot, with a side of that length. */
function fitsOnly(variable: Variable, count: number, other: number): boolean {
  const sides = sidesOf(variable);
  const size = sides.reduce((product, length) => product * length, 1);
  const lengths = minimum(sides) > 1 ? sides : [size];
  return lengths.includes(count) && !lengths.includes(other);
}
