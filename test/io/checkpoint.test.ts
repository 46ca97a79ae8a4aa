import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeChecked, decodeCheckpoint, encodeCheckpoint } from "../../src/io/formats/checkpoint/checkpoint.js";
import { decodeSafetensors, type Tensor } from "../../src/io/formats/checkpoint/safetensors.js";
import type { SavedModel, TrainingState } from "../../src/io/saved-model.js";
import { networkConfig } from "../../src/nn/config.js";
import { initialState } from "../../src/nn/state.js";
import { CoppiceError } from "../../src/util/check.js";
import { matrixTest, numRuns } from "../matrix.js";
import { encodeSafetensors } from "./encode-safetensors.js";
import { crc32cByBits } from "./event-reader.js";
import { sample } from "./trained-sample.js";

/** The file of `sample` with its tensors or config changed, and without checksums. */
function mutate(change: (tensors: Map<string, Tensor>, config: Record<string, unknown>) => void): Uint8Array {
  const { tensors, metadata } = decodeSafetensors(encodeCheckpoint(sample()), "sample");
  const config = JSON.parse(metadata.get("config") as string);
  const copy = new Map(tensors);
  change(copy, config);
  return encodeSafetensors({
    tensors: copy,
    metadata: new Map([
      ["format", "coppice/1"],
      ["config", JSON.stringify(config)],
    ]),
  });
}

const f32 = (...shape: number[]): Tensor => ({ shape, data: new Float32Array(shape.reduce((a, b) => a * b, 1)) });
const i32 = (...values: number[]): Tensor => ({ shape: [values.length], data: Int32Array.from(values) });

describe("a checkpoint", () => {
  it("comes back as it was, bit for bit", () => {
    const saved = sample();
    const bytes = encodeCheckpoint(saved);
    const back = decodeCheckpoint(bytes);
    expect(back).toEqual(saved);
    expect(encodeCheckpoint(back)).toEqual(bytes);
    expect(new Uint32Array(back.network.layers[0].params.values.buffer).slice(0, 3)).toEqual(
      Uint32Array.of(0x7fc12345, 0x80000000, 1),
    );
  });

  it("comes back without statistics, training state and optimiser state where there are none", () => {
    const { network, config, features, classes } = sample();
    const bare = {
      config,
      features,
      classes,
      input: null,
      network: { layers: network.layers.map((layer) => ({ ...layer, state: {} })) },
    };
    expect(decodeCheckpoint(encodeCheckpoint(bare))).toEqual(bare);
  });

  matrixTest("of 865,859 named features and of 13,000 epochs is read back", () => {
    const features = 865_859;
    const { layers } = initialState({ sizes: [features, 2], densities: [1e-6], init: "heUniform", seed: 3 });
    const featureNames = Array.from({ length: features }, (_, i) => `feature ${i}`);
    const classes = ["a", "b"];
    const { training } = sample();
    const history = Array.from({ length: 13_000 }, (_, i) => ({ epoch: i + 1, trainLoss: Math.sin(i), neurons: [features, 2] }));
    const saved: SavedModel = {
      network: { layers },
      config: networkConfig({}),
      features,
      classes,
      input: null,
      featureNames,
      training: { ...(training as TrainingState), history },
    };
    const back = decodeCheckpoint(encodeCheckpoint(saved));
    expect(back.featureNames?.every((name, i) => name === featureNames[i])).toBe(true);
    expect(JSON.stringify(back.training?.history)).toBe(JSON.stringify(history));
  });

  it("has the tensors and the metadata that other programs rely on", () => {
    const saved = sample();
    const { tensors, metadata } = decodeSafetensors(encodeCheckpoint(saved), "sample");
    const nnz = saved.network.layers[0].params.values.length;
    const shapes = Object.fromEntries([...tensors].map(([name, { shape, data }]) => [name, `${data.constructor.name} ${shape}`]));
    expect(shapes).toEqual({
      "layers.0.indptr": "Int32Array 6",
      "layers.0.indices": `Int32Array ${nnz}`,
      "layers.0.values": `Float32Array ${nnz}`,
      "layers.0.values.m": `Float32Array ${nnz}`,
      "layers.0.values.v": `Float32Array ${nnz}`,
      "layers.0.bias": "Float32Array 5",
      "layers.0.bias.m": "Float32Array 5",
      "layers.0.bias.v": "Float32Array 5",
      "layers.0.srelu": "Float32Array 4,5",
      "layers.0.srelu.m": "Float32Array 4,5",
      "layers.0.srelu.v": "Float32Array 4,5",
      "layers.0.neurons": "Int32Array 5",
      "layers.1.weight": "Float32Array 2,5",
      "layers.1.weight.m": "Float32Array 2,5",
      "layers.1.weight.v": "Float32Array 2,5",
      "layers.1.bias": "Float32Array 2",
      "layers.1.bias.m": "Float32Array 2",
      "layers.1.bias.v": "Float32Array 2",
      "layers.1.neurons": "Int32Array 2",
      "input.mean": "Float32Array 6",
      "input.std": "Float32Array 6",
    });
    expect(metadata.get("format")).toBe("coppice/1");
    expect(JSON.parse(metadata.get("config") as string)).toMatchObject({
      sizes: [6, 5, 2],
      activation: "srelu",
      optimizer: { name: "adam", beta1: 0.8 },
      evolution: { zeta: 0.3 },
      seed: 3,
      epoch: 4,
      random: { seed: 3, epoch: 4, step: 120 },
      classes: ["-1", "=cmd|' /C calc'!A0"],
    });
  });

  it("has the CRC-32C of its config and of every tensor's bytes, by name", () => {
    const bytes = encodeCheckpoint(sample());
    const { tensors, metadata } = decodeSafetensors(bytes, "sample");
    const checksums = JSON.parse(metadata.get("crc32c") as string);
    const parts = new Map([...tensors].map(([name, { data }]) => [name, new Uint8Array(data.buffer)]));
    parts.set("config", new TextEncoder().encode(metadata.get("config")));
    expect(Object.keys(checksums).sort()).toEqual([...parts.keys()].sort());
    for (const [name, part] of parts) expect(Number.parseInt(checksums[name], 16), name).toBe(crc32cByBits(part));
    expect(decodeChecked(bytes, "sample").checksums).toBe(true);
  });

  it("is read without checksums, as earlier versions wrote it, or laid out anew by another program, which it tells apart", () => {
    const { tensors, metadata } = decodeSafetensors(encodeCheckpoint(sample()), "sample");
    const without = encodeSafetensors({ tensors, metadata: new Map([...metadata].filter(([name]) => name !== "crc32c")) });
    expect(decodeChecked(without, "sample")).toEqual({ saved: sample(), checksums: false });
    const anew = encodeSafetensors({ tensors: new Map([...tensors].reverse()), metadata: new Map([...metadata].reverse()) });
    expect(decodeChecked(anew, "sample")).toEqual({ saved: sample(), checksums: true });
  });

  it("is refused with any byte of it changed, naming the part, or comes back as it was", () => {
    const saved = sample();
    const bytes = encodeCheckpoint(saved);
    const start = 8 + Number(new DataView(bytes.buffer).getBigUint64(0, true));
    const changed = (at: number, by: number) => {
      const other = bytes.slice();
      other[at] ^= by;
      return other;
    };
    const data = fc.integer({ min: start, max: bytes.length - 1 });
    fc.assert(
      fc.property(data, fc.integer({ min: 1, max: 255 }), (at, by) => {
        expect(() => decodeCheckpoint(changed(at, by), "m")).toThrow(
          /^m: tensor (layers|input)\.[\w.]+: its checksum is \w{8}, "/,
        );
      }),
      numRuns(500),
    );
    fc.assert(
      fc.property(fc.integer({ min: 0, max: start - 1 }), fc.integer({ min: 1, max: 255 }), (at, by) => {
        try {
          expect(decodeCheckpoint(changed(at, by), "m")).toEqual(saved);
        } catch (error) {
          expect(error).toBeInstanceOf(CoppiceError);
          expect((error as Error).message).toMatch(/^m: /);
        }
      }),
      numRuns(2000),
    );
  });

  it.each<[string, (checksums: Record<string, unknown>) => string, RegExp]>([
    [
      "of the config are another's",
      (c) => JSON.stringify({ ...c, config: "00000000" }),
      /m: config: its checksum is \w{8}, "00000000" was/,
    ],
    ["are no text", (c) => JSON.stringify({ ...c, "layers.0.bias": 7 }), /m: tensor layers.0.bias: its checksum is \w{8}, 7 was/],
    ["of a tensor are missing", ({ "layers.0.bias": _, ...c }) => JSON.stringify(c), /m: tensor layers.0.bias: has no checksum/],
    [
      "are of a tensor that is not there",
      (c) => JSON.stringify({ ...c, x: "0" }),
      /m: tensor x: is missing, though its checksum/,
    ],
    ["are no JSON", () => "{", /m: crc32c: is not JSON/],
    ["are a list", () => "[]", /m: crc32c: is no JSON object/],
  ])("is refused when its checksums %s", (_, change, message) => {
    const { tensors, metadata } = decodeSafetensors(encodeCheckpoint(sample()), "sample");
    const text = change(JSON.parse(metadata.get("crc32c") as string));
    const bytes = encodeSafetensors({ tensors, metadata: new Map([...metadata, ["crc32c", text]]) });
    expect(() => decodeCheckpoint(bytes, "m")).toThrow(CoppiceError);
    expect(() => decodeCheckpoint(bytes, "m")).toThrow(message);
  });

  it.each<[string, Uint8Array, RegExp]>([
    [
      "another format",
      encodeSafetensors({ tensors: new Map(), metadata: new Map([["format", "pt"]]) }),
      /format is "pt", expected "coppice\/1"/,
    ],
    ["no format", encodeSafetensors({ tensors: new Map(), metadata: new Map() }), /format is not given/],
    ...[null, 5, [], "adam"].map((optimizer): [string, Uint8Array, RegExp] => [
      `the optimizer ${JSON.stringify(optimizer)}`,
      mutate((_, config) => Object.assign(config, { optimizer })),
      /: optimizer: .* is not an object of fields/,
    ]),
    ["no config", encodeSafetensors({ tensors: new Map(), metadata: new Map([["format", "coppice/1"]]) }), /config: is not JSON/],
    ["a missing tensor", mutate((t) => t.delete("layers.0.bias")), /tensor layers.0.bias: is missing/],
    ["a stranger among the tensors", mutate((t) => t.set("__proto__", f32(1))), /tensor __proto__: does not belong/],
    ["a layer beyond the sizes", mutate((t) => t.set("layers.2.bias", f32(1))), /tensor layers.2.bias: does not belong/],
    [
      "values of another length",
      mutate((t) => t.set("layers.0.values", f32(3))),
      /tensor layers.0.values: has shape \[3\], expected \[12\]/,
    ],
    [
      "a transposed dense layer",
      mutate((t) => t.set("layers.1.weight", f32(5, 2))),
      /tensor layers.1.weight: has shape \[5,2\], expected \[2,5\]/,
    ],
    ["a bias of integers", mutate((t) => t.set("layers.0.bias", i32(1, 2, 3, 4, 5))), /tensor layers.0.bias: is not of F32/],
    [
      "a column out of range",
      mutate((t) => t.set("layers.0.indices", i32(...new Array(12).fill(6)))),
      /layer 0: slot 0 of row 0 names column/,
    ],
    [
      "a negative column",
      mutate((t) => t.set("layers.0.indices", i32(...new Array(12).fill(-1)))),
      /layer 0: slot 0 of row 0 names column/,
    ],
    [
      "row pointers that fall",
      mutate((t) => t.set("layers.0.indptr", i32(0, 5, 4, 6, 8, 12))),
      /layer 0: rowPtr: it falls from 5 to 4/,
    ],
    [
      "row pointers beyond nnz",
      mutate((t) => t.set("layers.0.indptr", i32(0, 1, 2, 3, 4, 2 ** 31 - 1))),
      /ends with 2147483647; expected nnz = 12/,
    ],
    ["a v without its m", mutate((t) => t.delete("layers.0.bias.m")), /tensor layers.0.bias.m: is missing beside its v/],
    ["neuron ids that repeat", mutate((t) => t.set("layers.1.neurons", i32(4, 4))), /neuron ids do not increase at 1/],
    ["a standard deviation of 0", mutate((t) => t.set("input.std", f32(6))), /input.std: holds values that are not positive/],
    [
      "a huge layer that is not there",
      mutate((_, c) => Object.assign(c, { sizes: [6, 2 ** 31, 2] })),
      /layers.0.indptr: has shape \[6\], expected \[2147483649\]/,
    ],
    [
      "sizes that are no numbers",
      mutate((_, c) => Object.assign(c, { sizes: ["6", 5, 2] })),
      /sizes\[0\]: "6" is not an integer/,
    ],
    [
      "an unknown activation",
      mutate((_, c) => Object.assign(c, { activation: "rleu" })),
      /activation: "rleu" is unknown; did you mean "relu"/,
    ],
    ["an activation that is no text", mutate((_, c) => Object.assign(c, { activation: 1 })), /activation: 1 is not one of relu/],
    ["an unknown dropout style", mutate((_, c) => Object.assign(c, { dropoutStyle: "none" })), /dropoutStyle: "none" is unknown/],
    [
      "a missing class label",
      mutate((_, c) => Object.assign(c, { classes: ["-1"] })),
      /classes: \["-1"\] is not a list of a label for each of 2 outputs/,
    ],
    [
      "a picture of another size",
      mutate((_, c) => Object.assign(c, { imageShape: [3, 3] })),
      /imageShape: pictures of 3 x 3 do not have 6 features/,
    ],
    [
      "training without a step",
      mutate((_, c) => Object.assign(c, { random: { epoch: 1 } })),
      /random.step: undefined is not an integer of at least 0/,
    ],
  ])("is refused with %s", (_, bytes, message) => {
    expect(() => decodeCheckpoint(bytes, "model.safetensors")).toThrow(CoppiceError);
    expect(() => decodeCheckpoint(bytes, "model.safetensors")).toThrow(message);
  });
});
