import { readFileSync, writeFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { fillAbsent } from "../../src/api/data.js";
import { makeDataset } from "../../src/data/make-dataset.js";
import { toDense } from "../../src/data/sample-matrix.js";
import { decodeCheckpoint } from "../../src/io/formats/checkpoint/checkpoint.js";
import { coppice, useFolder } from "../cli/harness.js";
import { read } from "./text-tables.js";

const folder = useFolder();
const model = {
  featureNames: ["a", "b", "c"],
  input: { mean: Float64Array.of(0, 0, 0), std: Float64Array.of(1, 1, 1), median: Float64Array.of(0.1, 7, 9) },
};
const table = (x: Float32Array, names: readonly string[]) =>
  makeDataset({ name: "t", x, labels: null, features: names.length, featureNames: names });
const sparse = { rows: 2, cols: 2, rowPtr: Uint32Array.of(0, 1, 2), colIdx: Uint32Array.of(0, 1), values: Float32Array.of(5, 6) };

describe("features that a model has and data lack", () => {
  it("have the model's medians, in the model's order", () => {
    const { dataset, absent } = fillAbsent(table(Float32Array.of(1, 2, 3, 4, 5, 6), ["c", "other", "b"]), model, 0.5);
    expect([absent, dataset.featureNames, dataset.features]).toEqual([["a"], ["a", "b", "c"], 3]);
    expect(dataset.x).toEqual(Float64Array.of(0.1, 3, 1, 0.1, 6, 4)); // 32 bits do not hold 0.1
    expect(dataset.notes?.join()).toMatch(
      /1 of the 3 features that the model was trained on is absent: a; the model's medians are filled in/,
    );
  });

  it("have the medians from before the steps of a model that has steps", () => {
    const prepared = { steps: [{ step: "f-test:1", kept: [2] }], features: 3, featureNames: ["a", "b", "c"] };
    const known = { featureNames: ["c"], input: model.input, prepared: { ...prepared, medians: [0.5, 7, 9] } };
    const two = table(Float32Array.of(1, 2), ["a", "c"]);
    expect(fillAbsent(two, known, 0.5)).toMatchObject({ absent: ["b"], dataset: { x: Float32Array.of(1, 7, 2) } });
    expect(() => fillAbsent(two, { ...known, prepared }, 0.5)).toThrow(
      /knows no medians to fill in: train it with missing: median .*median\)$/,
    );
  });

  it("leave sparse rows sparse", () => {
    const { dataset } = fillAbsent({ ...table(new Float32Array(4), ["c", "a"]), x: sparse }, model, 1);
    expect(toDense(dataset.x)).toEqual(Float64Array.of(0, 7, 5, 6, 7, 0));
  });

  it("are refused above the share, without medians, and where all are absent", () => {
    const two = table(Float32Array.of(1, 2), ["a", "b"]);
    expect(() => fillAbsent(two, model, 0.33)).toThrow("absent: c; that is a share of 0.333, and at most 0.33 may be filled in");
    expect(() => fillAbsent(two, { ...model, input: null }, 1)).toThrow("the model knows no medians to fill in");
    expect(() => fillAbsent(table(Float32Array.of(1), ["z"]), model, 1)).toThrow("share of 1.00");
    const robust = { mean: Float64Array.of(0, 0, 4), std: Float64Array.of(1, 1, 1), clip: 3 };
    expect(fillAbsent(two, { ...model, input: robust }, 1).dataset.x).toEqual(Float32Array.of(1, 2, 4));
    expect(fillAbsent(table(Float32Array.of(1, 2, 3), ["c", "b", "a"]), model, 0).dataset.x).toEqual(Float32Array.of(3, 2, 1));
  });

  it("are those that a table does not have", async () => {
    const wanted = { featureNames: ["a", "b", "c"], label: null };
    const found = await read("id,c,a,extra\ns1,1,2,3\ns2,4,5,6\n", { ...wanted, absent: true });
    expect(found).toMatchObject({ featureNames: ["a", "c"], x: Float32Array.of(2, 1, 5, 4) });
    expect(toDense(fillAbsent(found, model, 0.5).dataset.x)).toEqual(Float64Array.of(2, 7, 1, 5, 7, 4));
  });
});

it.each(["", "--prepare log2,f-test:2 "])("predict and eval fill them in as asked, and say which %s", async (steps) => {
  const rows = Array.from({ length: 20 }, (_, i) => [i % 2 ? 5 + (i % 3) : i % 5, i % 7, i % 4, i % 2 ? "y" : "n"]);
  const write = (name: string, keep: readonly number[]) => {
    const lines = [["g1", "g2", "g3", "class"], ...rows].map((row) => keep.map((k) => row[k]).join());
    writeFileSync(folder.path(name), `${lines.join("\n")}\n`);
    return folder.path(name);
  };
  const [whole, less] = [write("all.csv", [0, 1, 2, 3]), write("less.csv", [2, 0, 3])];
  const run = folder.path("run");
  const trained = `${steps}--force --method dense --hidden 4 --epochs 1 --device cpu --missing median --split 0.2 --out ${run}`;
  expect((await coppice(`train --data ${whole} ${trained}`)).code).toBe(0);
  const use = `${run}/model.safetensors --data ${less} --device cpu`;
  const refused = await coppice(`predict ${use}`);
  expect([refused.code, refused.err]).toEqual([2, expect.stringMatching(/lacks 1 of the 3 .* g2; .*--absent median/)]);
  const few = await coppice(`predict ${use} --absent median`);
  expect([few.code, few.err]).toEqual([2, expect.stringContaining("at most 0.1 may be filled in")]);
  const told = JSON.parse((await coppice(`predict ${use} --absent median --absent-at-most 0.4 --json`)).out);
  const { input, prepared } = decodeCheckpoint(readFileSync(`${run}/model.safetensors`));
  const median = (prepared?.medians ?? input?.median)?.[1];
  const lines = rows.map(([a, , c, label]) => [a, median, c, label].join());
  writeFileSync(folder.path("filled.csv"), `g1,g2,g3,class\n${lines.join("\n")}\n`);
  const byHand = await coppice(`predict ${run}/model.safetensors --data ${folder.path("filled.csv")} --device cpu --json`);
  expect(told.predictions).toEqual(JSON.parse(byHand.out).predictions);
  expect(told.absent).toEqual(["g2"]);
  const evaluated = await coppice(`eval ${use} --absent median --absent-at-most 0.4`);
  expect([evaluated.code, evaluated.err]).toEqual([0, expect.stringContaining("absent: g2; the model's medians are filled in")]);
  expect((await coppice(`eval ${use} --absent-at-most 0.4`)).err).toContain("give both");
});
