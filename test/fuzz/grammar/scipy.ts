import * as fc from "fast-check";
import type { ScipyOptions } from "../../../src/io/formats/scipy/decode.js";
import { modelFields } from "../../../src/io/model-json.js";
import type { SavedModel } from "../../../src/io/saved-model.js";
import type { LayerState } from "../../../src/nn/state.js";
import { denseTopology } from "../../../src/sparse/topology.js";
import { encode, mutate, mutation } from "../fields.js";
import { type Json, jsonMutation, mutateJson } from "./json.js";
import { npyFields } from "./npy.js";
import { type Entry, ZEROS, zipFields } from "./zip.js";

/** Files of a model by name, and what the caller says of it beside them. */
export interface ScipyFiles {
  readonly files: ReadonlyMap<string, Uint8Array>;
  readonly options: ScipyOptions;
}

/** An array of an archive as it is written: numbers of `descr`, which are changed one by one. */
interface Made {
  readonly descr: string;
  readonly shape: readonly number[];
  readonly data: readonly number[] | string;
}

type Arrays = ReadonlyMap<string, Made>;
/** A model's files before one thing about them is changed. */
type Files = ReadonlyMap<string, Arrays | Json>;

/** Writers of a number by numpy's name of its type. */
const WRITE: Readonly<Record<string, (view: DataView, at: number, value: number) => void>> = {
  "|u1": (view, at, value) => view.setUint8(at, value),
  "<i4": (view, at, value) => view.setInt32(at, value, true),
  "<u4": (view, at, value) => view.setUint32(at, value, true),
  "<i8": (view, at, value) => view.setBigInt64(at, BigInt(Number.isFinite(value) ? Math.trunc(value) : 0), true),
  "<f4": (view, at, value) => view.setFloat32(at, value, true),
  "<f8": (view, at, value) => view.setFloat64(at, value, true),
};
const TYPES = Object.keys(WRITE);
/** What an element becomes: no number, no index, the ends of types, and claims of rows and columns that there are not. */
const NUMBERS = [
  ...[Number.NaN, Infinity, -1, 0, 1, 2, 3, 0.5, 70_000, 2 ** 31 - 1, 2 ** 31, 2 ** 31 + 1],
  ...[2 ** 32 - 6, 2 ** 32 - 1, 2 ** 32, 2 ** 53 - 1, 1e300],
];
const ARRAYS = ["bias", "srelu", "neurons", "mean", "biases", "__proto__", "_is_array", "x".repeat(3000)];
const FILES = ["layers.1.npz", "layers.2.npz", "layers.01.npz", "input.npz", "model.json", "__proto__", "x".repeat(3000)];
const OPTIONS: readonly ScipyOptions[] = [
  ...[{}, {}, {}, {}, {}, {}],
  ...[{ config: { activation: "tanh" } }, { classes: ["a", "b"] }, { config: { activation: "srelu" }, classes: ["a"] }],
] as ScipyOptions[];

/** CSR matrices alone, as scipy leaves them: columns in any order, numbers of other types. */
const ALONE: Files = new Map([
  [
    "layers.0.npz",
    new Map<string, Made>([
      ["format", { descr: "|S3", shape: [], data: "csr" }],
      ["shape", { descr: "<i8", shape: [2], data: [3, 4] }],
      ["indptr", { descr: "<i4", shape: [4], data: [0, 3, 3, 5] }],
      ["indices", { descr: "<i4", shape: [5], data: [3, 0, 2, 2, 1] }],
      ["data", { descr: "<f8", shape: [5], data: [1, -2, 3, 4, 5] }],
      ["_is_array", { descr: "|u1", shape: [], data: [1] }],
    ]),
  ],
  [
    "layers.1.npz",
    new Map<string, Made>([
      ["format", { descr: "|S3", shape: [], data: "csr" }],
      ["shape", { descr: "<i4", shape: [2], data: [2, 3] }],
      ["indptr", { descr: "<i8", shape: [3], data: [0, 2, 3] }],
      ["indices", { descr: "<i8", shape: [3], data: [2, 0, 1] }],
      ["data", { descr: "|u1", shape: [3], data: [1, 2, 3] }],
      ["bias", { descr: "<f8", shape: [2], data: [0.5, -1] }],
    ]),
  ],
]);

const numbers = (descr: string, data: ArrayLike<number>, shape = [data.length]): Made => ({
  descr,
  shape,
  data: Array.from(data),
});

/** Written anew rather than by `encodeScipy`, which packs: what is under test here may use nothing that does. */
function layerArrays({ topology, params: { values, bias, srelu }, neurons, in: inputs, out }: LayerState): Arrays {
  const { rowPtr, colIdx } = topology ?? denseTopology(out, inputs);
  return new Map<string, Made>([
    ["format", { descr: "|S3", shape: [], data: "csr" }],
    ["shape", numbers("<i8", [out, inputs])],
    ["indptr", numbers("<i4", rowPtr)],
    ["indices", numbers("<i4", colIdx)],
    ["data", numbers("<f4", values)],
    ["bias", numbers("<f4", bias)],
    ["neurons", numbers("<i4", neurons)],
    ...(srelu ? [["srelu", numbers("<f4", srelu, [4, out])] as const] : []),
  ]);
}

function filesOf(model: SavedModel): Files {
  const files = new Map<string, Arrays | Json>();
  for (const [i, layer] of model.network.layers.entries()) files.set(`layers.${i}.npz`, layerArrays(layer));
  const input = Object.entries(model.input ?? {}).map(([name, data]) => [name, numbers("<f4", data)] as const);
  if (input.length > 0) files.set("input.npz", new Map(input));
  return files.set("model.json", { format: "coppice-npz/1", standardised: model.input !== null, ...modelFields(model) } as Json);
}

function entryOf([name, { descr, shape, data }]: [string, Made], deflated: boolean): Entry {
  const each = Number(descr[2]);
  const bytes = new Uint8Array(typeof data === "string" ? 0 : each * data.length);
  const view = new DataView(bytes.buffer);
  if (typeof data !== "string") for (const [k, value] of data.entries()) WRITE[descr](view, k * each, value);
  const tuple = `(${shape.join(", ")}${shape.length === 1 ? "," : ""})`;
  const fields = npyFields(1, descr, "False", tuple, typeof data === "string" ? new TextEncoder().encode(data) : bytes);
  return { name: `${name}.npy`, deflated, data: encode(fields) };
}

const change = fc.record({
  what: fc.constantFrom("none", ...["element", "element", "element", "type", "shape", "drop", "add", "zeros", "rows", "bytes"]),
  at: fc.nat(),
  by: fc.nat(),
  deflated: fc.constantFrom(false, false, false, true),
  bytes: mutation,
});
type Change = typeof change extends fc.Arbitrary<infer T> ? T : never;

/** An archive with one thing about an array, or about its bytes, changed. */
function archive(arrays: Arrays, { what, at, by, deflated, bytes }: Change): Uint8Array {
  const list = [...arrays];
  const k = at % list.length;
  const [name, array] = list[k];
  const { data, descr, shape } = array;
  if (what === "element" && typeof data !== "string" && data.length > 0)
    list[k] = [name, { ...array, data: data.with((at >> 8) % data.length, NUMBERS[by % NUMBERS.length]) }];
  if (what === "type") list[k] = [name, { ...array, descr: typeof data === "string" ? descr : TYPES[by % TYPES.length] }];
  if (what === "shape") list[k] = [name, { ...array, shape: [[], [shape[0] ?? 1, 1], [2 ** 32, 2 ** 32], [0]][by % 4] }];
  if (what === "drop") list.splice(k, 1);
  if (what === "add") list.push([ARRAYS[by % ARRAYS.length], array]);
  const entries =
    what === "rows"
      ? emptyRows(at % 4, NUMBERS[by % NUMBERS.length]) // as many columns as are claimed
      : list.map((entry) => entryOf(entry, deflated));
  if (what === "zeros") entries[k] = { ...entries[k], data: ZEROS, deflated: true };
  return mutate(zipFields(entries), { ...bytes, how: what === "bytes" ? bytes.how : "none" });
}

/** Matrices without an element: none or more rows, which pack to nearly nothing. */
const EMPTY = [0, 1, 10_000, 40_000].map((rows) => ({
  rows,
  entries: [
    entryOf(["format", { descr: "|S3", shape: [], data: "csr" }], false),
    entryOf(["indptr", numbers("|u1", new Uint8Array(rows + 1))], true),
    entryOf(["indices", numbers("<i4", [])], false),
    entryOf(["data", numbers("<f4", [])], false),
  ],
}));

function emptyRows(k: number, columns: number): Entry[] {
  const { rows, entries } = EMPTY[k];
  return [...entries, entryOf(["shape", numbers("<i8", [rows, columns])], false)];
}

/** The files of a model, of ours or of scipy's matrices alone; one array, field, file or byte of them, or nothing, is wrong. */
export function scipyFiles(models: readonly SavedModel[]): fc.Arbitrary<ScipyFiles> {
  const valid = [...models.map(filesOf), ALONE, ALONE];
  const whole = { what: "none", at: 0, by: 0, deflated: false } as Change;
  const made = fc.record({
    pick: fc.nat(valid.length - 1),
    which: fc.nat(),
    where: fc.constantFrom("inside", "inside", "inside", "inside", "inside", "file"),
    by: fc.nat(),
    option: fc.constantFrom(...OPTIONS),
    inside: change,
    json: jsonMutation,
  });
  return made.map(({ pick, which, where, by, option, inside, json }) => {
    const model = valid[pick];
    const k = which % model.size;
    const files = new Map<string, Uint8Array>();
    for (const [i, [name, content]] of [...model].entries()) {
      const changed = i === k && where === "inside";
      files.set(
        name,
        content instanceof Map
          ? archive(content as Arrays, changed ? inside : { ...whole, bytes: inside.bytes })
          : new TextEncoder().encode(changed ? mutateJson(content as Json, json) : JSON.stringify(content)),
      );
    }
    const [name, content] = [...files][k];
    if (where === "file" && by % 2 === 0) files.delete(name);
    if (where === "file" && by % 3 !== 0) files.set(FILES[by % FILES.length], content);
    return { files, options: option };
  });
}
