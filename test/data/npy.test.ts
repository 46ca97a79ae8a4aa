import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { decodeNpy } from "../../src/data/formats/numpy/npy.js";

// written by numpy: test/fixtures/npy/make.py
const fixture = (name: string) =>
  new Uint8Array(readFileSync(fileURLToPath(new URL(`../fixtures/npy/${name}.npy`, import.meta.url))));
const decode = (name: string) => decodeNpy(fixture(name), "toy.npy");
const values = (offset: number) => Array.from({ length: 35 }, (_, k) => 10 * Math.floor(k / 5) + (k % 5) - offset);

/** A .npy file of any header. */
function npy(dict: string, data: Uint8Array = new Uint8Array(0), version = 1): Uint8Array {
  const text = new TextEncoder().encode(`${dict}\n`);
  const length = version === 1 ? [text.length & 255, text.length >> 8] : [text.length & 255, text.length >> 8, 0, 0];
  return Uint8Array.from([0x93, ...new TextEncoder().encode("NUMPY"), version, 0, ...length, ...text, ...data]);
}

const dict = (descr: string, shape: string, order = "False") =>
  `{'descr': ${descr}, 'fortran_order': ${order}, 'shape': ${shape}, }`;

describe("decodeNpy", () => {
  it.each("i1 u1 i2 u2 i4 u4 i8 u8 f2 f4 f8".split(" "))("reads %s in C order, and big-endian in Fortran order", (type) => {
    const expected = values(type.startsWith("u") ? 0 : 3);
    for (const name of type.endsWith("1") ? [type] : [type, `big-${type}`]) {
      const { shape, data } = decode(name);
      expect(shape).toEqual([7, 5]);
      expect([...data]).toEqual(expected);
    }
  });

  it("reads bools as 0 and 1, scalars, arrays without elements, and more dimensions than two in Fortran order", () => {
    expect([...decode("bool").data]).toEqual(values(3).map((value) => (value % 2 === 0 ? 1 : 0)));
    expect(decode("scalar")).toEqual({ shape: [], descr: "<f4", data: Float32Array.of(7) });
    expect(decode("empty")).toEqual({ shape: [0, 3], descr: "<f4", data: new Float32Array(0) });
    expect(decode("fortran")).toEqual({ shape: [2, 3, 4], descr: "<f4", data: Float32Array.from({ length: 24 }, (_, k) => k) });
  });

  it("reads halves exactly: zeros, the largest, subnormal ones, infinities and NaN", () => {
    const expected = [0, -0, 1, -2.5, 65504, 2 ** -24, 2 ** -14, Infinity, -Infinity, Number.NaN];
    expect([...decode("specials").data]).toEqual(expected);
  });

  it("reads texts of both byte orders and bytes", () => {
    expect(decode("texts").data).toEqual(["β", "", "cat🐈", "b"]);
    expect(decode("big-texts").data).toEqual(["dog", "é"]);
    expect(decode("bytes").data).toEqual(["csr", "x"]);
  });

  it("reads versions 1.0, 2.0 and 3.0, and headers in any order and layout", () => {
    for (const version of [1, 2, 3]) expect([...decode(`version-${version}`).data]).toEqual(values(3));
    const one = Uint8Array.of(0, 0, 128, 63);
    for (const text of [
      `{"shape":(1,),"descr":"<f4","fortran_order":True}`,
      ` { 'fortran_order' : False,'shape': (1L,) ,'descr':'<f4'  }  `,
    ])
      expect([...decodeNpy(npy(text, one), "toy.npy").data]).toEqual([1]);
  });

  it.each([
    ["no magic", Uint8Array.of(1, 2), "not a .npy file: it starts with bytes 1 2, expected 147 78 85 77 80 89 at byte 0"],
    ["another version", npy("", undefined, 4), "version 4.0 at byte 6"],
    ["a header cut short", fixture("f4").subarray(0, 40), "its header at byte 8 claims 118 bytes, 30 are left"],
    ["a header's length cut short", fixture("version-2").subarray(0, 11), "11 bytes, the header's length at byte 8 needs 4"],
    ["a header that never ends", npy(" ".repeat(20_000)), "its header at byte 8 claims 20001 bytes, at most 10000"],
    ["no dict", npy("[]"), "header at byte 10: it is no dict"],
    [
      "an expression",
      npy("{'descr': open('x'), 'fortran_order': False, 'shape': ()}"),
      `"'descr': open('x'), 'fortran_order': Fal" is no entry`,
    ],
    ["a key twice", npy("{'descr': '<f4', 'descr': '<f8'}"), "it names descr twice"],
    ["a missing key", npy("{'descr': '<f4', 'shape': (1,)}"), "fortran_order is missing"],
    ["an order that is none", npy(dict("'<f4'", "(1,)", "'C'")), "fortran_order is 'C'"],
    ["a shape that is none", npy(dict("'<f4'", "(3)")), "shape is (3), expected a tuple"],
    ["too many dimensions", npy(dict("'<f4'", `(${"1,".repeat(33)})`)), "shape has 33 dimensions"],
    ["a size beyond 2^53", npy(dict("'<f4'", "(9007199254740992,)")), "sizes are below 2^53"],
    [
      "sizes whose product is beyond all numbers",
      npy(dict("'<f4'", `(${"9007199254740991,".repeat(30)})`)),
      "takes Infinity bytes",
    ],
    [
      "a claim of 2^52 values",
      npy(dict("'|u1'", "(4503599627370496,)")),
      "truncated: shape (4503599627370496) of |u1 takes 4503599627370496 bytes, but from byte",
    ],
    ["texts of no characters, which would take no bytes", npy(dict("'<U0'", "(1000000000000,)")), `descr is "<U0"`],
    ["bytes behind the values", Uint8Array.from([...fixture("f4"), 0]), "takes 140 bytes, but from byte 128 there are 141"],
    ["no byte order", npy(dict("'f4'", "(0,)")), "does not say the byte order"],
    ["a bool of 2", npy(dict("'|b1'", "(1,)"), Uint8Array.of(2)), "a bool of the values at byte"],
    [
      "an integer beyond 2^53",
      npy(dict("'<i8'", "(1,)"), Uint8Array.of(1, 0, 0, 0, 0, 0, 32, 0)),
      "is 9007199254740993; beyond 2^53",
    ],
    ["a text of no Unicode", npy(dict("'<U1'", "(1,)"), Uint8Array.of(0, 0, 0, 255)), "holds 4278190080, no Unicode"],
    [
      "pickled objects",
      fixture("object"),
      'descr is "|O" in the header at byte 8: Python objects, which are never unpickled here',
    ],
    ["complex numbers", fixture("complex"), 'descr is "<c16"'],
    ["structured types", fixture("fields"), "descr is a list of fields"],
    ["dates", fixture("dates"), 'descr is "<M8[D]"'],
  ])("refuses %s", (_, bytes, message) => {
    expect(() => decodeNpy(bytes, "toy.npy")).toThrow(message);
  });
});
