import { deflateRawSync, gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { previewTable, readDataset } from "../../src/data/read-dataset.js";
import { read } from "./text-tables.js";

const bytes = (text: string) => Uint8Array.from(text, (c) => c.charCodeAt(0));
/** The first entry of a zip archive, stored. */
const zip = (entry: string, content = "x") => {
  const head = Buffer.alloc(30);
  head.writeUInt32LE(0x04034b50, 0);
  head.writeUInt16LE(entry.length, 26);
  return bytes(head.toString("latin1") + entry + content + deflateRawSync(content).toString("latin1"));
};
const table = "a,b,y\n1,2,u\n3,4,v\n";

describe("files that are not read are named for what they are", () => {
  it.each<[string, Uint8Array, string]>([
    ["book.ods", zip("mimetype", "application/vnd.oasis.opendocument.spreadsheet"), "an OpenDocument workbook (.ods)"],
    ["data.zip", zip("t.csv"), "a zip archive, which is not read; unpack it"],
    [
      "data.tar.gz",
      gzipSync(bytes(`folder/matrix.mtx${"\0".repeat(240)}ustar\0`)),
      "a tar archive, which is not read; unpack it",
    ],
    ["old.xls", bytes("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\0"), "an Excel workbook of the old kind (.xls)"],
    ["t.dta", bytes("r\x02\x01\0\x07\0"), "a Stata file"],
    ["t.pkl", bytes("\x80\x05\x95\xf1\x07\0"), "a pickle of Python, which is not read; write it as .npz"],
    ["data_batch_1", bytes("\x80\x02}q\x01"), "a pickle of Python"],
    ...["csv", "mat", "h5ad", "npz", "xlsx"].map((end): [string, Uint8Array, string] => [
      `t.${end}`,
      bytes("version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 123\n"),
      "a pointer of Git LFS, which is not read; fetch the file that it stands for, with git lfs pull",
    ]),
    ["t.parquet", bytes("PAR1\x15\0"), "a Parquet file"],
    ["t.rds", gzipSync(bytes("X\n\0\0\0\x03")), "an R object (.rds)"],

    ["t.csv", bytes("<!DOCTYPE html><html>"), "HTML or XML"],
    ["t.json", bytes('[{"a": 1}]'), "JSON"],
    [
      "t.txt",
      bytes("1 1:0.5 2:1\n0 1:2 3:1\n"),
      "svmlight text under the name of a table (row 1 has one cell), which is not read; name it .svmlight",
    ],
    ["t.txt", bytes("1,2 1:0.5 2:1\n0 1:2 3:1\n"), "svmlight text under the name of a table"],
    ["t.csv", bytes("a,b,y\n1,2\0,u\n"), "unknown format: byte 9, in row 2, is a NUL byte, which no text has"],
    ["t.xls", bytes(table), "unknown format (it starts with bytes 61 2c 62 2c 79 0a 31 2c); read are CSV or TSV"],
  ])("%s (%#)", async (name, content, what) => {
    const plain = name.replace(/\.gz$/, "");
    await expect(readDataset([{ name, bytes: content }])).rejects.toThrow(`${plain}: ${what}`);
    if (!/mat$/.test(name)) await expect(previewTable(content, name)).rejects.toThrow(`${plain}: ${what}`);
    const labels = { name, bytes: content };
    const samples = { name: "x.csv", bytes: bytes("id,a\np,1\nq,2\n") };
    await expect(readDataset([samples], { labels })).rejects.toThrow(`${plain}: `);
  });
});

describe("tables that look like other things", () => {
  it.each([
    ["a name of Parquet's letters", "PAR1,FCS2,y\n1,2,u\n3,4,v\n"],
    ["names in brackets", "[Ca],[K],y\n1,2,u\n3,4,v\n"],
    ["names behind #", "#id,b,y\n1,2,u\n3,4,v\n"],
    ["texts with spaces", "a,b,y\n1,2,T cell\n3,4,B cell\n"],
    ["semicolons and decimal points", "a;b;y\n1.5;2;u,w\n3;4;v,w\n"],
    ["semicolons and whole numbers", "a;b;y\n1;2;u\n3;4;v\n"],
  ])("are read: %s", async (_, text) => {
    expect((await read(text)).samples).toBe(2);
  });
});

describe("numbers that are written otherwise", () => {
  it.each([
    ["10,530", "has thousands separators; write numbers without"],
    ["1,00,000", "has thousands separators; write numbers without"],
    ["1.014D+01", "has a D before its exponent"],
    ["1'234'567.5", "has thousands separators"],
    ["1.234.567", "has points for thousands separators"],
    ["10,53", "has a decimal comma; write decimals with a point"],
    ["0,530", "has a decimal comma"],
    ["12.5 %", "is a percentage"],
    ["$1,200", "is an amount of money"],
    ["<0.05", "is a limit, not a number"],
    ["(1,200.5)", "is in parentheses, as accounts write what is below 0"],
    ["12.5-", "has its minus sign behind it"],
    ["1.5 ± 0.1", "has its error beside it"],
    ["١٢0", "has digits that are none of ASCII"],
  ])("are named, and are no IDs and no names: %s", async (cell, fault) => {
    const rows = [`"${cell}",0.5,u`, `"${cell.replace(/\d(?=\D*$)/, "9")}",1.5,v`].join("\n");
    await expect(read(`a,b,y\n${rows}\n`)).rejects.toThrow(`t.csv: row 2, column 1 ("a"): "${cell}" ${fault}`);
    await expect(read(`${rows}\n`)).rejects.toThrow(`t.csv: row 1, column 1: "${cell}" ${fault}`);
  });
});

it.each(["5.07 kg", "~5.07", "5.07*", "5.07×10^3", "\u00a05.07", "5.07k"])(
  "takes no decimals beside the same for IDs: %s",
  async (cell) => {
    const rows = ["5.07", "6.1", "7", "8.25"].map((number, i) => `${cell.replace("5.07", number)},0.5,${"uv"[i % 2]}`);
    await expect(read(`a,b,y\n${rows.join("\n")}\n`)).rejects.toThrow(
      /row 2, column 1 \("a"\): .*(is not a finite number|stands beside a blank)/,
    );
    expect((await read(`id,b,y\n${rows.join("\n")}\n`)).ids?.[0]).toBe(cell.trim());
  },
);

it.each(["1.2a,1.2b,1.3a", "10.0.0.1,10.0.0.2,10.0.0.3", "12h,24h,48h", "v1.2,v1.3,v1.4"])(
  "takes other texts for IDs: %s",
  async (ids) => {
    const rows = ids.split(",").map((id, i) => `${id},0.${i},${"uv"[i % 2]}`);
    expect((await read(`a,b,y\n${rows.join("\n")}\n`)).ids).toEqual(ids.split(","));
  },
);

it.each(["Dear Sir or Madam\nthis is no table\n", 'class\na"b=1\n2"b=3\n'])(
  "takes no text of words for a table: %j",
  async (text) => {
    await expect(readDataset([{ name: "letter.txt", bytes: bytes(text) }])).rejects.toThrow(/^letter\.txt: row 1 has one cell/);
  },
);

it("takes fractions that hardly repeat for numbers to learn where something names them, and says so", async () => {
  const rows = Array.from({ length: 9 }, (_, i) => `${i % 4},${i / 7}`).join("\n");
  for (const [name, options] of [
    ["target", {}],
    ["dose", { label: "dose" }],
  ] as const) {
    const { targets, targetNames, classes, notes } = await read(`a,${name}\n${rows}\n`, options);
    expect([[...(targets ?? [])], targetNames, classes]).toEqual([Array.from({ length: 9 }, (_, i) => i / 7), [name], []]);
    expect(notes?.join()).toContain(`the values of column "${name}" are fractions, so they are taken for numbers to learn`);
  }
  await expect(read(`a,b\n${rows}\n`)).rejects.toThrow(
    /the last column holds 0\.142\d+, which is no class label; .* option target/,
  );
  await expect(read(`a,target\n${rows}\n`, { numeric: false })).rejects.toThrow(
    /option target, or make classes|is no class label/,
  );
  const doses = Array.from({ length: 9 }, (_, i) => `${i},${(i % 3) / 2}`).join("\n");
  expect((await read(`a,dose\n${doses}\n`, { label: "dose" })).classes).toEqual(["0", "0.5", "1"]);
});
