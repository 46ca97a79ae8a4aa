import { describe, expect, test } from "vitest";
import { defineKernel, type LayerKind } from "../../src/api/extend.js";
import {
  createCpuDevice,
  decodeCheckpoint,
  encodeCheckpoint,
  loadModel,
  type SavedModel,
  type TrainOptions,
  train,
} from "../../src/api/index.js";
import { encodeOnnx, encodeScipy } from "../../src/api/io.js";
import { initialValues, readOnnx } from "../io/onnx-reader.js";
import { KINDS } from "../matrix.js";
import { expectSameState } from "../train/same-runs.js";
import { sharedGpu } from "./gpu.js";
import { base, differences, expectClose, lossOf, set, untrained } from "./toy.js";

// A layer from outside: y = c s x, with a trained scale s for each neuron and a factor c for the layer, which is not trained.

const main = (body: string) => `
override WG: u32 = 64;
struct Params { neurons: u32, quads: u32 }
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> s: array<f32>;
@group(0) @binding(2) var<storage, read> c: array<f32>;
@group(0) @binding(3) var<storage, read> x: array<vec4<f32>>;
${body}`;
const id = "@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>";

const multiply = defineKernel({
  name: "multiply",
  wgsl: main(`
@group(0) @binding(4) var<storage, read_write> y: array<vec4<f32>>;
@compute @workgroup_size(WG)
fn main(${id}) {
  let i = id.y * groups.x * WG + id.x;
  if (i < params.neurons * params.quads) { y[i] = c[0] * s[i / params.quads] * x[i]; }
}`),
  params: { neurons: "u32", quads: "u32" },
  bindings: { s: "read f32", c: "read f32", x: "read f32", y: "write f32" },
  constants: { WG: 64 },
  workgroups: ({ neurons, quads }, { WG }) => Math.ceil((neurons * quads) / WG),
  twin({ neurons, quads }, { s, c, x, y }) {
    for (let i = 0; i < neurons * 4 * quads; i++) y[i] = c[0] * s[Math.floor(i / (4 * quads))] * x[i];
  },
});

const gradientOfScale = defineKernel({
  name: "gradientOfScale",
  wgsl: main(`
@group(0) @binding(4) var<storage, read> dy: array<vec4<f32>>;
@group(0) @binding(5) var<storage, read_write> g: array<f32>;
@compute @workgroup_size(WG)
fn main(${id}) {
  let n = id.y * groups.x * WG + id.x;
  if (n >= params.neurons) { return; }
  var sum = 0.0;
  for (var q = 0u; q < params.quads; q++) { sum += dot(dy[n * params.quads + q], x[n * params.quads + q]); }
  g[n] = c[0] * sum + 0.0 * s[n];
}`),
  params: { neurons: "u32", quads: "u32" },
  bindings: { s: "read f32", c: "read f32", x: "read f32", dy: "read f32", g: "write f32" },
  constants: { WG: 64 },
  workgroups: ({ neurons }, { WG }) => Math.ceil(neurons / WG),
  twin({ neurons, quads }, { c, x, dy, g }) {
    for (let n = 0; n < neurons; n++) {
      g[n] = 0;
      for (let i = 4 * quads * n; i < 4 * quads * (n + 1); i++) g[n] += c[0] * dy[i] * x[i];
    }
  },
});

const scale: LayerKind = {
  name: "scale",
  params: [
    { name: "s", per: "input", init: 1 },
    { name: "c", per: "layer", init: 1.25, trained: false },
  ],
  forward: ({ in: neurons, quads, params: { s, c }, x, y }) => [
    multiply.on({ params: { neurons, quads }, buffers: { s, c, x, y } }),
  ],
  backward: ({ in: neurons, quads, params: { s, c }, dy, dx }) =>
    dx ? [multiply.on({ params: { neurons, quads }, buffers: { s, c, x: dy, y: dx } })] : [],
  gradients: ({ in: neurons, quads, params: { s, c }, x, dy, gradients: { s: g } }) => [
    gradientOfScale.on({ params: { neurons, quads }, buffers: { s, c, x, dy, g } }),
  ],
  onnx(graph, x, name, { s, c }) {
    const factors = graph.tensor(
      name("s"),
      [s.length],
      s.map((value) => value * c[0]),
    );
    return graph.node("Mul", [x, factors], name("y"));
  },
};

const options = { ...base, hidden: [scale, 16, scale, 12, scale], dropout: 0.1, lr: 0.05 } as const satisfies TrainOptions;

describe.each(KINDS)("a layer from outside, on %s", (kind) => {
  const open = async () => (kind === "cpu" ? createCpuDevice() : await sharedGpu());

  test("trains, evolves with the neurons below it, and answers as in f64", async () => {
    const device = await open();
    const removal = { amount: 0.4, schedule: "percentile", first: 1, last: 4, every: 1 } as const;
    const model = await train({ train: set }, { ...options, method: "npset", evolution: { removal }, device });
    expect(model.history.at(-1)?.trainAccuracy).toBeGreaterThan(0.9);
    const saved = await model.save();
    const [inputs, first, above] = saved.network.layers;
    expect(first.out).toBeLessThan(16);
    expect(above.neurons).toEqual(first.neurons);
    expect([inputs.params.s.length, above.params.s.length, above.params.c]).toEqual([8, first.out, Float32Array.of(1.25)]);
    expect(new Set(inputs.params.s).size).toBeGreaterThan(3);
    const oracle = await loadModel(createCpuDevice({ precision: 64 }), saved);
    expect((await oracle.evaluate(set)).loss).toBeCloseTo(model.history.at(-1)?.trainLoss ?? Number.NaN, 4);
    await device.dispose();
  });

  test("carries scale and optimiser state of the neurons that stay", async () => {
    const device = await open();
    const seen: SavedModel[] = [];
    const keep = { ...options, optimizer: "adam", lr: { rate: 0.05, schedule: "constant" }, epochs: 3 } as const;
    const removal = { amount: 0.4, schedule: "percentile", first: 1, last: 2, every: 1 } as const;
    const onCheckpoint = (saved: SavedModel) => void seen.push(saved);
    const data = { train: set };
    await train(data, { ...keep, method: "npset", evolution: { removal }, onCheckpoint, device });
    const evolved = seen[0].network.layers[2];
    const plain: SavedModel[] = [];
    await train(data, { ...keep, method: "static", onCheckpoint: (saved) => void plain.push(saved), device });
    const whole = plain[0].network.layers[2];
    const rows = [...evolved.neurons];
    expect(rows.length).toBeLessThan(16);
    expect([...evolved.params.s]).toEqual(rows.map((row) => whole.params.s[row]));
    for (const k of [0, 1]) expect([...evolved.state.s[k]]).toEqual(rows.map((row) => whole.state.s[k][row]));
    await device.dispose();
  });
});

test("its gradients are those of finite differences, and those of the layers around it", async () => {
  const device = () => createCpuDevice({ precision: 64 });
  const plain = { ...options, dropout: 0, method: "static", optimizer: { name: "sgd", momentum: 0 }, pieces: [scale] } as const;
  const start = await untrained({ ...plain });
  const lr = 0.01;
  const checkpoints: SavedModel[] = [];
  const step = { epochs: 2, batch: set.samples, lr: { rate: lr, warmup: 1 } };
  await train({ train: set }, { ...plain, ...step, device: device(), onCheckpoint: (saved) => void checkpoints.push(saved) });
  const [before, after] = checkpoints.map(({ network }) => network.layers);
  expect(await lossOf(checkpoints[0])).toBe(await lossOf(start));
  for (const [i, key] of [
    [0, "s"],
    [1, "values"],
    [1, "bias"],
    [2, "s"],
    [3, "values"],
    [4, "s"],
    [5, "bias"],
  ] as const) {
    const g = await differences(checkpoints[0], i, key, 3);
    expectClose(
      g.map((_, k) => (before[i].params[key][k] - after[i].params[key][k]) / lr),
      g,
    );
  }
});

test("a checkpoint that names it is read where it is handed in, and resumes to the same bits", async () => {
  const checkpoints: SavedModel[] = [];
  const adam = { ...options, method: "npset", optimizer: "adam", device: createCpuDevice() } as const;
  const whole = await train({ train: set }, { ...adam, onCheckpoint: (saved) => void checkpoints.push(saved) });
  const bytes = encodeCheckpoint(checkpoints[3]);
  expect(() => decodeCheckpoint(bytes)).toThrow(/kinds: layer 0: "scale" .* hand it in/);
  const resume = decodeCheckpoint(bytes, "checkpoint", [scale]);
  const resumed = await train({ train: set }, { ...adam, resume });
  expectSameState((await resumed.save()).network, (await whole.save()).network);
});

test("goes to ONNX in the form that it gives, and not to scipy, which has matrices alone", async () => {
  const saved = await untrained({ ...options, dropout: 0 });
  const tensor = initialValues(readOnnx(encodeOnnx(saved))).get("layers.2.s");
  expect(tensor?.dims).toEqual([16]);
  expect(tensor?.data[0]).toBeCloseTo(1.25, 6);
  expect(() => encodeScipy(saved)).toThrow("npz: layer 0: is of kind scale, which is no matrix");
});

/** y[n] = x[2 n] + x[2 n + 1]: half as many neurons. */
const [pair, spread] = [true, false].map((halves) =>
  defineKernel({
    name: halves ? "pair" : "spread",
    wgsl: `
override WG: u32 = 64;
struct Params { neurons: u32, quads: u32 }
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<vec4<f32>>;
@group(0) @binding(2) var<storage, read_write> y: array<vec4<f32>>;
@compute @workgroup_size(WG)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  if (id.x >= params.neurons * params.quads) { return; }
  let n = id.x / params.quads;
  let q = id.x % params.quads;
  y[id.x] = ${halves ? "x[2u * n * params.quads + q] + x[(2u * n + 1u) * params.quads + q]" : "x[(n / 2u) * params.quads + q]"};
}`,
    params: { neurons: "u32", quads: "u32" },
    bindings: { x: "read f32", y: "write f32" },
    constants: { WG: 64 },
    workgroups: ({ neurons, quads }, { WG }) => Math.ceil((neurons * quads) / WG),
    twin({ neurons, quads }, { x, y }) {
      const at = (n: number, b: number) => x[n * 4 * quads + b];
      for (let n = 0; n < neurons; n++)
        for (let b = 0; b < 4 * quads; b++)
          y[n * 4 * quads + b] = halves ? at(2 * n, b) + at(2 * n + 1, b) : at(Math.floor(n / 2), b);
    },
  }),
);
const pairs: LayerKind = {
  name: "pairs",
  params: [],
  outputs: (inputs) => inputs / 2,
  forward: ({ out: neurons, quads, x, y }) => [pair.on({ params: { neurons, quads }, buffers: { x, y } })],
  backward: ({ in: neurons, quads, dy, dx }) =>
    dx ? [spread.on({ params: { neurons, quads }, buffers: { x: dy, y: dx } })] : [],
};

describe.each(["cpu", "webgpu"] as const)("a layer with other neurons than the one below, on %s", (on) => {
  test("trains, evolves and goes on, and answers as in f64", async () => {
    const device = on === "cpu" ? createCpuDevice() : await sharedGpu();
    const checkpoints: SavedModel[] = [];
    const halved = { ...base, hidden: [16, pairs, 12, pairs], method: "set", lr: 0.05, device } as const;
    const model = await train({ train: set }, { ...halved, onCheckpoint: (saved) => void checkpoints.push(saved) });
    expect(model.history.at(-1)?.trainAccuracy).toBeGreaterThan(0.9);
    expect(model.evolutions[0].layers[2].pruned).toBeGreaterThan(0);
    const saved = await model.save();
    expect(saved.network.layers.map(({ in: inputs, out }) => [inputs, out])).toEqual([
      [8, 16],
      [16, 8],
      [8, 12],
      [12, 6],
      [6, 3],
    ]);
    const oracle = await loadModel(createCpuDevice({ precision: 64 }), saved);
    expect((await oracle.evaluate(set)).loss).toBeCloseTo(model.history.at(-1)?.trainLoss ?? Number.NaN, 4);
    const resume = decodeCheckpoint(encodeCheckpoint(checkpoints[3]), "checkpoint", [pairs]);
    const resumed = await train({ train: set }, { ...halved, resume });
    expectSameState((await resumed.save()).network, saved.network);
    await device.dispose();
  });
});

test("the gradients below a layer with other neurons are those of finite differences", async () => {
  const lr = 0.01;
  const checkpoints: SavedModel[] = [];
  const step = { epochs: 2, batch: set.samples, lr: { rate: lr, warmup: 1 }, optimizer: { name: "sgd", momentum: 0 } } as const;
  const device = createCpuDevice({ precision: 64 });
  const onCheckpoint = (saved: SavedModel) => void checkpoints.push(saved);
  await train(
    { train: set },
    { ...base, hidden: [16, pairs, 12], activation: "tanh", method: "static", ...step, device, onCheckpoint },
  );
  const [before, after] = checkpoints.map(({ network }) => network.layers);
  for (const i of [0, 2]) {
    const g = await differences(checkpoints[0], i, "values", 3);
    expectClose(
      g.map((_, k) => (before[i].params.values[k] - after[i].params.values[k]) / lr),
      g,
    );
  }
});

test("a layer with other neurons is refused where neurons leave, and where their number is none", async () => {
  const run = (hidden: readonly (number | LayerKind)[], more: object) =>
    train({ train: set }, { ...base, hidden, device: "cpu", ...more });
  await expect(run([16, pairs, 12], { method: "npset" })).rejects.toThrow(
    "hidden: above layer kind pairs are other neurons than below",
  );
  await expect(run([15, pairs], {})).rejects.toThrow("layer kind pairs: outputs above 15 neurons");
});

test("what is no kind is refused by its place, and so is a start from a model that has one", async () => {
  const run = (hidden: unknown) => train({ train: set }, { ...options, hidden: hidden as never, device: "cpu" });
  await expect(run([16, { ...scale, name: "sparse" }])).rejects.toThrow(/hidden: \[1\]: .*built-in layer kind/);
  await expect(run([16, { ...scale, gradients: undefined }])).rejects.toThrow(/hidden: \[1\]: .*gradients: are missing/);
  await expect(run([16, { ...scale, forwards: 1 }])).rejects.toThrow(/hidden: \[1\]: .*forwards/);
  const start = await untrained({ ...options });
  const { hidden: _, ...others } = options;
  await expect(train({ train: set }, { ...others, method: "static", start, device: "cpu" })).rejects.toThrow(
    "start: the model has a layer of kind scale",
  );
});
