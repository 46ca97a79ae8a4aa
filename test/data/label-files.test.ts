import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { labelsAmong } from "../../src/data/read-dataset.js";
import { content, csv, file, read } from "./text-tables.js";

describe("labels in a second file", () => {
  const values = "gene,s1,s2,s3\nA,1,2,3\nB,4,5,6\n";
  const expected = { samples: 3, ids: ["s1", "s2", "s3"], x: Float32Array.of(1, 4, 2, 5, 3, 6), y: Uint32Array.of(1, 0, 1) };

  it("are joined by ID in whatever order, whatever the orientation", async () => {
    const rows = ["s1,well,p1", "s2,sick,p2", "s3,well,p1"];
    for (const order of [
      [0, 1, 2],
      [2, 0, 1],
      [1, 2, 0],
    ]) {
      const labels = file("l.csv", `id,state,patient\n${order.map((i) => rows[i]).join("\n")}\n`);
      const across = await read(values, { labels, label: "state", group: "patient" });
      expect(across).toMatchObject({ ...expected, classes: ["sick", "well"], groups: ["p1", "p2", "p1"] });
      const down = await read("id,A,B\ns1,1,4\ns2,2,5\ns3,3,6\n", { labels, label: "state", group: "patient" });
      expect(content(down)).toEqual(content(across));
    }
  });

  it("need no header, and no name where there is one column or one with a label's name", async () => {
    expect(await read(values, { labels: file("l.tsv", "s3\tb\ns1\tb\ns2\ta\n") })).toMatchObject(expected);
    const named = file("l.csv", "site,class,sample\nx,b,s3\nx,b,s1\nz,a,s2\n");
    expect(await read(values, { labels: named })).toMatchObject(expected);
    expect(await read(values, { labels: file("l.csv", "gene,grade\ns3,2\ns1,2\ns2,1\n") })).toMatchObject(expected);
  });

  it("are the same for any permutation of the file", async () => {
    const order = fc.shuffledSubarray([0, 1, 2, 3, 4, 5], { minLength: 6, maxLength: 6 });
    const table = csv([["id", "a", "b"], ...[0, 1, 2, 3, 4, 5].map((i) => [`n${i}`, i, 10 * i])]);
    const join = (rows: number[]) =>
      read(table, { labels: file("l.csv", csv([["id", "y"], ...rows.map((i) => [`n${i}`, i % 3])])) });
    const plain = await join([0, 1, 2, 3, 4, 5]);
    expect([...plain.y]).toEqual([0, 1, 2, 0, 1, 2]);
    await fc.assert(
      fc.asyncProperty(order, async (rows) => {
        expect(await join(rows)).toEqual(plain);
      }),
      { numRuns: 30 },
    );
  });

  it.each([
    ["samples without a label", "id,y\ns1,a\ns2,b\n", "l.csv: 1 of the 3 samples of t.csv are not in it: s3"],
    ["IDs that are no sample", "id,y\ns1,a\ns2,b\ns3,a\ns4,b\ns5,b\n", "l.csv: 2 of its 5 IDs are no samples of t.csv: s4, s5"],
    ["IDs that occur twice", "id,y\ns1,a\ns2,b\ns3,a\ns1,b\n", "l.csv: 1 IDs occur more than once: s1"],
    [
      "no IDs at all",
      "id,y\nx1,a\nx2,b\n",
      "l.csv: no column holds sample IDs of t.csv: column 1 holds x1, x2, row 1 and column 1 of t.csv hold s1, s2, s3",
    ],
    ["an empty label", "id,y\ns1,a\ns2,\ns3,b\n", "l.csv: s2: the label is empty"],
    [
      "two columns that could be it",
      "id,u,v\ns1,a,1\ns2,b,1\ns3,b,2\n",
      "l.csv: which column holds the labels? say so with option label; row 1 names 3 columns: id, u, v",
    ],
    ["one column", "s1\ns2\n", "l.csv: it has 1 column"],
  ])("are refused with %s", async (_, text, message) => {
    await expect(read(values, { labels: file("l.csv", text) })).rejects.toThrow(message);
  });

  it("are refused where they are a workbook", async () => {
    const labels = {
      name: "l.xlsx",
      bytes: new Uint8Array(readFileSync(new URL("../fixtures/xlsx/plain.xlsx", import.meta.url))),
    };
    await expect(read(values, { labels })).rejects.toThrow(
      "l.xlsx: a workbook, and files of labels are .csv or .tsv: save the sheet as .csv",
    );
  });

  it("may cover other tables when that is said", async () => {
    const labels = file("l.csv", "id,y\ns1,a\ns2,b\ns3,a\ns4,b\n");
    const dataset = await read(values, { labels, extraLabels: true });
    expect(dataset.notes).toContain("1 of the 4 IDs of l.csv are no samples of t.csv");
  });

  describe("whose row numbers look like IDs", () => {
    const ten = Array.from({ length: 10 }, (_, i) => i + 1);
    const table = csv([["sample", "g1", "g2"], ...ten.map((i) => [i, i / 8, -i / 4])]);
    // sample i is in row 11 - i
    const kindOf = (i: number) => (i <= 3 ? "A" : "B");
    const join = (header: string, row: (i: number) => (string | number)[]) =>
      read(table, { labels: file("l.csv", `${header}\n${csv(ten.map((i) => row(11 - i)))}\n`) });

    it.each<[string, string, (i: number) => (string | number)[]]>([
      ["without a name, as R writes them", '"","patient","subtype"', (i) => [11 - i, i, kindOf(i)]],
      ["under no", "no,sample,subtype", (i) => [11 - i, i, kindOf(i)]],
      ["behind the IDs", "patient_id,row,subtype", (i) => [i, 11 - i, kindOf(i)]],
      ["under another name, if they count", "run,sample_id,class", (i) => [11 - i, i, kindOf(i)]],
      ["beside labels that are such numbers too", "class,sample", (i) => [i <= 3 ? 1 : 2, i]],
    ])("are not joined by them: %s", async (_, header, row) => {
      const { y } = await join(header, row);
      expect([...y]).toEqual(ten.map((i) => (i <= 3 ? 0 : 1)));
    });

    it("are refused where nothing tells which column it is", async () => {
      await expect(join("u,v,subtype", (i) => [11 - i, i, kindOf(i)])).rejects.toThrow(
        'l.csv: column "u" and column "v" both hold sample IDs of t.csv, in different order; remove',
      );
      await expect(join('"",rank,subtype', (i) => [i, 11 - i, kindOf(i)])).rejects.toThrow('column 1 and column "rank" both');
    });

    it("are joined by either where both say the same", async () => {
      const { y } = await join("u,v,subtype", (i) => [i, i, kindOf(i)]);
      expect([...y]).toEqual(ten.map((i) => (i <= 3 ? 0 : 1)));
    });
  });
});

describe("two tables, one of labels", () => {
  const kinds = "id,age,kind\ns1,40,a\ns2,50,b\ns3,60,a\n";
  const told = async (first: string, second: string) => labelsAmong([file("first.csv", first), file("second.csv", second)]);

  it.each<[string, string, string, RegExp]>([
    ["by IDs in row 1", "gene,s1,s2,s3\nA,1.5,2,3\nB,4,5,6\n", kinds, /^a column of KINDS holds 3 IDs of VALUES$/],
    [
      "by fewer numbers",
      "id,A,B\ns1,1.5,4\ns2,2,5\ns3,3,6\n",
      kinds,
      /^they share 3 IDs, and KINDS has fewer columns of numbers$/,
    ],
    ["without headers", "s1,1.5,4\ns2,2,5\ns3,3,6\n", "s3\ta\ns1\tb\ns2\ta\n", /^they share 2 IDs/],
  ])("are told apart %s, in either order", async (_, values, labels, reason) => {
    const forms = (names: readonly string[]) => new RegExp(reason.source.replace("KINDS", names[0]).replace("VALUES", names[1]));
    expect(await told(values, labels)).toEqual({ at: 1, reason: expect.stringMatching(forms(["second.csv", "first.csv"])) });
    expect(await told(labels, values)).toEqual({ at: 0, reason: expect.stringMatching(forms(["first.csv", "second.csv"])) });
  });

  it("are refused where they share no IDs, and where nothing tells them apart", async () => {
    await expect(told(kinds, "gene,t1,t2\nA,1,2\n")).rejects.toThrow("first.csv + second.csv: no column of either holds IDs");
    await expect(told(kinds, kinds.replace("kind", "stage"))).rejects.toThrow("both have 1 columns of numbers and IDs");
  });

  it("may be beside a matrix of another format, but not beside one that is read with its labels", async () => {
    const gct = file("t.gct", "#1.2\n1\t3\nNAME\tDescription\ts1\ts2\ts3\ng\tna\t1\t2\t3\n");
    expect(await labelsAmong([file("l.csv", kinds), gct])).toEqual({
      at: 0,
      reason: expect.stringContaining("one of GCT files"),
    });
    const mtx = file("m.mtx", "%%MatrixMarket matrix coordinate real general\n3 2 1\n1 1 2.5\n");
    expect(await labelsAmong([mtx, file("labels.txt", "a\nb\na\n")])).toBeUndefined();
  });
});
