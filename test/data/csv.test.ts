import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type CsvOptions, readCsv } from "../../src/data/formats/table/csv.js";
import { numRuns } from "../matrix.js";

const read = (text: string, options?: CsvOptions) => readCsv(new TextEncoder().encode(text), "toy.csv", options);
const shown = (text: string, options?: CsvOptions) => {
  const { x, y, classes } = read(text, options);
  return { x: [...x], labels: [...y].map((c) => classes[c]) };
};

describe("readCsv", () => {
  it("reads plain numbers with the label last", () => {
    expect(shown("1,2,0\n3,4.5,1\n-5e-1,.25,0\n")).toEqual({ x: [1, 2, 3, 4.5, -0.5, 0.25], labels: ["0", "1", "0"] });
  });

  it("finds a header, and the label in it by name", () => {
    const text = "age,kind,size\n1,cat,2\n3,dog,4\n";
    expect(shown(text, { label: "kind" })).toEqual({ x: [1, 2, 3, 4], labels: ["cat", "dog"] });
    expect(shown(text, { label: 1 })).toEqual(shown(text, { label: "kind" }));
    expect(shown("a,b,label\n1,2,x\n3,4,y\n").labels).toEqual(["x", "y"]);
  });

  it("takes a first row of numbers for a header only when told", () => {
    expect(read("0,1,2\n1,2,3\n4,5,6\n").samples).toBe(3);
    expect(read("0,1,2\n1,2,3\n4,5,6\n", { header: true }).samples).toBe(2);
    expect(() => read("0,1,class\n1,2,3\n4,5,6\n4,5,7\n")).toThrow('row 1 could be a header or a sample: its label is "class"');
    expect(read("0,1,class\n1,2,3\n4,5,6\n4,5,7\n", { header: true }).samples).toBe(3);
    expect(read("0,1,class\n1,2,3\n4,5,6\n4,5,7\n", { header: false }).classes).toEqual(["3", "6", "7", "class"]);
  });

  it("reads the label from the first column, with any delimiter", () => {
    for (const delimiter of [",", "\t", ";", "|"]) {
      const text = "1,0.5,2\n0,1.5,3\n1,0,1\n".replaceAll(",", delimiter);
      expect(shown(text, { label: 0 })).toEqual({ x: [0.5, 2, 1.5, 3, 0, 1], labels: ["1", "0", "1"] });
    }
  });

  it("reads quotes, carriage returns, a byte order mark, spaces and blank lines at the end", () => {
    const text = '\ufeff"a","the ""b"", or c",label\r\n"1", 2 ,"x, y"\r\n3,"4",z\r\n\r\n  \r\n';
    expect(shown(text)).toEqual({ x: [1, 2, 3, 4], labels: ["x, y", "z"] });
    expect(read("1,2,0\r3,4,1\r").samples).toBe(2);
    expect(read("1,2,0\n3,4,1").samples).toBe(2);
  });

  it("makes one class of a number's spellings, but not of texts", () => {
    expect(read("1,1.0\n2,1\n3,2\n").classes).toEqual(["1", "2"]);
    expect(read("1,1.0\n2,1\n3,two\n").classes).toEqual(["1", "1.0", "two"]);
  });

  it("gives back the floats that were written", () => {
    const row = fc.array(fc.float({ noDefaultInfinity: true, noNaN: true }), { minLength: 3, maxLength: 3 });
    fc.assert(
      fc.property(fc.array(row, { minLength: 2, maxLength: 20 }), (rows) => {
        const text = rows.map((cells, i) => [...cells.map(String), i % 2 ? "b" : "a"].join(",")).join("\n");
        expect([...read(text, { header: false }).x]).toEqual(rows.flat().map((value) => value + 0 || 0));
      }),
    );
  });

  it("reads every decimal number as Number() does, in 64 bits", () => {
    const digits = fc
      .integer({ min: 0, max: 18 })
      .chain((n) => fc.string({ unit: fc.constantFrom(..."0123456789"), minLength: n, maxLength: n }));
    const decimal = fc
      .tuple(fc.constantFrom("", "-", "+"), digits, fc.constantFrom("", "."), digits, fc.constantFrom("", "e-3", "E+2", "e-41"))
      .map(([sign, whole, point, fraction, power]) => `${sign}${whole}${point}${point && fraction}${power}`)
      .filter((text) => /\d/.test(text.replace(/e.*/i, "")));
    fc.assert(
      fc.property(fc.array(decimal, { minLength: 2, maxLength: 10 }), (cells) => {
        const text = cells.map((cell, i) => `${cell},${i % 2 ? "b" : "a"}`).join("\n");
        const { x } = read(text, { header: false, orientation: "rows" });
        expect([...x]).toEqual(cells.map(Number));
      }),
      numRuns(500),
    );
  });

  it("keeps cells apart whatever is quoted", () => {
    const cell = fc.string({ unit: fc.constantFrom("a", '"', ",", "\n", "\r", "é", "x"), minLength: 1, maxLength: 6 });
    const quote = (value: string) => `"${value.replaceAll('"', '""')}"`;
    fc.assert(
      fc.property(fc.array(cell, { minLength: 2, maxLength: 6 }), fc.constantFrom("\n", "\r\n", "\r"), (labels, end) => {
        const trimmed = labels.map((label) => label.trim());
        fc.pre(trimmed.every((label) => label !== "") && new Set(trimmed).size > 1);
        const text = labels.map((label, i) => `${i},${quote(label)},"${i}.5"${end}`).join("");
        const { x, y, classes } = read(text, { label: 1, id: null, header: false, orientation: "rows" });
        expect([...y].map((c) => classes[c])).toEqual(trimmed);
        expect([...x]).toEqual(labels.flatMap((_, i) => [i, i + 0.5]));
      }),
    );
  });

  it.each<[string, string, string, CsvOptions?]>([
    ["an empty table", "", "the table is empty"],
    ["blank lines only", "\n\n", "the table is empty"],
    ["a header only", "a,b,c\n", "it holds a header but no samples"],
    ["one column", "1\n2\n", 'row 1 has one cell, "1"; expected features and a label'],
    ["a short row", "1,2,0\n3,4,1\n5,1\n", "row 3 has 2 cells, the rows before it 3"],
    ["a long row", "a,b,c\n3,4,1\n5,1,2,3\n", "row 3 has 4 cells, the rows before it 3"],
    ["a blank row inside", "1,2,0\n\n3,4,1\n", "row 2 is blank, but row 3 is not"],
    ["text for a number", "a,b,c\n1,2,0\n3,four,1\n", 'row 3, column 2 ("b"): "four" is not a finite number'],
    ["text in row 1", "1,x,0\n3,4,1\n", 'row 1, column 2: "x" is not a finite number (if row 1 is a header, say so'],
    [
      "NaN",
      "1,2,0\nNaN,2,1\n",
      "1 value is missing in 1 of 2 features and 1 of 2 samples (feature 1: 1; the first in sample 2); drop",
    ],
    ["an infinity", "1,2,0\n1,-Infinity,1\n", 'row 2, column 2: "-Infinity" is not a finite number'],
    ["an overflow of 64 bits", "1,2,0\n1,1e999,1\n", "row 2, column 2: 1e999 is beyond the range of 32-bit floats"],
    ["an overflow of 32 bits", "1,2,0\n1,1e39,1\n", "row 2, column 2: 1e39 is beyond the range of 32-bit floats"],
    ["a blank of another kind", "1,2,0\n1,\u00a03,1\n", "row 2, column 2: 3 stands beside a blank that is no plain space"],
    ["a hexadecimal number", "1,2,0\n1,0x10,1\n", 'row 2, column 2: "0x10" is not a finite number'],
    [
      "an empty cell",
      "a,b,c\n1,2,0\n1,,1\n",
      "1 value is missing in 1 of 2 features and 1 of 2 samples (b: 1; the first in sample 2)",
    ],
    ["an empty label", "1,2,0\n1,2,\n", "row 2, column 3: the label is empty"],
    ["one class", "1,2,0\n1,2,0\n", 'every label is "0"; at least two classes'],
    [
      "a label misspelt",
      "age,species\n1,2\n3,4\n",
      'no label column "specie"; did you mean "species"? row 1 names 2 columns',
      { label: "specie" },
    ],
    ["a label out of range", "1,2,0\n1,2,1\n", "no label column 3; the 3 columns are 0 to 2", { label: 3 }],
    ["a label named twice", "a,a,b\n1,2,0\n1,2,1\n", 'two columns are named "a"', { label: "a" }],
    [
      "a label's name without a header",
      "1,2,0\n1,2,1\n",
      'label column "a" is a name, but the table is said to have no header',
      { label: "a", header: false },
    ],
    ["fractions for labels", "1,0.5,0.25\n0,1.5,3\n", "the last column holds 0.25, which is no class label; say which column is"],
    ["a quote never closed", '1,"2,0\n3,4,1\n', "row 1: a quoted cell is never closed"],
  ])("refuses %s", (_, text, message, options) => {
    expect(() => read(text, options)).toThrow(`toy.csv: ${message}`);
  });

  it("shortens long cells in messages", () => {
    expect(() => read(`1,2,0\n3,${"x".repeat(1e6)},1\n`)).toThrow(`"${"x".repeat(40)}..." is not`);
  });
});
