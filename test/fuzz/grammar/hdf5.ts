import * as fc from "fast-check";
import { encode, type Field, mutate, mutation, raw, text, u8, u16, u32, u64 } from "../fields.js";

/** What a file holds: groups, and datasets of numbers, texts of a length, texts of their own lengths, or references to what lies at paths. */
type Node = Group | Data;
interface Group {
  readonly attributes?: Readonly<Record<string, Stored>>;
  readonly items: Readonly<Record<string, Node>>;
}
interface Data extends Stored {
  readonly attributes?: Readonly<Record<string, Stored>>;
}
interface Stored {
  readonly type: "i1" | "e1" | "u2" | "i4" | "i8" | "f4" | "f8" | "S" | "text" | "reference";
  readonly shape: readonly number[];
  readonly values: readonly (number | string)[];
}

const UNDEFINED = 2n ** 64n - 1n;
/** Bytes of a node of names, of a list of links, and of a heap of texts: the least that the library reads. */
const [NODE, LINKS, HEAP] = [544, 328, 4096];

const eight = (size: number) => Math.ceil(size / 8) * 8;
const padded = (name: string, data: Uint8Array) => {
  const whole = new Uint8Array(eight(data.length));
  whole.set(data);
  return raw(name, whole);
};
const sizeOf = (fields: readonly Field[]) =>
  fields.reduce((sum, field) => sum + ("data" in field ? field.data.length : field.size), 0);
const bytesOf = (value: number | string) => new TextEncoder().encode(String(value));
const widthOf = ({ type, values }: Stored) => {
  if (type === "S") return Math.max(1, ...values.map((value) => bytesOf(value).length));
  return type === "text" ? 16 : type === "reference" ? 8 : Number(type[1]);
};

/** The names of an enumeration's codes, from 0. */
const ENUM = ["red", "green", "blue"];

function typeFields({ type, ...stored }: Stored): Field[] {
  const size = u32("size of a value", widthOf({ type, ...stored }));
  const head = (kind: number, flags: readonly number[]) => [u8("type", 0x10 + kind), raw("flags of a type", flags), size];
  if (type === "S") return head(3, [1, 0, 0]);
  if (type === "text")
    return [...head(9, [1, 0, 0]), u8("type", 0x13), raw("flags of a type", [0, 0, 0]), u32("size of a value", 1)];
  if (type === "reference") return head(7, [0, 0, 0]);
  if (type === "e1") {
    const own = typeFields({ type: "i1", ...stored }).slice(0, -1); // without its padding
    const names = ENUM.map((name) => padded("name of a code", bytesOf(`${name}\0`)));
    return [...head(8, [ENUM.length, 0, 0]), ...own, ...names, raw("codes", [...ENUM.keys()])];
  }
  const bits = 8 * Number(type[1]);
  const place = [u16("first bit", 0), u16("bits", bits)];
  if (type[0] !== "f") return [...head(0, [type[0] === "i" ? 8 : 0, 0, 0]), ...place, raw("padding", [0, 0, 0, 0])];
  const [exponent, mantissa, bias] = bits === 32 ? [8, 23, 127] : [11, 52, 1023];
  const parts = [mantissa, exponent, 0, mantissa].map((bit) => u8("place of bits", bit));
  return [...head(1, [0x20, bits - 1, 0]), ...place, ...parts, u32("bias", bias), raw("padding", [0, 0, 0, 0])];
}

const spaceFields = ({ shape }: Stored): Field[] => [
  ...[u8("version", 1), u8("sides", shape.length), raw("reserved", [0, 0, 0, 0, 0, 0])],
  ...shape.map((side) => u64("side", side)),
];

/** A file under way: blocks one behind the other, and what lies at paths. */
interface Made {
  readonly blocks: Field[];
  readonly places: Map<string, number>;
  at: number;
}

function put(made: Made, fields: readonly Field[]): number {
  const at = made.at;
  made.blocks.push(...fields);
  made.at += sizeOf(fields);
  return at;
}

function valueFields(made: Made, stored: Stored): Field[] {
  const { type, values } = stored;
  const width = widthOf(stored);
  if (type === "reference") return values.map((path) => u64("reference", made.places.get(String(path)) ?? 0));
  if (type === "text") {
    const texts = values.map(bytesOf);
    const objects = texts.flatMap((data, k) => [
      ...[u16("object", k + 1), u16("count", 1), raw("reserved", [0, 0, 0, 0]), u64("length", data.length), padded("text", data)],
    ]);
    const rest = HEAP - 16 - sizeOf(objects);
    const free = [
      u16("object", 0),
      raw("reserved", [0, 0, 0, 0, 0, 0]),
      u64("length", rest),
      raw("free", new Uint8Array(rest - 16)),
    ];
    const heap = put(made, [
      text("heap", "GCOL"),
      u8("version", 1),
      raw("reserved", [0, 0, 0]),
      u64("size", HEAP),
      ...objects,
      ...free,
    ]);
    return texts.flatMap((data, k) => [u32("length", data.length), u64("heap", heap), u32("object", k + 1)]);
  }
  const bytes = new Uint8Array(width * values.length);
  const view = new DataView(bytes.buffer);
  for (const [k, value] of values.entries()) {
    if (type === "S") bytes.set(bytesOf(value), k * width);
    else if (type === "i8") view.setBigInt64(8 * k, BigInt(value), true);
    else if (type === "i1" || type === "e1") view.setInt8(k, Number(value));
    else if (type === "u2") view.setUint16(2 * k, Number(value), true);
    else if (type === "i4") view.setInt32(4 * k, Number(value), true);
    else if (type === "f4") view.setFloat32(4 * k, Number(value), true);
    else view.setFloat64(8 * k, Number(value), true);
  }
  return [raw("values", bytes)];
}

/** The header of an object with its messages; where it lies. */
function putHeader(made: Made, messages: readonly (readonly [kind: number, fields: readonly Field[]])[]): number {
  const whole = messages.flatMap(([kind, fields]) => {
    const size = eight(sizeOf(fields));
    const padding = raw("padding", new Uint8Array(size - sizeOf(fields)));
    return [u16("message", kind), u16("size of a message", size), raw("flags", [0, 0, 0, 0]), ...fields, padding];
  });
  const head = [u8("version", 1), u8("reserved", 0), u16("messages", messages.length), u32("links", 1)];
  return put(made, [...head, u32("size of messages", sizeOf(whole)), raw("padding", [0, 0, 0, 0]), ...whole]);
}

const attributesOf = (made: Made, attributes: Node["attributes"] = {}) =>
  Object.entries(attributes).map(([name, stored]) => {
    const [type, space] = [typeFields(stored), spaceFields(stored)];
    const fields = [
      ...[u8("version", 1), u8("reserved", 0), u16("length of a name", name.length + 1)],
      ...[u16("size of a type", sizeOf(type)), u16("size of a space", sizeOf(space)), padded("name", bytesOf(`${name}\0`))],
      ...[...type, raw("padding", new Uint8Array(eight(sizeOf(type)) - sizeOf(type))), ...space, ...valueFields(made, stored)],
    ];
    return [0x0c, fields] as const;
  });

function putNode(made: Made, node: Node, path: string): { header: number; tree: number; heap: number } {
  if (!("items" in node)) {
    const values = valueFields(made, node);
    const size = sizeOf(values);
    const at = put(made, values);
    const layout = [u8("version", 3), u8("layout", 1), u64("address", at), u64("size", size)];
    const messages = [
      [1, spaceFields(node)],
      [3, typeFields(node)],
      [8, layout],
      ...attributesOf(made, node.attributes),
    ] as const;
    const header = putHeader(made, messages);
    made.places.set(path, header);
    return { header, tree: 0, heap: 0 };
  }
  const names = Object.keys(node.items).sort();
  const found = names.map((name) => putNode(made, node.items[name], `${path}/${name}`));
  const starts = names.map((_, k) => 8 + names.slice(0, k).reduce((sum, name) => sum + eight(name.length + 1), 0));
  const segment = [raw("no name", new Uint8Array(8)), ...names.map((name) => padded("name", bytesOf(`${name}\0`)))];
  const data = put(made, segment);
  const heap = put(made, [
    ...[text("heap", "HEAP"), u8("version", 0), raw("reserved", [0, 0, 0]), u64("size", sizeOf(segment))],
    ...[u64("free", 1), u64("address", data)],
  ]);
  const entries = found.flatMap(({ header, tree, heap }, k) => [
    ...[u64("name", starts[k]), u64("header", header), u32("cache", tree > 0 ? 1 : 0), u32("reserved", 0)],
    ...[u64("tree", tree), u64("heap", heap)],
  ]);
  const links = put(made, [
    ...[text("links", "SNOD"), u8("version", 1), u8("reserved", 0), u16("links", names.length), ...entries],
    raw("free", new Uint8Array(LINKS - 8 - sizeOf(entries))),
  ]);
  const children = [u64("key", 0), u64("child", links), u64("key", starts.at(-1) ?? 0)];
  const tree = put(made, [
    ...[text("tree", "TREE"), u8("kind", 0), u8("level", 0), u16("children", names.length > 0 ? 1 : 0)],
    ...[u64("left", UNDEFINED), u64("right", UNDEFINED), ...children, raw("free", new Uint8Array(NODE - 48))],
  ]);
  const header = putHeader(made, [[0x11, [u64("tree", tree), u64("heap", heap)]], ...attributesOf(made, node.attributes)]);
  made.places.set(path, header);
  return { header, tree, heap };
}

/** A file of version 0, which has no checksums: each number counts. */
function hdf5Fields(root: Group): Field[] {
  const made: Made = { blocks: [], places: new Map(), at: 96 };
  const { header, tree, heap } = putNode(made, root, "");
  return [
    ...[raw("signature", [0x89, 0x48, 0x44, 0x46, 13, 10, 26, 10]), raw("versions", [0, 0, 0, 0, 0]), u8("bytes of offsets", 8)],
    ...[u8("bytes of lengths", 8), u8("reserved", 0), u16("leaf k", 4), u16("node k", 16), u32("flags", 0), u64("base", 0)],
    ...[u64("free", UNDEFINED), u64("end", made.at), u64("driver", UNDEFINED)],
    ...[u64("name", 0), u64("header", header), u32("cache", 1), u32("reserved", 0), u64("tree", tree), u64("heap", heap)],
    ...made.blocks,
  ];
}

const stored = (type: Stored["type"], values: Stored["values"], shape: readonly number[] = [values.length]): Data => ({
  type,
  values,
  shape,
});
const named = (text: string) => stored("S", [text], []);
const group = (items: Group["items"], attributes?: Group["attributes"]): Group => ({ items, attributes });

const ids = stored("S", ["s0", "s1", "s2", "s3"]);
const genes = stored("text", ["g0", "g1", "g2"]);
const dense = stored("f4", [1, 0, 0, 0, 2, 0, 0, 0, 3, 4, 5, 6], [4, 3]);
const sparse = (form: string, csc: boolean) =>
  group(
    {
      data: stored("f4", [1, 2, 3, 4]),
      indices: stored("i4", csc ? [0, 3, 1, 2] : [0, 1, 2, 0]),
      indptr: stored("i8", csc ? [0, 2, 3, 4] : [0, 1, 2, 3, 4]),
    },
    { "encoding-type": named(form), shape: stored("i8", [4, 3]) },
  );
const frame = (items: Group["items"]) => group({ _index: ids, ...items }, { _index: named("_index") });
const obs = frame({
  label: group({ codes: stored("i1", [0, 1, 0, 1]), categories: stored("text", ["a", "b"]) }),
  n: stored("f8", [0.5, 1, 2, 3]),
  state: stored("e1", [0, 1, 2, 1]),
  flag: group({ values: stored("i8", [1, 2, 1, 2]), mask: stored("i1", [0, 0, 0, 0]) }),
});
const features = group({ _index: genes }, { _index: named("_index") });
const matlab = { MATLAB_class: named("double") };

/** Files as programs write them. */
const TREES: readonly Group[] = [
  group({
    X: sparse("csr_matrix", false),
    obs,
    var: features,
    raw: group({ X: dense, var: features }),
    layers: group({ c: dense }),
  }),
  group({ X: sparse("csc_matrix", true), obs, var: features }),
  group({
    X: dense,
    obs: frame({ label: stored("i1", [0, 1, 0, 1]), __categories: group({ label: stored("S", ["a", "b"]) }) }),
    var: features,
  }),
  group({
    matrix: group({
      barcodes: ids,
      data: stored("i4", [1, 2, 3, 4]),
      indices: stored("i8", [0, 1, 2, 0]),
      indptr: stored("i8", [0, 1, 2, 3, 4]),
      shape: stored("i4", [3, 4]),
      features: group({ name: stored("S", ["g0", "g1", "g2"]) }),
    }),
  }),
  group({
    matrix: stored("f8", [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12], [3, 4]),
    row_attrs: group({ Gene: genes }),
    col_attrs: group({ CellID: ids, label: stored("S", ["a", "b", "a", "b"]), n: stored("i4", [1, 2, 3, 4]) }),
  }),
  group({
    X: { ...stored("f8", [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12], [3, 4]), attributes: matlab },
    Y: {
      ...stored("reference", ["/#refs#/a", "/#refs#/b", "/#refs#/a", "/#refs#/b"], [1, 4]),
      attributes: { MATLAB_class: named("cell") },
    },
    S: group(
      { data: stored("f8", [1, 2, 3, 4]), ir: stored("i8", [0, 3, 1, 2]), jc: stored("i8", [0, 2, 3, 4]) },
      { ...matlab, MATLAB_sparse: stored("i8", [4], []) },
    ),
    data: group({
      X: { ...dense, attributes: matlab },
      y: { ...stored("u2", [97, 98, 97, 98], [1, 4]), attributes: { MATLAB_class: named("char") } },
    }),
    "#refs#": group({
      a: { ...stored("u2", [97], [1, 1]), attributes: { MATLAB_class: named("char") } },
      b: { ...stored("f8", [2], [1, 1]), attributes: matlab },
    }),
  }),
  group({ X: dense, y: stored("i1", [0, 1, 0, 1]), g: group({ X: dense, t: stored("text", ["a", "b", "a", "b"]) }) }),
];

/** A file of HDF5 that is valid but for one thing. */
export const hdf5File: fc.Arbitrary<Uint8Array> = fc
  .tuple(fc.constantFrom(...TREES.map(hdf5Fields)), mutation)
  .map(([fields, change]) => mutate(fields, change));

/** The files as they are, for tests of the grammar itself. */
export const HDF5_FILES = TREES.map((tree) => encode(hdf5Fields(tree)));
