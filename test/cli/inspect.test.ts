import { writeFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { degreeHistogram, distribution } from "../../src/cli/degrees.js";
import { describeModel } from "../../src/cli/describe-model.js";
import { createCpuDevice } from "../../src/device/cpu/device.js";
import { encodeCheckpoint } from "../../src/io/formats/checkpoint/checkpoint.js";
import { decodeSafetensors } from "../../src/io/formats/checkpoint/safetensors.js";
import type { SavedModel } from "../../src/io/saved-model.js";
import { networkConfig } from "../../src/nn/config.js";
import { createNetwork, networkBytes } from "../../src/nn/network.js";
import { fromDense } from "../../src/sparse/topology.js";
import { encodeSafetensors } from "../io/encode-safetensors.js";
import { madeModel } from "../io/models.js";
import { coppice, small, useFolder } from "./harness.js";

const folder = useFolder();

/** Inputs 0..3 (1 unused), hidden 0..2 (1 entered by none, 2 left by none), two classes. */
function drawn(): SavedModel {
  const saved = madeModel({ sizes: [4, 3, 2], densities: [0.5, 0.5], inputs: "raw" });
  const weights = [
    [1, 0, 2, 0, 0, 0, 0, 0, 0, 0, 3, -4],
    [1, 5, 0, 0, -1, 0],
  ];
  const layers = saved.network.layers.map((layer, i) => ({
    ...layer,
    topology: fromDense(weights[i], layer.out, layer.in),
    params: { ...layer.params, values: Float32Array.from(weights[i].filter((w) => w !== 0)) },
  }));
  return { ...saved, network: { layers } };
}

describe("the picture of a model", () => {
  it("counts what the weights themselves say", () => {
    const { layers, nnz, parameters, density, neurons } = describeModel("m", 1, drawn());
    expect([neurons, nnz, parameters, density]).toEqual([[4, 3, 2], 7, 12, 7 / 18]);
    expect(layers[0]).toMatchObject({ nnz: 4, unused: 1, dead: 2, weights: { min: -4, max: 3, meanMagnitude: 2.5, zeros: 0 } });
    expect(layers[0].fanIn).toEqual({ min: 0, median: 2, max: 2, histogram: { start: 0, width: 1, counts: [1, 0, 2] } });
    expect(layers[0].fanOut).toEqual({ min: 0, median: 1, max: 2, histogram: { start: 0, width: 1, counts: [1, 2, 1] } });
    expect(layers[1]).toMatchObject({ nnz: 3, unused: 1, dead: 0, fanOut: { min: 0, median: 1, max: 2 } });
  });

  it("says the bytes that the layers take on a device, to predict and to train", async () => {
    const device = createCpuDevice({ threads: 1 });
    for (const name of ["sgd", "adam", "rmsprop"] as const) {
      const made = madeModel({ densities: [0.3, null, 0.5], activation: "srelu" });
      const saved = { ...made, config: networkConfig({ activation: "srelu", optimizer: { name } }) };
      const { memory } = describeModel("m", 1, saved);
      const counted = [false, true].map((training) => networkBytes(createNetwork(device, saved.config, saved.network, training)));
      expect([memory.use, memory.train]).toEqual(counted);
    }
    await device.dispose();
  });

  it("is drawn in the terminal with bars, dead neurons, unused inputs and where training stands", async () => {
    writeFileSync(folder.path("m.safetensors"), encodeCheckpoint(drawn()));
    const { out } = await coppice(`inspect ${folder.path("m.safetensors")}`);
    expect(out).toMatch(/network +4-3-2, 7 connections \(38.89 % of the dense network's\), 12 parameters/);
    expect(out).toMatch(/\n0 +4 +3 +sparse +4 +33.33 % +0\/2\/2 +0\/1\/2 +2 +2.5\n/);
    expect(out).toContain("\nlayer 0 fan-in   0 ▄·█ 2\nlayer 0 fan-out  0 ▄█▄ 2\n");
    expect(out).toContain("1 of 4 inputs has no connection: the model does not use this feature");
    expect(out).toMatch(/^.*m.safetensors: [\d.]+ kB, its checksums are right\n/);

    const { tensors, metadata } = decodeSafetensors(encodeCheckpoint(drawn()), "m");
    const old = encodeSafetensors({ tensors, metadata: new Map([...metadata].filter(([name]) => name !== "crc32c")) });
    writeFileSync(folder.path("old.safetensors"), old);
    const ran = await coppice(`inspect ${folder.path("old.safetensors")}`);
    expect(ran.out).toMatch(/^.*old.safetensors: [\d.]+ kB, without checksums: damage/);
    expect(JSON.parse((await coppice(`inspect ${folder.path("old.safetensors")} --json`)).out)).toMatchObject({
      checksums: false,
    });
    expect(out).toContain("training    not recorded; inputs used raw\n");

    await coppice(`train ${small("--validation 0.2 --optimizer adam --lr 0.01")} --out ${folder.path("run")}`);
    const checkpoint = folder.path("run/checkpoint.safetensors");
    const shown = (await coppice(`inspect ${checkpoint}`)).out;
    expect(shown).toMatch(
      /training +3 epochs with adam; inputs standardised; with optimiser state\n +epoch 3 of 3, method npset, seed 1, batch 100, on cpu, 2 evolutions\n/,
    );
    expect(shown).toMatch(
      /scores +accuracy train [\d.]+ %, test [\d.]+ % \(loss [\d.]+, [\d.]+\); best validation loss [\d.]+ in epoch [123]\n/,
    );
    const { training, epoch } = JSON.parse((await coppice(`inspect ${checkpoint} --json`)).out);
    expect({ ...training, epoch }).toMatchObject({
      epoch: 3,
      epochs: 3,
      method: "npset",
      device: "cpu",
      testAccuracy: expect.any(Number),
      best: { epoch: expect.any(Number) },
    });
  });

  it("of a stranger's file neither steers the terminal nor breaks on records of another kind", async () => {
    const training = { config: "none", plan: null, epoch: 2, step: 9, history: [{ trainLoss: "\u001b[2J" }], evolutions: [] };
    const hostile = { ...drawn(), classes: ["\u001b]0;owned\u0007", "a\nb\u009b31m"], training };
    writeFileSync(folder.path("m.safetensors"), encodeCheckpoint(hostile));
    const { out, code } = await coppice(`inspect ${folder.path("m.safetensors")}`);
    expect(code).toBe(0);
    expect(out).toContain("classes     ?]0;owned?, a?b?31m\n");
    expect(out).toMatch(/scores +accuracy train -, test - \(loss -, -\)/);
    expect([...out].filter((c) => c < " " && c !== "\n")).toEqual([]);
  });
});

it("a file of some hundred bytes that claims 2^31 - 1 inputs is looked at in no more memory than it has connections", async () => {
  const saved = drawn();
  const [first, last] = saved.network.layers;
  const { topology } = first;
  if (!topology) throw new Error("layer 0 is sparse");
  const features = 2 ** 31 - 1;
  const layers = [{ ...first, in: features, topology: { ...topology, cols: features } }, last];
  const { featureNames: _names, imageShape: _shape, ...bare } = saved;
  const file = encodeCheckpoint({ ...bare, features, input: null, network: { layers } });
  expect(file.length).toBeLessThan(4096);
  writeFileSync(folder.path("claims.safetensors"), file);
  const before = process.memoryUsage.rss();
  const { out, code, err } = await coppice(`inspect ${folder.path("claims.safetensors")} --json`);
  expect(code, err).toBe(0);
  expect(JSON.parse(out).layers[0]).toMatchObject({ nnz: 4, unused: features - 3, fanOut: { min: 0, median: 0, max: 2 } });
  expect(process.memoryUsage.rss() - before).toBeLessThan(2e8);
});

it("a histogram of degrees counts every neuron, in at most 16 bars of whole widths", () => {
  fc.assert(
    fc.property(fc.array(fc.nat(500), { minLength: 1, maxLength: 100 }), (degrees) => {
      const { start, width, counts } = degreeHistogram(distribution(Uint32Array.from(degrees)));
      expect(counts.length).toBeLessThanOrEqual(16);
      expect(Number.isInteger(width)).toBe(true);
      expect(counts).toEqual(
        counts.map((_, i) => degrees.filter((d) => d >= start + i * width && d < start + (i + 1) * width).length),
      );
      expect(counts.reduce((a, b) => a + b, 0)).toBe(degrees.length);
      expect([counts[0] > 0, counts[counts.length - 1] > 0]).toEqual([true, true]);
    }),
  );
});
