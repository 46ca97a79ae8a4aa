import { check, didYouMean } from "../../../util/check.js";
import type { Dataset } from "../../dataset.js";
import { areQuantities } from "../../quantities.js";
import {
  isUsual,
  listUsual,
  nameOfPart,
  namesOf,
  passedOver,
  setName,
  setsBeside,
  type Taken,
  usualNames,
} from "../array-names.js";
import { datasetOf, isBinary, type Parts } from "../arrays.js";
import { baseName, type InMemory } from "../file.js";
import { MAX_INFLATED } from "../gunzip.js";
import { type Part, type ReadOptions, weightOption, withoutLabels } from "../read-options.js";
import { keepRows } from "../sparse-rows.js";
import { samplesOfTriplets } from "../triplets.js";
import { decodeNpy, type NpyArray } from "./npy.js";
import { isNpy } from "./npy-header.js";
import { type OpenNpz, openNpz } from "./npz.js";
import { floatsOf, isCsr, readCsr, readKind, readTriplets } from "./scipy.js";

/** Names of arrays that hold names, without the set that they are of. */
const NAMES = {
  features: ["feature names", "features", "columns", "gene names", "genes", "var names"],
  samples: ["sample ids", "sample id", "sample names", "samples", "ids", "id", "barcodes", "cell ids", "obs names"],
  classes: ["class names", "target names", "label names", "classes"],
};

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
  const named = files.map(({ name }) => isUsual("y", baseName(name)));
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
  const { group, part } = options;
  const weight = weightOption(options);
  const archive = { npz, where, notes, part };
  const x = isCsr(npz) && options.x === undefined ? undefined : findArray(archive, "x", options.x);
  const y = unlabelled ? undefined : findArray(archive, "y", options.y);
  check(!x || !y || (x.of === undefined) === (y.of === undefined), where, () => {
    const [one, other] = x?.of === undefined ? [y, x] : [x, y];
    return `array ${one?.name} belongs to the ${part} set, but nothing like it is there for ${other?.name}; name both with options x and y`;
  });
  const found = x ? [x, ...(y ? [y] : [])] : [];
  const samples = x ? samplesIn(await npz.read(x.name), where) : await sparseSamples(npz, where, options, notes);
  const taken = [x?.name, y?.name, group, weight];
  const [count, features] = samples.shape;
  const names = (kind: keyof typeof NAMES, what: string, size?: number) => namesIn(archive, kind, what, size, taken);
  const classes = y && (await names("classes", "", undefined));
  return {
    samples,
    featureNames: samples.shape.length === 2 ? (await names("features", "names of features", features))?.names : undefined,
    ids: (await names("samples", "IDs of samples", count))?.names,
    labels: y ? await npz.read(y.name) : null,
    ...(classes && { labelNames: classes }),
    ...(group !== undefined && { groups: await npz.read(findArray(archive, "group", String(group)).name) }),
    ...(weight !== undefined && { weights: await npz.read(findArray(archive, "sampleWeight", String(weight)).name) }),
    beside: setsBeside(found, npz.names, notes),
    set: setName(found),
    notes,
  };
}

/**
 * The texts of an array that is named as one of samples, features or classes, of which there are `size`, and no two are alike; IDs of samples may
 * be whole numbers. They are noted as `what`, and so is why they are not taken.
 */
async function namesIn(
  { npz, notes, part }: Archive,
  kind: keyof typeof NAMES,
  what: string,
  size: number | undefined,
  taken: readonly unknown[],
): Promise<{ names: string[]; from: string } | undefined> {
  for (const name of namesOf(NAMES[kind], npz.names, kind === "samples" ? part : undefined)) {
    if (taken.includes(name)) continue;
    const found = await npz.read(name).catch((error: Error) => error);
    if (found instanceof Error) {
      notes.push(`${what || "names of classes"} are not read from array ${name}: ${found.message}`);
      continue;
    }
    const texts = Array.from<unknown>(found.data);
    const whole = kind === "samples" && found.shape.length === 1 && texts.every(Number.isSafeInteger);
    if (!Array.isArray(found.data) && !whole) continue; // of something else
    const odd = (size ?? texts.length) !== texts.length ? `expected ${size}` : new Set(texts).size < texts.length && "some alike";
    if (odd) {
      notes.push(`${what || "names of classes"} are not taken from array ${name}: it holds ${texts.length}, ${odd}`);
      continue;
    }
    if (what) notes.push(`${what} are those of array ${name}`);
    return { names: texts.map(String), from: `array ${name}` };
  }
  return undefined;
}

async function samplesOf(from: NpyArray | OpenNpz, where: string, options: Limited, notes: string[]): Promise<Samples> {
  if (!("names" in from)) return samplesIn(from, where);
  if (isCsr(from)) return sparseSamples(from, where, options, notes);
  const { name } = findArray({ npz: from, where, notes, part: options.part }, "x", undefined);
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

/** An archive that arrays are looked for in; where another set than that of training is asked for, arrays of that. */
interface Archive {
  readonly npz: OpenNpz;
  readonly where: string;
  readonly notes: string[];
  readonly part: Part | undefined;
}

/** The array of a role: by name, or the first of those that samples and labels usually have. */
function findArray({ npz, where, notes, part }: Archive, role: "x" | "y" | "group" | "sampleWeight", asked?: string): Taken {
  const usual = role === "x" || role === "y" ? role : undefined;
  const found = asked === undefined && usual ? usualNames(usual, npz.names)[0] : nameIn(npz, asked ?? "");
  check(found !== undefined, where, () => {
    const listed = npz.names.slice(0, 20).join(", ") || "none";
    const remedy = `name the right one with option ${role}`;
    if (asked === undefined && usual)
      return `none of its arrays (${listed}) is called ${listUsual(usual)}, or the like; ${remedy}`;
    return `no array ${asked}; it holds ${listed}; ${didYouMean(asked ?? "", npz.names)}${remedy}`;
  });
  const other = part && nameOfPart(found, npz.names, part);
  if (other !== undefined) notes.push(`array ${other} is taken, the ${part} set's, and not ${found}`);
  else if (asked === undefined) {
    if (found.toLowerCase() !== usual) notes.push(`array ${found} is taken for ${usual === "x" ? "X" : usual} (option ${role})`);
    for (const one of passedOver(found, npz.names)) notes.push(`array ${one} (option ${role})`);
  }
  return other === undefined ? { name: found } : { name: other, of: found };
}

/** The name as the archive has it: exactly, else regardless of case. */
function nameIn({ names }: OpenNpz, name: string): string | undefined {
  return names.includes(name) ? name : names.find((other) => other.toLowerCase() === name.toLowerCase());
}
