import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { deflateSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { readMat } from "../../src/data/formats/matlab/matlab.js";
import { isSparse, toDense } from "../../src/data/sample-matrix.js";
import { WHOLE } from "../matrix.js";

// written by scipy: test/fixtures/mat/make.py
const fixture = (name: string) =>
  new Uint8Array(readFileSync(fileURLToPath(new URL(`../fixtures/mat/${name}.mat`, import.meta.url))));
const read = (bytes: Uint8Array, options = {}) => readMat(bytes, "toy.mat", options);

const values = (offset: number) => Array.from({ length: 35 }, (_, k) => 10 * Math.floor(k / 5) + (k % 5) - offset);
const labels = [0, 1, 2, 0, 1, 2, 0];

function patched(name: string, patch: (view: DataView, bytes: Uint8Array) => void): Uint8Array {
  const bytes = fixture(name);
  patch(new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), bytes);
  return bytes;
}

// the fixture with each uncompressed variable packed as MATLAB packs it
function packed(bytes: Uint8Array): Uint8Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const parts = [bytes.subarray(0, 128)];
  for (let at = 128; at < bytes.length; at += 8 + view.getUint32(at + 4, true)) {
    const body = deflateSync(bytes.subarray(at, at + 8 + view.getUint32(at + 4, true)));
    parts.push(new Uint8Array(Uint32Array.of(15, body.length).buffer), body);
  }
  return Buffer.concat(parts);
}

describe("readMat", () => {
  it.each("i1 u1 i2 u2 i4 u4 i8 u8 f4 f8".split(" "))("widens %s to f32, row by row", async (type) => {
    const dataset = await read(fixture(type));
    expect([...toDense(dataset.x)]).toEqual(values(type.startsWith("u") ? 0 : 3));
    expect([...dataset.y]).toEqual(labels);
    expect(dataset).toMatchObject({ samples: 7, features: 5, classes: ["1", "2", "3"] });
  });

  it("reads big-endian files, variables in any order, labels in a row, and small elements", async () => {
    for (const name of ["big-endian", "y-first"]) {
      const dataset = await read(fixture(name));
      expect([...toDense(dataset.x)]).toEqual(values(3));
      expect([...dataset.y]).toEqual(labels);
    }
    expect((await read(fixture("row-labels"))).classes).toEqual(["-1", "0", "1"]);
    expect([...toDense((await read(fixture("tiny"))).x)]).toEqual([1, 2]);
  });

  it("finds variables by the names given and by their lower case, past those that it cannot read", async () => {
    const dataset = await read(fixture("names"), { x: "samples", name: "seven", classes: ["3", "2", "1"] });
    expect(dataset).toMatchObject({ name: "seven", samples: 7, classes: ["3", "2", "1"] });
    expect([...dataset.y]).toEqual(labels.map((label) => 2 - label));
    expect(await read(fixture("names"))).toEqual({
      ...(await read(fixture("names"), { x: "samples" })),
      notes: ["variable samples is taken for X (option x)"],
    });
    await expect(read(fixture("names"), { x: "Q" })).rejects.toThrow(
      "toy.mat: no variable Q; it holds samples (7 x 5 single), y (7 x 1 int64), note (1 x 4 char",
    );
    await expect(read(fixture("names"), { x: "sample" })).rejects.toThrow(
      'did you mean "samples"? name the right one with option x',
    );
  });

  it("reads a file compressed here as it reads the plain one", async () => {
    expect((await read(packed(fixture("f4")))).x).toEqual((await read(fixture("f4"))).x);
  });

  it.each([
    ["struct", "variable X is a struct matrix; expected real numbers"],
    ["complex", "variable X is complex"],
    ["cube", "variable X is 7 x 5 x 2; expected samples x features"],
    ["nan", "1 value is missing in 1 of 5 features and 1 of 7 samples (feature 4: 1; the first in sample 3)"],
    ["overflow", "row 3, column 4 holds 1e+39, beyond the range of 32-bit floats"],
  ])("refuses %s", async (name, message) => {
    await expect(read(fixture(name))).rejects.toThrow(`toy.mat: ${message}`);
  });
});

describe("what scipy and Octave write is read as it is", () => {
  // S of make.m, row by row
  const S = new Array<number>(35).fill(0);
  [1, 2, 3, 4, 5, 6, 7, 1, 7].forEach((row, k) => {
    S[5 * (row - 1) + [1, 2, 3, 4, 5, 1, 2, 5, 4][k] - 1] = [1.5, -2, 3, 4, 5, 6, 7, 8, 9][k];
  });
  const named = ["n1", "n2", "n3"];
  it.each<[string, object, number[], string[]]>([
    ["octave-sparse", {}, S, ["1", "2", "3"]],
    ["octave-logical", {}, S.map((value) => Number(value !== 0)), ["1", "2", "3"]],
    ["octave-cell", {}, S, named],
    ["octave-char", {}, S, ["n1", "n2", "n2x", "n3"]],
    ["octave-flags", {}, S.map((value) => Number(value !== 0)), ["ä1", "ä2", "ä3"]],
    ["octave-usual", {}, S, ["1", "2", "3"]],
    ["octave-struct", {}, S, named],
    ["octave-struct", { x: "data.X", y: "DATA.Y" }, S, named],
    ["octave-struct", { x: "data.X", y: "data.deep.Y" }, S, ["1", "2", "3"]],
    ["octave-v4", {}, S, ["1", "2", "3"]],
    ["octave-v4-sparse", {}, S, ["1", "2", "3"]],
    ["nested", {}, values(3), ["1", "2", "3"]],
    ["cell", {}, values(3), ["a", "b"]],
    ["char", {}, values(3), ["a", "b", "c"]],
    ["sparse", {}, values(3), ["1", "2", "3"]],
    ["v4", {}, values(3), ["1", "2", "3"]],
    ["v4-sparse", {}, values(3), ["1", "2", "3"]],
    ["logical", {}, [1, 0, 0, 0, 1, 0, 0, 0, 1, 1, 0, 1], ["1", "2"]],
    ["off-spec-logical", {}, [1, 0, 0, 0, 1, 0, 0, 0, 1, 1, 0, 1], ["1", "2"]],
  ])("%s %j", async (name, options, x, classes) => {
    const found = await read(fixture(name), options);
    expect([...toDense(found.x)]).toEqual(x);
    expect(found.classes).toEqual(classes);
  });

  it("keeps sparse samples sparse, by rows and by columns", async () => {
    const wide = fixture("off-spec-logical");
    for (const orientation of ["rows", "columns"] as const) {
      const { x, samples } = await read(wide, { orientation, label: null });
      expect({ samples, sparse: isSparse(x) }).toEqual({ samples: orientation === "rows" ? 4 : 3, sparse: false }); // half of it is not 0
    }
    const real = await read(fixture("octave-sparse"));
    expect(isSparse(real.x)).toBe(false);
  });
});

describe("a hostile sparse matrix, cell or struct", () => {
  // X of off-spec-logical.mat: dimensions at 160, rows at 192, column starts at 224
  it.each<[string, string, string, (view: DataView) => void]>([
    [
      "off-spec-logical",
      "claims 2^31 rows",
      "2147483647 sparse samples take 8589934632 bytes, above the limit of 1000000",
      (view) => view.setInt32(160, 2 ** 31 - 1, true),
    ],
    [
      "off-spec-logical",
      "claims more columns",
      "16 bytes of column starts, expected 4 for each of",
      (view) => view.setInt32(164, 2 ** 30, true),
    ],
    [
      "off-spec-logical",
      "has a value beyond its rows",
      "value 1 is in row 10, column 1, but there are 4 x 3",
      (view) => view.setInt32(192, 9, true),
    ],
    [
      "off-spec-logical",
      "has columns that fall",
      "its line 2 ends at 1, before it starts (2)",
      (view) => view.setInt32(232, 1, true),
    ],
    ["off-spec-logical", "claims more values", "claims 99 values, but has", (view) => view.setInt32(236, 99, true)],
    ["cell", "has a cell that is none", "cell 1 of Y at byte", (view) => view.setUint32(528, 9, true)],
    ["v4", "has another type", "has type 60, which is none of Level 4", (view) => view.setUint32(302, 60, true)],
    [
      "v4",
      "claims more values",
      "truncated: variable 1 at byte 0 claims 1048576 x 5",
      (view) => view.setUint32(4, 2 ** 20, true),
    ],
    ["v4-sparse", "has an index that is none", "which is no whole number", (view) => view.setFloat64(22, 1.5, true)],
  ])("%s %s", async (name, _, message, patch) => {
    await expect(read(patched(name, patch), { maxBytes: 1e6, ...(/^off/.test(name) && { label: null }) })).rejects.toThrow(
      message,
    );
  });

  it.each(["octave-struct", "cell", "v4-sparse", "off-spec-logical"])(
    "%s may be truncated, or have any one byte wrong: the answer is a dataset or one clear line",
    async (name) => {
      const whole = fixture(name);
      const step = Math.ceil(whole.length / 40);
      for (let at = 0; at < whole.length; at += step) {
        const wrong = whole.slice();
        wrong[at] ^= 0x55;
        for (const bytes of [whole.subarray(0, at), wrong])
          await read(bytes, { maxBytes: 1e6 }).catch((error: Error) =>
            expect(`${error.name}: ${error.message}`).toMatch(/^CoppiceError: toy(\.mat.*)?: .+$/),
          );
      }
    },
  );
});

it("reads samples from columns where only these fit the labels, or where it is told", async () => {
  const rows = await read(fixture("f8"));
  const columns = await read(fixture("transposed"));
  expect(columns).toEqual({ ...rows, notes: ["samples are columns: X has 7, as many as there are labels"] });
  expect(await read(fixture("transposed"), { orientation: "columns" })).toEqual(rows);
  await expect(read(fixture("transposed"), { orientation: "rows" })).rejects.toThrow(
    "variable Y is 7 x 1; expected 5 x 1, a label for each row of X; is X transposed?",
  );
});

// In f4.mat X is the matrix at byte 128: its flags at 136, dimensions at 152 (values at 160), name at 168, values at 176.
describe("a hostile or damaged .mat", () => {
  it("may claim 2^40 elements, plain or compressed, and is refused before anything is allocated", async () => {
    const huge = patched("f4", (view) => {
      view.setInt32(160, 2 ** 20, true);
      view.setInt32(164, 2 ** 20, true);
    });
    const message = "variable X claims 1048576 x 1048576 = 1099511627776 elements in 192 bytes (dimensions at byte";
    await expect(read(huge)).rejects.toThrow(message);
    await expect(read(packed(huge))).rejects.toThrow(message);
  });

  it("may be truncated at any byte", async () => {
    for (const name of ["f4", "f8"]) {
      const bytes = fixture(name);
      for (let length = 0; length < bytes.length - 4; length++) {
        await expect(read(bytes.subarray(0, length))).rejects.toThrow(/^toy\.mat.*(truncated|no variable)/);
      }
    }
  });

  it("may have any one byte wrong: the answer is a dataset or one clear line", async () => {
    for (let at = 124; at < fixture("f4").length; at += WHOLE ? 1 : 4) {
      for (const value of [0, 1, 14, 0x7f, 0xff]) {
        const bytes = patched("f4", (_, raw) => raw.fill(value, at, at + 1));
        await read(bytes).catch((error: Error) =>
          expect(`${error.name}: ${error.message}`).toMatch(/^CoppiceError: toy\.mat.*: .+$/),
        );
      }
    }
  });

  it.each<[string, string, (view: DataView, bytes: Uint8Array) => void]>([
    ["the wrong byte order mark", "wrong byte order", (_, bytes) => bytes.set([77, 73], 126)],
    ["no byte order mark", "bytes 126 and 127 hold 0, 0", (_, bytes) => bytes.fill(0, 126, 128)],
    [
      "text of Octave's own in it",
      "a file in a format of Octave's own; save it again with -v7",
      (_, bytes) => bytes.set(Buffer.from("# Created by Octave 7.3.0"), 0),
    ],
    ["another version", "version 0x0300", (view) => view.setUint16(124, 0x300, true)],
    ["the header of version 7.3", "HDF5", (_, bytes) => bytes.set(Buffer.from("MATLAB 7.3"), 0)],
    ["big-endian elements", "element 1 at byte 128 has type 14592", (view) => view.setUint32(128, 14592, true)],
    [
      "dimensions that disagree with the values",
      "are 140 bytes; 7 x 6 of 4 bytes each are 168",
      (view) => view.setInt32(164, 6, true),
    ],
    ["negative dimensions", "at byte 160 are 7 x -5", (view) => view.setInt32(164, -5, true)],
    ["no rows", "variable X is 0 x 5", (view) => view.setInt32(160, 0, true)],
    ["values that are text", "the values of X at byte 176 have type 16", (view) => view.setUint32(176, 16, true)],
    [
      "values beyond the matrix",
      "truncated: the values of X at byte 176 claims 4096 bytes",
      (view) => view.setUint32(180, 4096, true),
    ],
    ["a small element of 5 bytes", "claims 5 bytes in a small element", (view) => view.setUint16(170, 5, true)],
    ["two variables of one name", "2 variables match X: X, X", (_, bytes) => bytes.fill(88, 372, 373)],
  ])("may have %s", async (_, message, patch) => {
    await expect(read(patched("f4", patch))).rejects.toThrow(message);
  });

  it("may be HDF5 by its signature alone", async () => {
    const bytes = new Uint8Array(1024);
    bytes.set([0x89, 0x48, 0x44, 0x46, 13, 10, 26, 10], 512);
    await expect(read(bytes)).rejects.toThrow("save it again with -v7");
  });

  it("may inflate to more than it claims", async () => {
    const whole = fixture("f4");
    const bomb = deflateSync(Buffer.concat([whole.subarray(128, 328), new Uint8Array(10_000_000)]));
    const bytes = Buffer.concat([
      whole.subarray(0, 128),
      new Uint8Array(Uint32Array.of(15, bomb.length).buffer),
      bomb,
      whole.subarray(328),
    ]);
    await expect(read(bytes)).rejects.toThrow("inflate to more than the limit of 208 bytes");
  });

  it("may hold garbage where compressed data belongs", async () => {
    const bytes = patched("f8", (_, raw) => raw.fill(7, 150, 160));
    await expect(read(bytes)).rejects.toThrow("toy.mat, inflated from byte 136: its");
  });
});
