import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Standardizer } from "../../src/data/standardize.js";
import { createCpuDevice } from "../../src/device/cpu/device.js";
import { encodeOnnx } from "../../src/io/formats/onnx/onnx.js";
import { loadModel } from "../../src/train/model.js";
import { KINDS, madeModel, samplesFor, timesModel } from "./models.js";
import { initialValues, readOnnx, runOnnx } from "./onnx-reader.js";

describe("an ONNX export", () => {
  const skipped = ["with a linear skip", { skip: "linear", inputs: "clipped" }] as const;

  it.each([...KINDS, skipped])("of a model %s answers as predict does", async (_, kind) => {
    const saved = madeModel(kind);
    const x = samplesFor(saved, 25);
    const device = createCpuDevice({ precision: 64 });
    const ours = await loadModel(device, saved).predict(x);
    await device.dispose();
    for (const sparse of [false, true]) {
      const theirs = runOnnx(readOnnx(encodeOnnx(saved, { sparse })), x, saved.features);
      expect(theirs.label).toEqual(Array.from(ours.labels));
      // predict rounds standardised inputs to f32, the file slopes and dropout; all else is f64 on both sides
      expect(Math.max(...theirs.probabilities.map((p, k) => Math.abs(p - ours.probabilities[k])))).toBeLessThan(1e-6);
    }
    const first = ours.probabilities.filter((_, k) => k % 4 === 0);
    expect(Math.max(...first) - Math.min(...first)).toBeGreaterThan(0.05); // the answers hang on the samples
  });

  it("of times in milliseconds since 1970 takes doubles, and answers as predict does", async () => {
    const { saved, x } = timesModel(25);
    const device = createCpuDevice({ precision: 64 });
    const ours = await loadModel(device, saved).predict(x);
    await device.dispose();
    const file = readOnnx(encodeOnnx(saved));
    expect(file.graph.input).toEqual([{ name: "inputs", type: { tensorType: expect.objectContaining({ elemType: 11 }) } }]);
    const theirs = runOnnx(file, x, saved.features);
    expect(theirs.label).toEqual(Array.from(ours.labels));
    expect(Math.max(...theirs.probabilities.map((p, k) => Math.abs(p - ours.probabilities[k])))).toBeLessThan(1e-6);
    expect(new Set(ours.labels).size).toBeGreaterThan(1);
  });

  it.each([
    ["a mean of 300 and a deviation of 2", 300, 2, 1],
    ["a mean of 300 and a deviation of 1.1", 300, 1.1, 11],
    ["a constant of 1000", 1000, 1, 1],
    ["a constant that 32 bits do not hold", 1700000010771, 1, 11],
    ["values that 32 bits hardly hold", 0, 1e-41, 11],
  ])("of a feature with %s takes floats (1) or doubles (11): %#", (_, mean, std, type) => {
    const saved = madeModel();
    const { mean: means, std: deviations } = saved.input as Standardizer;
    const input = { mean: means.fill(mean, 3, 4), std: deviations.fill(std, 3, 4) };
    const [{ type: found }] = readOnnx(encodeOnnx({ ...saved, input })).graph.input;
    expect(found).toMatchObject({ tensorType: { elemType: type } });
  });

  it("says what it takes, gives and was made with", () => {
    const saved = madeModel({ inputs: "medians" });
    const { irVersion, producerName, opsetImport, metadataProps, graph } = readOnnx(encodeOnnx(saved));
    expect([irVersion, producerName, opsetImport]).toEqual([8, "coppice", [{ version: 17 }]]);
    const tensor = (elemType: number, ...dim: unknown[]) => ({ tensorType: { elemType, shape: { dim } } });
    expect(graph.input).toEqual([{ name: "inputs", type: tensor(1, { dimParam: "batch" }, { dimValue: 20 }) }]);
    expect(graph.output).toEqual([
      { name: "label", type: tensor(7, { dimParam: "batch" }) },
      { name: "probabilities", type: tensor(1, { dimParam: "batch" }, { dimValue: 4 }) },
    ]);
    const metadata = Object.fromEntries(metadataProps.map(({ key, value }) => [key, JSON.parse(value)]));
    expect(metadata).toEqual({ classes: saved.classes, featureNames: saved.featureNames });
    const made = new Set(["inputs", ...initialValues({ irVersion, producerName, opsetImport, metadataProps, graph }).keys()]);
    for (const { input, output } of graph.node) {
      for (const name of input) expect(made).toContain(name); // in order, and from somewhere
      expect(made).not.toContain(output[0]);
      made.add(output[0]);
    }
  });

  it("holds every weight where it was, and as sparse initialisers only those that are not 0", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 12 }),
        fc.integer({ min: 1, max: 12 }),
        fc.double({ min: 0.05, max: 1, noNaN: true }),
        fc.integer({ min: 0, max: 1000 }),
        (inputs, out, density, seed) => {
          const saved = madeModel({ sizes: [inputs, out], densities: [Math.max(density, 1 / (inputs * out))], seed });
          const [layer] = saved.network.layers;
          const expected = new Float64Array(inputs * out);
          for (let r = 0; r < out; r++)
            for (let k = layer.topology?.rowPtr[r] ?? 0; k < (layer.topology?.rowPtr[r + 1] ?? 0); k++)
              expected[r * inputs + (layer.topology?.colIdx[k] ?? 0)] = layer.params.values[k];
          for (const sparse of [false, true]) {
            const file = readOnnx(encodeOnnx(saved, { sparse }));
            const weight = initialValues(file).get("layers.0.weight");
            expect(weight).toEqual({ dims: [out, inputs], data: expected });
            const kept = layer.params.values.filter((value) => value !== 0).length;
            expect(file.graph.sparseInitializer.map(({ values }) => values.dims[0])).toEqual(sparse ? [kept] : []);
          }
        },
      ),
      { numRuns: 30 },
    );
  });

  it("of weights above 2 GiB is refused before any is made dense, unless they are written sparsely", () => {
    const { network, ...saved } = madeModel({ sizes: [60_000, 4], densities: [0.0001], inputs: "raw" });
    const [{ topology, ...layer }] = network.layers;
    const tall = {
      ...layer,
      out: 60_000,
      topology: topology && { ...topology, rows: 60_000, rowPtr: new Uint32Array(60_001).fill(topology.nnz).fill(0, 0, 1) },
    };
    const huge = { ...saved, network: { layers: [{ ...tall, params: { ...tall.params, bias: new Float32Array(60_000) } }] } };
    expect(() => encodeOnnx(huge)).toThrow(
      "onnx: the weights take 14400000000 bytes as dense matrices, an ONNX file holds at most 2143289344",
    );
    expect(encodeOnnx(huge, { sparse: true }).length).toBeLessThan(2e6);
  });
});
