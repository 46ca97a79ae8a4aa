import * as fc from "fast-check";
import { type Field, mutate, mutation, raw, text, u8, u16, u32 } from "../fields.js";

const TYPES = [
  "|b1",
  "|i1",
  "|u1",
  "<i2",
  ">i2",
  "<u2",
  "<i4",
  ">u4",
  "<i8",
  ">i8",
  "<u8",
  "<f2",
  "<f4",
  ">f4",
  "<f8",
  ">f8",
  "<U3",
  ">U2",
  "|S4",
];
const BAD_TYPES = [
  "|O",
  "<c16",
  "|V8",
  "<U0",
  "|S0",
  "<M8[D]",
  "f4",
  "=f8",
  "<f16",
  "<U9007199254740993",
  "|S99999999999",
  "__proto__",
  "",
];
const BAD_SHAPES = [
  "(9007199254740991,)",
  "(9007199254740992,)",
  "(4294967296, 4294967296)",
  "(0, 9007199254740991)",
  "(-1,)",
  "(3)",
  "(3L,)",
  "(1.5,)",
  "[3]",
];
const MORE_SHAPES = [
  `(${"1, ".repeat(33)})`,
  `(${"1, ".repeat(32)})`,
  "(0,)",
  "(0, 4)",
  "()",
  "(,)",
  "((3,),)",
  `(${"9".repeat(400)},)`,
  `(${"99999999, ".repeat(30)})`,
];
const BAD_ORDERS = ["true", "None", "0", "'C'", "open('/etc/passwd').read()"];

export const itemBytes = (descr: string) => Number(/\d+$/.exec(descr)?.[0] ?? 0) * (descr[1] === "U" ? 4 : 1);

/** Fields of a .npy file with these texts in its header. */
export function npyFields(version: number, descr: string, order: string, shape: string, data: Uint8Array, extra = ""): Field[] {
  const parts = ["{'descr': '", descr, "', 'fortran_order': ", order, ", 'shape': ", shape, `, ${extra}}`];
  const length = new TextEncoder().encode(parts.join("")).length;
  const start = version === 1 ? 10 : 12;
  const padding = " ".repeat((64 - ((start + length + 1) % 64)) % 64);
  return [
    raw("magic", [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59]),
    u8("major", version),
    u8("minor", 0),
    (version === 1 ? u16 : u32)("header length", length + padding.length + 1),
    ...parts.map((part, k) => text(["{", "descr", "'", "order", ",", "shape", "}"][k], part)),
    text("padding", `${padding}\n`),
    raw("data", data),
  ];
}

/** A mostly valid array: of up to three dimensions, any type and order; one thing in its header may be wrong. */
const fields: fc.Arbitrary<Field[]> = fc
  .record({
    version: fc.constantFrom(1, 1, 2, 3),
    descr: fc.constantFrom(...TYPES),
    order: fc.constantFrom("False", "True"),
    shape: fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 3 }),
    wrong: fc.constantFrom("", "", "", "descr", "order", "shape", "extra"),
    pick: fc.nat(),
    filling: fc.constantFrom(0, 1, 63, 128, 255),
  })
  .map(({ version, descr, order, shape, wrong, pick, filling }) => {
    const size = shape.reduce((product, length) => product * length, itemBytes(descr));
    const shapes = [...BAD_SHAPES, ...MORE_SHAPES];
    return npyFields(
      version,
      wrong === "descr" ? BAD_TYPES[pick % BAD_TYPES.length] : descr,
      wrong === "order" ? BAD_ORDERS[pick % BAD_ORDERS.length] : order,
      wrong === "shape" ? shapes[pick % shapes.length] : `(${shape.join(", ")}${shape.length === 1 ? "," : ""})`,
      new Uint8Array(size).map((_, k) => (filling === 255 ? 37 * k : filling)),
      wrong === "extra"
        ? ["'x': 1, ", "'descr': '<f4', ", `'a': [${"[".repeat(pick % 3000)}`, "'__proto__': (1,), "][pick % 4]
        : "",
    );
  });

export const npyFile: fc.Arbitrary<Uint8Array> = fc.tuple(fields, mutation).map(([valid, change]) => mutate(valid, change));
