import { statSync } from "node:fs";
import { expect, it } from "vitest";
import { readModel } from "../../src/cli/model-file.js";
import { writeAtomically } from "../../src/files/write.js";
import { checkpointParts } from "../../src/io/formats/checkpoint/checkpoint.js";
import { decodeSafetensors } from "../../src/io/formats/checkpoint/safetensors.js";
import type { SavedModel } from "../../src/io/saved-model.js";
import { networkConfig } from "../../src/nn/config.js";
import { coppice, useFolder } from "../cli/harness.js";
import { encodeSafetensors } from "../io/encode-safetensors.js";

// Files at the limits of what is written and read.

const folder = useFolder();

it("every header that is written is read, up to the format's limit of 100 MB; a larger one is not written", () => {
  const withText = (text: string) =>
    encodeSafetensors({ tensors: new Map([["a", { shape: [1], data: Int32Array.of(7) }]]), metadata: new Map([["k", text]]) });
  const longest = "x".repeat(1e8 - (withText("").length - 8 - 4));
  const { tensors, metadata } = decodeSafetensors(withText(longest), "x");
  expect(metadata.get("k") === longest).toBe(true);
  expect(tensors.get("a")?.data).toEqual(Int32Array.of(7));
  expect(() => withText(`${longest}xxxxxxxx`)).toThrow(
    /^safetensors: the header takes 1000000\d\d bytes, the format allows 100000000; /,
  );
});

it("a checkpoint of 2.26 GB, a dense layer of 16,800 x 16,800 with momentum, comes back as it was", async () => {
  const size = 16_800;
  const random = (length: number, seed: number) => {
    const data = new Float32Array(length);
    for (let i = 0; i < length; i += 997) data[i] = Math.sin(i + seed);
    data[length - 1] = seed;
    return data;
  };
  const [values, momentum, bias] = [random(size * size, 1), random(size * size, 2), random(size, 3)];
  const neurons = Uint32Array.from({ length: size }, (_, n) => n);
  const parts = { params: { values, bias }, state: { values: [momentum], bias: [bias] } };
  const saved: SavedModel = {
    network: { layers: [{ in: size, out: size, topology: null, ...parts, neurons }] },
    config: networkConfig({}),
    features: size,
    classes: Array.from(neurons, String),
    input: null,
  };
  const path = folder.path("large.safetensors");
  writeAtomically(path, checkpointParts(saved));
  expect(statSync(path).size).toBeGreaterThan(2 ** 31);
  const [back] = readModel(path).network.layers; // by its checksums
  for (const [was, is] of [
    [values, back.params.values],
    [momentum, back.state.values[0]],
  ]) {
    expect(is.length).toBe(was.length);
    for (let i = 0; i < was.length; i += 997) if (was[i] !== is[i]) expect.fail(`${is[i]} for ${was[i]} at ${i}`);
    expect(is[is.length - 1]).toBe(was[was.length - 1]);
  }
  const { code, out, err } = await coppice(`inspect ${path} --json`);
  expect(code, err).toBe(0);
  expect(JSON.parse(out)).toMatchObject({ bytes: statSync(path).size, nnz: size * size, checksums: true });
});
