import { describe, expect, it } from "vitest";
import { decodeCheckpoint, encodeCheckpoint } from "../../src/io/formats/checkpoint/checkpoint.js";
import { decodeSafetensors, type Tensor } from "../../src/io/formats/checkpoint/safetensors.js";
import { membersOf, type SavedModel } from "../../src/io/saved-model.js";
import type { NetworkState } from "../../src/nn/state.js";
import { halfOf, MOST_F16, ofHalf } from "../../src/util/half.js";
import { random } from "../../src/util/random.js";
import { encodeSafetensors } from "./encode-safetensors.js";
import { KINDS, madeModel } from "./models.js";
import { sample } from "./trained-sample.js";

/** What 16 bits stand for, by their definition: (-1)^s 2^(e - 15) (1 + m / 1024), below 2^-14 without the 1. */
function byDefinition(half: number): number {
  const [sign, exponent, mantissa] = [half >> 15 ? -1 : 1, (half >> 10) & 31, (half & 1023) / 1024];
  return sign * (exponent ? 2 ** (exponent - 15) * (1 + mantissa) : 2 ** -14 * mantissa);
}

describe("numbers of 16 bits", () => {
  const halves = Array.from({ length: 2 ** 16 }, (_, half) => half).filter((half) => (half & 0x7c00) !== 0x7c00);

  it("are what their bits are defined to be, and have these bits", () => {
    expect(halves.filter((half) => !Object.is(ofHalf(half), byDefinition(half)))).toEqual([]);
    expect(halves.filter((half) => halfOf(byDefinition(half)) !== half)).toEqual([]);
    expect(byDefinition(0x7bff)).toBe(MOST_F16);
  });

  it("are the nearest to a number, of two as near the even one", () => {
    const positive = halves.filter((half) => half < 0x7bff);
    expect(positive.filter((half) => halfOf((ofHalf(half) + ofHalf(half + 1)) / 2) !== half + (half & 1))).toEqual([]);
    const rng = random(1, "halves");
    for (let i = 0; i < 2000; i++) {
      const x = Math.fround(rng.normal() * 2 ** (rng.float() * 30 - 20));
      const half = halfOf(x);
      const error = Math.abs(ofHalf(half) - x);
      expect(Math.min(...[half - 1, half + 1].map((near) => Math.abs(byDefinition(near & 0xffff) - x)))).toBeGreaterThanOrEqual(
        error,
      );
    }
  });
});

const rowsOf = ({ topology, in: inputs, out }: NetworkState["layers"][number]) =>
  Array.from({ length: out }, (_, row) =>
    topology ? [topology.rowPtr[row], topology.rowPtr[row + 1]] : [row * inputs, (row + 1) * inputs],
  );

/** A network without its weights. */
const bareOf = ({ layers, skip }: NetworkState) => ({
  layers: layers.map((layer) => ({ ...layer, params: { ...layer.params, values: layer.params.values.length }, state: {} })),
  skip: skip?.values.length,
});

function expectQuantised(before: SavedModel, how: "f16" | "int8"): void {
  const after = decodeCheckpoint(encodeCheckpoint(before, { quantise: how }));
  const rest = ({ network: _, members: _all, training: _none, ...others }: SavedModel) => others;
  expect(rest(after)).toEqual(rest(before));
  expect(membersOf(after).map(bareOf)).toEqual(membersOf(before).map(bareOf));
  for (const [j, { layers, skip }] of membersOf(before).entries()) {
    const back = membersOf(after)[j];
    if (how === "f16") expect(back.skip?.values).toEqual(skip?.values.map((w) => ofHalf(halfOf(w))));
    for (const [i, layer] of layers.entries()) {
      const [values, found] = [layer.params.values, back.layers[i].params.values];
      if (how === "f16") expect(found).toEqual(values.map((w) => ofHalf(halfOf(w))));
      else
        for (const [from, to] of rowsOf(layer)) {
          const row = Array.from(values.subarray(from, to));
          const step = Math.max(0, ...row.map(Math.abs)) / 127;
          const errors = row.map((w, k) => Math.abs(w - found[from + k]));
          expect(Math.max(0, ...errors)).toBeLessThanOrEqual(step * (0.5 + 1e-5));
        }
    }
  }
}

describe("a quantised model", () => {
  const [first, second] = [madeModel(), madeModel({ sizes: [20, 28, 21, 4], seed: 2 })];
  const ensemble = { ...first, members: [first.network, second.network] };
  const models: [string, SavedModel][] = [
    ...KINDS.map(([name, kind]): [string, SavedModel] => [name, madeModel(kind)]),
    ["with a linear skip", madeModel({ skip: "linear" })],
    ["of two members", ensemble],
  ];

  it.each(models)("has weights near those of the model %s, and all else of it", (_, model) => {
    expectQuantised(model, "f16");
    expectQuantised(model, "int8");
  });

  it("has nothing of training, and half of the bytes, or three eighths", () => {
    const { training: _, ...bare } = madeModel({ sizes: [400, 500, 400, 4], densities: [0.3, 0.3, null] });
    const [whole, f16, int8] = [{}, { quantise: "f16" } as const, { quantise: "int8" } as const].map(
      (options) => encodeCheckpoint(bare, options).length,
    );
    expect(f16 / whole).toBeLessThan(0.54);
    expect(int8 / whole).toBeLessThan(0.42);
  });

  it("keeps indices of 32 bits where a layer has more inputs than 16 bits number", () => {
    const wide = madeModel({ sizes: [70_000, 2], densities: [0.001] });
    expect(decodeCheckpoint(encodeCheckpoint(wide, { quantise: "int8" })).network.layers[0].topology).toEqual(
      wide.network.layers[0].topology,
    );
  });

  it("has 0 in the place of weights too small for a scale", () => {
    const tiny = madeModel();
    const { values } = tiny.network.layers[0].params;
    values.forEach((_, k) => {
      values[k] = (150 + (k % 40)) * 2 ** -149;
    });
    const [read] = decodeCheckpoint(encodeCheckpoint(tiny, { quantise: "int8" })).network.layers;
    expect(new Set(read.params.values)).toEqual(new Set([0]));
  });

  it("is refused where weights are not finite, or beyond 16 bits", () => {
    expect(() => encodeCheckpoint(sample(), { quantise: "int8" })).toThrow(
      "checkpoint: layers.0.values: row 0 holds weights that are not finite",
    );
    const large = madeModel();
    large.network.layers[2].params.values[5] = 70_000;
    expect(() => encodeCheckpoint(large, { quantise: "f16" })).toThrow(
      "checkpoint: layers.2.weight: holds 70000, 16 bits hold numbers up to 65504; take quantise int8",
    );
    expectQuantised(large, "int8");
  });

  it("is refused where its scales or rows are not there, or not those of its weights", () => {
    const file = decodeSafetensors(encodeCheckpoint(madeModel(), { quantise: "int8" }), "q");
    const changed = (name: string, tensor: Tensor | null) => () => {
      const tensors = new Map(file.tensors);
      if (tensor) tensors.set(name, tensor);
      else tensors.delete(name);
      const config = file.metadata.get("config") ?? "";
      decodeCheckpoint(
        encodeSafetensors({
          tensors,
          metadata: new Map([
            ["format", "coppice/1"],
            ["config", config],
          ]),
        }),
        "q",
      );
    };
    const scale = "layers.0.values.scale";
    const fault = `q: tensor ${scale}: is to hold a number of 32 bits, at least 0, for each of 30 rows`;
    expect(changed(scale, null)).toThrow(fault);
    expect(changed(scale, { shape: [29], data: new Float32Array(29) })).toThrow(fault);
    expect(changed(scale, { shape: [30], data: new Float32Array(30).fill(-1) })).toThrow(fault);
    expect(changed("layers.0.indptr", null)).toThrow("q: tensor layers.0.values: its rows are not those of an indptr beside it");
    expect(changed("layers.0.indptr", { shape: [31], data: new Int32Array(31) })).toThrow("its rows are not those");
  });
});
