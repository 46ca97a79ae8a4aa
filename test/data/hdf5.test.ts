import { readFileSync } from "node:fs";
import { gunzipSync, gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { type ReadOptions, readDataset } from "../../src/data/read-dataset.js";
import { toDense } from "../../src/data/sample-matrix.js";

// Files that h5py, anndata, loompy and hdf5storage wrote (test/fixtures/hdf5/make.py), against what they read of them.

const PACKED = ["csr.h5ad", "v73.mat", "deflated.h5", "a.loom"];
const bytesOf = (name: string) => {
  const packed = PACKED.includes(name);
  const bytes = readFileSync(new URL(`../fixtures/hdf5/${name}${packed ? ".gz" : ""}`, import.meta.url));
  return new Uint8Array(packed ? gunzipSync(bytes) : bytes);
};
const expected = JSON.parse(new TextDecoder().decode(bytesOf("expected.json")));
const cells = { name: "cells.csv", bytes: bytesOf("cells.csv") };
const read = (name: string, options: ReadOptions = {}) => readDataset([{ name, bytes: bytesOf(name) }], options);
const X: number[][] = expected["dense.h5ad"].x;
const LABELS = Array.from({ length: 12 }, (_, i) => "abc"[i % 3]);

async function matrix(name: string, options: ReadOptions = {}) {
  const { x, samples, features } = await read(name, options);
  const all = toDense(x);
  return Array.from({ length: samples }, (_, i) => Array.from(all.subarray(i * features, (i + 1) * features)));
}
async function labels(name: string, options: ReadOptions = {}) {
  const { y, classes } = await read(name, options);
  return Array.from(y, (c) => classes[c]);
}

describe("AnnData", () => {
  const known = expected["csr.h5ad"];

  it.each([undefined, "raw/X", "layers/counts", "/layers/dense", "obsm/X_pca"])("matrix %s is anndata's", async (x) => {
    expect(await matrix("csr.h5ad", x === undefined ? {} : { x })).toEqual(known[x === undefined ? "x" : x.replace(/^\//, "")]);
  });

  it("X, CSR or CSC, stays sparse; names, IDs and the label's column are found", async () => {
    const dataset = await read("csr.h5ad");
    expect(dataset).toMatchObject({ name: "csr", ids: known.ids, featureNames: known.features, classes: ["a", "b", "c"] });
    expect(dataset.x).toHaveProperty("rowPtr");
    expect((await read("csr.h5ad", { x: "layers/counts" })).x).toHaveProperty("rowPtr");
    expect(dataset.notes).toContain("labels are obs cell_type (option label)");
    expect((await read("csr.h5ad", { x: "obsm/X_pca" })).featureNames).toBeUndefined();
  });

  it.each(["cell_type", "donor", "cluster", "count", "control"])("labels are obs %s", async (label) => {
    expect(await labels("csr.h5ad", { label })).toEqual(known[label].map(String));
  });

  it("groups and numbers to learn are columns of obs, too", async () => {
    expect((await read("csr.h5ad", { group: "donor" })).groups).toEqual(known.donor);
    expect(Array.from((await read("csr.h5ad", { target: ["age", "count"] })).targets ?? [])).toEqual(
      known.age.flatMap((age: number, i: number) => [age, known.count[i]]),
    );
  });

  it("labels may lie in a file by ID; a missing one is refused", async () => {
    expect(await labels("csr.h5ad", { labels: cells })).toEqual(LABELS);
    expect((await read("csr.h5ad", { labels: cells, label: "cell_type", group: "donor" })).groups).toEqual(known.donor);
    for (const label of ["some", "nullable"])
      await expect(read("csr.h5ad", { label })).rejects.toThrow('csr.h5ad: sample "s4": the label is empty');
  });

  it("gaps in a column of numbers are no group and no class", async () => {
    await expect(read("gaps.h5ad", { group: "patient" })).rejects.toThrow(
      'gaps.h5ad: sample "s2" has group "NaN", which is none; every sample needs one',
    );
    await expect(read("gaps.h5ad", { label: "patient" })).rejects.toThrow("the label of row 3 is NaN, not a class");
  });

  it("a matrix of other samples is refused", async () => {
    await expect(read("gaps.h5ad", { x: "mod/rna/X" })).rejects.toThrow(
      "gaps.h5ad: /mod/rna/X is no matrix of the samples of obs: option x takes X, layers/NAME, raw/X or obsm/NAME; it holds X",
    );
  });

  it("categories may lie in a group beside the columns, as until version 0.7", async () => {
    expect(await matrix("dense.h5ad")).toEqual(X);
    expect(await labels("dense.h5ad")).toEqual(LABELS);
    expect(await read("dense.h5ad")).toMatchObject({ ids: known.ids, featureNames: known.features });
  });

  it("what is not there, or no option of it, is told", async () => {
    await expect(read("csr.h5ad", { label: "celltype" })).rejects.toThrow(
      'no label column "celltype"; did you mean "cell_type"?',
    );
    await expect(read("csr.h5ad", { x: "layers/no" })).rejects.toThrow(
      "it holds X, raw/X, layers/counts, layers/dense, obsm/X_pca",
    );
    await expect(read("csr.h5ad", { y: "y" })).rejects.toThrow("option y is for MATLAB 7.3, plain datasets, and this is AnnData");
    await expect(read("csr.h5ad", { header: true })).rejects.toThrow("not for HDF5 files");
  });
});

describe("10x Genomics, Loom, MATLAB 7.3 and plain datasets", () => {
  it.each(["v3.h5", "v2.h5"])("%s: samples are the barcodes, labels lie in a file", async (name) => {
    const dataset = await read(name, { labels: cells });
    expect(dataset).toMatchObject({ ids: expected["csr.h5ad"].ids, featureNames: expected["csr.h5ad"].features });
    expect(dataset.x).toHaveProperty("rowPtr");
    expect(await matrix(name, { label: null })).toEqual(X.map((row) => row.map((value) => Math.trunc(2 * value))));
    expect(await labels(name, { labels: cells })).toEqual(LABELS);
    await expect(read(name)).rejects.toThrow("give labels in a file (option labels)");
  });

  it("10x Genomics' features of several types are read, and told", async () => {
    expect(await matrix("typed.h5", { label: null })).toEqual(await matrix("v3.h5", { label: null }));
    const told = async (name: string) => (await read(name, { label: null })).notes?.join() ?? "";
    expect(await told("typed.h5")).toContain("2 types, and all are read: Gene Expression (18), Antibody Capture (2)");
    expect(await told("v3.h5")).not.toContain("types");
  });

  it("Loom: genes x cells with attributes of both", async () => {
    expect(await matrix("a.loom")).toEqual(X);
    expect(await labels("a.loom", { label: "cell_type" })).toEqual(LABELS);
    expect(await read("a.loom")).toMatchObject({ ids: expected["csr.h5ad"].ids, featureNames: expected["csr.h5ad"].features });
    expect((await read("a.loom", { target: ["age"] })).targetNames).toEqual(["age"]);
  });

  it("MATLAB 7.3: matrices, sparse ones, logical ones, cells, texts, fields of structs", async () => {
    expect(await matrix("v73.mat")).toEqual(X);
    expect(await labels("v73.mat")).toEqual(LABELS);
    expect(await matrix("v73.mat", { x: "S" })).toEqual(X);
    expect((await read("v73.mat", { x: "S" })).x).toHaveProperty("rowPtr");
    const flags = X.map((row) => row.map((value) => Number(value !== 0)));
    expect(await matrix("v73.mat", { x: "flags" })).toEqual(flags);
    expect(await matrix("v73.mat", { x: "B", y: "letters" })).toEqual(flags);
    expect(await labels("v73.mat", { y: "letters" })).toEqual(LABELS);
    expect(await matrix("v73.mat", { x: "data.X", y: "data.y" })).toEqual(X);
    expect(await labels("v73.mat", { x: "data.X", y: "data.y" })).toEqual(LABELS.map((label) => String("abc".indexOf(label))));
    await expect(read("v73.mat", { x: "Z" })).rejects.toThrow("variable Z is complex");
    await expect(read("v73.mat", { x: "data" })).rejects.toThrow("name a field of it, like data.X");
  });

  it("an enumeration is its names, and no boolean", async () => {
    const told = LABELS.map((_, i) => ["red", "green", "blue"][i % 3]);
    expect(await labels("names.h5")).toEqual(told);
    expect(await labels("names.h5", { y: "negative" })).toEqual(told);
    expect((await read("names.h5", { group: "negative" })).groups).toEqual(told);
  });

  it("plain datasets go by their paths, of either byte order, packed, by links inside the file", async () => {
    expect(await matrix("plain.h5")).toEqual(X);
    expect(await labels("plain.h5")).toEqual(LABELS);
    expect(await matrix("plain.h5", { x: "/data/packed", y: "/data/y" })).toEqual(X);
    const bytes = gzipSync(bytesOf("plain.h5"));
    expect(
      (await readDataset([{ name: "plain.h5.gz", bytes }], { x: "data/X", y: "data/y", group: "data/texts" })).groups,
    ).toEqual(LABELS);
    await expect(read("plain.h5", { x: "data/nothing" })).rejects.toThrow(
      "no variable data/nothing; it holds Y (12 x 1 cell), X (12 x 20 double)",
    );
  });
});

describe("texts", () => {
  it("are UTF-8; spaces that pad them are left out", async () => {
    expect(await labels("texts.h5", { y: "utf8" })).toEqual(
      LABELS.map((label) => ({ a: "grün ", b: "grän ", c: "blau " })[label]),
    );
    expect(await labels("texts.h5", { y: "padded" })).toEqual(
      LABELS.map((label) => ({ a: "a b", b: "c", c: "12345678" })[label]),
    );
  });

  it.each(["variable", "fixed"])("of another encoding are refused: %s length", async (y) => {
    await expect(read("texts.h5", { y })).rejects.toThrow(
      `texts.h5: /${y} cannot be read: text "grün" is not UTF-8 (Latin-1, perhaps); write its texts as UTF-8`,
    );
  });
});

describe("datasets that nobody asks for", () => {
  it("may be empty, groups may lead in circles, links elsewhere", async () => {
    expect(await matrix("beside.h5")).toEqual(X);
    expect(await matrix("beside.h5", { x: "deep/X" })).toEqual(X.map((row) => row.map((value) => 2 * value)));
    const ofTest: ReadOptions = { x: "deep/X", y: "deep/Y", part: "test" };
    expect(await matrix("beside.h5", ofTest)).toEqual(X.map((row) => row.map((value) => 3 * value)));
    expect(await matrix("v73.mat")).toEqual(X);
    expect((await read("beside.h5", { x: "deep/X", y: "deep/Y" })).beside).toEqual(["test"]);
    for (const name of ["beside.h5", "v73.mat"]) expect((await read(name)).beside).toBeUndefined();
  });

  it("are refused where they are asked for", async () => {
    await expect(read("beside.h5", { x: "nothing" })).rejects.toThrow("beside.h5: variable nothing is a null matrix; expected");
    await expect(read("beside.h5", { y: "label" })).rejects.toThrow("beside.h5: variable label is a null matrix; expected");
    await expect(read("v73.mat", { x: "nothing" })).rejects.toThrow(
      "v73.mat: variable nothing is 0; expected samples x features",
    );
  });
});

describe("files that lie, and what is not read", () => {
  it.each<[string, ReadOptions, string]>([
    ["plain.h5", { x: "data/lzf" }, "plain.h5: /data/lzf is packed with lzf, which is not read; write it with gzip, or unpacked"],
    ["plain.h5", { x: "data/half" }, "variable data/half is a floats of 16 bits matrix"],
    ["plain.h5", { x: "data/long" }, "/data/long: integer 1 is 1152921504606846976; beyond 2^53"],
    ["cycles.h5", {}, "cycles.h5: /X cannot be read: too many links"],
    ["outside.h5", {}, 'outside.h5: /X is a link to another file ("plain.h5"), which is not followed'],
    ["virtual.h5", {}, "virtual.h5: /X is put together of other files (a virtual dataset), which is not read"],
    [
      "claim.h5",
      { label: null },
      "which take 8796093022208 bytes in memory, above the limit of 1073741824; raise it with option",
    ],
    ["claim.h5ad", {}, "2147483648 x 2147483648 cells with 1099511627776 values, which take 8813272891400 bytes in memory"],
    ["chunk.h5", {}, "/X has 4 x 268435456 numbers, which take 4294967296 bytes in memory, above the limit of 1073741824"],
    ["cut.h5ad", {}, "cut.h5ad: the file cannot be read: truncated file"],
  ])("%s %o", async (name, options, message) => {
    await expect(read(name, options)).rejects.toThrow(message);
  });

  it("a chunk beyond the limit is not unpacked, and the next file is read", async () => {
    const bytes = bytesOf("deflated.h5");
    await expect(readDataset([{ name: "deflated.h5", bytes }], { maxBytes: 2 ** 20 })).rejects.toThrow(
      "/X cannot be read: it takes more than the limit of 1048576 bytes; raise it with option maxBytes",
    );
    expect(await labels("plain.h5")).toEqual(LABELS);
  });
});
