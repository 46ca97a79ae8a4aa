import { check, nearestName } from "../../util/check.js";
import type { FloatArray } from "../../util/types.js";
import { type Dataset, makeDataset } from "../dataset.js";
import type { MissingPolicy } from "../missing.js";
import type { SparseRows } from "../sample-matrix.js";
import { MAX_INFLATED } from "./gunzip.js";
import { decodeNpy, isNpy, type NpyArray } from "./npy.js";
import { type OpenNpz, openNpz } from "./npz.js";
import { floatsOf, isCsr, readCsr } from "./scipy.js";
import { keepRows } from "./sparse-rows.js";
import { isZip } from "./zip.js";

export interface NumpyOptions {
  name?: string;
  /** Arrays of a .npz with the samples and the labels; defaults: see `X_NAMES`, `Y_NAMES`. */
  x?: string;
  y?: string;
  /** The array of a .npz with a number or text for each sample's group. */
  group?: string | number;
  /** null, or `ignoreLabels`: labels are neither looked for nor read. */
  label?: unknown;
  ignoreLabels?: boolean;
  classes?: readonly string[];
  missing?: MissingPolicy;
  maxBytes?: number;
}

/** Names that are looked for when none is given, the first first, regardless of case. */
export const X_NAMES = ["X", "x_train", "data", "features", "samples", "arr_0"] as const;
export const Y_NAMES = ["y", "y_train", "labels", "label", "targets", "target", "arr_1"] as const;

/** The samples of a file: an array, or scipy's CSR matrix. */
interface Samples {
  readonly shape: readonly number[];
  readonly x: FloatArray | SparseRows;
}

/** Whether `bytes` start like a .npy or a .npz file. */
export function isNumpy(bytes: Uint8Array): boolean {
  return isNpy(bytes) || isZip(bytes);
}

/**
 * Reads samples and labels that numpy or scipy saved: a .npz with both, or a pair of files in either order, samples (.npy, or a .npz with one
 * of scipy's CSR matrices) and labels (.npy). Samples are [n, features], or pictures [n, height, width], which give the dataset its
 * imageShape; labels [n] or [n, 1], numbers or texts. A file of samples alone is read where labels are not wanted.
 *
 * A CSR matrix of which few cells are not 0 stays sparse, see `keepRows`. Throws on what `decodeNpy`, `openNpz` and `readCsr` refuse, on
 * shapes that do not fit, and when a CSR matrix would take more than `maxBytes` (default 1 GiB) as a dataset.
 */
export async function readNumpy(
  files: readonly { name: string; bytes: Uint8Array }[],
  options: NumpyOptions = {},
): Promise<Dataset> {
  const { maxBytes = MAX_INFLATED, missing, classes } = options;
  const where = files.map((file) => file.name).join(" + ");
  const unlabelled = options.label === null || options.ignoreLabels === true;
  const read = files.length === 2 ? readPair : readOne;
  const { samples, labels, groups, notes } = await read(files, where, { ...options, maxBytes }, unlabelled);
  const [count, ...shape] = samples.shape;
  check(shape.length === 1 || shape.length === 2, where, () => {
    return `the samples have shape (${samples.shape.join(", ")}); expected (n, features) or (n, height, width)`;
  });
  const features = shape.reduce((product, size) => product * size, 1);
  check(count > 0 && features > 0, where, () => `the samples have shape (${samples.shape.join(", ")}): there are none`);
  return makeDataset({
    ...{ name: options.name ?? where, x: samples.x, features, classes, missing, notes },
    labels: labels && vectorOf(labels, count, `${where}: labels`),
    groups: groups && Array.from(vectorOf(groups, count, `${where}: groups`), String),
    ...(shape.length === 2 && { imageShape: [shape[0], shape[1]] as [number, number] }),
  });
}

interface Parts {
  readonly samples: Samples;
  readonly labels: NpyArray | null;
  readonly groups?: NpyArray;
  readonly notes: string[];
}

type File = { readonly name: string; readonly bytes: Uint8Array };
type Limited = NumpyOptions & { readonly maxBytes: number };

async function readPair(files: readonly File[], where: string, options: Limited, unlabelled: boolean): Promise<Parts> {
  for (const key of ["x", "y", "group"] as const)
    check(
      options[key] === undefined,
      where,
      () => `option ${key} names an array of a .npz with all of them, not of a pair of files`,
    );
  const opened = files.map((file) =>
    isNpy(file.bytes) ? decodeNpy(file.bytes, file.name) : openNpz(file.bytes, file.name, options.maxBytes),
  );
  const dims = opened.map((one) => ("names" in one ? [] : one.shape));
  const flat = dims.findIndex((shape) => shape.length === 1);
  const at = flat >= 0 ? flat : dims.findIndex((shape) => shape.length === 2 && shape[1] === 1);
  const [samples, labels] = [opened[1 - at], opened[at]];
  const pair = labels !== undefined && "shape" in labels && dims[1 - at].length !== 1;
  check(pair, where, () => {
    const found = opened.map((one) => ("names" in one ? "a .npz" : `(${one.shape.join(", ")})`));
    return `two files are a pair of samples (n, features) and labels (n) in a .npy; here: ${found.join(" and ")}`;
  });
  const notes: string[] = [];
  return {
    samples: await samplesOf(samples, files[1 - at].name, options, notes),
    labels: unlabelled ? null : labels,
    notes,
  };
}

async function readOne([file]: readonly File[], where: string, options: Limited, unlabelled: boolean): Promise<Parts> {
  if (isNpy(file.bytes)) {
    for (const key of ["x", "y", "group"] as const)
      check(options[key] === undefined, where, () => `option ${key} names an array of a .npz; a .npy holds one`);
    check(unlabelled, where, () => {
      return "a .npy file holds one array: name the labels' file too (X.npy,y.npy), or say that there are none (option label: null, --no-label)";
    });
    return { samples: await samplesOf(decodeNpy(file.bytes, where), where, options, []), labels: null, notes: [] };
  }
  const npz = openNpz(file.bytes, where, options.maxBytes);
  const notes: string[] = [];
  const named = async (asked: string, option: string) => npz.read(findArray(npz, asked, [], option, where, notes));
  return {
    samples: await samplesOf(npz, where, options, notes),
    labels: unlabelled ? null : await npz.read(findArray(npz, options.y, Y_NAMES, "y", where, notes)),
    ...(options.group !== undefined && { groups: await named(String(options.group), "group") }),
    notes,
  };
}

async function samplesOf(from: NpyArray | OpenNpz, where: string, options: Limited, notes: string[]): Promise<Samples> {
  if ("names" in from && isCsr(from) && options.x === undefined) {
    const { shape, ...rows } = await readCsr(from, where);
    return { shape, x: keepRows([rows], shape[1], where, options.maxBytes, notes) };
  }
  const array = "names" in from ? await from.read(findArray(from, options.x, X_NAMES, "x", where, notes)) : from;
  const { data, shape } = array;
  check(!Array.isArray(data), where, () => `the samples are texts (${array.descr}); expected numbers`);
  return { shape, x: floatsOf(array, where) };
}

/** The array of a role: by name (exactly, else regardless of case), or the first of those it usually has. */
function findArray(
  npz: OpenNpz,
  asked: string | undefined,
  usual: readonly string[],
  option: string,
  where: string,
  notes: string[],
): string {
  const find = (name: string) =>
    npz.names.includes(name) ? name : npz.names.find((other) => other.toLowerCase() === name.toLowerCase());
  if (asked === undefined) {
    const found = usual.map(find).find((name) => name !== undefined);
    check(found !== undefined, where, () => {
      return `none of its arrays (${npz.names.slice(0, 20).join(", ") || "none"}) is called ${usual.join(", ")}; name the right one with option ${option}`;
    });
    if (found.toLowerCase() !== usual[0].toLowerCase()) notes.push(`array ${found} is taken for ${usual[0]} (option ${option})`);
    return found;
  }
  const name = find(asked);
  check(name !== undefined, where, () => {
    const near = nearestName(asked, npz.names);
    return `no array ${asked}; it holds ${npz.names.slice(0, 20).join(", ") || "none"}; ${near ? `did you mean "${near}"? ` : ""}name the right one with option ${option}`;
  });
  return name;
}

function vectorOf({ shape, data }: NpyArray, count: number, where: string): ArrayLike<number | string> {
  const [n, width = 1, ...more] = shape;
  check(more.length === 0 && width === 1 && n === count, where, () => {
    return `have shape (${shape.join(", ")}), expected (${count}), one for each sample`;
  });
  return data;
}
