import { check } from "../../../util/check.js";
import { halfOf, MOST_F16, ofHalf } from "../../../util/half.js";
import type { Tensor, TensorData } from "./safetensors.js";

/** How many bits weights are written with: 16 as floats, or 8 as whole numbers that a scale a row multiplies. */
export const QUANTISED = ["f16", "int8"] as const;
export type Quantised = (typeof QUANTISED)[number];

type Tensors = ReadonlyMap<string, Tensor>;

const WEIGHTS = /\.(values|weight)$/;
const MOST_INT8 = 127;
/** Below it numbers of 32 bits have fewer bits, and w / scale would be beyond 127. */
const LEAST_SCALE = 2 ** -126;
const MOST_U16 = 2 ** 16 - 1;

/**
 * Tensors of a model with fewer bits. Weights become F16, each the nearest, or I8 q beside a scale F32 [out], with w = q scale and
 * scale = max |w| / 127 of the row. Indices that 16 bits hold become U16. All else stays as it is. Throws on weights that 16 bits do not hold.
 */
export function quantise(tensors: Tensors, how: Quantised): Map<string, Tensor> {
  const made = new Map<string, Tensor>();
  for (const [name, tensor] of tensors) {
    const { shape, data } = tensor;
    if (name.endsWith(".indices"))
      made.set(name, data.every((index) => index <= MOST_U16) ? { shape, data: Uint16Array.from(data) } : tensor);
    else if (!WEIGHTS.test(name)) made.set(name, tensor);
    else if (how === "f16") made.set(name, halved(tensor, name));
    else for (const [part, one] of inRows(tensor, name, startsOf(tensors, name, "checkpoint"))) made.set(part, one);
  }
  return made;
}

function halved({ shape, data }: Tensor, name: string): Tensor {
  const odd = data.find((value) => !(Math.abs(value) <= MOST_F16));
  check(odd === undefined, `checkpoint: ${name}`, () => {
    return `holds ${odd}, 16 bits hold numbers up to ${MOST_F16}; take quantise int8`;
  });
  return { shape, data: Uint16Array.from(data, halfOf), dtype: "F16" };
}

function inRows({ shape, data }: Tensor, name: string, starts: ArrayLike<number>): [string, Tensor][] {
  const [scales, rounded] = [new Float32Array(starts.length - 1), new Int8Array(data.length)];
  for (let row = 0; row < scales.length; row++) {
    let most = 0;
    for (let k = starts[row]; k < starts[row + 1]; k++) most = Math.max(most, Math.abs(data[k]));
    check(Number.isFinite(most), `checkpoint: ${name}`, () => {
      return `row ${row} holds weights that are not finite; they cannot be quantised`;
    });
    scales[row] = most / MOST_INT8 < LEAST_SCALE ? 0 : most / MOST_INT8;
    const scale = scales[row] || 1; // weights too small for a scale are 0
    for (let k = starts[row]; k < starts[row + 1]; k++) rounded[k] = Math.round(data[k] / scale);
  }
  return [
    [name, { shape, data: rounded }],
    [`${name}.scale`, { shape: [scales.length], data: scales }],
  ];
}

/** Where the rows of a tensor of weights start in it, and its end: as its layer's indptr says, or, of a matrix, its shape. */
function startsOf(tensors: Tensors, name: string, where: string): ArrayLike<number> {
  const { shape, data } = tensors.get(name) as Tensor;
  if (shape.length === 2) return Array.from({ length: shape[0] + 1 }, (_, row) => row * shape[1]);
  const starts = tensors.get(name.replace(WEIGHTS, ".indptr"))?.data ?? new Int32Array(0);
  const rising = starts.every((start, row) => start >= (row > 0 ? starts[row - 1] : 0));
  check(rising && starts[0] === 0 && starts[starts.length - 1] === data.length, `${where}: tensor ${name}`, () => {
    return "its rows are not those of an indptr beside it";
  });
  return starts;
}

/** The tensors of a file with 32 bits again. Throws, naming the tensor, where scales are missing, or are not those of its rows. */
export function unquantise(tensors: Tensors, where: string): Map<string, Tensor> {
  const made = new Map(tensors);
  for (const [name, { shape, data, dtype }] of tensors) {
    if (dtype === "F16") made.set(name, { shape, data: Float32Array.from(data, ofHalf) });
    else if (data instanceof Uint16Array) made.set(name, { shape, data: Int32Array.from(data) });
    else if (data instanceof Int8Array) {
      const starts = startsOf(tensors, name, where);
      made.set(name, { shape, data: scaled(data, scalesOf(tensors, name, starts.length - 1, where), starts) });
      made.delete(`${name}.scale`);
    }
  }
  return made;
}

function scalesOf(tensors: Tensors, name: string, rows: number, where: string): TensorData {
  const scales = tensors.get(`${name}.scale`)?.data;
  const fits =
    scales instanceof Float32Array && scales.length === rows && scales.every((scale) => scale >= 0 && scale < Infinity);
  check(fits, `${where}: tensor ${name}.scale`, () => `is to hold a number of 32 bits, at least 0, for each of ${rows} rows`);
  return scales as Float32Array;
}

function scaled(data: Int8Array, scales: TensorData, starts: ArrayLike<number>): Float32Array {
  const values = Float32Array.from(data);
  for (let row = 0; row < scales.length; row++) for (let k = starts[row]; k < starts[row + 1]; k++) values[k] *= scales[row];
  return values;
}
