import type { Device, DeviceBuffer, TypedData } from "../device/device.js";
import { runTwin } from "../device/instead.js";
import { openScope } from "../device/scope.js";
import { formatVariant } from "../tune/entries.js";
import { CoppiceError } from "../util/check.js";
import type { Problem } from "./draw.js";
import { problemsOf } from "./problems.js";
import { type Rounding, roundingOf, type Use } from "./use.js";

/** Largest error of what is not exact, relative: exp, sqrt and division of WGSL may each be some ulps (2^-23) off, arguments and terms are up to 16. */
const TOLERANCE = 2 ** -14;

interface Task {
  readonly use: Use;
  readonly problem: Problem;
}

/** Bytes of the problems that are on the device together, and of what is read back of them, where one alone has no more. */
const [PORTION, READ_BACK] = [2 ** 18, 2 ** 16];

/**
 * Runs every use on small problems, and throws a failure that names the first that differs from its twin, with what was computed and what is
 * right. Everything made for it is freed. They are done in portions, a submit and a read-back each (most runs have one to three), so that no more
 * memory is taken than an evolution will, and the read-back's buffer does not grow.
 */
export async function compareWithTwins(on: Device, uses: readonly Use[]): Promise<void> {
  const tasks = uses.flatMap((use) => problemsOf(use).map((problem): Task => ({ use, problem })));
  const portions: Task[][] = [[]];
  let [held, read] = [0, 0];
  for (const task of tasks) {
    const arrays = Object.entries(task.problem.arrays);
    const bytes = (names: readonly string[]) =>
      arrays.reduce((sum, [name, array]) => sum + (names.includes(name) ? (array?.byteLength ?? 0) : 0), 0);
    const [all, written] = [bytes(arrays.map(([name]) => name)), bytes(outputsOf(task))];
    if (held > 0 && (held + all > PORTION || read + written > READ_BACK)) {
      portions.push([]);
      [held, read] = [0, 0];
    }
    portions[portions.length - 1].push(task);
    [held, read] = [held + all, read + written];
  }
  for (const portion of portions) if (portion.length > 0) await comparePortion(on, portion);
}

async function comparePortion(on: Device, tasks: readonly Task[]): Promise<void> {
  // Limits that options set are for what is trained, and need not hold these few kilobytes.
  const { device, release } = openScope({ ...on, limits: { bindingBytes: Infinity, memoryBytes: Infinity } });
  try {
    const buffers = tasks.map((task) => upload(device, task));
    const recording = await device.record(
      tasks.map(({ use, problem }, i) => ({ ...use, params: problem.params, buffers: buffers[i] })),
    );
    await device.run(recording);
    const written = tasks.flatMap((task, i) => outputsOf(task).map((name) => ({ i, name })));
    const contents = await device.read(written.map(({ i, name }) => buffers[i][name] as DeviceBuffer));
    const twins = tasks.map(twinOf);
    for (const [k, { i, name }] of written.entries()) compare(on, tasks[i].use, name, contents[k], twins[i][name]);
  } finally {
    release();
  }
}

function upload(device: Device, { use: { kernel }, problem: { arrays } }: Task): Record<string, DeviceBuffer | null> {
  return Object.fromEntries(
    Object.entries(kernel.bindings).map(([name, binding]) => {
      const array = arrays[name];
      const type = binding.endsWith("f32") ? "f32" : "u32";
      return [name, array ? device.createBuffer(`self-check ${kernel.name} ${name}`, type, array) : null];
    }),
  );
}

/** The bindings that the kernel writes and the problem has. */
function outputsOf({ use: { kernel }, problem: { arrays } }: Task): string[] {
  return Object.entries(kernel.bindings).flatMap(([name, binding]) =>
    arrays[name] && /^(write|readWrite) /.test(binding) ? [name] : [],
  );
}

/** What the bindings hold after the twin has run on them, in f64. */
function twinOf({ use, problem: { params, arrays } }: Task): Record<string, TypedData> {
  const copies = Object.keys(use.kernel.bindings).map((name) => {
    const array = arrays[name] ?? new Uint32Array(0);
    return [name, array instanceof Float32Array ? Float64Array.from(array) : array.slice()] as const;
  });
  const held: Record<string, TypedData> = Object.fromEntries(copies);
  runTwin({ ...use, params, buffers: {} }, held);
  return held;
}

function compare({ info }: Device, use: Use, output: string, actual: TypedData, expected: TypedData): void {
  const { kernel, constants } = use;
  const allowed = allowance(roundingOf(use, output), expected);
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
