import { check } from "../../util/check.js";
import type { FloatArray } from "../../util/types.js";
import type { Dataset } from "../dataset.js";
import { type ArrayOf, datasetOf } from "./arrays.js";
import { type InMemory, inMemory } from "./file.js";
import type { Format } from "./format.js";
import { NUMBERS, type NumberType } from "./number-types.js";
import { type ReadOptions, withoutLabels } from "./read-options.js";

const { u1, i1, i2, i4, f4, f8 } = NUMBERS;
// The third byte of the magic number, from the MNIST page that defines the format.
const TYPES: Readonly<Record<number, NumberType>> = { 8: u1, 9: i1, 11: i2, 12: i4, 13: f4, 14: f8 };

const MAX_DIMS = 3;

/** Whether `bytes` start like an IDX file: two zero bytes, a known type, 1 to 255 dimensions. */
export function isIdx(bytes: Uint8Array): boolean {
  return bytes.length >= 4 && bytes[0] === 0 && bytes[1] === 0 && bytes[2] in TYPES && bytes[3] > 0;
}

/**
 * Reads a pair of IDX files (or, with `label: null` or `ignoreLabels`, the samples alone), in either order: samples of
 * [n, features] or pictures of [n, height, width] (which give the dataset its imageShape), and labels of [n]. Throws,
 * naming the file, on what `decodeIdx` refuses, and on a pair that is not samples and labels of the same n.
 */
export function readIdxPair(files: readonly InMemory[], options: ReadOptions = {}): Dataset {
  const unlabelled = withoutLabels(options);
  const where = files.map((file) => file.name).join(" + ");
  const arrays = files.map(decodeIdx);
  const labels = arrays.find(({ shape }) => shape.length === 1);
  const samples = arrays.find(({ shape }) => shape.length > 1);
  check(samples !== undefined && (unlabelled || labels !== undefined), where, () => {
    const found = arrays.map(({ shape }) => shape.join(" x ")).join(" and ");
    return `IDX data is a pair of files, samples (n x height x width) and labels (n); here: ${found}`;
  });
  const [count] = samples.shape;
  check(!labels || labels.shape[0] === count, where, () => `${count} samples but ${labels?.shape[0]} labels`);
  return datasetOf({ samples, labels: unlabelled ? null : (labels ?? null), notes: [] }, where, options);
}

/** The big-endian values of an IDX file. Throws, naming it, on a wrong magic number and a length other than its dimensions claim. */
function decodeIdx({ bytes, name: where }: InMemory): ArrayOf<FloatArray> {
  const type = isIdx(bytes) ? TYPES[bytes[2]] : undefined;
  check(type !== undefined, where, () => {
    const magic = bytes.subarray(0, 4).join(" ") || "(none)";
    return `not an IDX file: it starts with bytes ${magic}, expected 0 0, a type (8 to 14), dimensions`;
  });
  const dims = bytes[3];
  check(dims <= MAX_DIMS, where, () => `${dims} dimensions at byte 3; at most ${MAX_DIMS} are read`);
  const start = 4 + 4 * dims;
  check(bytes.length >= start, where, () => {
    return `truncated: ${bytes.length} bytes, the header of ${dims} dimensions, whose sizes start at byte 4, has ${start}`;
  });
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const shape = Array.from({ length: dims }, (_, i) => view.getUint32(4 + 4 * i));
  const count = shape.reduce((product, size) => product * size, 1);
  const expected = start + count * type.bytes;
  check(bytes.length === expected, where, () => {
    const state = bytes.length < expected ? "truncated: " : "";
    return `${state}${bytes.length} bytes, but ${shape.join(" x ")} values of ${type.bytes} bytes from byte ${start} on end at byte ${expected}`;
  });
  const data = type.narrow ? new Float32Array(count) : new Float64Array(count);
  for (let i = 0; i < count; i++) data[i] = type.get(view, start + i * type.bytes, false);
  return { shape, data };
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
