import { writeFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { readDataset } from "../../src/data/read-dataset.js";
import { toDense } from "../../src/data/sample-matrix.js";
import { crc32c } from "../../src/util/crc32.js";
import { coppice, useFolder } from "../cli/harness.js";
import { file, read } from "./text-tables.js";

const folder = useFolder();
const TABLE = `age,sex,stage,smoker,outcome
40,female,mid,True,u
50,male,low,False,v
60,female,high,True,u
70,male,low,False,v
`;

describe("columns of texts", () => {
  it("are a feature for each text, which its name says", async () => {
    const dataset = await read(TABLE, { categories: "one-hot" });
    const names = ["age", "sex=female", "sex=male", "stage=high", "stage=low", "stage=mid", "smoker"];
    expect(dataset).toMatchObject({ featureNames: names, classes: ["u", "v"] });
    expect([...toDense(dataset.x)]).toEqual([
      40, 1, 0, 0, 0, 1, 1, 50, 0, 1, 0, 1, 0, 0, 60, 1, 0, 1, 0, 0, 1, 70, 0, 1, 0, 1, 0, 0,
    ]);
    expect(dataset.notes?.join()).toContain(
      'texts of 2 columns are features: sex (2 features, from "sex=female"), stage (3 features, from "stage=high")',
    );
  });

  it("are numbers by a given order", async () => {
    const options = { levels: ["stage=low|mid|high", "sex=male|female"] };
    const dataset = await read(TABLE, options);
    expect(dataset.featureNames).toEqual(["age", "sex: male < female", "stage: low < mid < high", "smoker"]);
    expect([...toDense(dataset.x)]).toEqual([40, 1, 1, 1, 50, 0, 0, 0, 60, 1, 2, 1, 70, 0, 0, 0]);
    const mixed = await read(TABLE, { categories: "one-hot", levels: ["stage=low|mid|high"] });
    expect(mixed.featureNames).toEqual(["age", "sex=female", "sex=male", "stage: low < mid < high", "smoker"]);
  });

  it("are groups of texts by their checksum", async () => {
    const dataset = await read(TABLE, { categories: "hashed", ignore: ["stage"] });
    const bucket = (text: string) => crc32c(new TextEncoder().encode(text)) % 32;
    const buckets = [bucket("female"), bucket("male")].sort((a, b) => a - b);
    expect(dataset.featureNames).toEqual(["age", ...buckets.map((k) => `sex #${k} of 32`), "smoker"]);
    const rows = ["female", "male", "female", "male"].map((sex, i) => [
      40 + 10 * i,
      ...buckets.map((k) => Number(k === bucket(sex))),
      1 - (i % 2),
    ]);
    expect([...toDense(dataset.x)]).toEqual(rows.flat());
  });

  it("are read as a model's features in any order, from less texts than it knows", async () => {
    for (const options of [
      { categories: "one-hot" },
      { categories: "hashed" },
      { levels: ["stage=low|mid|high", "sex=male|female"] },
    ] as const) {
      const { featureNames, x } = await read(TABLE, options);
      const again = await read("outcome,stage,age,sex,smoker,more\nu,low,50,male,0,text\nv,mid,40,female,1,text\n", {
        featureNames,
        ignoreLabels: true,
      });
      const width = featureNames?.length ?? 0;
      const all = [...toDense(x)];
      expect([...toDense(again.x)]).toEqual([...all.slice(width, 2 * width), ...all.slice(0, width)]);
    }
  });

  it("that are unknown are refused, or missing as asked; a missing one is missing in all of its features", async () => {
    const { featureNames } = await read(TABLE, { categories: "one-hot" });
    const other = "age,sex,stage,smoker\n40,divers,mid,1\n50,,low,0\n";
    const options = { featureNames, ignoreLabels: true } as const;
    await expect(read(other, options)).rejects.toThrow(
      'column "sex" holds "divers", which is none of the known: female, male; correct it, or take unknown ones for missing values',
    );
    await expect(read(other, { ...options, unknownLevels: "missing" })).rejects.toThrow("sex=female: 2, sex=male: 2");
    const filled = await read(other, { ...options, unknownLevels: "missing", missing: "median" });
    expect([...toDense(filled.x)].map((value) => (Number.isNaN(value) ? -1 : value))).toEqual([
      40, -1, -1, 0, 0, 1, 1, 50, -1, -1, 0, 1, 0, 0,
    ]);
  });

  it("are refused where nothing says what they become, and where that does not fit", async () => {
    await expect(read(TABLE)).rejects.toThrow('"female" is not a finite number');
    await expect(read(TABLE, { categories: "ordinal", levels: ["sex=male|female"] })).rejects.toThrow(
      '"stage" holds texts without an order; give it with option levels, from the least on',
    );
    await expect(read(TABLE, { levels: ["sex=male"] })).rejects.toThrow('"sex=male" is no column with its levels');
    await expect(read(TABLE, { levels: ["age=a|b"] })).rejects.toThrow('option levels names "age", which is no column of texts');
    await expect(read(TABLE, { levels: ["sex=male|other"], ignore: ["stage"] })).rejects.toThrow(
      'holds "female", which is none of the known',
    );
    const many = Array.from({ length: 120 }, (_, i) => `${i},t${i % 60},${i % 2 ? "u" : "v"}`).join("\n");
    await expect(read(`a,city,outcome\n${many}\n`, { categories: "one-hot" })).rejects.toThrow(
      "60 different texts, and one-hot makes",
    );
    const svm = [file("a.svmlight", "1 1:2\n0 1:3\n")];
    await expect(readDataset(svm, { categories: "one-hot" })).rejects.toThrow("option categories is for tables");
  });

  it("of ARFF are read alike", async () => {
    const arff =
      "@relation r\n@attribute age numeric\n@attribute sex {male,female}\n@attribute class {u,v}\n@data\n1,male,u\n2,female,v\n3,male,u\n";
    const dataset = await readDataset([file("a.arff", arff)], { categories: "one-hot" });
    expect(dataset.featureNames).toEqual(["age", "sex=female", "sex=male"]);
  });
});

it("a model keeps what its texts stand for", async () => {
  const rows = Array.from({ length: 40 }, (_, i) => [i, ["red", "green", "blue"][i % 3], i % 3 === 0 ? "yes" : "no"].join());
  writeFileSync(folder.path("t.csv"), `n,colour,class\n${rows.join("\n")}\n`);
  writeFileSync(folder.path("new.csv"), "colour,n\nred,5\nblue,6\n");
  const run = `--categories one-hot --no-id --method dense --hidden 6 --epochs 40 --lr 0.1 --device cpu --out ${folder.path("run")}`;
  const trained = await coppice(`train --data ${folder.path("t.csv")} ${run}`);
  expect(trained.code, trained.err).toBe(0);
  const predicted = await coppice(
    `predict ${folder.path("run/model.safetensors")} --data ${folder.path("new.csv")} --no-label --no-id --device cpu`,
  );
  expect(predicted.out.split("\n").map((line) => line.split(",")[0])).toEqual(["predicted", "yes", "no", ""]);
  writeFileSync(folder.path("new.csv"), "colour,n\npink,5\n");
  const refused = await coppice(
    `predict ${folder.path("run/model.safetensors")} --data ${folder.path("new.csv")} --no-label --no-id --device cpu`,
  );
  expect(refused.err).toContain('holds "pink", which is none of the known: blue, green, red');
});
