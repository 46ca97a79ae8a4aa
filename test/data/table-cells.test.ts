import { describe, expect, it } from "vitest";
import { file, read } from "./text-tables.js";

const rows = (count: number, row: (i: number) => string) => Array.from({ length: count }, (_, i) => `${row(i)}\n`).join("");
const kind = (i: number) => (i % 2 ? "A" : "B");

describe("rows that sum up the others", () => {
  const table = (last: string) => `Region,x,y,class\n${rows(12, (i) => `R${i},${i}.5,${-i},${i % 2}`)}${last}`;

  it.each(["Total", "sum", "Mean", "Average", "Summe", "Mittelwert", "Median", "SD", "Std", "Std. Dev."])(
    "are refused: %s",
    async (name) => {
      await expect(read(table(`${name},6.2,3.1,7\n`))).rejects.toThrow(
        `t.csv: row 14 ("${name}") looks like a summary of the others; remove it`,
      );
    },
  );

  it("are refused together, without a class, and as columns", async () => {
    await expect(read(table("Mean,6,5,1\nSD,1,2,0\n"))).rejects.toThrow(
      'rows 14 ("Mean"), 15 ("SD") look like summaries of the others; remove them',
    );
    const texts = table("Mean,6,5,\n").replace(/,0\n/g, ",A\n").replace(/,1\n/g, ",B\n");
    await expect(read(texts)).rejects.toThrow('row 14 ("Mean") looks like a summary');
    await expect(read("gene,s1,s2,s3,Mean\nA,1,2,3,2\nB,4,5,6,5\nclass,u,v,u,v\n")).rejects.toThrow(
      'column 5 ("Mean") looks like',
    );
  });

  it("are left alone as features, and left out by name", async () => {
    const features = "id,s1,s2,s3,s4\narea,1,2,3,4\nMean,4,5,6,7\nSD,4,5,6,7\nclass,u,v,u,v\n";
    expect((await read(features)).featureNames).toEqual(["area", "Mean", "SD"]);
    expect((await read(table("Total,6.2,3.1,7\n"), { ignore: ["Total"] })).samples).toBe(12);
  });
});

describe("what spreadsheets leave empty", () => {
  const table = `id,x,y,class\n${rows(6, (i) => `s${i},${i}.5,${-i},${kind(i)}`)}`;
  const plain = () => read(table);
  const more = (by: string) => table.replaceAll("\n", `${by}\n`);

  it.each([
    ["rows at the end", `${table},,,\n , ,"",\n`, "2 rows of empty cells at the end left out"],
    [
      "a cell more in the header",
      table.replace("class\n", "class,\n"),
      "the last column is left out, being empty and without a name",
    ],
    ["a delimiter more in every row", more(","), "the last column is left out, being empty and without a name"],
    ["several columns", more(",,"), "the last 2 columns are left out, being empty and without a name"],
  ])("is left out with a note: %s", async (_, text, note) => {
    const { notes, ...dataset } = await read(text);
    const { notes: _notes, ...expected } = await plain();
    expect(dataset).toEqual(expected);
    expect(notes?.[0]).toBe(note);
  });

  it("is left out of a file of labels too", async () => {
    const labels = file("l.csv", `id,y,\n${rows(6, (i) => `s${i},${kind(i)},`)},,\n`);
    const { notes, classes } = await read(`id,x,y\n${rows(6, (i) => `s${i},${i}.5,${-i}`)}`, { labels });
    expect(classes).toEqual(["A", "B"]);
    expect(notes).toContain("l.csv: a row of empty cells at the end left out");
  });

  it("is refused within the table, and kept under a name", async () => {
    await expect(read(table.replace("s3", ",,,\n,,,\ns3"))).rejects.toThrow(
      "t.csv: rows 5, 6 are empty, but row 7 is not; remove them",
    );
    await expect(read(table.replace("s3", ",,,\ns3"))).rejects.toThrow("t.csv: row 5 is empty, but row 6 is not; remove it");
    await expect(read(`${more(",").replace("class,", "class,note")}`, { label: "class" })).rejects.toThrow("note: 6");
  });
});

describe("cells and headers", () => {
  it.each([
    ["over an empty row", "Run 5,,\n,,\nx,y,class\n1,2,A\n", "row 2 is empty, but row 3 is not; remove it; "],
    ["over a blank row", "Run 5\n\nx,y,class\n1,2,A\n", "row 2 is blank, but row 3 is not; remove the blank row; "],
    ["over the header", "Run 5\nx,y,class\n1,2,A\n", "row 2 has 3 cells, the rows before it 1; "],
  ])("are told from a title %s", async (_, text, message) => {
    await expect(read(text)).rejects.toThrow(`t.csv: ${message}row 1 ("Run 5") looks like a title: remove it, too, if it is one`);
  });

  it("are read as quoted behind a delimiter and spaces", async () => {
    const { featureNames, classes } = await read(`"a", "b, c",  "class"\n${rows(6, (i) => `${i}.5, "${-i}", "${kind(i)}"`)}`);
    expect(featureNames).toEqual(["a", "b, c"]);
    expect(classes).toEqual(["A", "B"]);
  });

  it("are refused where row 1 lacks a name and the others do not start with names", async () => {
    const short = (cell: (i: number) => string | number) => `x,y,class\n${rows(6, (i) => `${cell(i)},${i}.5,${-i},${kind(i)}`)}`;
    await expect(read(short((i) => i - 0.5))).rejects.toThrow(
      "t.csv: row 1 has 3 cells, the rows below it 4, and these do not start with names of samples; add the name",
    );
    await expect(read(short((i) => i % 3))).rejects.toThrow("row 1 has 3 cells, the rows below it 4");
    for (const names of [(i: number) => `s${i}`, (i: number) => i + 1, (i: number) => 10 * (7 - i)])
      expect((await read(short(names))).featureNames).toEqual(["x", "y"]);
  });

  it("are refused with a minus sign that is none of ASCII", async () => {
    await expect(read("a,b,class\n1,2,u\n\u22120.27,3,v\n")).rejects.toThrow(
      '"\u22120.27" has a minus sign that is none of ASCII',
    );
  });

  it("are said to have no name rather than an empty one", async () => {
    const { notes } = await read(`,x,class\n${rows(6, (i) => `${10 * (7 - i)},${i}.5,${kind(i)}`)}`);
    expect(notes).toContain("column 1 holds sample IDs: its whole numbers are all distinct and it has no name");
  });
});

describe("columns of texts", () => {
  const table = (top: string, cells: string) => `x,${top},class\n${rows(6, (i) => `${i}.5,${cells},${kind(i)}`)}`;

  it("are named all at once, with what to type", async () => {
    await expect(read(table("Sex,z,Ward", "m,1,W"))).rejects.toThrow(
      "so are 2 columns in all: Sex, Ward; leave out those that are no features with option ignore: --ignore Sex,Ward)",
    );
    await expect(read(table("Sex,Ward no.", "m,W"))).rejects.toThrow('--ignore "Sex,Ward no.")');
    await expect(read(table('Sex,"Ward, no"', "m,W"))).rejects.toThrow("with option ignore)");
    expect((await read(table("Sex,z,Ward", "m,1,W"), { ignore: ["Sex", "Ward"] })).featureNames).toEqual(["x", "z"]);
  });

  it("are to be 1 and 0 where they say yes and no", async () => {
    await expect(read(table("Smoker", "Yes"))).rejects.toThrow("; write 1 and 0 for yes and no in column Smoker)");
    await expect(read(table("Sex,Smoker", "m,no"))).rejects.toThrow(
      "--ignore Sex; write 1 and 0 for yes and no in column Smoker)",
    );
  });
});
