import { readFileSync, writeFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { createCpuDevice, encode, makeDataset, type SavedModel, train } from "../../src/api/index.js";
import { toDense } from "../../src/data/sample-matrix.js";
import { standardize } from "../../src/data/standardize.js";
import { random } from "../../src/util/random.js";
import { decodeNpz } from "../decode-npz.js";
import { coppice, useFolder } from "./harness.js";

const folder = useFolder();
const rng = random(8, "encode");
const [samples, features] = [30, 5];
const x = Float32Array.from({ length: samples * features }, () => 3 * rng.normal());
const names = ["a", "b", "c", "d", "e"];
const data = makeDataset({ name: "table", x, features, labels: null, featureNames: names });
const options = { task: "reconstruct", method: "set", hidden: [7, 4], epsilon: 3, epochs: 3, lr: 0.05 } as const;

/** Activations of hidden layer `layer` by their definition, in f64: f(W y + b), layer by layer. */
function define(saved: SavedModel, layer: number, act: (z: number) => number, scale = 1): number[][] {
  const inputs = toDense(standardize(data, saved.input as NonNullable<SavedModel["input"]>).x);
  return Array.from({ length: samples }, (_, i) => {
    let y = Array.from(inputs.subarray(i * features, (i + 1) * features));
    for (const [k, { out, in: width, topology, params }] of saved.network.layers.slice(0, layer).entries()) {
      const z = Array.from(params.bias.subarray(0, out));
      for (let r = 0; r < out; r++)
        for (let c = 0, slot = topology?.rowPtr[r] ?? 0; c < width; c++) {
          const stored = !topology || (slot < topology.rowPtr[r + 1] && topology.colIdx[slot] === c);
          if (stored) z[r] += params.values[topology ? slot++ : r * width + c] * y[c];
        }
      y = z.map((value) => act(k > 0 ? scale * value : value));
    }
    return y;
  });
}

describe("an encoding", () => {
  it.each([
    ["relu", {}, (z: number) => Math.max(0, z), 1],
    ["sigmoid", { dropout: 0.2, dropoutStyle: "authors" }, (z: number) => 1 / (1 + Math.exp(-z)), 0.8],
  ] as const)("is what hidden neurons of %s hand on", async (activation, more, act, scale) => {
    const device = createCpuDevice({ threads: 1 });
    const saved = await (await train({ train: data }, { ...options, ...more, activation, device })).save();
    for (const layer of [1, 2]) {
      const { neurons, values } = await encode(device, saved, x, { layer });
      expect(neurons).toEqual(Array.from(saved.network.layers[layer - 1].neurons, (id) => `h${layer}.${id}`));
      const wanted = define(saved, layer, act, scale).flat();
      expect(values).toHaveLength(wanted.length);
      for (const [k, value] of wanted.entries()) expect(values[k]).toBeCloseTo(value, 5);
    }
    expect(await encode(device, saved, x)).toEqual(await encode(device, saved, x, { layer: 2 }));
  });

  it("is refused of an ensemble and without hidden layers", async () => {
    const device = createCpuDevice({ threads: 1 });
    const of = async (more: object) => (await train({ train: data }, { ...options, epochs: 1, ...more, device })).save();
    await expect(encode(device, await of({ members: 2 }), x)).rejects.toThrow("each member has activations of its own");
    const y = Uint32Array.from({ length: samples }, (_, i) => i % 2);
    const labelled = makeDataset({ name: "table", x, features, labels: Array.from(y, String) });
    const linear = await train({ train: labelled }, { method: "linear", epochs: 1, device });
    await expect(encode(device, await linear.save(), x)).rejects.toThrow("no hidden layer");
  });
});

it("encode writes CSV and .npz, inspect ranks features, and the report names them", async () => {
  const lines = Array.from({ length: samples }, (_, i) => [`s${i}`, ...x.subarray(i * features, (i + 1) * features)].join());
  writeFileSync(folder.path("t.csv"), `id,${names.join()}\n${lines.join("\n")}\n`);
  const run = `--orientation rows --task reconstruct --hidden 7,4 --method set --epsilon 3 --epochs 2 --device cpu --out ${folder.path("run")}`;
  const trained = await coppice(`train --data ${folder.path("t.csv")} ${run}`);
  expect(trained.code, trained.err).toBe(0);
  const use = `${folder.path("run/model.safetensors")} --data ${folder.path("t.csv")} --device cpu`;
  const csv = (await coppice(`encode ${use}`)).out.trimEnd().split("\n");
  expect(csv[0]).toBe("id,h2.0,h2.1,h2.2,h2.3");
  expect((await coppice(`encode ${use} --layer 1 --out ${folder.path("codes.npz")}`)).err).toContain("30 samples by 7 neurons");
  const npz = await decodeNpz(readFileSync(folder.path("codes.npz")), "codes.npz");
  expect([...npz.keys()].sort()).toEqual(["X", "ids", "neurons"]);
  expect(npz.get("ids")).toEqual({ shape: [30], descr: "<U3", data: lines.map((_, i) => `s${i}`) });
  await coppice(`encode ${use} --out ${folder.path("codes.csv")}`);
  expect(readFileSync(folder.path("codes.csv"), "utf8").trimEnd().split("\n")).toEqual(csv);
  const { encodings, ...document } = JSON.parse((await coppice(`encode ${use} --json`)).out);
  expect(document).toMatchObject({ data: "t", device: "cpu", samples, neurons: csv[0].split(",").slice(1), notes: [] });
  expect(encodings.map(({ id, values }: { id: string; values: number[] }) => [id, ...values].join())).toEqual(csv.slice(1));
  const file = folder.path("codes.npz");
  const summary = JSON.parse((await coppice(`encode ${use} --json --out ${file}`)).out);
  expect([summary.out, summary.encodings]).toEqual([file, undefined]);
  writeFileSync(folder.path("bad.csv"), '"');
  const refused = await coppice(`encode ${use.replace("t.csv", "bad.csv")} --layer 3`); // before data are read
  expect(refused.err).toBe("coppice: encode: layer: 3 is not an integer from 1 to 2\n");
  expect((await coppice(`encode ${use} --out codes.txt`)).err).toContain("neither .csv nor .npz");

  const model = folder.path("run/model.safetensors");
  const before = readFileSync(model);
  const over = await coppice(`inspect ${model} --ranking ${model}`);
  expect([over.code, over.err]).toEqual([2, expect.stringContaining(`--ranking: ${model} is the model that is read`)]);
  expect(readFileSync(model)).toEqual(before);
  const ranking = folder.path("features.csv");
  expect((await coppice(`inspect ${folder.path("run/model.safetensors")} --ranking ${ranking}`)).code).toBe(0);
  const ranked = readFileSync(ranking, "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => line.split(","));
  expect(ranked[0]).toEqual(["rank", "feature", "strength", "connections"]);
  const strengths = ranked.slice(1).map(([, , strength]) => Number(strength));
  expect(strengths).toEqual(strengths.toSorted((a, b) => b - a));
  expect(
    ranked
      .slice(1)
      .map(([, name]) => name)
      .sort(),
  ).toEqual(names);
  expect(readFileSync(folder.path("run/report.html"), "utf8")).toContain(`<tr><td>${ranked[1][1]}</td>`);
});
