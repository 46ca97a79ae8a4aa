import type { Device, DeviceBuffer, TypedData } from "../device/device.js";
import type { Constants, Dispatch, Kernel } from "../device/kernel.js";
import { openScope } from "../device/scope.js";
import { formatVariant } from "../tune/entries.js";
import { CoppiceError } from "../util/check.js";
import { type Problem, problemsOf, type Rounding, roundingOf } from "./problems.js";

/** A kernel with the constants that it runs with: what a driver compiles. */
export type Use = Pick<Dispatch, "kernel" | "constants">;

/** "spmm ACT=1 LANES=8 VECS=4": names a use. */
export function nameOf({ kernel, constants }: Use): string {
  return `${kernel.name} ${formatVariant(constants)}`;
}

/** Largest error of what is not exact, relative: exp, sqrt and division of WGSL may each be some ulps (2^-23) off, arguments and terms are up to 16. */
const TOLERANCE = 2 ** -14;

interface Trial {
  readonly use: Use;
  readonly problem: Problem;
  readonly buffers: Readonly<Record<string, DeviceBuffer | null>>;
}

/**
 * Runs every use on small problems, in one submit with one read-back, and throws a failure that names the first that differs from its twin,
 * with what was computed and what is right. Everything made for it is freed.
 */
export async function compareWithTwins(on: Device, uses: readonly Use[]): Promise<void> {
  // Limits that options set are for what is trained, and need not hold these few kilobytes.
  const { device, release } = openScope({ ...on, limits: { bindingBytes: Infinity, memoryBytes: Infinity } });
  try {
    const trials = uses.flatMap((use) =>
      problemsOf(use.kernel.name, use.constants).map(
        (problem): Trial => ({ use, problem, buffers: upload(device, use, problem) }),
      ),
    );
    const plan = await device.record(trials.map(({ use, problem, buffers }) => ({ ...use, params: problem.params, buffers })));
    await device.run(plan);
    const written = trials.flatMap((trial) => outputsOf(trial).map((name) => ({ trial, name })));
    const contents = await device.read(written.map(({ trial, name }) => trial.buffers[name] as DeviceBuffer));
    const twins = new Map(trials.map((trial) => [trial, runTwin(trial)]));
    for (const [i, { trial, name }] of written.entries()) {
      const expected = twins.get(trial)?.[name] as TypedData;
      compare(on, trial.use, name, contents[i], expected);
    }
  } finally {
    release();
  }
}

function upload(device: Device, { kernel }: Use, { arrays }: Problem): Trial["buffers"] {
  return Object.fromEntries(
    Object.entries(kernel.bindings).map(([name, binding]) => {
      const array = arrays[name];
      const type = binding.endsWith("f32") ? "f32" : "u32";
      return [name, array ? device.createBuffer(`self-check ${kernel.name} ${name}`, type, array) : null];
    }),
  );
}

function outputsOf({ use: { kernel }, buffers }: Trial): string[] {
  return Object.entries(kernel.bindings).flatMap(([name, binding]) =>
    buffers[name] && /^(write|readWrite) /.test(binding) ? [name] : [],
  );
}

/** What the bindings hold after the twin has run on them, in f64. */
function runTwin({ use: { kernel, constants }, problem: { params, arrays } }: Trial): Record<string, TypedData> {
  const copies = Object.entries(kernel.bindings).map(([name]) => {
    const array = arrays[name] ?? new Uint32Array(0);
    return [name, array instanceof Float32Array ? Float64Array.from(array) : array.slice()] as const;
  });
  const held: Record<string, TypedData> = Object.fromEntries(copies);
  (kernel as Kernel).twin(params, held as Record<string, never>, constants);
  return held;
}

function compare({ info }: Device, { kernel, constants }: Use, output: string, actual: TypedData, expected: TypedData): void {
  const allowed = allowance(roundingOf(kernel.name, constants as Constants, output), expected);
  const wrong = expected.findIndex(
    (value, i) => !(Math.abs(actual[i] - value) <= allowed(value)) && !Object.is(actual[i], value),
  );
  if (wrong < 0) return;
  const adapter = [info.vendor, info.architecture, info.model, info.description].filter(Boolean).join(" ") || "this adapter";
  throw new CoppiceError(
    `webgpu, kernel ${kernel.name}: ${adapter} computes it wrong: in the self-check ${output}[${wrong}] is ${actual[wrong]}, ` +
      `expected ${expected[wrong]} (constants ${formatVariant(constants)}); nothing was trained with it. ` +
      "Update the graphics driver, or use the CPU (--device cpu)",
    "failure",
    "wrong-kernel",
  );
}

/** The largest error that is no fault. */
function allowance(rounding: Rounding, expected: TypedData): (value: number) => number {
  if (rounding === "exact") return () => 0;
  if (rounding === "element") return (value) => TOLERANCE * Math.max(1, Math.abs(value));
  let largest = 0;
  for (const value of expected) largest = Math.max(largest, Math.abs(value));
  return () => TOLERANCE * largest;
}
