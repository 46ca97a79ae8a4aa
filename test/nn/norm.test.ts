import { afterAll, expect, test } from "vitest";
import type { ActivationName } from "../../src/activations/index.js";
import { createCpuDevice } from "../../src/device/cpu/device.js";
import type { Device } from "../../src/device/device.js";
import { GAMMA, RUNNING } from "../../src/layers/kind.js";
import { networkConfig, ratesAt, updateRule } from "../../src/nn/config.js";
import { estimateMemory } from "../../src/nn/memory.js";
import { createNetwork, destroyNetwork, networkBytes, snapshot } from "../../src/nn/network.js";
import { foldNorms } from "../../src/nn/norm.js";
import { createResidentData } from "../../src/nn/resident.js";
import { createRunner } from "../../src/nn/runner.js";
import { initialState, type LayerState, type NetworkState } from "../../src/nn/state.js";
import { fromCoo } from "../../src/sparse/topology.js";
import fixture from "../fixtures/norm.json";
import { matrixTest } from "../matrix.js";
import { sharedGpu } from "../one-gpu.js";
import { blobs } from "../train/blobs.js";

// Batch norm, against PyTorch in float64 (fixtures/make-norm.py). Gradients by differences: finite-differences.test.ts.

const { sizes, batch, mask } = fixture;
const rates = { momentum: 0.05, adam: 0.01 };
type Name = keyof typeof rates;

function initial(name: Name): NetworkState {
  const layers = fixture.runs[name].initial.map(({ weight, bias, gamma, running }, i): LayerState => {
    const [inputs, out] = [sizes[i], sizes[i + 1]];
    const cells = mask.flatMap((on, k) => (on ? [k] : []));
    const at = (of: (k: number) => number) => Uint32Array.from(cells, of);
    const rowIdx = at((k) => Math.floor(k / inputs));
    const sparse = i === 0 && fromCoo({ rows: out, cols: inputs, rowIdx, colIdx: at((k) => k % inputs) }, "fixture");
    const own = gamma && running && { [GAMMA]: Float64Array.from(gamma), [RUNNING]: Float64Array.from(running) };
    const params = { values: Float64Array.from(weight), bias: Float64Array.from(bias), ...own };
    const neurons = Uint32Array.from({ length: out }, (_, n) => n);
    return { in: inputs, out, topology: sparse ? sparse.topology : null, params, state: {}, neurons };
  });
  return { layers };
}

function within(found: ArrayLike<number>, wanted: readonly number[], tolerance: number, what: string) {
  expect(found.length, what).toBe(wanted.length);
  const size = Math.max(...wanted.map(Math.abs));
  for (const [i, value] of wanted.entries()) expect(Math.abs(found[i] - value) / size, what).toBeLessThan(tolerance);
}

const cpu = { f64: createCpuDevice({ precision: 64 }), twins: createCpuDevice({ simd: false }), simd: createCpuDevice() };
afterAll(() => Promise.all(Object.values(cpu).map((device) => device.dispose())));

async function expectSteps(device: Device, name: Name, tolerance: number) {
  const run = fixture.runs[name];
  const optimizer = name === "adam" ? ({ name } as const) : ({ name: "sgd", momentum: 0.9 } as const);
  const config = networkConfig({ activation: run.activation as ActivationName, norm: "batch", optimizer });
  const network = createNetwork(device, config, initial(name));
  const samples = fixture.y.length;
  const x = Float64Array.from(fixture.x) as unknown as Float32Array;
  const data = createResidentData(device, "fixture", { x, y: Uint32Array.from(fixture.y), samples, features: sizes[0] });
  const runner = await createRunner(device, network, data, { batch, training: true });
  const rule = updateRule(network.config.optimizer);
  const { stepLoss } = await runner.run({ rates: (step) => ratesAt(rule, rates[name], step + 1) });
  within(
    stepLoss,
    run.losses.map((loss, step) => loss * Math.min(batch, samples - step * batch)),
    tolerance,
    "losses",
  );
  const state = await snapshot(device, network);
  for (const [i, { weight, bias, gamma, running }] of run.layers.entries()) {
    const { params } = state.layers[i];
    within(params.values, weight, tolerance, `weights of layer ${i}`);
    within(params.bias, bias, tolerance, `biases of layer ${i}`);
    if (gamma) within(params[GAMMA], gamma, tolerance, `gamma of layer ${i}`);
    if (running) within(params[RUNNING], running, tolerance, `running statistics of layer ${i}`);
  }
  const { norm: _, ...plain } = config;
  const folded = createNetwork(device, plain, foldNorms(state, config), false);
  for (const [net, what] of [
    [network, "as trained"],
    [folded, "folded"],
  ] as const) {
    const evaluator = await createRunner(device, net, data, { batch: samples, training: false });
    await evaluator.runSteps(0, 1);
    const [outputs] = await device.read([evaluator.outputs]);
    const stride = outputs.length / sizes[3];
    const found = Array.from(
      { length: samples * sizes[3] },
      (_, k) => outputs[(k % sizes[3]) * stride + Math.floor(k / sizes[3])],
    );
    within(found, run.outputs, 2 * tolerance, `outputs ${what}`);
    evaluator.dispose();
  }
  runner.dispose();
  for (const net of [network, folded]) destroyNetwork(device, net);
}

test.each(["momentum", "adam"] as const)("steps with %s, statistics and answers are PyTorch's", async (name) => {
  await expectSteps(cpu.f64, name, 1e-10);
  await expectSteps(cpu.simd, name, 1e-4);
});

matrixTest.each(["momentum", "adam"] as const)("on other devices they are, too: %s", async (name) => {
  await expectSteps(cpu.twins, name, 1e-4);
  await expectSteps(await sharedGpu(), name, 1e-4);
});

matrixTest("rows that a GPU cuts in segments are normalised once these are joined", async () => {
  const long = [2300, 6, 5, 3];
  const data = blobs({ samples: 16, features: long[0], classes: 3 });
  const config = networkConfig({ norm: "batch", activation: "tanh", optimizer: { name: "sgd", momentum: 0.9 } });
  const initial = initialState({ sizes: long, densities: [0.9, 0.9, null], init: "heUniform", seed: 3, norm: "batch" });
  const [exact, found] = await Promise.all(
    [cpu.f64, await sharedGpu()].map(async (device) => {
      const network = createNetwork(device, config, initial);
      const runner = await createRunner(device, network, createResidentData(device, "data", data), {
        batch: 8,
        training: true,
        storeGradients: true,
      });
      const { stepLoss } = await runner.run();
      const { layers } = await snapshot(device, network);
      const kernels = runner.recording.dispatches.map(({ constants }) => constants.JOIN === 1);
      runner.dispose();
      destroyNetwork(device, network);
      return { stepLoss, layers, joins: kernels.includes(true) };
    }),
  );
  expect([exact.joins, found.joins]).toEqual([false, true]);
  within(found.stepLoss, [...exact.stepLoss], 1e-4, "losses");
  for (const [i, { params, state }] of exact.layers.entries()) {
    within(found.layers[i].state.values[0], [...state.values[0]], 1e-3, `gradient of layer ${i}`);
    if (params[RUNNING]) within(found.layers[i].params[RUNNING], [...params[RUNNING]], 1e-4, `running statistics of layer ${i}`);
  }
});

test("the memory that is planned has gamma, the running statistics and what the optimiser keeps beside them", () => {
  const bytes = (["none", "batch"] as const).map((norm) => {
    const config = networkConfig({ norm, optimizer: "adam" });
    const sets = [{ samples: 22, evaluationBatch: 20 }];
    const question = { sizes: [9, 6, 3], densities: [null, null], config, batch: 8, sets, evolves: false };
    const network = createNetwork(cpu.simd, config, initialState({ ...question, init: "heUniform", seed: 1, norm }));
    const { neurons, activations } = estimateMemory(question);
    return { neurons, activations, held: networkBytes(network) };
  });
  const [plain, normed] = bytes;
  expect(normed.held - plain.held).toBe(4 * 3 * 3 * 6);
  expect(normed.neurons - plain.neurons).toBe(4 * 3 * 3 * 6);
  expect(normed.activations - plain.activations).toBe(4 * 6 * (8 + 20)); // sums of a batch
});
