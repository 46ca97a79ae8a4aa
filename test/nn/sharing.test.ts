import { afterAll, expect, test } from "vitest";
import type { ActivationName } from "../../src/activations/index.js";
import { createCpuDevice } from "../../src/device/cpu/device.js";
import type { Device } from "../../src/device/device.js";
import { networkConfig, ratesAt, updateRule } from "../../src/nn/config.js";
import { createNetwork, destroyNetwork, snapshot } from "../../src/nn/network.js";
import { createResidentData } from "../../src/nn/resident.js";
import { createRunner } from "../../src/nn/runner.js";
import { countSharing, outputsOf, shareWeights, unshared } from "../../src/nn/share-weights.js";
import { initialState, type LayerState, type NetworkState, validateState } from "../../src/nn/state.js";
import { fromCoo } from "../../src/sparse/topology.js";
import shared from "../fixtures/sharing.json";
import { matrixTest } from "../matrix.js";
import { sharedGpu } from "../one-gpu.js";

// Members that share weights, against PyTorch in float64 (fixtures/make-sharing.py).

const [features, , , classes] = shared.sizes;
const rates = { momentum: 0.05, adam: 0.01 };

function initial(): NetworkState {
  const floats = (values: readonly number[]) => Float64Array.from(values);
  const numbered = (length: number) => Uint32Array.from({ length }, (_, n) => n);
  const layers = shared.layers.map(({ mask, weight, bias, scaleOut, scaleIn }, i): LayerState => {
    const [inputs, out] = [shared.sizes[i], shared.sizes[i + 1]];
    const cells = mask.flatMap((on, k) => (on ? [k] : []));
    const [rowIdx, colIdx] = [cells.map((k) => Math.floor(k / inputs)), cells.map((k) => k % inputs)];
    const { topology } = fromCoo(
      { rows: out, cols: inputs, rowIdx: Uint32Array.from(rowIdx), colIdx: Uint32Array.from(colIdx) },
      "fixture",
    );
    const params = { values: floats(weight), bias: floats(bias), scaleOut: floats(scaleOut), scaleIn: floats(scaleIn) };
    return {
      in: inputs,
      out,
      share: shared.members,
      topology: i === 0 ? topology : null,
      params,
      state: {},
      neurons: numbered(out),
    };
  });
  const out = shared.members * classes;
  const params = { values: floats(shared.head.weight), bias: floats(shared.head.bias) };
  return { layers: [...layers, { in: shared.sizes[2], out, topology: null, params, state: {}, neurons: numbered(out) }] };
}

const cpu = { f64: createCpuDevice({ precision: 64 }), twins: createCpuDevice({ simd: false }), simd: createCpuDevice() };
afterAll(() => Promise.all(Object.values(cpu).map((device) => device.dispose())));

async function expectSteps(device: Device, name: keyof typeof rates, tolerance: number) {
  const run = shared.runs[name];
  const optimizer = name === "adam" ? ({ name } as const) : ({ name: "sgd", momentum: 0.9 } as const);
  const network = createNetwork(device, networkConfig({ activation: run.activation as ActivationName, optimizer }), initial());
  const data = createResidentData(device, "fixture", {
    x: Float64Array.from(shared.x) as unknown as Float32Array,
    y: Uint32Array.from(shared.y),
    samples: shared.y.length,
    features,
  });
  const runner = await createRunner(device, network, data, { batch: shared.batch, training: true });
  const rule = updateRule(network.config.optimizer);
  const { stepLoss } = await runner.run({ rates: (step) => ratesAt(rule, rates[name], step + 1) });
  const counts = [shared.batch, shared.batch, shared.y.length % shared.batch];
  const expected = run.losses.flatMap((each, step) => each.map((loss) => loss * counts[step]));
  const within = (found: ArrayLike<number>, wanted: readonly number[], what: string) => {
    expect(found.length, what).toBe(wanted.length);
    const size = Math.max(...wanted.map(Math.abs));
    for (const [i, value] of wanted.entries()) expect(Math.abs(found[i] - value) / size, what).toBeLessThan(tolerance);
  };
  within(stepLoss, expected, "losses");
  const { layers } = await snapshot(device, network);
  for (const [i, { weight, ...own }] of run.layers.entries()) {
    within(layers[i].params.values, weight, `weights of layer ${i}`);
    for (const key of ["bias", "scaleOut", "scaleIn"] as const) within(layers[i].params[key], own[key], `${key} of layer ${i}`);
  }
  within(layers[2].params.values, run.head.weight, "output weights");
  within(layers[2].params.bias, run.head.bias, "output biases");
  runner.dispose();
  destroyNetwork(device, network);
}

test.each(["momentum", "adam"] as const)(
  "steps with %s are PyTorch's: own parameters by own losses, weights by the mean",
  async (name) => {
    await expectSteps(cpu.f64, name, 1e-10);
    await expectSteps(cpu.simd, name, 1e-4);
  },
);

matrixTest.each(["momentum", "adam"] as const)("on other devices they are, too: %s", async (name) => {
  await expectSteps(cpu.twins, name, 1e-4);
  await expectSteps(await sharedGpu(), name, 1e-4);
});

test("members start with signs and output layers of their own, and all else alike", () => {
  const options = { sizes: [40, 9, 8, 3], densities: [0.3, 0.5, null], init: "heUniform", seed: 4 } as const;
  const alone = initialState(options);
  const state = shareWeights(alone, "heUniform", [4, 7]);
  validateState(state);
  const [first, second, last] = state.layers;
  expect(first.params.values).toBe(alone.layers[0].params.values);
  expect(new Set(first.params.scaleIn)).toEqual(new Set([-1, 1]));
  expect(first.params.scaleIn.subarray(0, 40)).not.toEqual(first.params.scaleIn.subarray(40));
  const ones = [...first.params.scaleOut, ...second.params.scaleOut, ...second.params.scaleIn];
  expect(new Set(ones)).toEqual(new Set([1]));
  expect(last.params.values.subarray(0, 24)).toEqual(alone.layers[2].params.values);
  const other = initialState({ ...options, seed: 7 }).layers[2];
  expect(last.params.values.subarray(24)).toEqual(other.params.values);
  expect([countSharing(state), outputsOf(state), unshared(state).length]).toEqual([2, 3, 2]);
});

test("states whose parts do not fit the members are refused", () => {
  const state = initial();
  const [first, second, last] = state.layers;
  const wrong = (layers: readonly LayerState[]) => () => validateState({ layers });
  expect(wrong([first, { ...second, share: 2 }, last])).toThrow("layer 1: 2 members share its weights, expected 3");
  expect(wrong([first, second, { ...last, share: 3 }])).toThrow("layer 2: 3 members share its weights, expected no");
  expect(wrong([first, second, { ...last, out: 8 }])).toThrow("layer 2: has 56 connections to 8 outputs, expected a dense layer");
  expect(wrong([{ ...first, params: { ...first.params, scaleIn: new Float64Array(6) } }, second, last])).toThrow(
    "layer 0: scaleIn has 6 elements, expected 18",
  );
  expect(() => createNetwork(cpu.f64, networkConfig({ activation: "srelu" }), state)).toThrow("srelu has trained parameters");
  expect(() => createNetwork(cpu.f64, networkConfig(), [state, state])).toThrow("stacked with no other");
});
