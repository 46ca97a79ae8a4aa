import type { Activation } from "../../../activations/activation.js";
import { MAX_INFLATED } from "../../../data/formats/gunzip.js";
import type { NpyArray } from "../../../data/formats/numpy/npy.js";
import { type OpenNpz, openNpz } from "../../../data/formats/numpy/npz.js";
import { type CsrRows, floatsOf, readCsr } from "../../../data/formats/numpy/scipy.js";
import { sortRow } from "../../../data/pick.js";
import { checkStandardizer, type Standardizer } from "../../../data/standardize.js";
import { paramsOf } from "../../../layers/kind.js";
import { type Connectivity, initialValues, shapeOf } from "../../../layers/param.js";
import { checkPieces, type OwnPiece } from "../../../methods/pieces.js";
import { type NetworkConfig, networkConfig, responseOf } from "../../../nn/config.js";
import { LEARNT, NETWORK } from "../../../nn/options.js";
import { checkSkip } from "../../../nn/skip.js";
import { kindOf, type LayerState, validateState } from "../../../nn/state.js";
import { withPieces } from "../../../options/piece.js";
import { flag, optional, record, take } from "../../../options/schema.js";
import { check, checkInteger, checkKeys, checkLimit, checkText, checkTexts, checkTyped } from "../../../util/check.js";
import { MOST_F32, rounded } from "../../../util/floats.js";
import { cut, shown } from "../../../util/shown.js";
import { type Json, parseConfig } from "../../json.js";
import { readModelFields, readSizes } from "../../model-json.js";
import { inFile, type SavedModel } from "../../saved-model.js";
import { FORMAT, INPUT, layerFile, MODEL } from "./names.js";

/** Arrays of a layer's file: scipy's own, and ours beside them, which `load_npz` passes over. */
const LAYER_ARRAYS = ["format", "shape", "indptr", "indices", "data", "_is_array", "neurons"];
/** Neurons of a layer, and ids of them, that a checkpoint can name. */
const MAX_NEURONS = 2 ** 31;
/** Memory of a short text and of its place in a list, roughly. */
const LABEL_BYTES = 64;

/** What matrices do not say of the model they make up, where there is no model.json to say it. */
export interface ScipyOptions {
  /** What the layers compute; by default the hidden ones a ReLU. */
  readonly config?: Partial<Omit<NetworkConfig, "optimizer">>;
  /** Label of every output; default "0", "1", ... */
  readonly classes?: readonly string[];
  /** The most bytes that a file may unpack to, and labels take where there are none; default 1 GiB. */
  readonly maxBytes?: number;
  /** Pieces of your own, which the files may name. */
  readonly pieces?: readonly OwnPiece[];
}

/**
 * The model of files as `encodeScipy` names them. Only `layers.0.npz`, `layers.1.npz`, ... must be there.
 * They are CSR matrices W [out, in] as `scipy.sparse.save_npz` writes them, of any float or integer type.
 * Values become f32, and missing biases 0. A matrix with all its cells makes a dense layer.
 *
 * Throws a usage error that names file and field:
 * - on files or arrays of other names, or a description that does not fit;
 * - on matrices that do not follow one another, repeated cells, or lengths that do not fit;
 * - where input.npz is missing, or is there, against what model.json says (of version 0.1.0 it says nothing).
 *
 * Nothing is allocated beyond a small multiple of what the files unpack to. Rows and columns that a matrix claims are only numbers.
 */
export async function decodeScipy(files: ReadonlyMap<string, Uint8Array>, options: ScipyOptions = {}): Promise<SavedModel> {
  checkFiles(files);
  checkKeys(options, { config: true, classes: true, maxBytes: true, pieces: true }, "npz: option");
  if (options.classes !== undefined) checkTexts(options.classes, "npz: classes");
  if (options.pieces !== undefined) checkPieces(options.pieces, "npz: pieces");
  if (options.maxBytes !== undefined) checkLimit(options.maxBytes, "npz: maxBytes");
  const count = [...files.keys()].filter((name) => /^layers\.\d+\.npz$/.test(name)).length;
  check(count > 0, "npz", () => {
    return "there is no layers.0.npz; name the files of the layers' matrices layers.0.npz, layers.1.npz, ...";
  });
  const known = new Set([MODEL, INPUT, ...Array.from({ length: count }, (_, i) => layerFile(i))]);
  for (const name of files.keys())
    check(known.has(name), "npz", () => {
      return `${cut(name)} is none of the files of a model of ${count} layers: ${MODEL}, ${INPUT}, layers.0.npz to ${layerFile(count - 1)}`;
    });
  const { maxBytes = MAX_INFLATED } = options;
  const matrices: Matrix[] = [];
  for (let i = 0; i < count; i++) matrices.push(await readMatrix(files.get(layerFile(i)) as Uint8Array, layerFile(i), maxBytes));
  const fields = describe(files, matrices, options);
  const kinds = matrices.map(kindOf);
  const layers: LayerState[] = [];
  for (const [i, matrix] of matrices.entries())
    layers.push(await readLayer(matrix, responseOf(fields.config, kinds, i).activation, layerFile(i)));
  inFile("npz", () => validateState({ layers }));
  const input = await readInput(files.get(INPUT), fields.features, maxBytes);
  checkSkip({ layers }, fields.config, MODEL);
  return { ...fields, network: { layers }, input };
}

/** `decodeScipy` of the files of a folder, which its usage errors name. */
export function decodeFolder(files: ReadonlyMap<string, Uint8Array>, folder: string, options: ScipyOptions): Promise<SavedModel> {
  return decodeScipy(files, options).catch((error: unknown) =>
    inFile(folder, () => {
      throw error;
    }),
  );
}

function checkFiles(files: ReadonlyMap<string, Uint8Array>): void {
  check(files instanceof Map, "npz", () => `${shown(files)} is no Map of files by name`);
  for (const [name, bytes] of files) {
    checkText(name, "npz: name of a file");
    checkTyped(bytes, Uint8Array, `npz: ${cut(name)}`);
  }
}

/** What model.json says, or the options where there is none. */
function describe(
  files: ReadonlyMap<string, Uint8Array>,
  layers: readonly Pick<Connectivity, "in" | "out">[],
  { config, classes, maxBytes, pieces = [] }: ScipyOptions,
) {
  const sizes = [layers[0].in, ...layers.map((layer) => layer.out)];
  const bytes = files.get(MODEL);
  if (!bytes) {
    const labels = classes ?? numbered(sizes[layers.length], maxBytes);
    const computed = networkConfig(withPieces({ ...LEARNT, ...NETWORK }, config ?? {}, pieces));
    return readModelFields({ ...computed, classes: labels }, sizes, "npz", pieces);
  }
  check(config === undefined && classes === undefined, MODEL, () => {
    return "says what the layers compute and what the classes are called; change it there, or leave the file out";
  });
  const json = parseConfig(new TextDecoder().decode(bytes), MODEL);
  check(json.format === FORMAT, MODEL, () => `format is ${shown(json.format)}, expected "${FORMAT}"`);
  checkInput(json, files.has(INPUT));
  const said = readSizes(json, MODEL);
  check(said.length === sizes.length && said.every((size, i) => size === sizes[i]), `${MODEL}: sizes`, () => {
    return `are ${shown(said)}, the matrices make up a network of ${shown(sizes)}`;
  });
  return readModelFields(json, sizes, MODEL, pieces);
}

/** Throws where model.json says that inputs are standardised and there is no input.npz, or the other way round. */
function checkInput(json: Json, there: boolean): void {
  const { standardised } = take(record({ standardised: optional(flag()) }), json, MODEL);
  if (standardised === undefined || standardised === there) return; // version 0.1.0 did not write it
  const where = `${MODEL}: standardised`;
  check(there, where, () => `is true, but ${INPUT} is missing; put it back, or export the model again`);
  check(false, where, () => `is false, but ${INPUT} is there; take it away, or export the model again`);
}

/** The labels "0", "1", ... */
function numbered(outputs: number, maxBytes = MAX_INFLATED): string[] {
  check(LABEL_BYTES * outputs <= maxBytes, "npz", () => {
    return `labels of ${outputs} outputs take ${LABEL_BYTES * outputs} bytes, above the limit of ${maxBytes}; raise it with option maxBytes (--max-bytes)`;
  });
  return Array.from({ length: outputs }, (_, c) => String(c));
}

async function readInput(bytes: Uint8Array | undefined, features: number, maxBytes: number): Promise<Standardizer | null> {
  if (!bytes) return null;
  const npz = openNpz(bytes, INPUT, maxBytes);
  checkNames(npz, ["mean", "std", "median", "clip"], INPUT);
  const read = async (name: string, shape = [features]) => {
    const where = `${INPUT}: array ${name}`;
    const array = await npz.read(name);
    checkShape(array, shape, where);
    const { data } = array;
    check(!Array.isArray(data), where, () => "holds texts, expected numbers");
    return data;
  };
  const arrays = [await read("mean"), await read("std"), ...(npz.names.includes("median") ? [await read("median")] : [])];
  // all of 32 bits they are a model's of version 0.1.0, or of a program that computes so
  const narrow = arrays.every((data) => data instanceof Float32Array);
  const [mean, std, median] = arrays.map((data) => (narrow ? Float32Array.from(data) : Float64Array.from(data)));
  const clip = npz.names.includes("clip") ? Number((await read("clip", []))[0]) : undefined;
  const input = { mean, std, ...(median && { median }), ...(clip !== undefined && { clip }) };
  checkStandardizer(input, features, INPUT);
  return input;
}

function checkNames({ names }: OpenNpz, known: readonly string[], where: string): void {
  for (const name of names) check(known.includes(name), where, () => `holds an array ${cut(name)}; read are ${known.join(", ")}`);
}

/** The matrix of a layer, and the file with what may lie beside it. */
interface Matrix extends Omit<Connectivity, "kind"> {
  readonly npz: OpenNpz;
  readonly values: Float32Array;
}

async function readMatrix(bytes: Uint8Array, where: string, maxBytes: number): Promise<Matrix> {
  const npz = openNpz(bytes, where, maxBytes);
  const read = await readCsr(npz, where);
  const csr = { ...read, values: toFloat32({ data: read.values }, `${where}: array data`) };
  for (const size of csr.shape) checkInteger(size, `${where}: array shape`, 1, MAX_NEURONS);
  sortRows(csr, where);
  const { rowPtr, colIdx, values } = csr;
  const [out, inputs] = csr.shape;
  const nnz = colIdx.length;
  const topology = nnz === out * inputs ? null : { rows: out, cols: inputs, nnz, rowPtr, colIdx };
  return { npz, in: inputs, out, topology, values };
}

/** A layer of a matrix and what lies beside it. Without biases they are 0; what an activation trains has to be there. */
async function readLayer({ npz, values, ...connectivity }: Matrix, activation: Activation, where: string): Promise<LayerState> {
  const others = paramsOf(kindOf(connectivity), { activation }).filter(({ per }) => per !== "connection");
  checkNames(npz, [...LAYER_ARRAYS, ...others.map(({ name }) => name)], where);
  const params: Record<string, Float32Array> = { values };
  for (const spec of others) {
    const has = npz.names.includes(spec.name);
    check(has || spec.name === "bias", where, () => `lacks an array ${spec.name}, but the activation is ${activation.name}`);
    params[spec.name] = has
      ? floats(await npz.read(spec.name), shapeOf(spec, connectivity), `${where}: array ${spec.name}`)
      : initialValues(spec, connectivity);
  }
  return { ...connectivity, params, state: {}, neurons: await readNeurons(npz, connectivity.out, where) };
}

/** scipy leaves the columns of a row in any order; ours increase. In place, row by row: there may be far more columns than elements. */
function sortRows({ rows, rowPtr, colIdx, values }: CsrRows, where: string): void {
  for (let r = 0; r < rows; r++) {
    sortRow(colIdx, values, rowPtr[r], rowPtr[r + 1]);
    for (let k = rowPtr[r] + 1; k < rowPtr[r + 1]; k++)
      check(colIdx[k] > colIdx[k - 1], where, () => `cell (${r}, ${colIdx[k]}) is listed twice; keep one`);
  }
}

async function readNeurons(npz: OpenNpz, out: number, where: string): Promise<Uint32Array> {
  if (!npz.names.includes("neurons")) return Uint32Array.from({ length: out }, (_, n) => n);
  const { data, shape } = await npz.read("neurons");
  const whole = (id: unknown) => typeof id === "number" && Number.isInteger(id) && id >= 0 && id < MAX_NEURONS;
  const fits = String(shape) === String([out]) && Array.from<unknown>(data).every(whole);
  check(fits, `${where}: array neurons`, () => `expected ${out} ids of neurons, whole numbers`);
  return Uint32Array.from(data as ArrayLike<number>);
}

function floats(array: NpyArray, expected: number[], where: string): Float32Array {
  checkShape(array, expected, where);
  return toFloat32(array, where);
}

function checkShape({ shape }: NpyArray, expected: number[], where: string): void {
  check(String(shape) === String(expected), where, () => `has shape (${shape.join(", ")}), expected (${expected.join(", ")})`);
}

/** The numbers of an array rounded to 32 bits; values that are not finite stay what they are. Throws on texts, and where a finite number would not stay finite. */
function toFloat32(array: Pick<NpyArray, "data">, where: string): Float32Array {
  const values = floatsOf(array, where);
  const beyond = values.findIndex((value) => Math.abs(value) > MOST_F32 && Number.isFinite(value));
  check(beyond < 0, where, () => `element ${beyond} is ${values[beyond]}, beyond the range of 32-bit floats (3.4e38)`);
  return rounded(values);
}
