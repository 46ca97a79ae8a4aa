import { readFileSync, writeFileSync } from "node:fs";
import { expect, it } from "vitest";
import { createCpuDevice, measure, readDataset } from "../../src/api/index.js";
import { readModel } from "../../src/cli/model-file.js";
import { coppice, useFolder } from "./harness.js";

const folder = useFolder();

it("measure tells norms, margins, sharpness and a bound, and writes them", async () => {
  const x = (i: number) => [(i % 3) + 0.1 * (i % 7), (i * 7) % 5, -i % 4];
  const table = `a,b,c,label\n${Array.from({ length: 60 }, (_, i) => [...x(i), `c${i % 3}`].join()).join("\n")}\n`;
  writeFileSync(folder.path("t.csv"), table);
  const run = `--orientation rows --hidden 6 --method set --epsilon 2 --epochs 3 --inputs raw --device cpu --out ${folder.path("run")}`;
  const trained = await coppice(`train --data ${folder.path("t.csv")} ${run}`);
  expect(trained.code, trained.err).toBe(0);
  const model = folder.path("run/model.safetensors");
  const use = `measure ${model} --data ${folder.path("t.csv")} --orientation rows --device cpu`;
  const options = { bound: true, steps: 40, draws: 40, batch: 20, boxes: [0.01], iterations: 3 };
  const words = "--bound --steps 40 --draws 40 --batch 20 --boxes 0.01 --iterations 3";

  const told = await coppice(`${use} ${words} --out ${folder.path("measure.json")}`);
  expect(told.code, told.err).toBe(0);
  for (const part of [
    "l1 path norm",
    "spectral complexity (Bartlett)",
    "normalised",
    "sharpness",
    "error on new samples at most",
  ])
    expect(told.out).toContain(part);
  expect(told.out).toContain("price of the connections");
  const dataset = await readDataset([{ name: "t.csv", bytes: new TextEncoder().encode(table) }], { orientation: "rows" });
  const wanted = await measure(createCpuDevice({ threads: 1 }), readModel(model), dataset, options);
  const written = JSON.parse(readFileSync(folder.path("measure.json"), "utf8"));
  expect(written).toMatchObject({ data: "t", device: "cpu", ...JSON.parse(JSON.stringify(wanted)) });

  const { sharpness, bound } = JSON.parse((await coppice(`${use} --json`)).out);
  expect(sharpness.map(({ box }: { box: number }) => box)).toEqual([1e-3, 5e-4]);
  expect(bound).toBeUndefined();
  expect((await coppice(`${use} --prior model --bound`)).err).toContain("measure: prior: the model's own weights are no prior");
  expect((await coppice(`${use} --boxes 0`)).err).toContain("boxes");
});
