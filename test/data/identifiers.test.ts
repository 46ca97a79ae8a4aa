import { describe, expect, it } from "vitest";
import { previewTable } from "../../src/data/read-dataset.js";
import { csv, read } from "./text-tables.js";

const value = (i: number, j: number) => (Math.sin(3 * i + 5 * j + 1) * 5).toFixed(3);
/** A column of this name and these cells before two of fractions and sorted labels. */
const table = (name: string, cell: (i: number) => string | number, rows = 12) =>
  csv([[name, "a", "b", "outcome"], ...Array.from({ length: rows }, (_, i) => [cell(i), value(i, 0), value(i, 1), i < rows / 2 ? "ill" : "well"])]); // biome-ignore format: a line

describe("row numbers and IDs", () => {
  const names = ["PassengerId", "RowNumber", "row", "index", "sample_no", "Sample Number", "ID", "ID_REF", "subject", "patient_id", "CustomerId", "rownames", "X", "Unnamed: 0", "", "#", "nr"]; // biome-ignore format: a line
  it.each(names)("are no feature under the name %j", async (name) => {
    for (const start of [0, 1]) {
      const dataset = await read(table(name, (i) => i + start));
      expect(dataset).toMatchObject({ featureNames: ["a", "b"], ids: Array.from({ length: 12 }, (_, i) => String(i + start)) });
      expect(dataset.notes?.join()).toContain(`holds sample IDs: it counts the rows from ${start}`);
    }
    expect(
      (
        await read(
          table(name, (i) => i + 1),
          { id: null },
        )
      ).features,
    ).toBe(3);
  });

  it("are found where whole numbers are distinct in any order, under an identifier's name", async () => {
    for (const name of ["PassengerId", "EmployeeNumber", "case no", "index", "sampleID", "Unnamed: 0"])
      expect((await read(table(name, (i) => 1000 + ((i * 5) % 12)))).featureNames).toEqual(["a", "b"]);
    expect((await read(table("sample", (i) => (i % 3 ? `P${i}` : String(i))))).ids?.[1]).toBe("P1");
  });

  it("are found without a header", async () => {
    const rows = Array.from({ length: 12 }, (_, i) => [i + 1, value(i, 0), value(i, 1), i < 6 ? "ill" : "well"]);
    const { features, notes } = await read(csv(rows));
    expect([features, notes]).toEqual([
      2,
      ["column 1 holds sample IDs: it counts the rows from 1", "column 4 holds the labels: it is the last"],
    ]);
  });

  it("are left out beside the ID, which is the one that says more", async () => {
    const rows = Array.from({ length: 12 }, (_, i) => [i, i + 1, 15_600_000 + ((i * 7) % 12), value(i, 0), i % 2]);
    const dataset = await read(csv([["", "RowNumber", "CustomerId", "Balance", "Exited"], ...rows]));
    expect(dataset).toMatchObject({ featureNames: ["Balance"] });
    expect(dataset.ids?.[1]).toBe("15600007");
    expect(dataset.notes).toEqual([
      'column "CustomerId" holds sample IDs: its whole numbers are all distinct and it is named "CustomerId"',
      "column 1 is left out: it counts the rows from 0",
      'column "RowNumber" is left out: it counts the rows from 1',
    ]);
    const text = csv([["", "name", "b", "y"], ...rows.map(([i, n, , b, y]) => [i, `s${n}`, b, y])]);
    expect(await read(text)).toMatchObject({ featureNames: ["b"], ids: rows.map(([, n]) => `s${n}`) });
    const { fields } = await previewTable(new TextEncoder().encode(text), "t.csv");
    expect(fields.map(({ role }) => role)).toEqual(["ignored", "id", "feature", "label"]);
  });

  it("are left out where pandas joined tables, so that its index starts anew", async () => {
    const { featureNames, ids, notes } = await read(table("", (i) => i % 6));
    expect([featureNames, ids, notes]).toEqual([["a", "b"], undefined, ["column 1 is left out: it is pandas' index"]]);
  });

  it("are the same in a file to predict as in the one trained on", async () => {
    const featureNames = ["a", "b"];
    const dataset = await read("PassengerId,a,b\n892,1,2\n", { ignoreLabels: true, featureNames });
    expect(dataset).toMatchObject({ features: 2, x: Float32Array.of(1, 2) });
    const old = { ignoreLabels: true, featureNames: ["PassengerId", "a"] };
    expect((await read("PassengerId,a,b\n892,1,2\n893,3,4\n", old)).x).toEqual(Float32Array.of(892, 1, 893, 3));
  });
});

describe("features of whole numbers", () => {
  it.each<[string, (i: number) => number]>([
    ["Age", (i) => 20 + ((i * 5) % 12)],
    ["year", (i) => 1990 + i],
    ["Age", (i) => i + 1],
    ["day", (i) => i],
    ["visits", (i) => (i * 5) % 12],
    ["size", (i) => 12 - i],
  ])("stay features: %s", async (name, cell) => {
    expect((await read(table(name, cell))).featureNames).toEqual([name, "a", "b"]);
  });

  it("stay features in few rows", async () => {
    expect((await read(table("level1", (i) => i + 1, 6))).features).toBe(3);
  });

  it("are pointed out when they ascend with the rows, or are named like identifiers and repeat", async () => {
    expect((await read(table("year", (i) => 1990 + i))).notes).toEqual([
      'column "year" ascends by one from row to row; if it is no feature, leave it out with option ignore',
    ]);
    expect((await read(table("patient_id", (i) => i >> 1))).notes?.join()).toContain(
      'column "patient_id" is named like an identifier but repeats',
    );
  });
});

describe("the label", () => {
  it.each<[string, string, string[]]>([
    ["diagnosis", "id,diagnosis,a,b\n1,M,0.5,2\n2,B,1.5,1\n3,M,0.7,1\n4,B,1,1\n", ["a", "b"]],
    ["outcome", "a,sex,outcome\n0.5,m,1\n1.5,f,0\n2,m,1\n3,f,0\n", ["a", "sex"]],
    ["class", "class,a,b\n1,0.5,2\n2,1.5,1\n1,2,3\n", ["a", "b"]],
    ["Species", "Species,island,bill\nAdelie,1,2\nGentoo,0,3\nAdelie,1,4\n", ["island", "bill"]],
    ["status", "status,site,a\n1,2,0.5\n0,1,1.5\n1,1,2.5\n", ["site", "a"]],
    ["kind", "x,y,kind\n1,2,u\n1,3,v\n2,3,u\n", ["x", "y"]],
    ["label", "class,a,label\nu,1,p\nv,2,q\nu,3,p\n", ["class", "a"]],
  ])("is the column that says so: %s", async (name, text, features) => {
    const { fields } = await previewTable(new TextEncoder().encode(text), "t.csv");
    expect(fields.find(({ role }) => role === "label")?.name).toBe(name);
    expect(fields.filter(({ role }) => role === "feature").map((field) => field.name)).toEqual(features);
  });

  it("is told where it is not the last column", async () => {
    expect((await read("class,a,b\n1,0.5,2\n2,1.5,1\n1,2,3\n")).notes).toEqual([
      'column "class" holds the labels: its name says so',
    ]);
  });

  it("is not a column of that name whose values could be none", async () => {
    expect((await read("target,a,y\n0.5,1,0\n0.75,2,1\n0.25,3,0\n")).featureNames).toEqual(["target", "a"]);
  });
});
