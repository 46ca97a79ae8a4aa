import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { deflateSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { readMat } from "../../src/data/formats/matlab/matlab.js";
import { toDense } from "../../src/data/sample-matrix.js";

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
    await expect(read(fixture("names"))).rejects.toThrow(
      "toy.mat: no variable X; it holds samples (7 x 5 single), y (7 x 1 int64), note (1 x 4 char",
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
    [
      "nested",
      "no variable X; it holds data (1 x 1 struct); fields of structs and cells are not read: save plain numeric matrices",
    ],
    ["cell", "variable Y is a cell matrix"],
    ["char", "variable Y is a char matrix"],
    ["sparse", "variable X is a sparse matrix; expected real numbers: save full(X)"],
    ["complex", "variable X is complex"],
    ["cube", "variable X is 7 x 5 x 2; expected samples x features"],
    ["nan", "1 value is missing in 1 of 5 features and 1 of 7 samples (feature 4: 1; the first in sample 3)"],
    ["overflow", "row 3, column 4 holds 1e+39, beyond the range of 32-bit floats"],
  ])("refuses %s", async (name, message) => {
    await expect(read(fixture(name))).rejects.toThrow(`toy.mat: ${message}`);
  });
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
    for (let at = 124; at < fixture("f4").length; at++) {
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
