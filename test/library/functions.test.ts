import { expect, it } from "vitest";
import * as data from "../../src/api/data.js";
import * as experiment from "../../src/api/experiment.js";
import * as extend from "../../src/api/extend.js";
import * as main from "../../src/api/index.js";
import * as io from "../../src/api/io.js";
import * as metrics from "../../src/api/metrics.js";
import * as sparse from "../../src/api/sparse.js";
import { networkConfig } from "../../src/nn/config.js";
import { initialState } from "../../src/nn/state.js";
import { blobs } from "../train/blobs.js";
import { countingDevice, detached, expectRefused, nameOf, WRONG } from "./wrong.js";

const coppice = { ...main, ...data, ...experiment, ...extend, ...io, ...metrics, ...sparse };
type Any = (...args: never[]) => unknown;
const { device, left } = countingDevice();
const set = blobs({ samples: 24, features: 4, classes: 3 });
const saved: main.SavedModel = {
  network: initialState({ sizes: [4, 5, 3], densities: [0.5, null], init: "heUniform", seed: 1 }),
  config: networkConfig(),
  features: 4,
  classes: ["a", "b", "c"],
  input: null,
};
const topology = coppice.fromDense([1, 0, 0, 2, 3, 0], 2, 3);
const matrix = { ...topology, values: Float32Array.of(1, 2, 3) };
const coo = { ...coppice.toCoo(topology), values: matrix.values };
const x = new Float32Array(6).fill(1);
const rng = coppice.random(1);
const file = { name: "t.csv", bytes: new TextEncoder().encode("a,b,class\n1,2,x\n2,1,y\n3,4,x\n4,3,y\n") };
const without = <T extends object>(object: T, key: keyof T) =>
  Object.fromEntries(Object.entries(object).filter(([name]) => name !== key));

/** Right arguments of every exported function, and for each argument what is wrong in its place: fields of an object, or the whole. */
interface Row {
  readonly args: readonly unknown[];
  readonly wrong: readonly (readonly unknown[] | object)[];
}
const MODEL = {
  network: [
    ...WRONG.object,
    {},
    { layers: [] },
    { layers: [null] },
    { layers: [{ ...saved.network.layers[0], params: { values: [1] } }] },
  ],
  config: [...WRONG.object, { activation: "x" }, { ...saved.config, dropoutStyle: "gaussian" }],
  features: [...WRONG.count, 5],
  classes: [...WRONG.texts, ["a"], [1, 2, 3]],
  input: [undefined, 0, {}, { mean: new Float32Array(3), std: new Float32Array(4) }],
  featureNames: [...WRONG.texts, ["a"]],
  imageShape: [null, [2], [3, 2], "2x2"],
  training: [null, 5, {}, { epoch: 1, step: 1 }],
};
const DATASET = {
  name: WRONG.text,
  x: WRONG.floats.filter((value) => !(value instanceof Float64Array)),
  y: [...WRONG.floats, new Uint32Array(3)],
  samples: [...WRONG.count, 0],
  features: [...WRONG.count, 0],
  classes: [...WRONG.texts, [0, 1, 2]],
  imageShape: [null, [3, 2], [2, "2"]],
  featureNames: [...WRONG.texts, ["a"]],
};
const MATRIX = {
  rows: WRONG.count,
  cols: [...WRONG.count, 1],
  rowPtr: [...WRONG.floats, Uint32Array.of(0, 1)],
  colIdx: [...WRONG.floats, Uint32Array.of(0, 0, 9)],
  values: WRONG.floats,
};
const LISTS = [null, 0, {}, true, Symbol("s")];
const STORAGE = { getItem: () => null, setItem() {}, removeItem() {} };

const TABLE: Record<string, Row> = {
  scoreClasses: {
    args: [Float64Array.of(0.4, 0.6, 0.9, 0.1), [0, 1], 2],
    wrong: [
      [...WRONG.floats.filter((value) => !(value instanceof Float64Array)), new Float64Array(3), Float64Array.of(0, 1, 2, -1)],
      [...LISTS, [], [0], ["0", "1"], [0, 2], [0, -1], [0, 0.5]],
      [...WRONG.count, 0],
    ],
  },
  balancedOf: { args: [{ support: [1, 2], balancedAccuracy: 0.5 }], wrong: [] }, // of what is no report there is none
  bootstrapScores: {
    args: [Float64Array.of(0.4, 0.6, 0.9, 0.1), [0, 1], 2, { resamples: 50, level: 0.9 }],
    wrong: [[null], [[0, 2]], [0], { level: [1, "0.9"], resamples: [0, 3, 1.5], seed: ["1"], sede: [1] }],
  },
  // These check alike: of each argument one.
  ...Object.fromEntries(
    ["rocAuc", "prAuc", "brierScore", "logLoss", "calibrationBins", "calibrationError", "fitTemperature", "thresholdsOf"].map(
      (name) => {
        const last = name === "thresholdsOf" ? [[2]] : name.startsWith("calibration") ? [[0]] : [];
        return [name, { args: [Float64Array.of(0.4, 0.6, 0.9, 0.1), [0, 1], 2, 1], wrong: [[null], [[0, 2]], [0], ...last] }];
      },
    ),
  ),
  alignClasses: { args: [set, ["0", "1", "2"]], wrong: [DATASET, [...WRONG.texts, ["0"]]] },
  alignFeatures: {
    args: [{ ...set, featureNames: ["a", "b", "c", "d"] }, ["b", "a"]],
    wrong: [DATASET, [...WRONG.texts, ["x"]]],
  },
  makeDataset: {
    args: [{ name: "t", x: [1, 2, 3, 4], labels: ["a", "b"], features: 2 }],
    wrong: [
      {
        name: WRONG.text,
        x: [...LISTS, "abcd", [1, 2, 3], [1, 2, "3", 4], [1, 2, null, 4], detached(), new ArrayBuffer(16)],
        labels: [5, true, "ab", {}, [null, "a"], [undefined, "a"], [{}, "a"], ["", "a"], [Number.NaN, 1], ["a"]],
        features: [...WRONG.count, 0, 3],
        imageShape: [null, "1x2", [2], [1, 2, 1], [2, 2], [0, 0], ["1", "2"]],
        classes: [...WRONG.texts, []],
        featureNames: [...WRONG.texts, ["a"]],
        ids: [...WRONG.texts, ["a"], ["a", "a"]],
        groups: [...WRONG.texts, ["a"]],
        notes: WRONG.texts,
        missing: WRONG.name,
        lables: [["a", "b"]],
      },
    ],
  },
  takeSamples: { args: [set, [1, 2], "part"], wrong: [DATASET, [...LISTS, "12", [99], [-1], [0.5], ["1"]], WRONG.text] },
  digits: { args: [], wrong: [] },
  countMissing: {
    args: [x, 3],
    wrong: [
      [...LISTS, "abc", { rowPtr: 1 }],
      [...WRONG.count, 0],
    ],
  },
  previewTable: {
    args: [file.bytes, "t.csv", {}],
    wrong: [WRONG.bytesArray, WRONG.text, { header: WRONG.boolean, label: [true, -1, {}], colour: [1], orientation: WRONG.name }],
  },
  readDataset: {
    args: [[file], {}],
    wrong: [
      [...LISTS, file, [null], [{}], [{ name: "a" }], [{ name: "a.csv", bytes: "text" }], [{ name: 5, bytes: file.bytes }], []],
      {
        name: WRONG.text,
        orientation: WRONG.name,
        header: WRONG.boolean,
        label: [true, -1, 0.5, {}, "none"],
        ignoreLabels: WRONG.boolean,
        id: [true, {}, "none"],
        labels: [null, 5, {}],
        extraLabels: WRONG.boolean,
        group: [true, {}, "none"],
        ignore: [5, "a", [true]],
        missing: WRONG.name,
        featureNames: WRONG.texts,
        x: WRONG.text,
        y: WRONG.text,
        classes: WRONG.texts,
        maxBytes: [null, -1, Number.NaN, "1GB"],
        lable: ["class"],
      },
    ],
  },
  isSparse: { args: [x], wrong: [] }, // of anything else the answer is no
  toDense: { args: [x], wrong: [WRONG.floats.filter((value) => !(value instanceof Float64Array) && value !== WRONG.floats[8])] },
  split: {
    args: [set, { test: 0.3, seed: 1 }],
    wrong: [
      { ...DATASET, classes: [...DATASET.classes, []] },
      { test: [...WRONG.number, 0, 1], validation: [...WRONG.number, 0, 1], seed: [null, "1", {}, Number.NaN], tset: [1] },
    ],
  },
  stratifiedCounts: {
    args: [[3, 4], 0.5],
    wrong: [
      [...LISTS, "34", ["3"], [-1], [0.5]],
      [...WRONG.number, 2],
    ],
  },
  fitRobust: { args: [x, 2, 3], wrong: [DATASET.x, [...WRONG.count, 0, 5], [...WRONG.count, 0, 5]] },
  fitStandardizer: { args: [x, 2, 3], wrong: [DATASET.x, [...WRONG.count, 0, 5], [...WRONG.count, 0, 5]] },
  standardize: {
    args: [set, coppice.fitStandardizer(set.x, 24, 4)],
    wrong: [
      DATASET,
      {
        mean: [...DATASET.x, new Float32Array(2)],
        std: [...DATASET.x, new Float32Array(2)],
        median: [null, 5, new Float32Array(2)],
      },
    ],
  },
  suggestOptions: { args: [set], wrong: [{ x: DATASET.x, samples: DATASET.samples, features: DATASET.features }] },
  createCpuDevice: {
    args: [{ threads: 1 }],
    wrong: [
      {
        precision: [null, 16, "32"],
        simd: WRONG.boolean,
        threads: [...WRONG.count, 0],
        tread: [1],
        plannedBytes: [null, -1, "1", Number.NaN],
        memoryBytes: [null, -1, "1", Number.NaN],
        bindingBytes: [null, -1, "1"],
      },
    ],
  },
  createWebgpuDevice: {
    args: [],
    wrong: [{ gpuDevice: [null, 5, {}], powerPreference: WRONG.name, memoryBytes: [null, -1, "1"], bindingBytes: ["1"], x: [1] }],
  },
  defineKernel: {
    args: [{ name: "own", wgsl: "", params: {}, bindings: {}, constants: {}, workgroups: () => 1, twin() {} }],
    wrong: [
      {
        name: WRONG.text,
        wgsl: WRONG.text,
        params: WRONG.object,
        bindings: WRONG.object,
        constants: WRONG.object,
        workgroups: WRONG.function,
        twin: WRONG.function,
      },
    ],
  },
  selectSmallest: {
    args: [device, x, { count: 2 }],
    wrong: [
      WRONG.device,
      WRONG.floats.filter((value) => value !== WRONG.floats[8]),
      { count: [...WRONG.count, 99], zeta: [0.5], signed: WRONG.boolean, cuont: [1] },
    ],
  },
  correctedInterval: {
    args: [[1, 2], 5, 5, 0.9],
    wrong: [
      [...LISTS, [1], ["1", "2"], [1, null]],
      [...WRONG.number, 0],
      [...WRONG.number, 0],
      [...WRONG.number, 0, 1],
    ],
  },
  rankFeatures: {
    args: [[Float64Array.of(1, 2, 3)], { top: 1 }],
    wrong: [
      [...LISTS, [], [[1, 2]], [null], [new Float64Array(0)], [Float64Array.of(1, -1)]],
      { top: [...WRONG.count, 0, 3], tpo: [1] },
    ],
  },
  majorityAccuracy: {
    args: [set, set],
    wrong: [
      { y: DATASET.y, classes: DATASET.classes },
      { y: DATASET.y, classes: DATASET.classes },
    ],
  },
  repeatTraining: {
    args: [set, { device, train: { hidden: [4], epochs: 1, batch: 8 }, splits: 1 }],
    wrong: [
      DATASET,
      {
        device: WRONG.device,
        train: [...WRONG.object, { patience: 1 }, { epochs: "1" }],
        splits: [...WRONG.count, 0],
        ...{
          test: [...WRONG.number, 0, 1],
          seed: WRONG.count,
          plan: [null, 5, {}],
          tuning: [null, 5, {}],
          signal: [null, 5, {}],
        },
        onRun: WRONG.function,
        onEpoch: WRONG.function,
        slpits: [1],
      },
    ],
  },
  shuffleLabels: { args: [set, 1], wrong: [DATASET, [null, "1", Number.NaN, {}, Symbol("s")]] },
  inputStrength: { args: [saved], wrong: [{ network: MODEL.network, features: MODEL.features }] },
  encodeCheckpoint: { args: [saved], wrong: [MODEL] },
  conformalScores: {
    args: [Float32Array.of(0.9, 0.1, 0.2, 0.8), [0, 1]],
    wrong: [
      [null, 5, new Float32Array(3)],
      [[0, 2], [0.5, 1], []],
    ],
  },
  predictionSets: {
    args: [Float32Array.of(0.1), Float32Array.of(0.9, 0.1), 2, 0.9],
    wrong: [
      [null, new Float32Array(0), Float32Array.of(2)],
      [null, 5, [0.5]],
      [0, 1.5, Number.NaN],
      [0, 1, Number.NaN, "a"],
    ],
  },
  blend: { args: [[{ model: saved, weight: 1 }]], wrong: [[null, 5, [], [null], [{ model: saved }], [{ weight: 1 }]]] },
  membersOf: { args: [saved], wrong: [WRONG.object] },
  checkpointParts: { args: [saved], wrong: [MODEL] },
  decodeCheckpoint: {
    args: [coppice.encodeCheckpoint(saved), "m"],
    wrong: [[...WRONG.bytesArray, new Uint8Array(4)], WRONG.text],
  },
  encodeOnnx: {
    args: [saved, {}],
    wrong: [
      { ...MODEL, classes: WRONG.texts },
      { sparse: WRONG.boolean, sparce: [true] },
    ],
  },
  encodeScipy: { args: [saved], wrong: [MODEL] },
  decodeScipy: {
    args: [coppice.encodeScipy(saved), {}],
    wrong: [
      [...LISTS, new Map(), new Map([["layers.0.npz", "text"]]), new Map([[1, new Uint8Array(1)]])],
      { config: [null, 5, "x"], classes: WRONG.texts, maxBytes: [null, -1, "1"], x: [1] },
    ],
  },
  encodeEvent: {
    args: [{ wallTime: 1, step: 1, scalars: { a: 1 } }],
    wrong: [
      { wallTime: WRONG.number, step: WRONG.count, scalars: [null, 5, "a", { a: "1" }, undefined], histograms: [{ a: 1 }] },
    ],
  },
  encodeEventStart: { args: [1, 1], wrong: [WRONG.number, WRONG.count] },
  histogram: { args: [x], wrong: [[...DATASET.x, new Float32Array(0), Float32Array.of(Number.NaN), Float32Array.of(Infinity)]] },
  prepareSpmm: {
    args: [device, matrix, 2, {}],
    wrong: [WRONG.device, MATRIX, [...WRONG.count, 0], { x: [null, 5, {}], y: [null, 5, {}], z: [1] }],
  },
  prepareSpmmT: {
    args: [device, matrix, 2, {}],
    wrong: [WRONG.device, MATRIX, [...WRONG.count, 0], { dx: [null, 5, {}], dy: [null, 5], z: [1] }],
  },
  prepareSddmm: {
    args: [device, coo, 2, {}],
    wrong: [WRONG.device, without(MATRIX, "rowPtr"), [...WRONG.count, 0], { x: [null, 5, {}], z: [1] }],
  },
  spmm: { args: [device, matrix, x, 2], wrong: [WRONG.device, MATRIX, WRONG.floats, [...WRONG.count, 0, 3]] },
  spmmT: {
    args: [device, matrix, new Float32Array(4), 2],
    wrong: [WRONG.device, MATRIX, WRONG.floats.slice(0, -3), [...WRONG.count, 0, 3]],
  },
  sddmm: {
    args: [device, coo, new Float32Array(4), x, 2],
    wrong: [WRONG.device, without(MATRIX, "rowPtr"), WRONG.floats, WRONG.floats, [...WRONG.count, 0]],
  },
  erdosRenyi: {
    args: [4, 4, 1, rng],
    wrong: [
      [...WRONG.count, 0],
      [...WRONG.count, 0],
      [...WRONG.number, 0],
      [...WRONG.object, {}],
    ],
  },
  uniformDensity: {
    args: [4, 4, 0.5, rng],
    wrong: [
      [...WRONG.count, 0],
      [...WRONG.count, 0],
      [...WRONG.number, 0, 2],
      [...WRONG.object, {}],
    ],
  },
  fromCoo: {
    args: [coo, "w"],
    wrong: [{ rows: [...WRONG.count, 1], cols: [...WRONG.count, 1], rowIdx: WRONG.floats, colIdx: WRONG.floats }],
  },
  fromDense: {
    args: [[1, 0, 2, 0], 2, 2],
    wrong: [
      [...LISTS, "abcd", [1]],
      [...WRONG.count, 0],
      [...WRONG.count, 0],
    ],
  },
  toCoo: {
    args: [topology],
    wrong: [{ rows: [...WRONG.count, 9], cols: WRONG.count, rowPtr: WRONG.floats, colIdx: WRONG.floats, nnz: WRONG.count }],
  },
  toCsc: {
    args: [topology],
    wrong: [{ rows: [...WRONG.count, 9], cols: WRONG.count, rowPtr: WRONG.floats, colIdx: WRONG.floats, nnz: WRONG.count }],
  },
  validateTopology: {
    args: [topology],
    wrong: [
      { rows: [...WRONG.count, 9], cols: WRONG.count, rowPtr: WRONG.floats, colIdx: WRONG.floats, nnz: [...WRONG.count, 9] },
    ],
  },
  validateCsc: {
    args: [coppice.toCsc(topology), topology],
    wrong: [
      { colPtr: WRONG.floats, rowIdx: WRONG.floats, perm: [...WRONG.floats, Uint32Array.of(2, 1, 0)] },
      { rows: WRONG.count, rowPtr: WRONG.floats },
    ],
  },
  loadModel: { args: [device, saved], wrong: [WRONG.device, MODEL, WRONG.function] },
  storageTuning: { args: [STORAGE, "key"], wrong: [[...WRONG.object, {}], WRONG.text] },
  csvLine: { args: [["a", 1, null]], wrong: [[...LISTS, "ab", [undefined], [{}], [true]]] },
  random: { args: [1, "a", 2], wrong: [[null, "1", Number.NaN, {}, Symbol("s")], [null, undefined, {}, Number.NaN], []] },
};

/** Functions with tests of their own: `train` in train.test.ts; errors are made, not asked. */
const ELSEWHERE = ["train", "fit", "CoppiceError"];

it("has a row for every exported function", () => {
  const functions = Object.entries(coppice).filter(([, value]) => typeof value === "function");
  expect(functions.map(([name]) => name).sort()).toEqual([...Object.keys(TABLE), ...ELSEWHERE].sort());
});

async function free(made: unknown): Promise<void> {
  const { dispose } = Object(made) as { dispose?: () => Promise<void> };
  await dispose?.call(made);
}

const NO_GPU = ["createWebgpuDevice"]; // opened in tests of its own

it.each(Object.entries(TABLE))(
  "%s takes what is right, refuses all else in one CoppiceError, and leaves nothing on the device",
  async (name, { args, wrong }) => {
    const call = (coppice as unknown as Record<string, Any>)[name];
    const ask = async (given: readonly unknown[]) => await call(...(given as never[]));
    if (!NO_GPU.includes(name)) await free(await ask(args));
    expect(left()).toBe(0);
    for (const [i, values] of wrong.entries()) {
      const given = (value: unknown) => args.map((arg, k) => (k === i ? value : arg)).concat(i >= args.length ? [value] : []);
      if (Array.isArray(values)) {
        for (const value of values) await expectRefused(() => ask(given(value)), `${name}, argument ${i}: ${nameOf(value)}`);
      } else {
        const whole = Object(args[i] ?? {}) as object;
        for (const value of [null, 5, true, "x", Symbol("s"), () => 1, []])
          await expectRefused(() => ask(given(value)), `${name}, argument ${i}: ${nameOf(value)}`);
        for (const [key, list] of Object.entries(values as Readonly<Record<string, readonly unknown[]>>))
          for (const value of list)
            await expectRefused(() => ask(given({ ...whole, [key]: value })), `${name}, argument ${i}, ${key}: ${nameOf(value)}`);
      }
      expect(left(), `${name}, argument ${i}`).toBe(0);
    }
  },
);

it("methods refuse what is wrong, and all of them after the end", async () => {
  const on = coppice.createCpuDevice({ threads: 1, memoryBytes: 1000 });
  const buffer = on.createBuffer("a", "f32", 4);
  const recording = await on.record([]);
  const wrong: (() => unknown)[] = [
    ...WRONG.text.map((label) => () => on.createBuffer(label as string, "f32", 4)),
    ...WRONG.name.map((type) => () => on.createBuffer("b", type as "f32", 4)),
    ...[null, "4", -1, 1.5, Number.NaN, [1], {}].map((initial) => () => on.createBuffer("b", "f32", initial as number)),
    ...[null, {}, { ...buffer }].map((other) => () => on.write(other as typeof buffer, x)),
    ...[null, [1], "a", new Uint8Array(2)].map((data) => () => on.write(buffer, data as never)),
    ...[-1, 1.5, "0", null].map((offset) => () => on.write(buffer, new Float32Array(1), offset as number)),
    () => on.write(buffer, new Float32Array(5)),
    () => on.read(null as never),
    () => on.read([null as never]),
    () => on.destroyBuffers(5 as never),
    () => on.record(null as never),
    () => on.run({} as never),
    () => on.run(recording, -1),
    () => on.run(recording, 1, { signal: {} as never }),
    () => rng.below(0),
    () => rng.fillBelow(5, [1] as never),
    () => rng.shuffle(5 as never),
  ];
  for (const [i, call] of wrong.entries()) await expectRefused(call, `call ${i}`);
  expect(await expectRefused(() => on.createBuffer("big", "f32", 1000), "a full device")).toMatchObject({
    kind: "failure",
    code: "out-of-memory",
  });
  const plain = coppice.createCpuDevice({ simd: false });
  for (const one of [on, coppice.createCpuDevice({ threads: 1, memoryBytes: Infinity }), plain]) {
    const error = await expectRefused(() => one.createBuffer("huge", "f32", 2 ** 40), "more than there is");
    expect(error).toMatchObject({ kind: "failure", code: "out-of-memory" });
  }
  await on.dispose();
  await on.dispose();
  for (const call of [
    () => on.createBuffer("b", "f32", 1),
    () => on.write(buffer, x),
    () => on.read([buffer]),
    () => on.run(recording),
  ])
    expect((await expectRefused(call, "after dispose")).message).toContain("disposed of");

  const product = await coppice.prepareSpmm(device, matrix, 2);
  for (const value of [...WRONG.floats, new Float32Array(5)])
    await expectRefused(() => product.compute(value as Float32Array), nameOf(value));
  product.dispose();
  product.dispose();
  await expectRefused(() => product.compute(x), "compute after dispose");
  await expectRefused(() => product.run(), "run after dispose");

  const model = coppice.loadModel(device, saved);
  for (const value of [...DATASET.x, new Float32Array(5), new Float32Array(0)])
    await expectRefused(() => model.predict(value as Float32Array), nameOf(value));
  for (const value of [...WRONG.object, {}, { ...set, classes: [] }])
    await expectRefused(() => model.evaluate(value as typeof set), nameOf(value));
  await model.dispose();
  await model[Symbol.asyncDispose]();
  await expectRefused(() => model.predict(set.x), "predict after dispose");

  const store = coppice.storageTuning(STORAGE);
  for (const value of [null, 5, {}, [{}]]) await expectRefused(() => store.save(value as never), nameOf(value));
  expect(left()).toBe(0);
});

it("inputs are those of the call: buffers may be used again at once", async () => {
  for (const batch of [2, 4]) {
    const own = Float32Array.from({ length: 3 * batch }, (_, i) => i + 1);
    const right = await coppice.spmm(device, matrix, own.slice(), batch);
    const product = await coppice.prepareSpmm(device, matrix, batch);
    const values = matrix.values.slice();
    const calls = [coppice.spmm(device, { ...matrix, values }, own, batch), product.compute(own), product.compute(own)];
    own.fill(Number.NaN);
    values.fill(Number.NaN);
    for (const call of calls) expect(await call).toEqual(right);
    product.dispose();
  }
});

it("reads a File as a browser gives it, alone and as the table of labels", async () => {
  const table = new File([file.bytes], "t.csv");
  expect((await coppice.readDataset([table])).classes).toEqual(["x", "y"]);
  const samples = new File(["id,a,b\ns1,1,2\ns2,2,1\ns3,3,4\n"], "x.csv");
  const labels = new File(["id,class\ns1,x\ns2,y\ns3,x\n"], "y.csv");
  expect((await coppice.readDataset([samples], { labels, label: "class" })).samples).toBe(3);
  expect((await coppice.previewTable(table, table.name)).samples).toBe(4);
});
