import type { Device, TypedData } from "../device/device.js";
import { contentsOf, runInstead, runTwin, written } from "../device/instead.js";
import type { Dispatch } from "../device/kernel.js";
import { openScope } from "../device/scope.js";
import { networkConfig } from "../nn/config.js";
import { createNetwork } from "../nn/network.js";
import { createResidentData } from "../nn/resident.js";
import { createRunner } from "../nn/runner.js";
import { initialState } from "../nn/state.js";
import { random } from "../util/random.js";

/** An array that a kernel wrote in a training step, beside what its twin makes of the same inputs. */
export interface ComparedOutput {
  readonly kernel: string;
  /** The binding. */
  readonly output: string;
  /** The largest |actual - expected|, over the largest |expected|; of integers 0 or Infinity. */
  readonly error: number;
  /** The element where it is, with both values. */
  readonly at: number;
  readonly actual: number;
  readonly expected: number;
  readonly right: boolean;
}

/** Errors below are those of rounding: sums of up to 64 products in 32 bits, and the exp and sqrt of a GPU. */
const TOLERANCE = 1e-4;
/** Two sparse layers and a dense one, of widths that no workgroup divides. */
const SIZES = [33, 50, 37, 5];
const [SAMPLES, DENSITY] = [12, 0.2];

/**
 * Runs one training step of a small network on a device, a kernel at a time, each beside its twin in 64 bits on the same inputs. So a wrong
 * kernel is told from those that only come after it. Returns what every kernel wrote, in the order of the step. Slow.
 */
export async function compareStep(on: Device): Promise<ComparedOutput[]> {
  const found: ComparedOutput[] = [];
  const compared = runInstead(
    on,
    () => true,
    async (dispatch) => {
      for (const output of await compareDispatch(on, dispatch)) found.push(output);
    },
  );
  const { device, release } = openScope(compared);
  const rng = random(1, "compare-step");
  const [features, classes] = [SIZES[0], SIZES[SIZES.length - 1]];
  const x = Float32Array.from({ length: SAMPLES * features }, () => rng.normal());
  const y = Uint32Array.from({ length: SAMPLES }, () => rng.below(classes));
  const state = initialState({ sizes: SIZES, densities: [DENSITY, DENSITY, null], init: "heUniform", seed: 1 });
  try {
    const network = createNetwork(device, networkConfig({ dropout: 0.25, optimizer: "adam" }), state);
    const data = createResidentData(device, "samples", { x, y, samples: SAMPLES, features });
    const runner = await createRunner(device, network, data, { batch: SAMPLES, training: true });
    await runner.run({ rates: () => [0.01, 10, 1000] });
  } finally {
    release();
  }
  return found;
}

async function compareDispatch(on: Device, dispatch: Dispatch): Promise<ComparedOutput[]> {
  const oracle = await contentsOf(on, dispatch);
  for (const [name, array] of Object.entries(oracle)) if (array instanceof Float32Array) oracle[name] = Float64Array.from(array);
  const recording = await on.record([dispatch]);
  await on.run(recording);
  on.release(recording);
  const outputs = written(dispatch);
  const actual = await on.read(outputs.map(([, buffer]) => buffer));
  runTwin(dispatch, oracle);
  return outputs.map(([name], i) => ({ kernel: dispatch.kernel.name, output: name, ...differenceOf(actual[i], oracle[name]) }));
}

function differenceOf(actual: TypedData, expected: TypedData): Omit<ComparedOutput, "kernel" | "output"> {
  const exact = expected instanceof Uint32Array;
  let [largest, worst, at] = [0, 0, 0];
  for (const [i, value] of expected.entries()) {
    largest = Math.max(largest, Math.abs(value));
    const apart = Object.is(actual[i], value) ? 0 : Math.abs(actual[i] - value);
    if (apart <= worst) continue;
    [worst, at] = [Number.isNaN(apart) ? Infinity : apart, i];
  }
  const error = worst === 0 ? 0 : exact ? Infinity : worst / largest;
  return { error, at, actual: actual[at], expected: expected[at], right: error <= TOLERANCE };
}
