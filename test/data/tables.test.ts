import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type DataFile, type ReadOptions, readDataset } from "../../src/data/read-dataset.js";
import { toDense } from "../../src/data/sample-matrix.js";
import { numRuns } from "../matrix.js";
import { content, csv, file, read } from "./text-tables.js";

const transpose = <T>(rows: readonly (readonly T[])[]) => rows[0].map((_, j) => rows.map((row) => row[j]));

const number = fc.float({ noDefaultInfinity: true, noNaN: true }).map((value) => Math.fround(value) + 0);
/** Rows with a header, IDs, features and text labels, at least two samples a class and as many features. */
const tableArbitrary = fc
  .record({ samples: fc.integer({ min: 5, max: 12 }), features: fc.integer({ min: 2, max: 8 }), seed: fc.nat() })
  .chain(({ samples, features }) =>
    fc
      .array(fc.array(number, { minLength: features, maxLength: features }), { minLength: samples, maxLength: samples })
      .map((values) => [
        ["name", ...Array.from({ length: features }, (_, j) => `g${j}`), "kind"],
        ...values.map((row, i) => [`s${i}`, ...row.map(String), i % 2 ? "sick" : "well"]),
      ]),
  );

describe("samples in rows or columns", () => {
  it("give the same dataset, told or guessed", async () => {
    await fc.assert(
      fc.asyncProperty(tableArbitrary, async (table) => {
        const rows = await read(csv(table), { orientation: "rows" });
        const across = csv(transpose(table));
        expect(content(await read(across, { orientation: "columns" }))).toEqual(content(rows));
        expect(content(await read(across))).toEqual(content(rows));
        expect(content(await read(across, { label: "kind" }))).toEqual(content(rows));
        expect(content(await read(csv(table)))).toEqual(content(rows));
        expect(rows.ids).toEqual(table.slice(1).map((row) => row[0]));
        expect(rows.featureNames).toEqual(table[0].slice(1, -1));
        expect([...toDense(rows.x)]).toEqual(table.slice(1).flatMap((row) => row.slice(1, -1).map((cell) => Number(cell) + 0)));
      }),
      numRuns(40),
    );
  });

  const unlabelled = "gene,s1,s2,s3\nA,1.5,2,3\nB,4,5,6\nC,7,8,9\nD,1,2,3\n";
  it.each<[string, string, string, ReadOptions, string | undefined]>([
    ["the first cell", unlabelled, "columns", { label: null }, 'its first cell says "gene"'],
    ["the first cell, of samples", unlabelled.replace("gene", "sample"), "rows", { label: null }, undefined],
    ["the shape", unlabelled.replace("gene", ""), "columns", { label: null }, "4 named rows and 3 named columns of numbers"],
    [
      "a last column like labels",
      "id,a,b,y\np,1.5,2,0\nq,1,2,1\nr,1,3,0\ns,2,2,1\nt,1,1,1\n",
      "rows",
      {},
      "the last column holds whole numbers that repeat",
    ],
    ["a last row like labels", "id,p,q,r,s\na,1.5,1,2,4\nb,1,2,2,5\ny,0,1,0,1\n", "columns", {}, "the last row holds whole"],
    [
      "labels over the columns",
      "x,ALL,ALL,AML,AML\na,1,2,3,4\nb,1,2,3,4.5\nc,2,1,3,4\n",
      "columns",
      { label: 0, id: null },
      "the texts of row 1",
    ],
    ["a name asked for", "g,p,q,r\na,1,2,3\ny,0,1,1\nb,4,5,6\n", "columns", { label: "y" }, 'column 1 names "y"'],
    [
      "a model's features",
      "n,p,q\nA,1,2\nB,3,4\n",
      "columns",
      { label: null, featureNames: ["A", "B"] },
      "column 1 holds 2 of the model's 2 features",
    ],
    ["a first name that only begins like a gene's", "gene1,gene2,y\n1,2,0\n3,4,1\n5,6,0\n7,8,1\n", "rows", {}, undefined],
    ["numbers alone", "1,2,0\n3,4,1\n5,6,0\n7,8,1\n9,10,1\n", "rows", {}, undefined],
  ])("are told apart by %s", async (_, text, orientation, options, reason) => {
    const { notes = [], ...dataset } = await read(text, options);
    expect({ ...(await read(text, { ...options, orientation: orientation as "rows" })), notes: undefined }).toEqual({
      ...dataset,
      notes: undefined,
    });
    if (reason) expect(notes[0]).toContain(`samples are ${orientation}: ${reason}`);
    else expect(notes.join()).not.toContain("columns:");
  });

  it("name cells of the file in messages", async () => {
    const text = "gene,s1,s2,s3\nA,1,2,3\nB,4,x,6\nclass,u,v,v\n";
    await expect(read(text)).rejects.toThrow('t.csv: row 3, column 3 ("B"): "x" is not a finite number');
  });

  it("go by the file's own words in messages", async () => {
    const text = "gene,s1,s2,s3\nA,1.5,2,3\nB,4,5,6.5\n";
    await expect(read(text)).rejects.toThrow("the last row holds 6.5, which is no class label; say which row is");
    await expect(read(text, { orientation: "columns", label: "kind" })).rejects.toThrow(
      'no label row "kind"; column 1 names 3 rows: gene, A, B',
    );
    expect((await read(text, { label: null })).notes).toContain('row "gene" holds sample IDs: its texts are all distinct');
  });

  it("are not guessed by their shape where nothing names the numbers to learn", async () => {
    const houses = Array.from({ length: 12 }, (_, i) => [`h${i}`, i + 0.5, (i * 7) % 5, i / 4 + 1]);
    const text = csv([["house", "area", "rooms", "price"], ...houses]);
    await expect(read(text, { numeric: true })).rejects.toThrow(
      "t.csv: samples seem to be columns (12 named rows and 3 named columns of numbers: expression tables have a gene a row and more genes than samples), but nothing names the numbers to learn; name them with option target, or say whether samples are rows or columns with option orientation",
    );
    const prices = Float64Array.from(houses, (row) => Number(row[3]));
    for (const options of [{ orientation: "rows" }, { target: ["price"] }, { label: "price" }] as const)
      expect(await read(text, { numeric: true, ...options })).toMatchObject({ samples: 12, features: 2, targets: prices });
    const labels = file(
      "l.csv",
      csv([
        ["id", "dose"],
        ["area", 0.5],
        ["rooms", 1.5],
        ["price", 2.5],
      ]),
    );
    expect(await read(text, { numeric: true, labels })).toMatchObject({ samples: 3, features: 12 });
  });

  it("are read as R writes them, with one name too few or none over the row names", async () => {
    const r = await read('"a" "b" "y"\n"r1" 1 2 "u"\n"r2" 3 4 "v"\n'.replaceAll(" ", ","));
    expect(r).toMatchObject({ ids: ["r1", "r2"], featureNames: ["a", "b"], x: Float32Array.of(1, 2, 3, 4), classes: ["u", "v"] });
    const numbered = await read('"","a","b","y"\n"1",1,2,"u"\n"2",3,4,"v"\n');
    expect(numbered).toMatchObject({ ids: ["1", "2"], featureNames: ["a", "b"], x: Float32Array.of(1, 2, 3, 4) });
  });

  it("are read from genes that are named by numbers", async () => {
    const text = "entrez,s1,s2,s3\n5594,1,2,3\n673,4,5,6\n1956,7,8,9\n";
    expect(await read(text, { label: null })).toMatchObject({
      samples: 3,
      featureNames: ["5594", "673", "1956"],
      ids: ["s1", "s2", "s3"],
    });
  });
});

describe("IDs", () => {
  it("are a column of distinct texts, or of distinct whole numbers by an identifier's name, and can be switched", async () => {
    expect(await read("p,1,u\nq,2,v\n")).toMatchObject({ ids: ["p", "q"], features: 1 });
    const numbered = "patient_id,a,y\n007,1,u\n8,2,v\n";
    expect(await read(numbered)).toMatchObject({ ids: ["007", "8"], features: 1, featureNames: ["a"] });
    const { ids, features } = await read(numbered, { id: null });
    expect([ids, features]).toEqual([undefined, 2]);
    expect(await read("age,a,y\n7,1,u\n8,2,v\n")).toMatchObject({ features: 2 });
    expect(await read("age,a,y\n7,1,u\n8,2,v\n", { id: "age" })).toMatchObject({ features: 1, ids: ["7", "8"] });
  });

  it("are refused when they repeat, and texts that are neither IDs nor labels too", async () => {
    await expect(read("n,a,y\np,1,u\np,2,v\n", { id: "n" })).rejects.toThrow("1 sample IDs occur more than once: p");
    await expect(read("n,sex,a,y\np,m,1,u\nq,f,1,v\nr,m,2,u\ns,f,2,v\n", { label: "y" })).rejects.toThrow(
      'row 2, column 2 ("sex"): "m" is not a finite number (the whole column is text: name it with option label, id, group or ignore, or make numbers of it with option categories)',
    );
    await expect(read("a,b,y\n1,2,u\n3,4,v\n", { id: "y", label: "y" })).rejects.toThrow(
      "column 2 is asked for as both label and id",
    );
  });

  it("leave the label to the only other column of texts", async () => {
    const dataset = await read("n,kind,a\np,u,1.5\nq,v,2\nr,u,3\n");
    expect(dataset).toMatchObject({ ids: ["p", "q", "r"], classes: ["u", "v"], x: Float32Array.of(1.5, 2, 3) });
    expect(dataset.notes).toContain('column "kind" holds the labels: no other has texts only');
  });
});

describe("what is to be ignored", () => {
  const rows = [
    ["id", "sex", "a", "patient", "b", "y"],
    ...["p", "q", "r", "s"].map((id, i) => [id, i % 2 ? "f" : "m", i + 0.5, `n${i}`, 2 * i, "uvuv"[i]]),
  ];
  const plain = rows.map((row) => row.filter((_, j) => j !== 1 && j !== 3));

  it("is as if the file did not have it, by name or index, samples being rows or columns", async () => {
    const expected = content(await read(csv(plain)));
    expect(expected.featureNames).toEqual(["a", "b"]);
    for (const ignore of [
      ["sex", "patient"],
      [1, 3],
      ["patient", 1],
    ]) {
      expect(content(await read(csv(rows), { ignore }))).toEqual(expected);
      expect(content(await read(csv(transpose(rows)), { ignore, orientation: "columns" }))).toEqual(expected);
    }
    const withoutLast = rows.map(([id, sex, a, patient, b, y]) => [id, a, b, y, sex, patient]);
    const last = await read(csv(withoutLast), { ignore: ["sex", "patient"] });
    expect(content(last)).toEqual(expected);
    expect(last.notes?.join()).not.toContain("holds the labels");
  });

  it("may be a sample, by its name", async () => {
    const kept = rows.filter(([id]) => id !== "q");
    const expected = content(await read(csv(kept), { ignore: ["sex", "patient"] }));
    for (const text of [csv(rows), csv(transpose(rows))])
      expect(content(await read(text, { ignore: ["sex", "q", "patient"], label: "y" }))).toEqual(expected);
  });

  it("may be annotations between gene names and samples, whatever they hold", async () => {
    await fc.assert(
      fc.asyncProperty(tableArbitrary, async (table) => {
        const genes = transpose(table);
        const annotated = genes.map(([name, ...cells], g) =>
          g === 0 ? ["gene_id", "symbol", "chromosome", ...cells] : [name, `SYM${g}`, g % 2 ? "X" : "Y", ...cells],
        );
        const expected = content(await read(csv(genes)));
        expect(content(await read(csv(annotated), { ignore: ["symbol", "chromosome"] }))).toEqual(expected);
      }),
      { numRuns: 20 },
    );
  });

  it("is named in the refusal of annotations and texts", async () => {
    const text = "gene_id,symbol,s1,s2,s3\nA,x,1,2,3\nB,y,4,5,6\nC,z,7,8,9\n";
    const labels = file("l.csv", "id,y\ns1,a\ns2,b\ns3,a\n");
    await expect(read(text, { labels })).rejects.toThrow(
      'row 2, column 2 ("A"): "x" is not a finite number (the whole column is text: if it is no sample, leave it out with option ignore)',
    );
    expect(await read(text, { labels, ignore: ["symbol"] })).toMatchObject({ ids: ["s1", "s2", "s3"], features: 3 });
  });

  it.each<[ReadOptions, string]>([
    [{ ignore: ["sexx"] }, 'nothing to ignore is named "sexx"; did you mean "sex"? row 1 names 6 columns, and column 1 samples'],
    [{ ignore: [6] }, "no ignored column 6; the 6 columns are 0 to 5"],
    [{ ignore: ["sex"], group: "sex" }, "column 1 is asked for as group and is to be ignored"],
    [{ ignore: ["sex"], target: ["sex"] }, "column 1 is asked for as target and is to be ignored; say one of the two"],
    [{ ignore: ["sex"], header: false }, 'ignored column "sex" is a name, but the table is said to have no header'],
  ])("is refused where it is not there or asked for otherwise (%#)", async (options, message) => {
    await expect(read(csv(rows), options)).rejects.toThrow(message);
  });
});

it("does not take a guessed column for labels that is another for every sample", async () => {
  const genes = `symbol,note,a,b\n${Array.from({ length: 8 }, (_, i) => `G${i},N${i},${i}.5,${2 * i}.25`).join("\n")}\n`;
  const asRows = { orientation: "rows" } as const;
  await expect(read(genes, asRows)).rejects.toThrow('column "note" would be the labels, with 8 classes for 8 samples');
  expect((await read(genes, { ...asRows, label: "note" })).classes.length).toBe(8);
});

describe("options that do not concern a format", () => {
  const idx = [
    file("a-images-idx3-ubyte", "\0\0\x08\x03\0\0\0\x01\0\0\0\x01\0\0\0\x01\x05"),
    file("b", "\0\0\x08\x01\0\0\0\x01\x05"),
  ];
  it.each<[DataFile[], ReadOptions, string]>([
    [
      [file("t.csv", "1,2\n3,4\n")],
      { x: "X" },
      "t.csv: option x is for HDF5 files (.h5ad, .h5), MATLAB files (.mat) and NumPy files (.npz, .npy), not for tables: leave it out",
    ],
    [
      [file("t.mat", "MATLAB 5.0")],
      { header: true },
      "t.mat: option header is for tables (.csv, .tsv), workbooks (.xlsx, .xlsm), ARFF files (.arff), GCT files (.gct) and GEO series matrices, not for MATLAB files",
    ],
    [
      [file("t.mat", "MATLAB 5.0")],
      { label: "y" },
      "option label is for tables (.csv, .tsv), workbooks (.xlsx, .xlsm), HDF5 files (.h5ad, .h5), MatrixMarket files (.mtx, .zip), ARFF files (.arff), GCT files (.gct) and GEO series matrices, not for MATLAB files",
    ],
    [
      idx,
      { orientation: "rows" },
      "option orientation is for tables (.csv, .tsv), workbooks (.xlsx, .xlsm), HDF5 files (.h5ad, .h5), MATLAB files (.mat), MatrixMarket files (.mtx, .zip), ARFF files (.arff), GCT files (.gct) and GEO series matrices, not for IDX data",
    ],
    [[file("t.csv", "1,2\n3,4\n")], { lable: 1 } as ReadOptions, "option lable is unknown"],
  ])("are refused, not ignored (%#)", async (files, options, message) => {
    await expect(readDataset(files, options)).rejects.toThrow(message);
  });
});

it("takes a model's features by name, whatever else a table holds", async () => {
  const featureNames = ["b", "a"];
  const dataset = await read("note,a,extra,b,y\nhello,1,2,3,u\nhallo,4,5,6,v\n", { featureNames });
  expect(dataset).toMatchObject({ x: Float32Array.of(3, 1, 6, 4), featureNames, classes: ["u", "v"] });
  const unlabelled = await read("a,b\n1,2\n3,4\n", { featureNames, ignoreLabels: true });
  expect([...toDense(unlabelled.x)]).toEqual([2, 1, 4, 3]);
  await expect(read("a,c\n1,2\n3,4\n", { featureNames, ignoreLabels: true })).rejects.toThrow(
    "it lacks 1 of the 2 features that the model was trained on: b; predict and eval fill in some (--absent median)",
  );
});
