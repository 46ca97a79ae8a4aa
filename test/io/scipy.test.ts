import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ACTIVATIONS, type ActivationName } from "../../src/activations/index.js";
import { decodeNpy } from "../../src/data/formats/numpy/npy.js";
import { createCpuDevice } from "../../src/device/cpu/device.js";
import { decodeScipy } from "../../src/io/formats/scipy/decode.js";
import { encodeScipy } from "../../src/io/formats/scipy/encode.js";
import { encodeNpy } from "../../src/io/formats/scipy/npy.js";
import { loadModel } from "../../src/train/model.js";
import { CoppiceError } from "../../src/util/check.js";
import { decodeNpz } from "../decode-npz.js";
import { numRuns } from "../matrix.js";
import { KINDS, madeModel, samplesFor } from "./models.js";
import { floats, ints, layer, shape } from "./scipy-layer.js";

/** A file that numpy or scipy wrote (make.py). */
const fixture = (name: string) => new Uint8Array(readFileSync(new URL(`../fixtures/npy/${name}`, import.meta.url)));

describe("a .npy file", () => {
  it.each(["f4", "f8", "i4", "fortran"])("is the one that numpy writes, byte for byte (%s)", (name) => {
    const theirs = fixture(`${name}.npy`);
    const { shape, data } = decodeNpy(theirs, name);
    if (!(data instanceof Float32Array || data instanceof Float64Array || data instanceof Int32Array)) throw new Error(name);
    const ours = encodeNpy({ shape, data });
    if (name === "fortran")
      expect(decodeNpy(ours, name).data).toEqual(data); // the only one in another order
    else expect(ours).toEqual(theirs);
  });

  it("comes back with its shape and its bits", () => {
    const floats = fc
      .uint8Array({ minLength: 0, maxLength: 48 })
      .map((bytes) => new Float32Array(bytes.slice(0, bytes.length & ~3).buffer));
    fc.assert(
      fc.property(floats, fc.nat(3), (data, ones) => {
        const shape = [...new Array<number>(ones).fill(1), data.length];
        const back = decodeNpy(encodeNpy({ shape, data }), "array");
        expect(back.shape).toEqual(shape);
        expect(new Uint32Array((back.data as Float32Array).buffer)).toEqual(new Uint32Array(data.buffer));
      }),
    );
    expect(decodeNpy(encodeNpy({ shape: [], data: "csr" }), "text")).toEqual({ shape: [], descr: "|S3", data: ["csr"] });
    const texts = ["a", "", "wör😀t"];
    expect(decodeNpy(encodeNpy({ shape: [3], data: texts }), "texts")).toEqual({ shape: [3], descr: "<U5", data: texts });
    expect(() => encodeNpy({ shape: [2, 2], data: new Float32Array(3) })).toThrow("npy: shape [2,2] has 4 elements, its data 3");
  });
});

describe("a model as scipy's files", () => {
  it.each(KINDS)("comes back as it was, bit for bit (%s)", async (_, kind) => {
    const saved = madeModel(kind);
    const files = encodeScipy(saved);
    expect(await decodeScipy(files)).toEqual(saved);
    expect(encodeScipy(await decodeScipy(files))).toEqual(files);
  });

  it("comes back for any sizes and densities; a sparse layer that has every connection comes back dense", async () => {
    const size = fc.integer({ min: 1, max: 9 });
    const kind = fc.record({
      sizes: fc.array(size, { minLength: 2, maxLength: 5 }),
      activation: fc.constantFrom(...(Object.keys(ACTIVATIONS) as ActivationName[])),
      inputs: fc.constantFrom("raw" as const, "standardised" as const, "medians" as const),
      seed: fc.nat(1000),
    });
    await fc.assert(
      fc.asyncProperty(
        kind,
        fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 4, maxLength: 4 }),
        async (made, fractions) => {
          const densities = made.sizes.slice(1).map((out, i) => Math.max(fractions[i], 1 / (out * made.sizes[i])));
          const saved = madeModel({ ...made, densities });
          const back = await decodeScipy(encodeScipy(saved));
          const layers = saved.network.layers.map((layer) =>
            layer.params.values.length === layer.in * layer.out ? { ...layer, topology: null } : layer,
          );
          expect(back).toEqual({ ...saved, network: { layers } });
        },
      ),
      numRuns(40),
    );
  });

  it("has the names and types that load_npz asks for", async () => {
    const saved = madeModel({ densities: [0.4, 0.5, null], activation: "srelu", inputs: "medians" });
    const files = encodeScipy(saved);
    expect([...files.keys()]).toEqual(["layers.0.npz", "layers.1.npz", "layers.2.npz", "input.npz", "model.json"]);
    const nnz = saved.network.layers[0].params.values.length;
    const types = async (name: string) =>
      Object.fromEntries(
        [...(await decodeNpz(files.get(name) ?? new Uint8Array(), name))].map(([key, { descr, shape }]) => [
          key,
          `${descr} ${shape}`,
        ]),
      );
    const scipy = { format: "|S3 ", shape: "<i8 2", indptr: "<i4 31", indices: `<i4 ${nnz}`, data: `<f4 ${nnz}` };
    expect(await types("layers.0.npz")).toEqual({ ...scipy, bias: "<f4 30", srelu: "<f4 4,30", neurons: "<i4 30" });
    expect(await types("layers.2.npz")).toMatchObject({ indices: "<i4 96", data: "<f4 96" });
    expect(await types("input.npz")).toEqual({ mean: "<f8 20", std: "<f8 20", median: "<f8 20" });
    expect(JSON.parse(new TextDecoder().decode(files.get("model.json")))).toMatchObject({
      format: "coppice-npz/1",
      sizes: [20, 30, 24, 4],
      activation: "srelu",
      classes: saved.classes,
    });
  });

  it("is made of a matrix that scipy saved alone, and predicts with it", async () => {
    const model = await decodeScipy(new Map([["layers.0.npz", fixture("csr.npz")]]));
    expect(model.classes).toEqual(["0", "1", "2", "3", "4", "5"]);
    expect([model.features, model.input, model.network.layers[0].topology?.nnz]).toEqual([40, null, 24]);
    const w = decodeNpy(fixture("csr-dense.npy"), "dense").data as Float32Array;
    const device = createCpuDevice({ precision: 64 });
    const x = samplesFor(model, 3);
    const { probabilities } = await loadModel(device, model).predict(x);
    for (let i = 0; i < 3; i++) {
      const powers = Array.from({ length: 6 }, (_, r) =>
        Math.exp(w.subarray(40 * r, 40 * r + 40).reduce((sum, v, j) => sum + v * x[40 * i + j], 0)),
      );
      const total = powers.reduce((sum, power) => sum + power, 0);
      for (const [r, power] of powers.entries()) expect(probabilities[6 * i + r]).toBeCloseTo(power / total, 6);
    }
    await device.dispose();
  });

  it("takes columns in any order, as scipy leaves them, and what else the layers are from options", async () => {
    const files = new Map([["layers.0.npz", layer({ bias: floats(0.5, -1) })]]);
    const model = await decodeScipy(files, { classes: ["a", "b"], config: { loss: "mse" } });
    expect(model.network.layers[0]).toMatchObject({
      topology: { colIdx: Uint32Array.of(0, 2, 1) },
      params: { values: Float32Array.of(5, 3, 7), bias: Float32Array.of(0.5, -1) },
    });
    expect([model.classes, model.config.loss]).toEqual([["a", "b"], "mse"]);
  });

  it("that is damaged in one place is read or refused in words, never otherwise", async () => {
    const whole = [
      ...encodeScipy(madeModel({ sizes: [3, 4, 2], densities: [0.5, null], activation: "srelu", inputs: "medians" })),
    ];
    const damage = fc.record({
      file: fc.nat(whole.length - 1),
      at: fc.double({ min: 0, max: 1, noNaN: true }),
      byte: fc.nat(255),
      cut: fc.boolean(),
      moved: fc.nat(whole.length - 1),
    });
    let refused = 0;
    await fc.assert(
      fc.asyncProperty(damage, async ({ file, at, byte, cut, moved }) => {
        const files = new Map(whole);
        const [name, content] = whole[file];
        const place = Math.floor(at * (content.length - 1));
        const damaged = cut ? content.slice(0, place) : content.slice();
        if (!cut) damaged[place] = byte;
        files.set(name, damaged);
        if (byte % 8 === 0) files.set(whole[moved][0], content); // one file where another should be
        const error = await decodeScipy(files).then(
          () => null,
          (reason: unknown) => reason,
        );
        if (error === null) return;
        refused++;
        expect(error).toBeInstanceOf(CoppiceError);
      }),
      { numRuns: 150 },
    );
    expect(refused).toBeGreaterThan(50);
  });

  it("sorts any rows as a brute force does, values with their columns", async () => {
    const columns = fc.uniqueArray(fc.nat(50), { maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(fc.array(columns, { minLength: 1, maxLength: 6 }), async (rows) => {
        let nnz = 0;
        const starts = rows.map((row) => (nnz += row.length));
        const indices = ints(...rows.flat());
        const data = floats(...rows.flatMap((row, r) => row.map((c) => 100 * r + c)));
        const file = layer({ shape: shape(rows.length, 60), indptr: ints(0, ...starts), indices, data });
        const [
          {
            topology,
            params: { values },
          },
        ] = (await decodeScipy(new Map([["layers.0.npz", file]]))).network.layers;
        const sorted = rows.map((row) => row.toSorted((a, b) => a - b));
        expect([...(topology?.colIdx ?? [])]).toEqual(sorted.flat());
        expect([...values]).toEqual(sorted.flatMap((row, r) => row.map((c) => 100 * r + c)));
      }),
      numRuns(40),
    );
  });
});
