import { readFileSync } from "node:fs";
import { strFromU8, strToU8, unzipSync, zipSync } from "fflate";
import { describe, expect, it } from "vitest";
import { previewTable, type ReadOptions, readDataset } from "../../src/data/read-dataset.js";
import { toDense } from "../../src/data/sample-matrix.js";
import { content, read as readText } from "./text-tables.js";

// written by openpyxl, and XlsxWriter, which shares texts as Excel does: test/fixtures/xlsx/make.py
const bytesOf = (name: string) => new Uint8Array(readFileSync(new URL(`../fixtures/xlsx/${name}`, import.meta.url)));
const read = (name: string, options: ReadOptions = {}) =>
  readDataset([{ name, bytes: bytesOf(name) }], { name: "t", missing: "median", ...options });

/** A fixture, a part of which is another. */
function changed(name: string, part: string, change: (xml: string) => string) {
  const parts = unzipSync(bytesOf(name));
  return { name: "t.xlsx", bytes: zipSync({ ...parts, [part]: strToU8(change(strFromU8(parts[part]))) }) };
}
const SHEET = "xl/worksheets/sheet1.xml";
const VALUES = [1, -0.1, 1, 1.5, 2.5, 1e-7, 0, 2, Number.NaN, 3, 1, -3, 4, 0.3, 0, 4];

describe("a workbook", () => {
  it("is the table that it holds", async () => {
    const { x, y, ids, classes, featureNames, notes } = await read("plain.xlsx");
    expect([...toDense(x)]).toEqual(VALUES);
    expect([ids, featureNames, Array.from(y, (c) => classes[c])]).toEqual([
      ["s1", "s2", "s3", "s4"],
      ["a", "long name", "ok", "as text"],
      ["u", 'v, "w"', "u", "ü\nz"],
    ]);
    expect(notes?.[0]).toBe('column "id" holds sample IDs: its texts are all distinct');
    const text =
      'id,a,long name,ok,as text,class\ns1,1,-0.1,True,1.5,u\ns2,2.5,1e-7,False,2,"v, ""w"""\ns3,,3,True,-3,u\ns4,4,0.3,False,4,"ü\nz"\n';
    expect(content(await read("plain.xlsx"))).toEqual(content(await readText(text, { name: "t", missing: "median" })));
  });

  it("may have its table elsewhere, beside empty cells", async () => {
    const { notes, ...found } = await read("moved.xlsx");
    expect(content(found)).toEqual(content(await read("plain.xlsx")));
    expect(notes?.[0]).toBe('the table of sheet "data" starts at cell B3');
    await expect(read("moved.xlsx", { missing: "error", label: "a" })).rejects.toThrow(
      'moved.xlsx: row 4, column 6 ("class"): "u" is not a finite number',
    );
  });

  it("is its first sheet that is not hidden, which is told, or the one that is named", async () => {
    const { notes, ...found } = await read("several.xlsx");
    expect(content(found)).toEqual(content(await read("plain.xlsx")));
    expect(notes?.[0]).toBe('sheet "data" is read, the first of 3: first, data, other & more (option sheet)');
    const other = await read("several.xlsx", { sheet: "other & more" });
    expect([[...toDense(other.x)], other.classes, other.notes]).toEqual([
      [1, 2, 3],
      ["p", "q"],
      ["hidden rows and columns are read, too"],
    ]);
    await expect(read("several.xlsx", { label: "group" })).rejects.toThrow(
      'several.xlsx: sheet "data" (of several: option sheet): no label column "group"',
    );
    await expect(read("several.xlsx", { sheet: "others" })).rejects.toThrow(
      'several.xlsx: no sheet "others"; it has first, data, other & more',
    );
  });

  it("has dates as texts, and those that Excel made of genes' names among names", async () => {
    await expect(read("dates.xlsx")).rejects.toThrow('dates.xlsx: row 2, column 3 ("day"): "2026-01-31" is not a finite number');
    const { featureNames, notes } = await read("dates.xlsx", { ignore: ["day"] });
    expect(featureNames).toEqual(["2-Mar"]);
    expect(notes).toContain(
      "4 cells are dates, read as texts: B1 (2-Mar), C2 (2026-01-31), C3 (1999-12-31 23:59:59), C4 (06:30:00)",
    );
  });

  it("has the values of formulas that were saved, texts in cells, and errors", async () => {
    const { notes, ...found } = await read("shared.xlsx");
    const plain = await read("plain.xlsx");
    expect(content(found)).toEqual(content(plain));
    expect(notes?.[0]).toBe("1 cells are formulas: their values are those that were saved");
    const inline = changed("plain.xlsx", SHEET, (xml) =>
      xml.replace("<is><t>s1</t></is>", "<is><r><t>s_x0031_</t></r><r><t>0</t></r></is>"),
    );
    expect((await readDataset([inline], { missing: "median" })).ids?.[0]).toBe("s10");
    await expect(read("errors.xlsx")).rejects.toThrow('errors.xlsx: row 2, column 2 ("b"): "#DIV/0!" is not a finite number');
  });

  it("counts days from 1904 where it says so", async () => {
    expect((await read("days-1904.xlsx")).ids).toEqual(["2026-01-31", "2026-03-01"]);
  });

  it("is previewed", async () => {
    const { fields, notes } = await previewTable(bytesOf("several.xlsx"), "several.xlsx");
    expect(fields.map(({ name, role }) => `${name}: ${role}`)).toContain("class: label");
    expect(notes[0]).toMatch(/^sheet "data" is read/);
  });
});

describe("a workbook is refused, with the place,", () => {
  it.each([
    ["merged.xlsx", 'sheet "data": cells F3:F4 are merged, so one of each has a value'],
    ["formula.xlsx", 'sheet "data": cell B2: it holds a formula without a value'],
    ["title.xlsx", 'sheet "data": cell F2 holds "class", but row 1, the first, ends at A; leave a table alone on its sheet'],
    ["gap.xlsx", 'sheet "data": row 6 is empty, but row 7 is not; leave a table alone on its sheet'],
    ["empty.xlsx", 'sheet "data": it is empty'],
  ])("%s", async (name, message) => {
    await expect(read(name)).rejects.toThrow(`${name}: ${message}`);
  });

  it.each<[string, string, (xml: string) => string, string]>([
    ["rows that go back", SHEET, (xml) => xml.replace('<row r="3"', '<row r="1"'), "row 1 follows row 2"],
    ["a row beyond the last", SHEET, (xml) => xml.replace('<row r="3"', '<row r="1048577"'), "row 1048577 follows row 2"],
    ["cells that go back", SHEET, (xml) => xml.replace('r="C3"', 'r="A3"'), "cell A3 follows B3"],
    ["a cell of another row", SHEET, (xml) => xml.replace('r="C3"', 'r="C4"'), "cell C4 follows B3"],

    ["a number that is none", SHEET, (xml) => xml.replace(/(r="B3"[^>]*><v>)2.5/, "$10x10"), 'cell B3: "0x10" is no number'],
    ["no XML", SHEET, (xml) => xml.replace("<row", "<row <"), "it is no XML"],
    [
      "no sheet",
      "xl/_rels/workbook.xml.rels",
      (xml) => xml.replace(/worksheet"/g, 'chartsheet"'),
      "no sheet is shown; it has none",
    ],
    [
      "a lost sheet",
      "xl/_rels/workbook.xml.rels",
      (xml) => xml.replace("sheet1.xml", "sheet9.xml"),
      'part "xl/worksheets/sheet9.xml" is missing',
    ],
  ])("%s", async (_, part, change, message) => {
    await expect(readDataset([changed("plain.xlsx", part, change)])).rejects.toThrow(message);
  });

  it.each([
    ["label", "F3", {}, 'row 3, column 6 ("class"): the label is "#REF!"'],
    ["group", "E3", { group: "as text" }, 'row 3, column 5 ("as text"): sample "s2" has group "#REF!", which is none'],
    ["ID", "A3", {}, 'row 3, column 1 ("id"): the ID is "#REF!"; mend the formula that gives it'],
  ])("an error in the cell of a sample's %s", async (_, cell, options, message) => {
    const error = (xml: string) => xml.replace(new RegExp(`<c r="${cell}".*?</c>`, "s"), `<c r="${cell}" t="e"><v>#REF!</v></c>`);
    const file = changed("plain.xlsx", SHEET, error);
    await expect(readDataset([file], { missing: "median", ...options })).rejects.toThrow(`t.xlsx: ${message}`);
  });

  it("formulas that XlsxWriter could not compute", async () => {
    const zero = (xml: string) => xml.replace("</f><v>2.5</v>", "</f><v>0</v>");
    await expect(readDataset([changed("shared.xlsx", SHEET, zero)])).rejects.toThrow(
      't.xlsx: sheet "data": cell B3 holds a formula whose value was never computed: the values of all 1 are 0; open the file',
    );
  });

  it("texts that it does not have", async () => {
    const other = changed("shared.xlsx", SHEET, (xml) => xml.replace(/(r="A3"[^>]*><v>)\d+/, "$199"));
    await expect(readDataset([other])).rejects.toThrow(/t.xlsx: sheet "data": cell A3: "99" is none of its \d+ texts/);
  });

  it("beyond what it may take: a bomb, texts that many cells refer to, wide rows", async () => {
    const bomb = changed("plain.xlsx", SHEET, (xml) => xml.replace("<sheetData>", `${" ".repeat(3e6)}<sheetData>`));
    await expect(readDataset([bomb], { maxBytes: 1e6 })).rejects.toThrow(/"xl\/worksheets\/sheet1.xml" .* above the limit/);
    const cell = (row: number) => `<row r="${row}"><c r="A${row}" t="s"><v>0</v></c></row>`;
    const rows = `<sheetData>${Array.from({ length: 100 }, (_, i) => cell(i + 1)).join("")}</sheetData>`;
    const parts = unzipSync(changed("shared.xlsx", SHEET, (xml) => xml.replace(/<sheetData>.*<\/sheetData>/s, rows)).bytes);
    const strings = strToU8(`<sst><si><t>${"x".repeat(30_000)}</t></si></sst>`);
    const many = { name: "t.xlsx", bytes: zipSync({ ...parts, "xl/sharedStrings.xml": strings }) };
    await expect(readDataset([many], { maxBytes: 1e6 })).rejects.toThrow("its texts take more than the limit of 1000000 bytes");
    const wide = `<sheetData><row r="1"><c r="A1"><v>1</v></c><c r="XFD1"><v>1</v></c></row>${Array.from({ length: 99 }, (_, i) => `<row r="${i + 2}"><c r="A${i + 2}"><v>1</v></c></row>`).join("")}</sheetData>`;
    const far = changed("plain.xlsx", SHEET, (xml) => xml.replace(/<sheetData>.*<\/sheetData>/s, wide));
    await expect(readDataset([far], { maxBytes: 1e6 })).rejects.toThrow("100 rows of 16384 cells are more than the limit");
  });

  it("where it is binary, a document, or has another program's form", async () => {
    const binary = {
      name: "t.xlsb",
      bytes: zipSync({ "[Content_Types].xml": strToU8("<a/>"), "xl/workbook.bin": strToU8("x") }),
    };
    await expect(readDataset([binary])).rejects.toThrow(
      "t.xlsb: a binary workbook (.xlsb), which is not read; save it as .xlsx or .csv",
    );
    const document = {
      name: "t.docx",
      bytes: zipSync({ "[Content_Types].xml": strToU8("<a/>"), "word/document.xml": strToU8("x") }),
    };
    await expect(readDataset([document])).rejects.toThrow(
      't.docx: part "xl/_rels/workbook.xml.rels" is missing; is it a workbook (.xlsx)?',
    );
  });
});
