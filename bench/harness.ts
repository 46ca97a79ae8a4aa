import { createCpuDevice } from "../src/device/cpu.js";
import type { Device, DeviceBuffer, ElementType, TypedData } from "../src/device/device.js";
import type { Dispatch } from "../src/device/kernel.js";
import { CoppiceError, check } from "../src/util/check.js";

/** What a case makes on a device. */
export interface Built {
  readonly dispatch: Dispatch;
  /** Buffers that must agree with the twin's after one run. */
  readonly outputs: readonly DeviceBuffer[];
  /** Floating-point operations of one run: a multiplication and an addition count as two; 0 where none matter. */
  readonly flop: number;
  /** Bytes that one run must move at least: every input read once, every output written once. */
  readonly bytes: number;
}

/** One problem: its size in words, and how it is built, the same on every device. */
export interface BenchCase {
  readonly label: string;
  /** `software` tells of an adapter that is a program on the CPU: kernels with variants for it take them. */
  build(make: Maker, software: boolean): Built;
}

/** Makes a buffer on the device that the case is built for. */
export type Maker = (type: ElementType, initial: TypedData | number) => DeviceBuffer;

export interface Measured {
  readonly minMs: number;
  readonly medianMs: number;
  readonly flop: number;
  readonly bytes: number;
}

/** Rounds of a measurement, and the time in ms that the replays of one round shall take at least. */
const ROUNDS = 5;
const ROUND_MS = 60;
/** Largest error allowed, relative to the largest magnitude of an output: far above rounding, far below a wrong result. */
const TOLERANCE = 1e-4;

/** Checks the case against the CPU twin, then times replays of its recorded plan between two `idle`s, by the wall clock. Throws when results differ. */
export async function measure(device: Device, benchCase: BenchCase): Promise<Measured> {
  const buffers: DeviceBuffer[] = [];
  const maker =
    (device: Device): Maker =>
    (type, initial) => {
      const buffer = device.createBuffer(benchCase.label, type, initial);
      buffers.push(buffer);
      return buffer;
    };
  const cpu = createCpuDevice();
  const expected = await outputsOf(cpu, benchCase.build(maker(cpu), true));
  buffers.length = 0;
  const built = benchCase.build(maker(device), device.info.software);
  const actual = await outputsOf(device, built);
  expected.forEach((output, i) => {
    compare(`bench ${built.dispatch.kernel.name}, ${benchCase.label}, ${i}`, actual[i], output);
  });

  const plan = await device.record([built.dispatch]);
  const time = async (replays: number) => {
    await device.idle();
    const start = performance.now();
    await device.run(plan, replays);
    await device.idle();
    return (performance.now() - start) / replays;
  };
  await time(1);
  const replays = Math.max(1, Math.ceil(ROUND_MS / (await time(2))));
  const times: number[] = [];
  for (let i = 0; i < ROUNDS; i++) times.push(await time(replays));
  times.sort((a, b) => a - b);
  device.releasePlan(plan);
  device.destroyBuffers(buffers);
  return { minMs: times[0], medianMs: times[ROUNDS >> 1], flop: built.flop, bytes: built.bytes };
}

async function outputsOf(device: Device, { dispatch, outputs }: Built): Promise<TypedData[]> {
  const plan = await device.record([dispatch]);
  await device.run(plan);
  const data = await device.read(outputs);
  device.releasePlan(plan);
  return data;
}

/** Throws unless integers are equal and floats within TOLERANCE of the largest expected magnitude. */
function compare(where: string, actual: TypedData, expected: TypedData): void {
  check(actual.length === expected.length, where, () => `${actual.length} elements, expected ${expected.length}`);
  let largest = 0;
  for (const value of expected) largest = Math.max(largest, Math.abs(value));
  const allowed = expected instanceof Uint32Array ? 0 : TOLERANCE * largest;
  expected.forEach((value, i) => {
    if (!(Math.abs(actual[i] - value) <= allowed))
      throw new CoppiceError(`${where}: element ${i} is ${actual[i]}, the twin's is ${value}`, "failure");
  });
}

/** What optimisers take, at the first step of Adam; `rates` is lr and 1 / (1 - beta^t) for both moments. */
export const HYPER = { beta1: 0.9, beta2: 0.999, eps: 1e-8, decay: 0.01 };
export const RATES = Float32Array.of(0.01, 1 / (1 - 0.9), 1 / (1 - 0.999), 0);

/** The same numbers for every run: uniform in [-1, 1). */
export function randomFloats(length: number, seed = 1): Float32Array {
  let state = seed;
  return Float32Array.from({ length }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 31 - 1;
  });
}
