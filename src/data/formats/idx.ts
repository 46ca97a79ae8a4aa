import { CoppiceError, check } from "../../util/check.js";
import type { FloatArray } from "../../util/types.js";
import type { Dataset } from "../dataset.js";
import { makeDataset } from "../make-dataset.js";
import { type InMemory, inMemory } from "./file.js";
import type { Format } from "./format.js";
import { NUMBERS, type NumberType } from "./number-types.js";
import { type ReadOptions, withoutLabels } from "./read-options.js";

/** One IDX file: its dimensions and where its big-endian values start. */
interface IdxArray {
  dims: number[];
  view: DataView;
  start: number;
  type: NumberType;
}

const { u1, i1, i2, i4, f4, f8 } = NUMBERS;
// The third byte of the magic number, from the MNIST page that defines the format.
const TYPES: Readonly<Record<number, NumberType>> = { 8: u1, 9: i1, 11: i2, 12: i4, 13: f4, 14: f8 };

const MAX_DIMS = 3;

/** Whether `bytes` start like an IDX file: two zero bytes, a known type, 1 to 255 dimensions. */
export function isIdx(bytes: Uint8Array): boolean {
  return bytes.length >= 4 && bytes[0] === 0 && bytes[1] === 0 && bytes[2] in TYPES && bytes[3] > 0;
}

/**
 * Reads a pair of IDX files (or, with `label: null` or `ignoreLabels`, the samples alone), in either order: samples of [n, features] or pictures of [n, height, width] (which give the dataset its
 * imageShape), and labels of [n]. Throws, naming the file, on a wrong magic number, a length other than the dimensions
 * claim, and on a pair that is not samples and labels of the same n.
 */
export function readIdxPair(files: readonly InMemory[], options: ReadOptions = {}): Dataset<FloatArray> {
  const { name, classes, missing } = options;
  const unlabelled = withoutLabels(options);
  const where = files.map((file) => file.name).join(" + ");
  const arrays = files.map((file) => openIdx(file.bytes, file.name));
  const labels = arrays.find((array) => array.dims.length === 1);
  const pictures = arrays.find((array) => array.dims.length > 1);
  if (!pictures || (!unlabelled && (files.length !== 2 || !labels))) {
    const found = arrays.map((array) => array.dims.join(" x ")).join(" and ");
    throw new CoppiceError(`${where}: IDX data is a pair of files, samples (n x height x width) and labels (n); here: ${found}`);
  }
  const [samples, ...shape] = pictures.dims;
  check(!labels || labels.dims[0] === samples, where, () => `${samples} samples but ${labels?.dims[0]} labels`);
  const [height, width] = shape;
  return makeDataset({
    name: name ?? where,
    x: valuesOf(pictures, !pictures.type.narrow),
    labels: unlabelled || !labels ? null : valuesOf(labels, true),
    features: shape.reduce((product, size) => product * size, 1),
    ...(shape.length === 2 && { imageShape: [height, width] as [number, number] }),
    ...(classes && { classes }),
    missing,
  });
}

function openIdx(bytes: Uint8Array, where: string): IdxArray {
  const type = isIdx(bytes) ? TYPES[bytes[2]] : undefined;
  if (!type) {
    const magic = [...bytes.subarray(0, 4)].join(" ");
    throw new CoppiceError(
      `${where}: not an IDX file: it starts with bytes ${magic || "(none)"}, expected 0 0, a type (8 to 14), dimensions`,
    );
  }
  const count = bytes[3];
  check(count <= MAX_DIMS, where, () => `${count} dimensions at byte 3; at most ${MAX_DIMS} are read`);
  const start = 4 + 4 * count;
  check(bytes.length >= start, where, () => {
    return `truncated: ${bytes.length} bytes, the header of ${count} dimensions, whose sizes start at byte 4, has ${start}`;
  });
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const dims = Array.from({ length: count }, (_, i) => view.getUint32(4 + 4 * i));
  const expected = start + dims.reduce((product, size) => product * size, type.bytes);
  check(bytes.length === expected, where, () => {
    const state = bytes.length < expected ? "truncated: " : "";
    return `${state}${bytes.length} bytes, but ${dims.join(" x ")} values of ${type.bytes} bytes from byte ${start} on end at byte ${expected}`;
  });
  return { dims, view, start, type };
}

function valuesOf({ dims, view, start, type }: IdxArray, wide: boolean): FloatArray {
  const count = dims.reduce((product, size) => product * size, 1);
  const values = wide ? new Float64Array(count) : new Float32Array(count);
  for (let i = 0; i < count; i++) values[i] = type.get(view, start + i * type.bytes, false);
  return values;
}

/** Samples and labels as MNIST has them: see `readIdxPair`. */
export const idx: Format = {
  name: "idx",
  title: "IDX",
  plural: "IDX data",
  about: "`images,labels`: samples or pictures, and their labels, as MNIST has them",
  extensions: [],
  options: [],
  several: { most: 2, title: "a pair of IDX files" },
  claims: (head, name) => (isIdx(head) ? "sure" : /[-.]idx\d(-u?byte)?$/i.test(name) && "likely"),
  read: async (files, options) => readIdxPair(await Promise.all(files.map(inMemory)), options),
};
