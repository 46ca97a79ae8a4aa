import { describe, expect, it } from "vitest";
import { previewTable } from "../../src/data/read-dataset.js";
import { csv, file, read } from "./text-tables.js";

/** Rows of fractions that repeat in no column, or of whole numbers below 20. */
const fraction = (i: number, j: number) => (Math.sin(7 * i + 13 * j + 1) * 5).toFixed(3);
const small = (i: number, j: number) => (7 * i + 11 * j + i * j) % 20;
const body = (rows: number, columns: number, value: (i: number, j: number) => string | number) =>
  Array.from({ length: rows }, (_, i) => Array.from({ length: columns }, (_, j) => value(i, j)));
const ENTREZ = ["7157", "672", "675", "1956", "4609", "3845"];
const kinds = (i: number) => (i % 2 ? "B cell" : "T cell");
const withEnds = (rows: (string | number)[][]) => rows.map((row, i) => [`c${i}`, ...row, kinds(i)]);

describe("names that are numbers", () => {
  it.each<[string, (string | number)[][], string[]]>([
    ["Entrez IDs over fractions", [["barcode", ...ENTREZ, "celltype"], ...withEnds(body(12, 6, fraction))], ENTREZ],
    ["Entrez IDs over counts", [["barcode", ...ENTREZ, "celltype"], ...withEnds(body(12, 6, small))], ENTREZ],
    [
      "what pandas counts, with its index",
      [["", "0", "1", "2", "label"], ...body(8, 3, fraction).map((row, i) => [i, ...row, kinds(i)])],
      ["0", "1", "2"],
    ],
    [
      "what pandas counts, without its index",
      [["0", "1", "2", "3", "4", "5"], ...body(8, 5, small).map((row, i) => [...row, i % 2])],
      ["0", "1", "2", "3", "4"],
    ],
    ["Entrez IDs and a label by name", [[...ENTREZ, "label"], ...body(9, 6, small).map((row, i) => [...row, i % 2])], ENTREZ],
    [
      "masses of a peak table",
      [
        ["spot", "112.051", "113.07", "118.09", "120.1", "147.11", "152.06", "175.12", "203.2", "class"],
        ...withEnds(body(8, 8, fraction)),
      ],
      ["112.051", "113.07", "118.09", "120.1", "147.11", "152.06", "175.12", "203.2"],
    ],
    ["years beside texts", [["age", "sex", "2019", "2020", "y"], ...body(6, 4, small).map((row, i) => [...row, i % 2])], ["age", "sex", "2019", "2020"]], // biome-ignore format: a line
    ["quoted, of tabs", [['"id"', '"1"', '"2"', '"y"'], ...withEnds(body(4, 2, fraction))], ["1", "2"]],
  ])("are found: %s", async (_, table, featureNames) => {
    const samples = table.length - 1;
    const dataset = await read(csv(table));
    expect(dataset).toMatchObject({ samples, featureNames });
    expect(await read(table.map((row) => row.join("\t")).join("\r\n"))).toEqual(dataset);
    expect(await read(csv(table), { header: true })).toMatchObject({ samples, featureNames, x: dataset.x, y: dataset.y });
    expect((await previewTable(new TextEncoder().encode(csv(table)), "t.csv")).undecided).toBeNull();
    expect((await read(csv(table), { header: true, label: null, ignore: [table[0].length - 1] })).features).toBe(
      featureNames.length,
    );
  });

  it("are found where samples are columns", async () => {
    const genes = [["", "101", "102", "103", "104"], ...body(6, 4, fraction).map((row, g) => [ENTREZ[g], ...row])];
    const labels = file("l.csv", "id,class\n101,u\n102,v\n103,u\n104,v\n");
    const expected = { samples: 4, features: 6, featureNames: ENTREZ, ids: ["101", "102", "103", "104"] };
    expect(await read(csv(genes), { labels })).toMatchObject(expected);
    genes[0][0] = "gene";
    expect(await read(csv(genes), { label: null })).toMatchObject(expected);
  });

  it("are asked about without labels where nothing but more rows than columns would tell where samples are", async () => {
    const tidy = [["id", "u", "v", "w"], ...body(40, 3, fraction).map((row, i) => [`s${i}`, ...row])];
    const message =
      "t.csv: 40 named rows and 3 named columns of numbers may be samples in rows, or in columns as in expression tables, and there are no labels to tell by; say whether samples are rows or columns with option orientation";
    await expect(read(csv(tidy), { ignoreLabels: "named" })).rejects.toThrow(message);
    await expect(read(csv(tidy), { label: null })).rejects.toThrow(message);
    expect(await read(csv(tidy), { label: null, orientation: "rows" })).toMatchObject({ samples: 40, features: 3 });
    expect(await read(csv(tidy), { label: null, id: "id" })).toMatchObject({ samples: 40, features: 3 });
    const genes = tidy.map((row, i) => (i === 0 ? row : [`gene${i}`, ...row.slice(1)]));
    expect(await read(csv(genes), { label: null })).toMatchObject({ samples: 3, features: 40 });
    expect(await read(csv(tidy.slice(0, 4)), { label: null })).toMatchObject({ samples: 3, features: 3 });
  });

  it("are those of the model that is asked, even over one sample", async () => {
    const text = "7157,672\n3,4\n";
    expect(await read(text, { label: null, featureNames: ["672", "7157"] })).toMatchObject({
      samples: 1,
      x: Float32Array.of(4, 3),
    });
  });

  it("are told, with the reason", async () => {
    const { notes } = await read(csv([["0", "1", "2", "3", "4", "5"], ...body(8, 5, small).map((row, i) => [...row, i % 2])]));
    expect(notes).toEqual([
      "row 1 is a header: its numbers ascend as those of no other do",
      'column "5" holds the labels: it is the last',
    ]);
  });
});

describe("a first sample of numbers", () => {
  it.each<[string, (string | number)[][]]>([
    ["fractions and labels", body(9, 4, fraction).map((row, i) => [...row, kinds(i)])],
    ["whole numbers and a label that others have", body(9, 4, small).map((row, i) => [...row, kinds(i)])],
    ["whole numbers alone", body(9, 4, small).map((row, i) => [...row, i % 2])],
    ["counts that all rows have", body(9, 5, (i, j) => i + j).map((row, i) => [...row, i % 2])],
    ["whole among fractions, by chance", [[5, 0.5, 3, "T cell"], ...body(9, 3, fraction).map((row, i) => [...row, kinds(i)])]],
    [
      "a rare class over fractions",
      [["0.5", "0.25", "1.5", "rare"], ...body(9, 3, fraction).map((row, i) => [...row, kinds(i)])],
    ],
    ["IDs first", withEnds(body(9, 4, small))],
    ["values that are sorted", body(12, 4, (i, j) => i * (j + 2) + j).map((row, i) => [...row, kinds(i)])],
  ])("stays one: %s", async (_, table) => {
    expect((await read(csv(table), { missing: "median" })).samples).toBe(table.length);
  });

  it("stays one with a missing value in front", async () => {
    const text = ",0.5,0\n1.5,2,1\n2.5,4,0\n";
    expect((await read(text, { missing: "median" })).samples).toBe(3);
  });
});

describe("what could be either", () => {
  const rare = csv([[12, 15, 3, "rare"], ...body(9, 3, small).map((row, i) => [...row, kinds(i)])]);
  const deep = csv([[912, 815, 703, 604], ...body(12, 3, small).map((row, i) => [...row, i % 2])]);

  it.each([
    [rare, "it has a text that no other has in its place"],
    [deep, "its whole numbers are distinct and beyond those of all others"],
  ])("is refused with both readings and the options that decide (%#)", async (text, why) => {
    const refusal = await read(text).catch((error) => error.message);
    expect(refusal).toContain(`t.csv: row 1 could be a header or a sample: ${why}`);
    expect(refusal).toMatch(
      /read as a header it names 4 columns: .*; read as a sample .*option header \(--header or --no-header\)/,
    );
    const samples = text.split("\n").length;
    expect((await read(text, { header: true })).samples).toBe(samples - 1);
    expect((await read(text, { header: false })).samples).toBe(samples);
  });

  it("is shown by the preview, which does not throw", async () => {
    const bytes = new TextEncoder().encode(rare);
    const preview = await previewTable(bytes, "t.csv");
    expect(preview).toMatchObject({ header: false, samples: 10, problem: `t.csv: ${preview.undecided}` });
    expect(preview.undecided).toContain("row 1 could be a header or a sample");
    expect(await previewTable(bytes, "t.csv", { header: true })).toMatchObject({ undecided: null, problem: null, samples: 9 });
  });
});
