import { readFileSync, writeFileSync } from "node:fs";
import { expect, it } from "vitest";
import { createCpuDevice, explain } from "../../src/api/index.js";
import { readModel } from "../../src/cli/model-file.js";
import { coppice, useFolder } from "./harness.js";

const folder = useFolder();

it("explain writes what features add to answers, of all samples and of one", async () => {
  const x = (i: number) => [i % 3, (i * 7) % 5, -i];
  const lines = Array.from({ length: 24 }, (_, i) => [`s${i}`, ...x(i), `c${i % 3}`].join());
  writeFileSync(folder.path("t.csv"), `id,a,b,c,label\n${lines.join("\n")}\n`);
  const run = `--orientation rows --hidden 6 --method set --epsilon 3 --epochs 3 --device cpu --out ${folder.path("run")}`;
  const trained = await coppice(`train --data ${folder.path("t.csv")} ${run}`);
  expect(trained.code, trained.err).toBe(0);
  const model = folder.path("run/model.safetensors");
  const use = `${model} --data ${folder.path("t.csv")} --device cpu`;
  const saved = readModel(model);
  const values = Float32Array.from(Array.from({ length: 24 }, (_, i) => x(i)).flat());
  const { outputs, contributions } = await explain(createCpuDevice({ threads: 1 }), saved, values);
  const own = (i: number) => [...contributions.subarray(3 * i, 3 * i + 3)];

  const all = (await coppice(`explain ${use}`)).out
    .trimEnd()
    .split("\n")
    .map((line) => line.split(","));
  expect(all[0]).toEqual(["id", "output", "a", "b", "c"]);
  for (const [i, [id, output, ...parts]] of all.slice(1).entries()) {
    expect([id, output]).toEqual([`s${i}`, saved.classes[outputs[i]]]);
    for (const [j, part] of parts.entries()) expect(Number(part)).toBeCloseTo(own(i)[j], 6);
  }

  const one = await coppice(`explain ${use} --sample s5 --output c1 --out ${folder.path("one.csv")}`);
  expect(one.err).toContain("sample s5: explained is c1");
  const [head, ...rows] = readFileSync(folder.path("one.csv"), "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => line.split(","));
  expect(head).toEqual(["feature", "contribution"]);
  const sizes = rows.map(([, part]) => Math.abs(Number(part)));
  expect(sizes).toEqual(sizes.toSorted((a, b) => b - a));
  expect(rows.map(([name]) => name).sort()).toEqual(["a", "b", "c"]);

  const { explanations, ...document } = JSON.parse((await coppice(`explain ${use} --sample s5 --json`)).out);
  expect(document).toMatchObject({ data: "t", device: "cpu", samples: 1, features: ["a", "b", "c"], notes: [] });
  expect(explanations).toEqual([{ id: "s5", output: all[6][1], contributions: all[6].slice(2).map(Number) }]);

  expect((await coppice(`explain ${use} --sample s99`)).err).toContain(
    '--sample: t has no sample "s99"; did you mean "s9"? its samples are s0, s1,',
  );
  expect((await coppice(`explain ${use} --ignore id --sample 1e1`)).err).toContain("--sample: 1e1 is no number from 1 to 24");
  expect((await coppice(`explain ${use} --output x`)).err).toContain('explain: output: "x" is unknown; ');
});
