import { check, didYouMean } from "../../../util/check.js";
import type { Dataset } from "../../dataset.js";
import { areQuantities } from "../../quantities.js";
import { datasetOf, isBinary, type Parts, testName, X_NAMES, Y_NAMES } from "../arrays.js";
import { baseName, type InMemory, inMemory } from "../file.js";
import type { Format } from "../format.js";
import { MAX_INFLATED } from "../gunzip.js";
import { type Part, type ReadOptions, weightOption, withoutLabels } from "../read-options.js";
import { keepRows } from "../sparse-rows.js";
import { samplesOfTriplets } from "../triplets.js";
import { decodeNpy, type NpyArray } from "./npy.js";
import { isNpy } from "./npy-header.js";
import { type OpenNpz, openNpz } from "./npz.js";
import { floatsOf, isCsr, readCsr, readKind, readTriplets } from "./scipy.js";
import { firstEntry, isZip } from "./zip.js";

/** Names of arrays that hold the features' names, regardless of case. */
const FEATURE_NAMES = ["feature_names", "features", "columns", "gene_names", "genes", "var_names"];

/**
 * Reads samples and labels that numpy or scipy saved: a .npz with both, or a pair of files, samples (.npy, or a .npz with one
 * of scipy's CSR matrices) and labels (.npy). Samples are [n, features], or pictures [n, height, width], which give the dataset its
 * imageShape; labels [n] or [n, 1], numbers or texts, or [n, classes] one-hot. A file of samples alone is read where labels are not wanted.
 *
 * A CSR matrix of which few cells are not 0 stays sparse, see `keepRows`. Throws on what `decodeNpy`, `openNpz` and `readCsr` refuse, on
 * shapes that do not fit, and when a CSR matrix would take more than `maxBytes` (default 1 GiB) as a dataset.
 */
export async function readNumpy(files: readonly InMemory[], options: ReadOptions = {}): Promise<Dataset> {
  const { maxBytes = MAX_INFLATED } = options;
  const where = files.map((file) => file.name).join(" + ");
  const read = files.length === 2 ? readPair : readOne;
  return datasetOf(await read(files, where, { ...options, maxBytes }, withoutLabels(options)), where, options);
}

type Samples = Parts["samples"];
type Limited = ReadOptions & { readonly maxBytes: number };

/** Refuses options that name an array, where files hold one each. */
function refuseNames(options: ReadOptions, where: string, why: string): void {
  for (const key of ["x", "y", "group", "sampleWeight"] as const)
    check(options[key] === undefined, where, () => `option ${key} names an array of a .npz${why}`);
}

async function readPair(files: readonly InMemory[], where: string, options: Limited, unlabelled: boolean): Promise<Parts> {
  refuseNames(options, where, " with all of them, not of a pair of files");
  const opened = files.map((file) =>
    isNpy(file.bytes) ? decodeNpy(file.bytes, file.name) : openNpz(file.bytes, file.name, options.maxBytes),
  );
  const notes: string[] = [];
  const named = files.map(({ name }) => isNamed(name, Y_NAMES));
  const at = labelsAt(opened, named, options);
  check(at !== undefined, where, () => {
    const found = opened.map((one) => ("names" in one ? "a .npz" : `(${one.shape.join(", ")})`));
    return `two files are a pair of samples (n, features) and labels (n) in a .npy; here: ${found.join(" and ")}`;
  });
  const [samples, labels] = [opened[1 - at], opened[at] as NpyArray];
  if (labels.shape.length === 2 && (at === 0 || isColumn(samples)))
    notes.push(`the samples are those of ${files[1 - at].name}, the labels those of ${files[at].name}`);
  return { samples: await samplesOf(samples, files[1 - at].name, options, notes), labels: unlabelled ? null : labels, notes };
}

type Opened = NpyArray | OpenNpz;

/** Whether a file is called so, apart from which set of a dataset it is of: "y.npy", "data/mnist_train_labels.npy". */
function isNamed(path: string, names: readonly string[]): boolean {
  const name = baseName(path).toLowerCase();
  const [last] = name
    .split(/[^a-z]+/)
    .filter((word) => !/^(train|training|test|val|validation)?$/.test(word))
    .slice(-1);
  return [name, last].some((one) => names.some((known) => known.toLowerCase() === one));
}

/**
 * Which of two files holds the labels: the one that cannot be samples, or whose fellow cannot be labels. Where either could be both, the one that is
 * named so; else the second, as the order says; but the one that is one-hot, or a column beside what is none, unless numbers are asked for.
 * Undefined where that leaves none.
 */
function labelsAt(opened: readonly Opened[], named: readonly boolean[], { numeric, classes }: ReadOptions): 0 | 1 | undefined {
  const isPair = (samples: Opened, labels: Opened) =>
    "shape" in labels && [1, 2].includes(labels.shape.length) && !("shape" in samples && samples.shape.length < 2);
  const [first, second] = opened;
  if (!isPair(first, second)) return isPair(second, first) ? 0 : undefined;
  if (!isPair(second, first)) return 1;
  if (named[0] !== named[1]) return named[0] ? 0 : 1;
  if (numeric || isColumn(second) || isOneHot(second)) return 1;
  if (isOneHot(first) || isColumn(first)) return 0;
  const learnt = numeric === undefined && !classes && "shape" in second && areQuantities(second.data);
  return learnt ? 1 : undefined;
}

const isColumn = (one: Opened): boolean => "shape" in one && one.shape.length === 2 && one.shape[1] === 1;

/** Whether an array is of one-hot labels: several columns of 0s and 1s, exactly one 1 in each row. */
function isOneHot(one: Opened): boolean {
  if (!("shape" in one) || one.shape.length !== 2 || one.shape[1] < 2 || !isBinary(one.data)) return false;
  const { data, shape } = one;
  const ones = new Uint32Array(shape[0]);
  for (let k = 0; k < data.length; k++) ones[Math.floor(k / shape[1])] += Number(data[k]);
  return ones.every((count) => count === 1);
}

async function readOne([file]: readonly InMemory[], where: string, options: Limited, unlabelled: boolean): Promise<Parts> {
  if (isNpy(file.bytes)) {
    refuseNames(options, where, "; a .npy holds one");
    check(unlabelled, where, () => {
      return "a .npy file holds one array: name the labels' file too (X.npy,y.npy), or say that there are none (option label: null, --no-label)";
    });
    return { samples: await samplesOf(decodeNpy(file.bytes, where), where, options, []), labels: null, notes: [] };
  }
  const npz = openNpz(file.bytes, where, options.maxBytes);
  const notes: string[] = [];
  const { group } = options;
  const weight = weightOption(options);
  const archive = { npz, where, notes, part: options.part };
  const x = isCsr(npz) && options.x === undefined ? undefined : findArray(archive, "x", options.x, X_NAMES);
  const y = unlabelled ? undefined : findArray(archive, "y", options.y, Y_NAMES);
  check(!x || !y || (x.of === undefined) === (y.of === undefined), where, () => {
    const [one, other] = x?.of === undefined ? [y, x] : [x, y];
    return `array ${one?.name} belongs to the test set, but nothing like it is there for ${other?.name}; name both with options x and y`;
  });
  const samples = x ? samplesIn(await npz.read(x.name), where) : await sparseSamples(npz, where, options, notes);
  return {
    samples,
    featureNames: await namesOfFeatures(npz, x?.name, samples.shape, notes),
    labels: y ? await npz.read(y.name) : null,
    ...(group !== undefined && { groups: await npz.read(findArray(archive, "group", String(group)).name) }),
    ...(weight !== undefined && { weights: await npz.read(findArray(archive, "sampleWeight", String(weight)).name) }),
    notes,
  };
}

/** The texts of an array that is named as one of features' names, where there are as many as features, and no two alike. */
async function namesOfFeatures(
  npz: OpenNpz,
  samples: string | undefined,
  shape: readonly number[],
  notes: string[],
): Promise<string[] | undefined> {
  for (const usual of FEATURE_NAMES) {
    const name = nameIn(npz, usual);
    if (name === undefined || name === samples || shape.length !== 2) continue;
    const found = await npz.read(name).catch((error: Error) => error);
    if (found instanceof Error) notes.push(`names of features are not read from array ${name}: ${found.message}`);
    else if (Array.isArray(found.data) && found.data.length === shape[1] && new Set(found.data).size === shape[1]) {
      notes.push(`names of features are those of array ${name}`);
      return found.data.map(String);
    }
  }
  return undefined;
}

/** Whether a .npz holds a test set beside the training set that is read from it with these options. */
export function holdsTestPart(bytes: Uint8Array, where: string, { x, y, maxBytes }: ReadOptions): boolean {
  if (!isZip(bytes)) return false;
  const npz = openNpz(bytes, where, maxBytes);
  if (isCsr(npz) && x === undefined) return false;
  return [lookUp(npz, x, X_NAMES), lookUp(npz, y, Y_NAMES)].every((name) => name !== undefined && testName(name, npz.names));
}

async function samplesOf(from: NpyArray | OpenNpz, where: string, options: Limited, notes: string[]): Promise<Samples> {
  if (!("names" in from)) return samplesIn(from, where);
  if (isCsr(from)) return sparseSamples(from, where, options, notes);
  const { name } = findArray({ npz: from, where, notes, part: options.part }, "x", undefined, X_NAMES);
  return samplesIn(await from.read(name), where);
}

async function sparseSamples(npz: OpenNpz, where: string, { maxBytes }: Limited, notes: string[]): Promise<Samples> {
  const kind = await readKind(npz);
  if (kind === "csc" || kind === "coo")
    return samplesOfTriplets(await readTriplets(npz, where, kind), false, where, maxBytes, notes);
  const { shape, ...rows } = await readCsr(npz, where, kind);
  return { shape, data: keepRows([rows], shape[1], where, maxBytes, notes) };
}

function samplesIn(array: NpyArray, where: string): Samples {
  check(!Array.isArray(array.data), where, () => `the samples are texts (${array.descr}); expected numbers`);
  return { shape: array.shape, data: floatsOf(array, where) };
}

/** An archive that arrays are looked for in; where its test set is asked for, arrays of that. */
interface Archive {
  readonly npz: OpenNpz;
  readonly where: string;
  readonly notes: string[];
  readonly part: Part | undefined;
}

/** The array of a role, `of` the training set's in whose place it is: by name, or the first of those it usually has. */
function findArray({ npz, where, notes, part }: Archive, role: string, asked: string | undefined, usual: readonly string[] = []) {
  const found = lookUp(npz, asked, usual);
  check(found !== undefined, where, () => {
    const listed = npz.names.slice(0, 20).join(", ") || "none";
    const remedy = `name the right one with option ${role}`;
    if (asked === undefined) return `none of its arrays (${listed}) is called ${usual.join(", ")}; ${remedy}`;
    return `no array ${asked}; it holds ${listed}; ${didYouMean(asked, npz.names)}${remedy}`;
  });
  const other = part === "test" ? testName(found, npz.names) : undefined;
  if (other !== undefined) notes.push(`array ${other} is taken, the test set's, and not ${found}`);
  else if (asked === undefined && found.toLowerCase() !== usual[0].toLowerCase())
    notes.push(`array ${found} is taken for ${usual[0]} (option ${role})`);
  return other === undefined ? { name: found } : { name: other, of: found };
}

function lookUp(npz: OpenNpz, asked: string | undefined, usual: readonly string[]): string | undefined {
  const names = asked === undefined ? usual : [asked];
  return names.map((name) => nameIn(npz, name)).find((name) => name !== undefined);
}

/** The name as the archive has it: exactly, else regardless of case. */
function nameIn({ names }: OpenNpz, name: string): string | undefined {
  return names.includes(name) ? name : names.find((other) => other.toLowerCase() === name.toLowerCase());
}

/** Arrays that numpy or scipy saved: see `readNumpy`. */
export const numpy: Format = {
  name: "numpy",
  title: "NumPy",
  plural: "NumPy files",
  about:
    "arrays `X` and `y`, or other usual names, or `--x`, `--y`; `x_test`, `y_test` (`test_images`, ...) beside them are the test set; labels also one-hot; pictures as (n, height, width); `--group` names an array. `X.npy,y.npy`: samples and labels; samples may be a `.npz` that `scipy.sparse.save_npz` wrote (CSR, CSC or COO)",
  extensions: [".npz", ".npy"],
  options: ["group", "sampleWeight", "x", "y"],
  several: { most: 2, title: "a pair of .npy" },
  // other programs' files are archives too
  claims: (head, name) =>
    isNpy(head) || (isZip(head) && (/\.npz$/i.test(name) || /\.npy$/i.test(firstEntry(head)))) ? "sure" : false,
  read: async (files, options) => readNumpy(await Promise.all(files.map(inMemory)), options),
  holdsTest: async (file, options) => holdsTestPart(await file.whole(), file.name, options),
};
