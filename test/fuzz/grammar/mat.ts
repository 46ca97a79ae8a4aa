import * as fc from "fast-check";
import { zlibSync } from "fflate";
import { encode, type Field, mutate, mutation, raw, text, u8, u16, u32, u64 } from "../fields.js";

interface Variable {
  readonly name: string;
  readonly arrayClass: number;
  readonly rows: number;
  readonly columns: number;
  /** mi type of the stored values, and their bytes. */
  readonly stored: readonly [number, number];
  readonly packed: boolean;
  readonly logical?: boolean;
}

const CLASSES = [1, 1, 2, 4, 4, 5, 5, 6, 6, 7, 8, 12, 15, 16, 17, 255];
const STORED: readonly (readonly [number, number])[] = [
  ...([
    [1, 1],
    [2, 1],
    [3, 2],
    [4, 2],
    [5, 4],
    [6, 4],
    [7, 4],
    [9, 8],
    [12, 8],
    [13, 8],
  ] as const),
  ...([
    [8, 4],
    [0, 1],
  ] as const), // no numeric types
];

const padded = (name: string, data: Uint8Array): Field[] => [
  raw(name, data),
  raw(`${name} padding`, new Uint8Array((8 - (data.length % 8)) % 8)),
];

const SPARSE = 5;

/** Row indices, column starts and values: one in each column. */
function sparseFields(rows: number, columns: number, [type, bytes]: readonly [number, number], little: boolean): Field[] {
  const list = (name: string, values: readonly number[]) => [
    u32(`${name} type`, 5, little),
    u32(`${name} size`, 4 * values.length, little),
    ...values.map((value, k) => u32(`${name} ${k}`, value, little)),
    ...(values.length % 2 ? [u32(`${name} padding`, 0, little)] : []),
  ];
  const nnz = rows === 0 ? 0 : columns;
  return [
    ...list(
      "rows",
      Array.from({ length: nnz }, (_, k) => k % rows),
    ),
    ...list(
      "starts",
      Array.from({ length: columns + 1 }, (_, k) => Math.min(k, nnz)),
    ),
    ...[u32("values type", type, little), u32("values size", nnz * bytes, little)],
    ...padded("values", new Uint8Array(nnz * bytes).fill(little ? 1 : 0)),
  ];
}

/** A matrix in each cell: a text, or nothing. */
function cellFields(count: number, little: boolean): Field[] {
  return Array.from({ length: count }, (_, k) =>
    k % 5 === 4
      ? [u32("matrix", 14, little), u32("matrix size", 0, little)]
      : matrix(
          { name: "", arrayClass: 4, rows: 1, columns: 1 + (k % 2), stored: k % 3 === 1 ? [16, 1] : [4, 2], packed: false },
          little,
        ),
  ).flat();
}

/** Names of fields, 5 bytes each, and their matrices. */
function structFields(variables: readonly Variable[], little: boolean): Field[] {
  const names = variables.map(({ name }) => name.slice(0, 4).padEnd(5, "\0")).join("");
  return [
    ...[u32("width type", 5, little), u32("width size", 4, little), u32("width", 5, little), u32("width padding", 0, little)],
    ...[
      u32("names type", 1, little),
      u32("names size", names.length, little),
      ...padded("names", new TextEncoder().encode(names)),
    ],
    ...variables.flatMap((one) => matrix({ ...one, name: "" }, little)),
  ];
}

/** What is in a matrix: values, or what its class has in their place. */
function contents({ arrayClass, rows, columns, stored }: Variable, little: boolean): Field[] {
  const [type, bytes] = stored;
  if (arrayClass === SPARSE) return sparseFields(rows, columns, stored, little);
  if (arrayClass === 1) return cellFields(rows * columns, little);
  const data = new Uint8Array(rows * columns * bytes).map((_, k) => (k % bytes === (little ? 0 : bytes - 1) ? 97 + (k % 3) : 0));
  return [u32("values type", type, little), u32("values size", data.length, little), ...padded("values", data)];
}

/** The fields inside a matrix: flags, dimensions, name, `inner` or its values. */
function matrixFields(one: Variable, little: boolean, inner = contents(one, little)): Field[] {
  const { name, arrayClass, rows, columns, logical } = one;
  const flags = arrayClass + (logical ? 0x200 : 0);
  return [
    ...[u32("flags type", 6, little), u32("flags size", 8, little), u32("class", flags, little), u32("nonzeros", 0, little)],
    ...[
      u32("dimensions type", 5, little),
      u32("dimensions size", 8, little),
      u32("rows", rows, little),
      u32("columns", columns, little),
    ],
    ...[u32("name type", 1, little), u32("name size", name.length, little), ...padded("name", new TextEncoder().encode(name))],
    ...inner,
  ];
}

function matrix(one: Variable, little: boolean, inner?: Field[]): Field[] {
  const fields = matrixFields(one, little, inner);
  return [u32("matrix", 14, little), u32("matrix size", encode(fields).length, little), ...fields];
}

/** Cells in cells, to a depth. */
function nest(one: Variable, little: boolean, depth: number): Field[] {
  return depth === 0
    ? matrix(one, little)
    : matrix({ ...one, arrayClass: 1, rows: 1, columns: 1 }, little, nest(one, little, depth - 1));
}

/** A Level 4 matrix: its header, its name, its values, which may be (i, j, value) of a sparse one. */
function matrix4({ name, rows, columns, arrayClass, logical }: Variable, little: boolean): Field[] {
  const sparse = arrayClass === SPARSE;
  const [m, n] = sparse ? [columns + 1, 3] : [rows, columns];
  const triples = [1, 2, 3].flatMap((j) =>
    Array.from({ length: m }, (_, i) => (i < m - 1 ? [1 + (i % rows), 1 + i, 7][j - 1] : [rows, columns, 0][j - 1])),
  );
  const values = sparse ? triples : Array.from({ length: m * n }, (_, k) => k % 3);
  const f64 = (value: number) => new BigUint64Array(Float64Array.of(value).buffer)[0];
  const narrow = logical && !sparse;
  return [
    u32("type", (little ? 0 : 1000) + (narrow ? 50 : 0) + (sparse ? 2 : arrayClass === 4 ? 1 : 0), little),
    ...[u32("rows", m, little), u32("columns", n, little), u32("imaginary", 0, little), u32("length", name.length + 1, little)],
    text("name", `${name}\0`),
    ...values.map((value, k) => (narrow ? u8(`value ${k}`, value) : u64(`value ${k}`, f64(value), little))),
  ];
}

const variable = (names: readonly string[], rows: number): fc.Arbitrary<Variable> =>
  fc.record({
    name: fc.constantFrom(...names),
    arrayClass: fc.oneof({ weight: 5, arbitrary: fc.constant(6) }, { weight: 1, arbitrary: fc.constantFrom(...CLASSES) }),
    rows: fc.oneof({ weight: 8, arbitrary: fc.constant(rows) }, { weight: 1, arbitrary: fc.nat(7) }),
    columns: names[0] === "X" ? fc.integer({ min: 1, max: 4 }) : fc.constant(1),
    stored: fc.constantFrom(...STORED),
    packed: fc.nat(3).map((pick) => pick === 0), // a stream takes most of the time
    logical: fc.nat(3).map((pick) => pick === 0),
  });

/** A MATLAB file of Level 5 or 4: samples, labels and a variable more, of any class, packed or not, or in a struct; cells in cells. One field may be wrong, inside a packed element too. */
export const matFile: fc.Arbitrary<Uint8Array> = fc
  .record({
    x: variable(["X", "X", "x"], 5),
    y: variable(["Y", "Y", "y", "Z"], 5),
    more: fc.option(variable(["a", "X", "__proto__", "", "é", "g"], 5)),
    little: fc.boolean(),
    nested: fc.constantFrom(0, 0, 0, 1, 2, 30),
    level: fc.constantFrom(5, 5, 5, 4),
    inStruct: fc.nat(5).map((pick) => pick === 0),
    inside: fc.boolean(),
    change: mutation,
  })
  .map(({ x, y, more, little, nested, level, inStruct, inside, change }) => {
    const variables = [x, y, ...(more ? [more] : [])];
    if (level === 4)
      return mutate(
        variables.flatMap((one) => matrix4(one, little)),
        change,
      );
    const owner = { name: "data", arrayClass: 2, rows: 1, columns: 1, stored: [9, 8], packed: false } as const;
    const fields: Field[] = [
      text("description", "MATLAB 5.0 MAT-file, made by hand".padEnd(116)),
      raw("subsystem", new Uint8Array(8)),
      u16("version", 0x0100, little),
      text("byte order", little ? "IM" : "MI"),
    ];
    if (inStruct) return mutate([...fields, ...matrix(owner, little, structFields(variables, little))], change);
    for (const [k, one] of variables.entries()) {
      const own = nest(one, little, k === 2 ? nested : 0);
      if (!one.packed) {
        fields.push(...own);
        continue;
      }
      const packed = zlibSync(inside && k === 0 ? mutate(own, change) : encode(own), {
        level: x.columns === 4 && y.packed ? 1 : 0,
      }); // stored is faster
      fields.push(u32("compressed", 15, little), u32("compressed size", packed.length, little), raw("compressed data", packed));
    }
    return inside && x.packed ? encode(fields) : mutate(fields, change);
  });
