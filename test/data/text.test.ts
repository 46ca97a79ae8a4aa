import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { type ReadOptions, readDataset } from "../../src/data/read-dataset.js";
import { toDense } from "../../src/data/sample-matrix.js";
import { content, file, read } from "./text-tables.js";

// written by R and numpy: test/fixtures/text/make.R, make.py
const fixture = (name: string, options: ReadOptions = {}) => {
  const bytes = new Uint8Array(readFileSync(new URL(`../fixtures/text/${name}`, import.meta.url)));
  return readDataset([{ name, bytes }], { name: "t", ...options });
};
const utf16 = (text: string, mark: number[] = []) => Uint8Array.from([...mark, ...Buffer.from(text, "utf16le")]);
const latin = (text: string) => Uint8Array.from(Buffer.from(text, "latin1"));

const PLAIN = "a,b,y\n-1.01,0.5,u\n1.5,2,v\n";
const plain = () => read(PLAIN, { name: "t" }).then(content);

const SPACES = "cells are parted by spaces";

describe("what R and numpy write is one table", () => {
  const COMMAS = "commas are read as those of decimals";
  const UTF16 = "its text is UTF-16, as Windows writes it";
  it.each([
    ["spaces.txt", [SPACES]],
    ["csv2.csv", [COMMAS]],
    ["latin.csv", ["its text is not UTF-8, and read as Windows-1252 (Latin-1); save it as UTF-8 if letters look wrong", COMMAS]],
    ["tabs.txt", [UTF16, COMMAS]],
    ["big-endian.csv", [UTF16]],
  ])("%s", async (name, notes) => {
    const written = await fixture("plain.csv");
    const found = await fixture(name);
    expect(content(found)).toEqual(content(written));
    expect(found.notes).toEqual([...notes, ...(written.notes ?? [])]);
    expect(found.featureNames).toEqual(["x.1", "größe", "n"]);
    expect([...(found.x as Float64Array)]).toEqual([-1.5, 2, 1, 0.25, 30, 2, 3, 0.125, 3, 1e-7, 4, 4]);
    expect(found.classes).toEqual(["ja", "möglich; nein", "nein"]);
  });

  it("numpy.savetxt, whose last comment names columns", async () => {
    const found = await fixture("savetxt.txt");
    expect(found.featureNames).toEqual(["a", "b"]);
    expect([...(found.x as Float64Array)]).toEqual([-1.5, 2, 0.25, 30, 3, 0.125]);
    expect(found.notes).toEqual(expect.arrayContaining(["row 1 is a comment, and left out", SPACES]));
    expect((await fixture("savetxt-bare.txt")).x).toEqual(found.x);
  });
});

it("are parted by spaces, too, where R quotes all cells: thousands are refused by name", async () => {
  const table = (cell: string) => file("r.txt", `"a" "b" "y"\n"${cell}" "-1.5" "u"\n"600" "0.5" "v"\n`);
  expect([...((await readDataset([table("507")])).x as Float64Array)]).toEqual([507, -1.5, 600, 0.5]);
  await expect(readDataset([table("507,200")])).rejects.toThrow('"507,200" has thousands separators');
});

describe("quotes inside of cells", () => {
  it.each(["quotes.txt", "quotes.csv"])("are those of %s, where R puts a backslash before them", async (name) => {
    const doubled = await fixture("quotes-doubled.csv");
    const found = await fixture(name);
    expect(content(found)).toEqual(content(doubled));
    expect([found.ids, found.classes]).toEqual([
      ["s1", 's"2', "s3"],
      ['5" pipe', 'the "big", old one'],
    ]);
    expect(found.notes).toContain('quotes inside of cells are written \\"');
  });

  // as R's read.table reads them
  it.each([
    ["'g1','g2','y'\n1,2,'it''s a'\n2,1,'b, c'\n3,0,'b, c'\n", "a comma"],
    ["'g1'  'g2' 'y'\n1 2 'it''s a'\n2  1 'b, c'\n3 0 'b, c'\n", "spaces"],
    ["g1\tg2\ty\n1\t2\t'it''s a'\n2\t1\t'b, c'\n3\t0\t'b, c'\n", "tabs, below names without"],
  ])("may be single around cells (%#: %s)", async (text) => {
    const found = await read(text, { name: "t" });
    expect(content(found)).toEqual(content(await read('g1,g2,y\n1,2,it\'s a\n2,1,"b, c"\n3,0,"b, c"\n', { name: "t" })));
    expect(found.notes).toContain("cells are in single quotes");
  });

  it.each([
    ["a,b,y\n1,2,O'Brien\n2,1,'sick'\n3,1,'sick'\n", ["'sick'", "O'Brien"]],
    ["a,b,y\n1,2,'u' or v\n2,1,'w'\n", ["'u' or v", "'w'"]],
    ["a,b,y\n1,2,'001\n2,1,'002\n", ["'001", "'002"]],
    ["a,b,y\n1,2,'u'\n2,1,\"w\"\n", ["'u'", "w"]],
  ])("are letters where not all are around cells (%#)", async (text, classes) => {
    expect((await read(text)).classes).toEqual(classes);
  });

  it("may end behind a backslash", async () => {
    const { classes, notes } = await read('a,b,y\n1,2,"C:\\"\n3,4,"D:\\"\n5,7,"C:\\"\n');
    expect([classes, notes]).toEqual([["C:\\", "D:\\"], undefined]);
    await expect(read('a,b,y\n1,2,"C:\\"x"\n3,4,"D:\\"\n')).rejects.toThrow(
      "t.csv: row 2: a quoted cell goes on after its closing",
    );
  });
});

it("UTF-16 may be of any letters", async () => {
  const [text, mark] = ["ген,β,класс\n1,2,да\n3,4,нет\n", [0xff, 0xfe]];
  const found = await readDataset([{ name: "t.csv", bytes: utf16(text, mark) }]);
  expect([found.featureNames, found.classes, [...toDense(found.x)]]).toEqual([
    ["ген", "β"],
    ["да", "нет"],
    [1, 2, 3, 4],
  ]);
  await expect(readDataset([{ name: "t.csv", bytes: utf16(text.replace("3", "\x03"), mark) }])).rejects.toThrow("unknown format");
});

describe("the same table, written otherwise", () => {
  it.each<[string, Uint8Array | string]>([
    ["UTF-16 with its mark, packed", gzipSync(utf16(PLAIN, [0xff, 0xfe]))],
    ["UTF-16 without", utf16(PLAIN)],
    ["a line sep=", `sep=;\r\n${PLAIN.replaceAll(",", ";")}`],
    ["a quoted line sep=, with a mark", `\ufeff"sep=|"\n${PLAIN.replaceAll(",", "|")}`],
    ["comments", `# exported\n# in um\n${PLAIN}`],
    ["comments, the last of names", `# exported\n#a,b,y\n${PLAIN.slice(6)}`],
    ["comments among rows", PLAIN.replace("\n1.5", "\n# the second\n1.5")],
    ["comments at the end", `${PLAIN}# end, of, all, rows`],
    ["decimal commas", PLAIN.replaceAll(",", ";").replaceAll(".", ",")],
    ["quoted decimal commas", 'a;b;y\n"-1,01";"0,5";u\n"1,5";2;v\n'],
    ["runs of spaces", " a   b  y\n -1.01 0.5 u  \n  1.5   2 v\n"],
    ["spaces and decimal commas", "a b y\r\n-1,01 0,5 u\r\n1,5 2 v\r\n"],
  ])("%s", async (_, text) => {
    const bytes = typeof text === "string" ? new TextEncoder().encode(text) : text;
    expect(content(await readDataset([{ name: "t.csv", bytes }], { name: "t" }))).toEqual(await plain());
  });

  it("reads decimal commas that only later rows have", async () => {
    const rows = Array.from({ length: 30 }, (_, i) => `${i};${i % 3};${i % 2 ? "u" : "v"}`);
    const { x } = await read(`a;b;y\n${rows.join("\n")}\n0,5;7;u\n`, { id: null });
    expect([...(x as Float64Array)].slice(-2)).toEqual([0.5, 7]);
  });

  it("counts rows as the file has them", async () => {
    const text = `# one\n# two\n${PLAIN.replace("\n1.5", "\n# three\n1.5").replace("2,v", "oops,v")}`;
    await expect(read(text)).rejects.toThrow('t.csv: row 6, column 2 ("b"): "oops" is not a finite number');
    await expect(read(`sep=;\n${PLAIN.replaceAll(",", ";")}1;2\n`)).rejects.toThrow(
      "t.csv: row 5 has 2 cells, the rows before it 3",
    );
  });

  it("reads label files so, too", async () => {
    const labels = { name: "l.csv", bytes: utf16("id;class\np;u\nq;v\n", [0xff, 0xfe]) };
    const { classes, notes } = await readDataset([file("x.csv", "id,a\np,1\nq,2\n")], { labels });
    expect(classes).toEqual(["u", "v"]);
    expect(notes).toContain("l.csv: its text is UTF-16, as Windows writes it");
  });
});

describe("what could be read in two ways is refused", () => {
  it.each([
    ["1,234;5,678;u\n2,345;6,789;v\n", '"1,234" has thousands separators'],
    ["1,234,567;0,5;u\n1;1,5;v\n", '"1,234,567" has thousands separators'],
    ["1.234,5;0,5;u\n1;1,5;v\n", '"1.234,5" has points for thousands separators and a decimal comma'],
    ["1.234;0,5;u\n1;1,5;v\n", '"0,5" has a decimal comma'],
    ["1,5;2.5;u\n1;1,5;v\n", '"1,5" has a decimal comma'],
  ])("%j", async (rows, message) => {
    await expect(read(`a;b;y\n${rows}`)).rejects.toThrow(message);
  });

  it.each<[string, Uint8Array, string]>([
    [
      "a letter of UTF-8 beside one of Latin-1",
      latin("a,b,y\n1,2,\xc3\xa9\n3,4,\xe9\n"),
      "it is not UTF-8 text throughout: bytes from 10 on",
    ],
    ["bytes that are no letters of Windows", latin("a,b,y\n1,2,\x81\n"), "it is neither UTF-8 nor Latin-1 text (byte 10)"],
    ["a quote that is never closed", latin('a;b;y\n"1,5;2;u\n'), "row 2: a quoted cell is never closed"],
  ])("%s", async (_, bytes, message) => {
    await expect(readDataset([{ name: "t.csv", bytes }])).rejects.toThrow(`t.csv: ${message}`);
  });
});

it.each([
  ["2-Mar", true],
  ["1-Sep", true],
  ["Mar-02", true],
  ["MARCH2", false],
  ["2-Sept", true],
  ["2-Mar-22", true],
  ["2022-03-02", true],
  ["2022-03-02 00:00:00", true],
  ["3/2/2022", true],
  ["01.09.2022", true],
  ["2.31E+13", true],
  ["Sep15", false],
  ["1.2.3", false],
  ["1900026", false],
])("points out %s among genes' names, if Excel made a date or a number of it: %j", async (name, damaged) => {
  const { notes = [] } = await read(`TP53,${name},BRCA1,y\n1,2,0.5,u\n3,4,1.5,v\n`, { header: true });
  expect(notes.filter((note) => /Excel makes (dates of genes|numbers of clones)' names/.test(note)).length).toBe(Number(damaged));
});
