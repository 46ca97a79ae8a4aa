import { describe, expect, it } from "vitest";
import { readDataset } from "../../src/data/read-dataset.js";
import { csv, read } from "./text-tables.js";

const counts = [0, 0, 0, 1, 2, 5];
/** 24 rows of whole numbers below 10, by a fixed rule. */
const whole = (columns: number, most = 10) =>
  Array.from({ length: 24 }, (_, i) => Array.from({ length: columns }, (_, j) => (7 * i + 3 * j + ((i * i) % 5)) % most));
const notesOf = async (rows: (string | number)[][]) => (await read(csv(rows))).notes?.join("\n") ?? "";

describe("the last column, taken for the labels", () => {
  it("is told, named or not, unless its name says so", async () => {
    const rows = whole(2).map(([a, b], i) => [a + 0.5, b + 0.25, i % 2]);
    expect(await notesOf(rows)).toBe("column 3 holds the labels: it is the last");
    expect(await notesOf([["a", "b", "c"], ...rows])).toBe('column "c" holds the labels: it is the last');
    expect(await notesOf([["a", "b", "class"], ...rows])).toBe("");
  });

  it("is told with what speaks against it", async () => {
    const first = whole(1, 60).map(([age], i) => [i % 2, age + 20, i % 4]);
    expect(await notesOf([["y", "age", "visits"], ...first])).toContain('it is the last; if "y" are the labels, say so');
    const ages = Array.from({ length: 120 }, (_, i) => [i / 8 + 0.5, (i * 37) % 61]);
    expect(await notesOf([["x", "age"], ...ages])).toContain("61 whole numbers for 120 samples may be a quantity");
    expect(await notesOf([["WT", "KO"], ...whole(2)])).toContain(
      "its values are like those of all others: if columns are groups",
    );
  });
});

it("keeps its texts, quoted or not, behind comments between rows", async () => {
  const text = 'a,b,class\n1,2, "x,y" \n3,4,"u ""v"""\n#5,6,z\n7,8,plain\n9,8,plain\n9,7, "x,y"\n3,5,"u ""v"""\n';
  const { classes, y } = await readDataset([{ name: "quoted.csv", bytes: new TextEncoder().encode(text) }]);
  expect([...(y ?? [])].map((k) => classes?.[k])).toEqual(["x,y", 'u "v"', "plain", "plain", "x,y", 'u "v"']);
});

describe("counts of genes in samples, without labels", () => {
  const body = (name: (i: number) => string) =>
    Array.from({ length: 40 }, (_, i) => [name(i), ...counts.map((_, j) => counts[(5 * i + 7 * j + ((i * j) % 4)) % 6])]);
  const top = ["", "s1", "s2", "s3", "s4", "s5", "s6"];

  it.each<[string, (string | number)[][]]>([
    ["genes by name", [top, ...body((i) => `gene${i}`)]],
    ["Ensembl IDs", [["", "A", "B", "C", "D", "E", "F"], ...body((i) => `ENSG0000${i}`)]],
    [
      "Entrez IDs, by the samples' names",
      [["", ..."123456".split("").map((k) => `GSM10${k}`)], ...body((i) => String(9999 - 7 * i))],
    ],
  ])("are refused: %s", async (_, rows) => {
    await expect(read(csv(rows))).rejects.toThrow(
      /t.csv: rows seem to be genes and columns samples, and no labels are among them: .* \(option labels\).*\(label\).*\(orientation\)/,
    );
    expect((await read(csv(rows), { label: null, orientation: "columns" })).samples).toBe(6);
    expect((await read(csv(rows), { label: 6 })).samples).toBe(40);
  });

  it("are not refused where samples are rows, or the label is named", async () => {
    const answers = [["", "q1", "q2", "q3", "q4", "q5", "q6"], ...body((i) => `person${i}`)];
    expect((await read(csv(answers))).samples).toBe(40);
    expect((await read(csv([[...top.slice(0, 6), "class"], ...body((i) => `gene${i}`)]))).samples).toBe(40);
  });
});

describe("numbers of patients", () => {
  it.each(["MRN", "PatNr", "Patient Nr", "Fallnummer", "Kundennummer"])("are IDs under the name %s", async (name) => {
    const rows = whole(1).map(([a], i) => [1000000 + ((i * 7919) % 90001), a + 0.5, i % 2]);
    const { ids, features } = await read(csv([[name, "crp", "class"], ...rows]));
    expect([ids?.length, features]).toEqual([24, 1]);
  });

  it("are pointed out without a name", async () => {
    const rows = whole(1).map(([a], i) => [842302 + ((i * 7919) % 90001), i % 2 ? "M" : "B", a + 0.5]);
    expect(await notesOf(rows)).toContain("column 1 holds distinct whole numbers far beyond all others, like IDs");
  });
});

it("an index that is another column's name is told", async () => {
  const rows = whole(3).map(([a, b, c], i) => [i + 20, a + 0.5, b + 0.25, c, i % 2]);
  const table = csv([["", "0", "1", "2", "3"], ...rows]);
  const { classes, notes } = await read(table, { label: 3, header: true });
  expect(classes.length).toBeGreaterThan(2); // those of index 3, which is named 2
  expect(notes).toContain('label 3 is an index, counted from 0: column "2"; column "3" is another, of index 4');
  expect((await read(table, { label: 4, header: true })).notes?.join()).not.toContain("is an index");
  expect((await read(table, { label: "3" })).classes).toEqual(["0", "1"]);
});
