import { gzipSync } from "node:zlib";
import { expect, it } from "vitest";
import { previewTable } from "../../src/data/read-dataset.js";
import { suggestNetwork, suggestOptions } from "../../src/data/suggest.js";
import { trainConfig } from "../../src/train/config.js";

const bytes = (text: string) => new TextEncoder().encode(text);
const table = "id,age,site,b,kind\np,1,x,0.5,u\nq,NA,y,1.5,v\nr,3,x,?,u\ns,4,y,3.5,v\nt,5,x,4.5,v\n";

it("shows what a table holds before anything is decided", async () => {
  const preview = await previewTable(bytes(table), "t.csv", { group: "site" });
  expect(preview).toMatchObject({
    rows: 6,
    columns: 5,
    orientation: "rows",
    header: true,
    samples: 5,
    features: 2,
    featureNames: ["age", "b"],
    groups: 2,
    classes: [
      { label: "u", samples: 2 },
      { label: "v", samples: 3 },
    ],
    missing: { total: 2, samples: 2, byFeature: Uint32Array.of(1, 1) },
  });
  expect(preview.head[1]).toEqual(["p", "1", "x", "0.5", "u"]);
  expect(preview.fields.map(({ role, kind, labelCandidate, missing }) => [role, kind, labelCandidate, missing])).toEqual([
    ["id", "text", false, 0],
    ["feature", "number", false, 1],
    ["group", "text", true, 0],
    ["feature", "number", false, 1],
    ["label", "text", true, 0],
  ]);
  expect(preview.problem).toContain("2 values are missing in 2 of 2 features and 2 of 5 samples (age: 1, b: 1; ");
  expect(preview.notes.join()).not.toContain("missing");
  expect((await previewTable(bytes(table), "t.csv", { group: "site", missing: "median" })).problem).toBeNull();
});

it("shows what stands in the way, and the rest all the same", async () => {
  const preview = await previewTable(bytes(table), "t.csv");
  expect(preview.problem).toContain('"x" is not a finite number (the whole column is text');
  expect(preview).toMatchObject({ samples: 5, classes: [], suggestion: null, missing: { total: 2, samples: 2, first: 1 } });
  expect(preview.fields[2]).toEqual({ name: "site", index: 2, kind: "text", role: "feature", labelCandidate: true, missing: 0 });
});

it("shows the file as it is where samples are columns, gzipped or not", async () => {
  const genes = "gene,s1,s2,s3\nA,1,2,3\nB,4,5,6\nclass,u,v,v\n";
  const preview = await previewTable(new Uint8Array(gzipSync(genes)), "g.csv.gz");
  expect(preview).toMatchObject({ rows: 4, columns: 4, orientation: "columns", samples: 3, features: 2, problem: null });
  expect(preview.reason).toBe("row 4 holds text, the columns numbers");
  expect(preview.head).toEqual(genes.trim().split("\n").map((line) => line.split(","))); // biome-ignore format: a line
  expect((await previewTable(bytes(genes), "g.csv", { orientation: "rows" })).orientation).toBe("rows");
  await expect(previewTable(bytes("\x07\0\x08\x01"), "x.bin")).rejects.toThrow("unknown format");
  await expect(previewTable(bytes("\0\0\x08\x01"), "x.bin")).rejects.toThrow(
    "x.bin: IDX data have no preview; read it with readDataset",
  );
});

it("shows annotations beside gene names, and is not sure where texts hardly repeat", async () => {
  const genes = (first: string) =>
    `${first},symbol,${[..."abcdef"].map((s) => `S${s}`)}\n${[..."uvwxyz"].map((g, i) => `${g},${g}${g},${[..."abcdef"].map((_, j) => i + j / 2)}`).join("\n")}\n`;
  const preview = await previewTable(bytes(genes("gene_id")), "g.csv");
  expect(preview).toMatchObject({ orientation: "columns", sure: false, rows: 7, columns: 8 });
  expect(preview.annotations).toEqual([{ name: "symbol", index: 1, ignored: false }]);
  expect(preview.problem).toContain("leave it out with option ignore");
  const labels = { name: "l.csv", bytes: bytes(`id,y\n${[..."abcdef"].map((s, i) => `S${s},${i % 2}`).join("\n")}\n`) };
  const clean = await previewTable(bytes(genes("gene_id")), "g.csv", { labels, ignore: ["symbol"] });
  expect(clean).toMatchObject({ sure: true, problem: null, samples: 6, features: 6, columns: 8 });
  expect(clean.annotations).toEqual([{ name: "symbol", index: 1, ignored: true }]);
  expect(clean.head[1].slice(0, 3)).toEqual(["u", "uu", "0"]);

  // nothing says that these are genes: read by rows, the symbols would be the labels
  const bare = await previewTable(bytes(genes("n")), "g.csv");
  expect(bare).toMatchObject({ orientation: "rows", sure: false });
  expect(bare.problem).toMatch(/column "symbol" would be the labels, with 6 classes for 6 samples/);
  expect((await previewTable(bytes(genes("n")), "g.csv", { label: "symbol" })).problem).toBeNull();
});

it("shows which columns are ignored", async () => {
  const { fields, problem } = await previewTable(bytes(table), "t.csv", { ignore: ["site"], missing: "median" });
  expect(fields.map(({ role }) => role)).toEqual(["id", "feature", "ignored", "feature", "label"]);
  expect(problem).toBeNull();
});

it("shows the columns of a label file, and which is still to be chosen", async () => {
  const genes = bytes("gene,s1,s2,s3\nA,1,2,3\nB,4,5,6\n");
  const labels = { name: "l.csv", bytes: bytes("sample,patient,kind\ns1,p,u\ns2,p,v\ns3,q,v\n") };
  const preview = await previewTable(genes, "g.csv", { labels, group: "patient" });
  expect(preview.labelFields).toEqual([
    { name: "sample", index: 0, role: "id" },
    { name: "patient", index: 1, role: "group" },
    { name: "kind", index: 2, role: "label" },
  ]);
  expect(preview).toMatchObject({ problem: null, groups: 2 });
  const open = { name: "l.csv", bytes: bytes("s1,a,u\ns2,b,v\ns3,a,v\n") };
  const undecided = await previewTable(genes, "g.csv", { labels: open });
  expect(undecided.labelFields?.map(({ name, role }) => [name, role])).toEqual([
    ["1", "id"],
    ["2", null],
    ["3", null],
  ]);
  expect(undecided.problem).toContain("which column holds the labels?");
  expect((await previewTable(genes, "g.csv", { labels: open, label: 1 })).labelFields?.[1].role).toBe("label");
  expect((await previewTable(bytes(table), "t.csv")).labelFields).toBeNull();
});

it.each([
  [70, 325, undefined, { method: "linear", batch: 8, epochs: 100, lr: 0.005, optimizer: { decay: 2 } }],
  [5, 60, undefined, { method: "linear", batch: 5 }],
  [199, 199, undefined, { method: "npset", hidden: [200, 200, 200], batch: 8, dropout: 0.5, optimizer: { decay: 0.5 } }],
  [1440, 1024, undefined, { method: "npset", hidden: [500, 500], batch: 32, epochs: 60, lr: 0.01, dropout: 0 }],
  [300, 1000, undefined, { method: "linear", batch: 32, optimizer: { decay: 0.5 } }],
  [10_000, 4, [2, 2] as [number, number], { hidden: [1000, 1000, 1000], epochs: 25, lr: 0.02, inputs: "scale255" }],
])("suggests options for %i samples of %i features that training takes", (samples, features, imageShape, expected) => {
  const x = Float32Array.from({ length: samples * features }, (_, k) => (k % 256) + (imageShape ? 0 : 0.5));
  const { options, reasons } = suggestOptions({ x, samples, features, imageShape });
  expect(options).toMatchObject(expected);
  expect(reasons.length).toBe(options.method === "linear" ? 3 : 4);
  expect(options.hidden === undefined).toBe(options.method === "linear");
  expect(trainConfig(options, { samples, features, classes: 2 })).toMatchObject({ batch: options.batch });
});

it.each([
  [70, 325, { hidden: [500, 500], batch: 8, epochs: 100, lr: 0.005, dropout: 0.5, optimizer: { decay: 0.5 } }],
  [300, 1000, { hidden: [500, 500], batch: 32, dropout: 0.3, optimizer: { decay: 0 } }],
])("suggests a network for %i samples of %i features if it is to be one", (samples, features, expected) => {
  const options = suggestNetwork({ x: new Float32Array(samples * features).fill(0.5), samples, features });
  expect(options).toMatchObject({ method: "npset", epsilon: 20, inputs: "standardize", ...expected });
});

it("suggests raw inputs for counts that are mostly zero", () => {
  const x = Float32Array.from({ length: 1000 }, (_, k) => (k % 20 ? 0 : 3));
  expect(suggestOptions({ x, samples: 100, features: 10 }).options.inputs).toBe("raw");
});
