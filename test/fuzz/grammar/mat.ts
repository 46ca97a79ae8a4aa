import * as fc from "fast-check";
import { zlibSync } from "fflate";
import { encode, type Field, mutate, mutation, raw, text, u16, u32 } from "../fields.js";

interface Variable {
  readonly name: string;
  readonly arrayClass: number;
  readonly rows: number;
  readonly columns: number;
  /** mi type of the stored values, and their bytes. */
  readonly stored: readonly [number, number];
  readonly packed: boolean;
}

const CLASSES = [1, 2, 4, 5, 6, 6, 6, 7, 8, 12, 15, 16, 17, 255];
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

/** The fields inside a matrix: flags, dimensions, name, values. */
function matrixFields(
  { name, arrayClass, rows, columns, stored: [type, bytes] }: Variable,
  little: boolean,
  nested: number,
): Field[] {
  const data = new Uint8Array(rows * columns * bytes).map((_, k) => (k % bytes === (little ? 0 : bytes - 1) ? k % 3 : 0));
  const values = [u32("values type", type, little), u32("values size", data.length, little), ...padded("values", data)];
  const inner =
    nested > 0
      ? matrix({ name: "", arrayClass: 1, rows: 1, columns: 1, stored: [9, 8], packed: false }, little, nested - 1)
      : values;
  return [
    ...[u32("flags type", 6, little), u32("flags size", 8, little), u32("class", arrayClass, little), u32("nonzeros", 0, little)],
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

function matrix(variable: Variable, little: boolean, nested = 0): Field[] {
  const fields = matrixFields(variable, little, nested);
  return [u32("matrix", 14, little), u32("matrix size", encode(fields).length, little), ...fields];
}

const variable = (names: readonly string[], rows: number): fc.Arbitrary<Variable> =>
  fc.record({
    name: fc.constantFrom(...names),
    arrayClass: fc.oneof({ weight: 5, arbitrary: fc.constant(6) }, { weight: 1, arbitrary: fc.constantFrom(...CLASSES) }),
    rows: fc.oneof({ weight: 8, arbitrary: fc.constant(rows) }, { weight: 1, arbitrary: fc.nat(7) }),
    columns: names[0] === "X" ? fc.integer({ min: 1, max: 4 }) : fc.constant(1),
    stored: fc.constantFrom(...STORED),
    packed: fc.nat(3).map((pick) => pick === 0), // a stream takes most of the time
  });

/** A MATLAB Level 5 file: samples, labels and a variable more, of any class, packed or not; cells in cells. One field may be wrong, inside a packed element too. */
export const matFile: fc.Arbitrary<Uint8Array> = fc
  .record({
    x: variable(["X", "X", "x"], 5),
    y: variable(["Y", "Y", "y", "Z"], 5),
    more: fc.option(variable(["a", "X", "__proto__", "", "é", "g"], 5)),
    little: fc.boolean(),
    nested: fc.constantFrom(0, 0, 0, 1, 2, 30),
    inside: fc.boolean(),
    change: mutation,
  })
  .map(({ x, y, more, little, nested, inside, change }) => {
    const fields: Field[] = [
      text("description", "MATLAB 5.0 MAT-file, made by hand".padEnd(116)),
      raw("subsystem", new Uint8Array(8)),
      u16("version", 0x0100, little),
      text("byte order", little ? "IM" : "MI"),
    ];
    for (const [k, one] of [x, y, ...(more ? [more] : [])].entries()) {
      const own = matrix(one, little, k === 2 ? nested : 0);
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
