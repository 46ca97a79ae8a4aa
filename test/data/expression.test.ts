import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { previewTable, type ReadOptions, readDataset } from "../../src/data/read-dataset.js";
import { file } from "./text-tables.js";

const read = (name: string, text: string, options: ReadOptions = {}) => readDataset([file(name, text)], options);
const labels = file("labels.csv", "sample,status\nGSM1,case\nGSM0,control\nGSM2,case\n");
const values = [
  [0.5, -1, 2],
  [3, 4.25, 5],
];
const matrix = { samples: 3, features: 2, featureNames: ["1_at", "2_at"], ids: ["GSM0", "GSM1", "GSM2"] };
const turned = [0.5, 3, -1, 4.25, 2, 5];

describe("GCT", () => {
  const rows = values.map((row, i) => `${i + 1}_at\tgene ${i}\t${row.join("\t")}`).join("\n");
  const text = `#1.2\n2\t3\nNAME\tDescription\tGSM0\tGSM1\tGSM2\n${rows}\n`;

  it("may be of one sample", async () => {
    const one = "#1.2\n2\t1\nNAME\tDescription\tGSM0\na\td\t1.5\nb\td\t2\n";
    expect(await read("t.gct", one, { label: null })).toMatchObject({ samples: 1, featureNames: ["a", "b"], ids: ["GSM0"] });
  });

  it.each([text, text.replaceAll("\n", "\r\n"), text.replace("2\t3\n", "2\t3\t\t\n")])("is genes x samples (%#)", async (one) => {
    const found = await read("t.gct", one, { labels });
    expect(found).toMatchObject({ ...matrix, classes: ["case", "control"] });
    expect([...(found.x as Float64Array)]).toEqual(turned);
    expect([...found.y]).toEqual([1, 0, 0]);
  });

  it("of version 1.3 has rows about samples, of which one is the label", async () => {
    const three = `#1.3\n2\t3\t1\t2\nid\tDescription\tGSM0\tGSM1\tGSM2\ndose\tna\t1\t2\t3\nstatus\tna\tu\tv\tv\n${rows}\n`;
    const found = await read("t.gct", three, { label: "status" });
    expect(found).toMatchObject({ ...matrix, classes: ["u", "v"] });
    expect([...(found.x as Float64Array)]).toEqual(turned);
    expect(found.notes).toContain("1 row above the genes is left out: dose");
    const guessed = await read("t.gct", three);
    expect(guessed).toMatchObject({ classes: ["u", "v"] });
    expect(guessed.notes?.[0]).toBe('row "status" holds the labels: of the rows above the genes it alone is named so');
    await expect(read("t.gct", three.replace("status", "site"))).rejects.toThrow("(option label): dose, site");
  });

  it.each([
    [text, "no row of genes holds labels; give them in a file (option labels)"],
    [text.replace("2\t3", "3\t3"), "it has 2 rows below the names, but row 2 claims 3"],
    [text.replace("2\t3", "2\t4"), "row 3 has 5 cells, expected 6, as row 2 claims 4 samples"],
    [text.replace("2\t3", "x"), 'row 2 is "x", expected the numbers of rows and columns'],
    [text.replace("#1.2", "1.2"), 'row 1 is "1.2", expected the version'],
    [text.replace("4.25", "oops"), 'row 5, column 4 ("2_at"): "oops" is not a finite number'],
  ])("is refused with its place (%#)", async (one, message) => {
    await expect(read("t.gct", one, message.startsWith("no row") ? {} : { label: null })).rejects.toThrow(`t.gct: ${message}`);
  });

  it("is previewed, and its labels asked for", async () => {
    const bytes = new TextEncoder().encode(text);
    const bare = await previewTable(bytes, "t.gct");
    expect(bare).toMatchObject({ samples: 3, orientation: "columns", suggestion: null });
    expect(bare.problem).toContain("no row of genes holds labels");
    expect((await previewTable(bytes, "t.gct", { labels })).problem).toBe(null);
  });
});

describe("a GEO series matrix", () => {
  const rows = values.map((row, i) => `"${i + 1}_at"\t${row.join("\t")}`).join("\n");
  const about = [
    '!Series_title\t"synthetic"\n!Series_summary\t"two\nlines"\n',
    '!Sample_title\t"s0"\t"s1"\t"s2"\n!Sample_geo_accession\t"GSM0"\t"GSM1"\t"GSM2"',
    '!Sample_characteristics_ch1\t"status: control"\t"status: case"\t"status: case"',
    '!Sample_characteristics_ch1\t"tissue: a"\t"tissue: b"\t"tissue: a"',
  ].join("\n");
  const table = `!series_matrix_table_begin\n"ID_REF"\t"GSM0"\t"GSM1"\t"GSM2"\n${rows}\n!series_matrix_table_end\n`;
  const text = `${about}\n${table}`;

  it("may be of one sample", async () => {
    const one = text.replaceAll(/(\t"?[\w.: -]+"?){2}$/gm, "");
    const found = await read("s_series_matrix.txt", one, { label: null });
    expect(found).toMatchObject({ samples: 1, featureNames: ["1_at", "2_at"], ids: ["GSM0"] });
  });

  it("brings what its lines say of samples", async () => {
    const found = await read("s_series_matrix.txt", text, { label: "status", group: "tissue" });
    expect(found).toMatchObject({ ...matrix, classes: ["case", "control"], groups: ["a", "b", "a"] });
    expect([...(found.x as Float64Array)]).toEqual(turned);
    expect([...found.y]).toEqual([1, 0, 0]);
    expect((await read("s.txt", text, { label: "title" })).classes).toEqual(["s0", "s1", "s2"]);
    expect((await read("s.txt", text, { label: null })).classes).toEqual([]);
    expect((await read("s.txt", text.replaceAll("\n", "\r\n"), { labels })).classes).toEqual(["case", "control"]);
  });

  it("knows characteristics without a name by that of their line", async () => {
    const bare = text.replace(/status: /g, "");
    const { y, classes } = await read("s.txt", bare, { label: "characteristics_ch1" });
    expect(Array.from(y, (c) => classes[c])).toEqual(["control", "case", "case"]);
  });

  it("keeps what two lines say under one name, the later under another where they differ", async () => {
    const more = [
      '!Sample_characteristics_ch2\t"tissue: c"\t"tissue: b"\t"tissue: c"',
      '!Sample_characteristics_ch2\t"status: control"\t"status: case"\t"tissue: a"',
      '!Sample_description\t"p"\t"q"\t"p"\n!Sample_description\t"u"\t"u"\t"v"',
    ].join("\n");
    const channels = `${about}\n${more}\n${table}`;
    const read3 = async (label: string) => {
      const { y, classes, notes } = await read("s.txt", channels, { label });
      return { told: Array.from(y, (c) => classes[c]), notes };
    };
    const notes = ["tissue", "description"].map(
      (name) => `its lines say different things of samples as "${name}": the later are "${name} 2"`,
    );
    expect(await read3("tissue")).toMatchObject({ told: ["a", "b", "a"], notes: expect.arrayContaining(notes) });
    expect((await read3("tissue 2")).told).toEqual(["c", "b", "c"]);
    expect((await read3("status")).told).toEqual(["control", "case", "case"]);
    expect((await read3("description")).told).toEqual(["p", "q", "p"]);
    expect((await read3("description 2")).told).toEqual(["u", "u", "v"]);
    expect((await read("s.txt", text, { label: "status" })).notes ?? []).not.toContainEqual(expect.stringContaining("different"));
  });

  it.each<[string, ReadOptions, string]>([
    [text.replace("!series_matrix_table_end", ""), {}, "truncated: it has no line !series_matrix_table_end"],
    [about, {}, "truncated: it has no line !series_matrix_table_begin"],
    [text.replace(rows, "").replace("\n\n", "\n"), {}, "its table has no rows: values of sequencing lie in a supplementary file"],
    [
      text.replace('"GSM1"\t"GSM2"\n!Sample_char', '"GSM2"\t"GSM1"\n!Sample_char'),
      {},
      "its table has samples GSM0, GSM1, GSM2, its lines tell of GSM0, GSM2, GSM1",
    ],
    [text.replace("4.25", "oops"), { label: "status" }, 'row 11, column 3 ("2_at"): "oops" is not a finite number'],
    [`!Series_title\t"x"\n${table}`, {}, "its lines say nothing of its samples; give labels in a file"],
    [text, { label: "stage" }, 'what it says of samples: no label column "stage"'],
    ['!Series_title\t"x\n', {}, "row 1: a quoted cell is never closed"],
  ])("is refused with its place (%#)", async (one, options, message) => {
    await expect(read("s.txt", one, options)).rejects.toThrow(message);
  });
});

/** GSE1_series_matrix.txt.gz and pair.gct, written by make.py, as Bioconductor's GEOquery reads the first: make.R. */
it("a series matrix is what GEOquery reads of it, and its table the same as GCT", async () => {
  const folder = new URL("../fixtures/geo/", import.meta.url).pathname;
  const load = (name: string) => ({ name, bytes: new Uint8Array(readFileSync(folder + name)) });
  const expected = JSON.parse(readFileSync(`${folder}expected.json`, "utf8"));
  const found = await readDataset([load("GSE1_series_matrix.txt.gz")], { label: "tissue status", group: "patient" });
  const held = { ids: expected.samples, featureNames: expected.features };
  expect(found).toMatchObject({ ...held, classes: ["healthy", "tumor"], groups: expected.patient });
  expect(Array.from(found.y, (k) => found.classes[k])).toEqual(expected.status);
  const table = await readDataset([load("pair.gct")], { label: null });
  expect(table).toMatchObject(held);
  for (const { x } of [found, table]) expect(Array.from(x as Float64Array)).toEqual(expected.values.flat());
});
