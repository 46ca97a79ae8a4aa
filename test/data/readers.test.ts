import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { digits } from "../../src/data/digits.js";
import { readDataset } from "../../src/data/read-dataset.js";
import { toDense } from "../../src/data/sample-matrix.js";

const utf8 = (text: string) => new TextEncoder().encode(text);
const file = (name: string, content: Uint8Array | string) => ({
  name,
  bytes: typeof content === "string" ? utf8(content) : content,
});
const gzip = (content: Uint8Array | string) => new Uint8Array(gzipSync(content));
const mat = new Uint8Array(readFileSync(fileURLToPath(new URL("../fixtures/mat/f8.mat", import.meta.url))));
const csv = "1,2,0\n3,4,1\n";

// an IDX file of `dims` with big-endian values written by `set`
function idx(type: number, bytes: number, dims: number[], set: (view: DataView, at: number, k: number) => void): Uint8Array {
  const count = dims.reduce((product, size) => product * size, 1);
  const view = new DataView(new ArrayBuffer(4 + 4 * dims.length + count * bytes));
  view.setUint32(0, (type << 8) | dims.length);
  dims.forEach((size, i) => {
    view.setUint32(4 + 4 * i, size);
  });
  for (let k = 0; k < count; k++) set(view, 4 + 4 * dims.length + k * bytes, k);
  return new Uint8Array(view.buffer);
}

const images = idx(8, 1, [3, 2, 4], (view, at, k) => view.setUint8(at, 10 * k));
const labels = idx(8, 1, [3], (view, at, k) => view.setUint8(at, 7 - k));

describe("readDataset", () => {
  it("knows formats by content, whatever the name, gzipped or not", async () => {
    for (const name of ["a/b/toy.mat", "toy.dat", "toy"]) {
      expect(await readDataset([file(name, mat)])).toMatchObject({ name: "toy", samples: 7, features: 5 });
      expect(await readDataset([file(name, gzip(mat))])).toMatchObject({ name: "toy", samples: 7, features: 5 });
    }
    expect(await readDataset([file("one", labels), file("two", gzip(images))])).toMatchObject({ samples: 3, features: 8 });
  });

  it("reads text by its extension", async () => {
    for (const name of ["toy.csv", "toy.TSV", "toy.txt", "toy.data", "toy.csv.gz", "C:\\data\\toy.tsv.gz"]) {
      const text = /tsv/i.test(name) ? csv.replaceAll(",", "\t") : csv;
      const bytes = name.endsWith(".gz") ? gzip(text) : utf8(text);
      expect(await readDataset([file(name, bytes)])).toMatchObject({ name: "toy", samples: 2, features: 2 });
    }
  });

  it("splits .tsv at tabs alone", async () => {
    await expect(readDataset([file("toy.tsv", csv)])).rejects.toThrow("toy.tsv: row 1 has one cell");
  });

  it("hands the options on", async () => {
    const options = { name: "mine", label: "kind", classes: ["b", "a", "c"] };
    const dataset = await readDataset([file("toy.csv", "kind,size\na,1\nb,2\n")], options);
    expect(dataset).toMatchObject({ name: "mine", classes: ["b", "a", "c"], y: Uint32Array.of(1, 0) });
  });

  it.each<[string, { name: string; bytes: Uint8Array }[], string]>([
    ["no file", [], "readDataset: 0 files given"],
    ["an empty file", [file("toy.csv", "")], "toy.csv: the file is empty"],
    ["an empty .mat", [file("toy.mat", "")], "toy.mat: the file is empty"],
    ["a text named .mat", [file("toy.mat", csv)], "toy.mat: truncated: 12 bytes, the header of a MATLAB file has 128"],
    ["another binary format", [file("toy.npz", "PK\x01\x02rest")], "toy.npz: unknown format (it starts with bytes 50 4b 01 02"],
    [
      "a Parquet file",
      [file("toy.parquet", "PAR1\x15\x04rest")],
      "toy.parquet: a Parquet file, which is not read; write it as .csv",
    ],
    ["a binary named .csv", [file("toy.csv", "1,2,\0\n")], "toy.csv: unknown format"],
    [
      "text of an unknown extension",
      [file("toy.odd", csv)],
      "read are CSV or TSV (.csv, .tsv, .txt, .data, .tab), Excel (.xlsx, .xlsm), HDF5 (.h5ad, .h5, .hdf5, .loom), MATLAB 4 to 7 (.mat), NumPy (.npz, .npy), svmlight",
    ],
    [
      "two tables",
      [file("a.csv", csv), file("b.csv", csv)],
      "a.csv + b.csv: two files are read only as a pair of .npy, a matrix (.mtx) with what lies beside it or a pair of IDX files",
    ],
    [
      "a truncated gzip",
      [file("toy.csv.gz", gzip(csv).subarray(0, 20))],
      "toy.csv.gz: its 20 compressed bytes (gzip) are truncated",
    ],
  ])("refuses %s", async (_, files, message) => {
    await expect(readDataset(files)).rejects.toThrow(message);
  });

  it("stops a bomb at the limit asked for", async () => {
    const bomb = file("toy.csv.gz", gzip(new Uint8Array(1e6).fill(0x31)));
    await expect(readDataset([bomb], { maxBytes: 1e5 })).rejects.toThrow("more than the limit of 100000 bytes");
  });
});

describe("IDX", () => {
  it("gives pictures, row by row, with their shape, in either order of the files", async () => {
    for (const pair of [
      [file("t-images-idx3-ubyte", images), file("t-labels-idx1-ubyte", labels)],
      [file("t-labels-idx1-ubyte.gz", gzip(labels)), file("t-images-idx3-ubyte", images)],
    ]) {
      const dataset = await readDataset(pair);
      expect(dataset).toMatchObject({ name: "t", samples: 3, features: 8, imageShape: [2, 4], classes: ["5", "6", "7"] });
      expect([...toDense(dataset.x)]).toEqual(Array.from({ length: 24 }, (_, k) => 10 * k));
      expect([...dataset.y]).toEqual([2, 1, 0]);
    }
  });

  it.each<[number, number, (view: DataView, at: number, k: number) => void]>([
    [9, 1, (view, at, k) => view.setInt8(at, k - 3)],
    [0x0b, 2, (view, at, k) => view.setInt16(at, k - 3)],
    [0x0c, 4, (view, at, k) => view.setInt32(at, k - 3)],
    [0x0d, 4, (view, at, k) => view.setFloat32(at, k - 3)],
    [0x0e, 8, (view, at, k) => view.setFloat64(at, k - 3)],
  ])("widens type %i of %i bytes, big-endian, and reads tables of two dimensions", async (type, bytes, set) => {
    const dataset = await readDataset([file("x", idx(type, bytes, [3, 2], set)), file("y", labels)]);
    expect([...toDense(dataset.x)]).toEqual([-3, -2, -1, 0, 1, 2]);
    expect(dataset.imageShape).toBeUndefined();
  });

  const claim = (bytes: Uint8Array, at: number, value: number) => {
    const copy = bytes.slice();
    new DataView(copy.buffer).setUint32(at, value);
    return copy;
  };
  it.each<[string, Uint8Array[], string]>([
    ["one file alone", [images], "IDX data is a pair of files, samples (n x height x width) and labels (n); here: 3 x 2 x 4"],
    ["two files of labels", [labels, labels], "here: 3 and 3"],
    ["counts that differ", [images, idx(8, 1, [2], (view, at, k) => view.setUint8(at, k))], "3 samples but 2 labels"],
    [
      "truncated pictures",
      [images.subarray(0, 39), labels],
      "f0-idx: truncated: 39 bytes, but 3 x 2 x 4 values of 1 bytes from byte 16 on end at byte 40",
    ],
    ["bytes at the end", [Buffer.concat([images, labels]), labels], "f0-idx: 51 bytes, but 3 x 2 x 4"],
    [
      "a truncated header",
      [images.subarray(0, 10), labels],
      "truncated: 10 bytes, the header of 3 dimensions, whose sizes start at byte 4, has 16",
    ],
    ["a claim of 2^40 values", [claim(claim(images, 4, 2 ** 20), 8, 2 ** 18), labels], "1048576 x 262144 x 4 values"],
    ["255 dimensions", [claim(images, 0, 0x8ff), labels], "255 dimensions at byte 3; at most 3"],
    ["no IDX file beside one", [utf8(csv), labels], "f0-idx: not an IDX file: it starts with bytes 49 44 50 44"],
    ["pictures of no pixels", [idx(8, 1, [3, 0, 4], () => {}), labels], "the samples have shape (3, 0, 4): there are none"],
  ])("refuses %s", async (_, contents, message) => {
    await expect(readDataset(contents.map((content, i) => file(`f${i}-idx`, content)))).rejects.toThrow(message);
  });
});

describe("digits", () => {
  it("are 1797 pictures of 8 x 8 from 0 to 16 in ten classes", async () => {
    const dataset = await digits();
    expect(dataset).toMatchObject({ name: "digits", samples: 1797, features: 64, imageShape: [8, 8] });
    expect(dataset.classes).toEqual(["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"]);
    // zcat digits.csv.gz | cut -d, -f65 | sort | uniq -c, and the sum of the other columns
    const counts = new Array(10).fill(0);
    for (const label of dataset.y) counts[label]++;
    expect(counts).toEqual([178, 182, 177, 183, 181, 182, 181, 179, 174, 180]);
    expect(toDense(dataset.x).reduce((sum, value) => sum + value, 0)).toBe(561718);
    expect([...dataset.x.subarray(0, 6)]).toEqual([0, 0, 5, 13, 9, 1]);
    const bytes = readFileSync(new URL("../../src/data/digits.csv.gz", import.meta.url));
    const { notes, x, ...table } = await readDataset([{ name: "digits.csv.gz", bytes }], { header: false });
    expect(dataset).toEqual({ ...table, x: Float32Array.from(toDense(x)), imageShape: [8, 8] });
  });
});
