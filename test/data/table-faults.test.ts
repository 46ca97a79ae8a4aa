import { describe, expect, it } from "vitest";
import { readDataset } from "../../src/data/read-dataset.js";
import { toDense } from "../../src/data/sample-matrix.js";
import { file, read } from "./text-tables.js";

const rows = (count: number, row: (i: number) => string) => Array.from({ length: count }, (_, i) => `${row(i)}\n`).join("");
const kind = (i: number) => (i % 2 ? "A" : "B");

describe("points that may part thousands", () => {
  const german = (cell: (i: number) => string, other = (i: number) => String(20 + i)) =>
    `Gehalt;Alter;Klasse\n${rows(12, (i) => `${cell(i)};${other(i)};${kind(i)}`)}`;
  const mixed = (i: number) => (i % 3 ? `${1 + i}.250` : String(900 + i));

  it.each([
    ["semicolons", (text: string) => text, "t.csv"],
    ["tabs", (text: string) => text.replaceAll(";", "\t"), "t.tsv"],
  ])("are refused in a table parted by %s", async (_, part, name) => {
    await expect(readDataset([file(name, part(german(mixed)))])).rejects.toThrow(
      `${name}: column "Gehalt": do points part thousands or decimals? "2.250" stands beside "900", and no feature has other decimals; write 2250 if it is thousands, 2.2500 if it is a decimal`,
    );
    await expect(readDataset([file(name, part(german((i) => (i ? `${i}.000` : "950"))))])).rejects.toThrow(
      '"1.000" stands beside "950"',
    );
  });

  it("are decimals where the table has others, whole numbers of four digits, or three decimals throughout", async () => {
    for (const text of [
      german(mixed, (i) => `0.${1 + i}`),
      german(mixed, (i) => `${i}.5`),
      german((i) => (i % 3 ? `${1 + i}.250` : "1900")),
      german(mixed).replaceAll(";", ","),
    ]) {
      const { x, notes = [] } = await read(text);
      expect(toDense(x)[2]).toBe(2.25);
      expect(notes.join()).not.toContain("points");
    }
    const { notes } = await read(german((i) => `${1 + i}.250`));
    expect(notes?.join()).toContain('points are read as those of decimals, three throughout in column "Gehalt"');
  });
});

describe("an empty cell at the end of all rows but the first", () => {
  const text = "a,b,c,cls\n1,10,7,0,\n2,11,7,1,\n3,12,8,0,\n";

  it("is left out, and shifts no names", async () => {
    const { x, featureNames, classes, y, notes } = await read(text, { label: "c", ignore: ["cls"], id: null });
    expect([featureNames, [...toDense(x)]]).toEqual([
      ["a", "b"],
      [1, 10, 2, 11, 3, 12],
    ]);
    expect([classes, [...y]]).toEqual([
      ["7", "8"],
      [0, 0, 1],
    ]);
    expect(notes).toContain("the last column is left out, being empty and without a name");
    const numbers = await read(text.replace("a,b,c,cls", "400.5,410.5,420.5,cls"), { header: true, id: null });
    expect(numbers).toMatchObject({
      featureNames: ["400.5", "410.5", "420.5"],
      x: Float32Array.of(1, 10, 7, 2, 11, 7, 3, 12, 8),
    });
  });

  it("is a missing value where another row has one there, under names that lack that of the rows", async () => {
    const { ids, featureNames, x } = await read("a,b\ns1,1,2\ns2,3,\ns3,5,6\n", {
      label: null,
      orientation: "rows",
      missing: "median",
    });
    expect([ids, featureNames, [...toDense(x)]]).toEqual([
      ["s1", "s2", "s3"],
      ["a", "b"],
      [1, 2, 3, Number.NaN, 5, 6],
    ]);
    await expect(read("1,2\n1,2,\n1,2,3\n")).rejects.toThrow("t.csv: row 2 has 3 cells, the rows before it 2");
    await expect(read("1,2\n1,2,\n1,2\n")).rejects.toThrow("t.csv: row 2 has 3 cells, the rows before it 2");
  });
});

describe("samples behind a #", () => {
  it("are left out, being comments, and counted as rows of the file", async () => {
    const text = "id,a,b,cls\nS1,1,2.5,A\n#S2,900,900.5,B\nS3,3,4.5,B\n# a note\nS4,5,6.5,A\n#S5,7,8.5,A\n";
    const { ids, x, y, notes } = await read(text);
    expect([ids, [...toDense(x)], [...y]]).toEqual([
      ["S1", "S3", "S4"],
      [1, 2.5, 3, 4.5, 5, 6.5],
      [0, 1, 0],
    ]);
    expect(notes).toContain('rows 3, 5, 7 start with "#" and are left out, being comments');
    await expect(read(text.replace("S4,5", "S4,x"))).rejects.toThrow('row 6, column 2 ("a"): "x" is not a finite number');
  });

  it("are samples where the # is that of a spreadsheet's error", async () => {
    const text = "a,b,cls\n#N/A,2.5,A\n3,4.5,B\n5,6.5,A\n";
    const { samples, x } = await read(text, { missing: "median" });
    expect([samples, [...toDense(x)]]).toEqual([3, [Number.NaN, 2.5, 3, 4.5, 5, 6.5]]);
    await expect(read(text.replace("3,", "#REF!,"))).rejects.toThrow('row 3, column 1 ("a"): "#REF!"');
  });

  it("are samples where all of them start so, or they are quoted", async () => {
    expect((await read("id,a,cls\n#1,1.5,A\n#2,2.5,B\n#3,3.5,A\n")).ids).toEqual(["#1", "#2", "#3"]);
    expect((await read('id,a,cls\n1x,1.5,A\n"#2",2.5,B\n3x,3.5,A\n')).ids).toEqual(["1x", "#2", "3x"]);
  });

  it.each([
    ...["1.5,2,a", " 1.5,2,a", "s,1.5,2,a"].map((first) => [
      first,
      `${first.startsWith("s") ? "t0,3,4,b\nt1,5,6,a" : "3,4,b\n5,6,a"}\n`,
    ]),
    ...["#8,9,b\n#1.5,2,a", "by hand\n#1.5,2,a"].map((first) => [first, "3,4,b\n5,6,a\n"]),
    [" 1.5 2 0", "3 4 1\n5 6 0\n"],
    [" 9 8 7.5\n# 1.5 2 0", "3 4 1\n5 6 0\n"],
  ])("are no row of names where the first of a table without names is one: #%s", async (first, rows) => {
    const { x, y, featureNames, notes } = await read(`#${first}\n${rows}`);
    expect([[...toDense(x)], [...y].length, featureNames]).toEqual([[3, 4, 5, 6], 2, undefined]);
    expect(notes?.[0]).toMatch(/^row(s 1 to 2)?( 1)? (is a comment|are comments), and left out$/);
  });

  it.each([
    ["#mz,100.5,200,300.5,cls\ns1,3,2,1,A\ns2,2,9,4,B\n", ["100.5", "200", "300.5"]],
    ["# by hand\n#id,b,a,cls\ns1,1,4,A\ns2,2,3,B\n", ["b", "a"]],
    ["#id,b,a,cls\n#s9,8,7,B\ns1,1,4,A\ns2,2,3,B\n", ["b", "a"]],
    ["# 0 1 2\n5 4.5 1\n6 3.5 0\n", ["0", "1"]],
    ["# of, all, of, us\nid,b,a,cls\ns1,1,4,A\ns2,2,3,B\n", ["b", "a"]],
  ])("leave names where they are: %j", async (text, names) => {
    const { featureNames, samples } = await read(text);
    expect([featureNames, samples]).toEqual([names, 2]);
  });

  it("are never names where the first row is none", async () => {
    const found = await read("# 0 1 2\n5 4.5 1\n6 3.5 0\n", { header: false });
    expect([found.samples, found.featureNames]).toEqual([2, undefined]);
  });

  it.each([
    ...["id,cls\nS1,p\n#S1,q\nS2,q\nS3,p\n", "#S1,q\nS1,p\nS2,q\nS3,p\n", "#id,cls\nS1,p\nS2,q\nS3,p\n"],
    ...["# one\n# two, three\nid,cls\n", "# one\n#id,cls\n", "#S1,q\n#S2,p\n", "#S8,p\n#S9,q\n", "#id,cls\n#S9,q\n#S2,p\n"].map(
      (above) => `${above}S1,p\nS2,q\nS3,p\n`,
    ),
  ])("are none of a label file: %j", async (text) => {
    const table = file("t.csv", "id,a,b\nS1,1,2\nS2,3,4\nS3,3,5\n");
    const { classes, y } = await readDataset([table], { labels: file("l.csv", text) });
    expect([classes, [...y]]).toEqual([
      ["p", "q"],
      [0, 1, 0],
    ]);
  });
});

describe("commas that may part thousands beside those of decimals", () => {
  const counts = (cells: readonly string[]) =>
    file("t.tsv", `id\texons\tcounts\tcls\n${cells.map((cell, i) => `s${i}\t${i},2\t${cell}\t${kind(i)}\n`).join("")}`);

  it("are refused by the column's name, as a feature or a target", async () => {
    const table = counts(["950", "1,234", "2,500", "12,345"]);
    const message =
      't.tsv: column "counts": do commas part thousands or decimals? "1,234" stands beside "950"; write 1234 if it is thousands, 1,2340 if it is a decimal';
    await expect(readDataset([table])).rejects.toThrow(message);
    await expect(readDataset([table], { target: ["counts"], ignore: ["cls"] })).rejects.toThrow(message);
  });

  it("are read, and told, where more columns have decimals alone, as R writes rounded numbers", async () => {
    const table = file("t.csv", "a;b;c;cls\n0,5;-1,718;0,25;p\n1,5;0;1,25;q\n2,5;2,125;2;q\n");
    const { x, notes } = await readDataset([table]);
    expect([...toDense(x)].map((value) => Number(value.toFixed(3)))).toEqual([0.5, -1.718, 0.25, 1.5, 0, 1.25, 2.5, 2.125, 2]);
    expect(notes).toContain('commas are decimal in column "b", as in 2 others; if they part thousands, write numbers without');
  });

  it.each<[string, string[], number[]]>([
    ["others than three", ["950", "1,234", "2,5", "12,345"], [950, 1.234, 2.5, 12.345]],
    ["three throughout", ["9,500", "1,234", "2,500", "12,345"], [9.5, 1.234, 2.5, 12.345]],
    ["a zero before them", ["1", "0,234", "2,500", "12,345"], [1, 0.234, 2.5, 12.345]],
    ["whole numbers of four digits", ["1950", "1,234", "2,500", "12,345"], [1950, 1.234, 2.5, 12.345]],
    ["a fourth", ["950", "1,2340", "2,500", "12,345"], [950, 1.234, 2.5, 12.345]],
  ])("are decimals where the column has %s", async (_, cells, expected) => {
    const { x } = await readDataset([counts(cells)]);
    expect([...toDense(x)]).toEqual(expected.flatMap((value, i) => [i + 0.2, value]));
  });
});

describe("labels that are hardly classes", () => {
  it("are pointed out where they differ in case or spaces", async () => {
    const names = ["case", "Case", "stage 1", "stage  1"];
    const { notes, classes } = await read(`a,b,class\n${rows(12, (i) => `${i}.5,${-i},${names[i % 4]}`)}`);
    expect(classes.length).toBe(4);
    expect(notes).toContain(
      'labels that differ only in case or spaces are different classes: "case" and "Case", "stage 1" and "stage  1"; write them alike if they are one class',
    );
  });

  it("are pointed out where they are one sample's, of 10 or more", async () => {
    const text = (count: number) => `a,b,class\n${rows(count, (i) => `${i}.5,${-i},${i === 3 ? "C" : kind(i)}`)}`;
    expect((await read(text(12))).notes).toContain('a class has one sample: "C" (row 5, column 3); is that a class?');
    expect((await read(text(9))).notes?.join() ?? "").not.toContain("one sample");
    expect((await read(text(12), { classes: ["A", "B", "C"] })).notes?.join() ?? "").not.toContain("one sample");
  });

  it.each(["|", ";"])("are refused where %s joins several", async (separator) => {
    const table = (some: readonly string[]) => `x,y,genres\n${rows(12, (i) => `${i}.5,${-i},${some[i % some.length]}`)}`;
    await expect(read(table(["a", `a${separator}b`, `b${separator}c`]))).rejects.toThrow(
      `t.csv: the last column holds several labels a sample: "a${separator}b"; to learn all, say what parts them with option labelSeparator`,
    );
    expect((await read(table([`T${separator}B`, "NK"]))).classes).toEqual(["NK", `T${separator}B`]);
    expect((await read(table([`T${separator}B`, "T"]))).classes).toEqual(["T", `T${separator}B`]);
  });

  it("are refused with their number where they are empty", async () => {
    await expect(read(`a,b,class\n${rows(12, (i) => `${i}.5,${-i},${i % 4 ? kind(i) : ""}`)}`)).rejects.toThrow(
      'row 2, column 3 ("class"): the label is empty, as of 3 samples in all; remove samples without a label, or write a class for them',
    );
  });
});
