import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { FORMATS, type Format, type OpenFile, previewTable } from "../../src/api/data.js";
import { type CoppiceError, makeDataset, readDataset, train } from "../../src/api/index.js";

// A format of one's own, from outside the library: nothing of src is changed for it.

const utf8 = (text: string) => new TextEncoder().encode(text);
const linesOf = async (file: OpenFile) =>
  new TextDecoder()
    .decode(await file.whole())
    .trim()
    .split("\n");

/** Samples as bases, a line each, in one file; their labels in another; an option says which bases are counted. */
const bases: Format<{ bases?: string }> = {
  name: "bases",
  title: "sequences of bases",
  plural: "files of bases",
  about: "a sequence a line",
  extensions: [".bases"],
  options: ["group"],
  own: {
    bases(value, where) {
      if (typeof value !== "string") throw new TypeError(`${where}: no text`);
    },
  },
  several: { most: 3, title: "sequences, labels and groups of bases" },
  claims: (head, name) => (String.fromCharCode(...head.subarray(0, 4)) === "PAR1" ? "sure" : /\.bases$/i.test(name) && "likely"),
  async read([sequences, ...others], { name, bases: counted = "ACGT", missing }) {
    const [rows, labels, groups] = await Promise.all([sequences, ...others].map(linesOf));
    const count = (row: string, base: string) => row.split(base).length - 1;
    const x = Float32Array.from(rows.flatMap((row) => [...counted].map((base) => count(row, base))));
    return makeDataset({
      name,
      x,
      labels: labels ?? null,
      groups,
      features: counted.length,
      featureNames: [...counted],
      missing,
    });
  },
};
const formats: readonly Format<{ bases?: string }>[] = [bases, ...FORMATS];
const sequences = { name: "dna.bases", bytes: utf8("GATTACA\nCCGG\n") };
const labels = { name: "labels.txt", bytes: utf8("yes\nno\n") };

describe("a format that is handed in", () => {
  it("is found by its name, packed or not, and reads with options of its own and of others", async () => {
    const dataset = await readDataset([sequences], {}, formats);
    expect(dataset).toMatchObject({ name: "dna", samples: 2, features: 4, featureNames: ["A", "C", "G", "T"], classes: [] });
    expect([...(dataset.x as Float32Array)]).toEqual([3, 1, 1, 2, 0, 2, 2, 0]);
    const packed = { name: "dna.bases.gz", bytes: new Uint8Array(gzipSync(sequences.bytes)) };
    expect(await readDataset([packed], { name: "mine", bases: "AC" }, formats)).toMatchObject({ name: "mine", features: 2 });
  });

  it("reads several files, as many as it says", async () => {
    const groups = { name: "groups.txt", bytes: utf8("p1\np2\n") };
    const dataset = await readDataset([sequences, labels, groups], {}, formats);
    expect(dataset).toMatchObject({ classes: ["no", "yes"], groups: ["p1", "p2"] });
    await expect(readDataset([sequences, labels, groups, groups, groups], {}, formats)).rejects.toThrow(
      /^readDataset: 5 files given; expected one, sequences, labels and groups of bases, a pair of .npy, .* or a pair of IDX files$/,
    );
  });

  it("is surely what it says by content, before other kinds that are known and refused", async () => {
    const parquet = { name: "t.parquet", bytes: utf8("PAR1A\nC\n") };
    expect(await readDataset([parquet], {}, formats)).toMatchObject({ name: "t", samples: 2 });
    await expect(readDataset([parquet])).rejects.toThrow("t.parquet: a Parquet file, which is not read");
  });

  it("has its options refused where they do not concern it, and is named where they do", async () => {
    await expect(readDataset([sequences], { header: true }, formats)).rejects.toThrow(
      /^dna.bases: option header is for tables \(.csv, .tsv\), .*, not for files of bases: leave it out/,
    );
    const table = { name: "t.csv", bytes: utf8("a,b,y\n1,2,u\n3,4,v\n") };
    await expect(readDataset([table], { bases: "A" }, formats)).rejects.toThrow(
      "t.csv: option bases is for files of bases (.bases), not for tables: leave it out",
    );
    await expect(readDataset([sequences], { bases: 3 as unknown as string }, formats)).rejects.toThrow("option bases: no text");
    await expect(readDataset([table], { bases: "A" } as object)).rejects.toThrow("t.csv: option bases is unknown");
  });

  it("is in the list of what is read, and is unknown without being handed in", async () => {
    const other = { name: "t.bin", bytes: Uint8Array.of(7, 8, 9) };
    await expect(readDataset([other], {}, formats)).rejects.toThrow("read are sequences of bases (.bases), CSV or TSV (");
    const error = (await readDataset([{ ...sequences }]).catch((reason) => reason)) as CoppiceError;
    expect(error.message).toMatch(/^dna\.bases: unknown format \(it starts with bytes 47 41 54 54 41 43 41 0a\)/);
    expect(error.message).not.toContain("sequences of bases");
  });

  it("may say how its files look before they are read, and is named where it does not", async () => {
    await expect(previewTable(sequences.bytes, sequences.name, {}, formats)).rejects.toThrow(
      "dna.bases: files of bases have no preview; read it with readDataset",
    );
    const table = FORMATS.find(({ name }) => name === "table");
    const shown: Format = {
      ...(bases as Format),
      preview: async (file, options) => {
        const bytes = utf8(`sequence,y\n${(await linesOf(file)).map((row, i) => `${row.length},c${i % 2}`).join("\n")}\n`);
        const open = {
          name: "t.csv",
          source: bytes,
          head: bytes,
          whole: async () => bytes,
          chunks: () => new Blob([bytes]).stream() as never,
        };
        return (await table?.preview?.(open, options)) as never;
      },
    };
    expect(await previewTable(sequences.bytes, sequences.name, {}, [shown])).toMatchObject({ samples: 2, features: 1 });
  });

  it("gives data that are trained on", async () => {
    const many = utf8(Array.from({ length: 40 }, (_, i) => (i % 2 ? "AAAC" : "GGTT").repeat(1 + (i % 3))).join("\n"));
    const classes = utf8(Array.from({ length: 40 }, (_, i) => (i % 2 ? "left" : "right")).join("\n"));
    const files = [
      { name: "many.bases", bytes: many },
      { name: "l.txt", bytes: classes },
    ];
    const dataset = await readDataset(files, {}, formats);
    const model = await train({ train: dataset }, { method: "linear", epochs: 30, batch: 8, lr: 0.1, seed: 1, device: "cpu" });
    expect(model.history.at(-1)?.trainAccuracy).toBe(1);
    await model.dispose();
  });
});
