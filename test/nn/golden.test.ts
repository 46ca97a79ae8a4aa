import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ActivationName } from "../../src/activations/index.js";
import { createCpuDevice } from "../../src/device/cpu/device.js";
import type { Device } from "../../src/device/device.js";
import type { LossName } from "../../src/losses/index.js";
import { type NetworkOptions, networkConfig, ratesAt, updateRule } from "../../src/nn/config.js";
import { createNetwork, destroyNetwork, snapshot } from "../../src/nn/network.js";
import { createResidentData } from "../../src/nn/resident.js";
import { createRunner } from "../../src/nn/runner.js";
import type { LayerState, NetworkState } from "../../src/nn/state.js";
import type { OptimizerName } from "../../src/optimisers/index.js";
import golden from "../fixtures/golden.json";
import after from "../fixtures/steps.json";
import { WHOLE } from "../matrix.js";
import { sharedGpu } from "../one-gpu.js";

// Ten training steps computed by PyTorch in float64: loss, outputs, gradients and final parameters of every activation, loss and optimiser; and those
// of what came later (fixtures/make-steps.py): Lion, AdaBelief, clipping by norm, max-norm and averages of the weights.

interface Hyper {
  lr: number;
  momentum?: number;
  nesterov?: boolean;
  decay?: number;
}
/** Values of each layer, by what they are. */
interface Final {
  srelu?: number[][];
  average?: Record<string, number[][]>;
}
type Network = Pick<NetworkOptions, "clipNorm" | "maxNorm" | "ema">;
type Run = (typeof golden.runs)[number] | (typeof after.runs)[number];
const networkOf = (run: Run): Network => ("network" in run ? run.network : {});

const samples = golden.y.length;
const features = golden.sizes[0];

function initialNetwork({ activation }: Run): NetworkState {
  const layers = golden.layers.map((csr, i): LayerState => {
    const [inputs, out] = [golden.sizes[i], golden.sizes[i + 1]];
    const srelu = activation === "srelu" && i < golden.layers.length - 1;
    return {
      in: inputs,
      out,
      topology: {
        rows: out,
        cols: inputs,
        nnz: csr.colIdx.length,
        rowPtr: Uint32Array.from(csr.rowPtr),
        colIdx: Uint32Array.from(csr.colIdx),
      },
      params: {
        values: Float64Array.from(csr.values),
        bias: Float64Array.from(golden.bias[i]),
        ...(srelu && { srelu: Float64Array.from({ length: 4 * out }, (_, k) => [0, 0.2, 1, 1][Math.floor(k / out)]) }),
      },
      state: {},
      neurons: Uint32Array.from({ length: out }, (_, n) => n),
    };
  });
  return { layers };
}

function configOf(run: Run) {
  const { momentum = 0, nesterov = false, decay = 0 } = run.hyper as Hyper;
  const optimizer = { name: run.optimizer as OptimizerName, momentum, nesterov, decay };
  return networkConfig({
    activation: run.activation as ActivationName,
    alpha: run.activation === "allRelu" ? golden.allReluAlpha : 0.01,
    loss: run.loss as LossName,
    optimizer,
    ...networkOf(run),
  });
}

/** The largest |actual - expected| relative to the largest |expected| of the tensor. */
function worst(actual: ArrayLike<number>, expected: readonly number[]): number {
  expect(actual.length).toBe(expected.length);
  const scale = Math.max(...expected.map(Math.abs), Number.MIN_VALUE);
  return Math.max(0, ...expected.map((value, i) => Math.abs(actual[i] - value) / scale));
}

async function setUp(device: Device, run: Run, gradients: boolean) {
  const network = createNetwork(device, configOf(run), initialNetwork(run));
  const data = createResidentData(device, "golden", {
    x: Float64Array.from(golden.x) as unknown as Float32Array,
    y: Uint32Array.from(golden.y),
    samples,
    features,
  });
  const storeGradients = gradients && network.states > 0; // a rule without state (plain SGD) has nowhere to store them
  const runner = await createRunner(device, network, data, { batch: golden.batch, training: true, storeGradients });
  return { network, runner };
}

/** What `npm test` runs on WebGPU: an activation by y, and one with parameters of its own. */
const CHOSEN = ["relu adam", "srelu sgd"];

/** What PyTorch adds to norms that it divides by, at most. */
const ADDED_TO_NORMS = 1e-6;
const tolerances = { f64: 1e-9, "typed arrays": 1e-4, "wasm simd": 1e-4, webgpu: 1e-4 };

describe.each(["f64", "typed arrays", "wasm simd", "webgpu"] as const)("on %s", (kind) => {
  let device: Device;
  beforeAll(async () => {
    device =
      kind === "webgpu"
        ? await sharedGpu()
        : createCpuDevice({ precision: kind === "f64" ? 64 : 32, simd: kind === "wasm simd" });
  });
  afterAll(() => device.dispose());
  const named = <R extends Run>(runs: readonly R[]) =>
    runs.map((run) => {
      const { activation, loss, optimizer, hyper } = run;
      return [`${activation} ${loss} ${optimizer} ${JSON.stringify({ ...hyper, ...networkOf(run) })}`, run] as const;
    });
  const isChosen = ({ activation, optimizer }: Run) =>
    kind !== "webgpu" || WHOLE || CHOSEN.includes(`${activation} ${optimizer}`);
  const runs = golden.runs.filter(isChosen);
  const later = kind !== "webgpu" || WHOLE ? after.runs : [];

  test.each<readonly [string, Run]>(named<Run>([...runs, ...later]))("ten steps of %s are PyTorch's", async (_, run) => {
    const { network, runner } = await setUp(device, run, false);
    const { lr } = run.hyper as Hyper;
    const { clipNorm, maxNorm, ema } = networkOf(run);
    const tolerance = Math.max(tolerances[kind], clipNorm || maxNorm ? 3 * ADDED_TO_NORMS : 0);
    const rule = updateRule(network.config.optimizer);
    const result = await runner.run({ rates: (step) => ratesAt(rule, lr, step + 1, ema) });
    expect(
      worst(
        Array.from(result.stepLoss, (loss) => loss / golden.batch),
        run.steps.map((step) => step.loss),
      ),
    ).toBeLessThan(tolerance);
    expect(result.sums[1]).toBe(run.steps.reduce((sum, step) => sum + step.correct, 0));
    const { layers } = await snapshot(device, network);
    layers.forEach((layer, i) => {
      expect(worst(layer.params.values, run.final.values[i])).toBeLessThan(tolerance);
      expect(worst(layer.params.bias, run.final.bias[i])).toBeLessThan(tolerance);
      const { srelu, average } = run.final as Final;
      if (srelu?.[i]) expect(worst(layer.params.srelu ?? [], srelu[i])).toBeLessThan(tolerance);
      for (const [name, { [i]: values }] of Object.entries(average ?? {}))
        if (values) expect(worst(layer.state[name].at(-1) ?? [], values)).toBeLessThan(tolerance);
    });
    runner.dispose();
    destroyNetwork(device, network);
  });

  const tolerance = tolerances[kind];
  test.each(named(runs))("outputs and gradients of the first step of %s are PyTorch's", async (_, run) => {
    const { network, runner } = await setUp(device, run, true);
    const step = run.steps[0] as { logits: number[]; gradW: number[][]; gradB: number[][]; gradSrelu?: number[][] };
    await runner.runSteps(0, 1);
    const [outputs] = await device.read([runner.outputs]);
    const stride = outputs.length / golden.sizes[3];
    const logits = step.logits.map((__, k) => outputs[(k % golden.sizes[3]) * stride + Math.floor(k / golden.sizes[3])]);
    expect(worst(logits, step.logits)).toBeLessThan(tolerance);
    for (const [i, layer] of network.layers.entries()) {
      if (network.states === 0) continue; // the others cover it
      const read = await device.read([
        layer.blocks[0].kept[0] ?? layer.params.bias,
        layer.params.bias,
        ...(layer.params.srelu ? [layer.params.srelu] : []),
      ]);
      expect(worst(read[0], step.gradW[i])).toBeLessThan(tolerance);
      expect(worst(read[1].slice(layer.out, 2 * layer.out), step.gradB[i])).toBeLessThan(tolerance);
      if (layer.params.srelu)
        expect(worst(read[2].slice(4 * layer.out, 8 * layer.out), step.gradSrelu?.[i] ?? [])).toBeLessThan(tolerance);
    }
    runner.dispose();
    destroyNetwork(device, network);
  });
});
