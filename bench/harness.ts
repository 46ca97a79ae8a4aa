import { createCpuDevice } from "../src/device/cpu/device.js";
import type { Device, DeviceBuffer, ElementType, TypedData } from "../src/device/device.js";
import type { Dispatch } from "../src/device/kernel.js";
import type { Variant } from "../src/kernels/variant.js";
import { adam } from "../src/optimisers/adam.js";
import { momentum } from "../src/optimisers/momentum.js";
import { sgd } from "../src/optimisers/sgd.js";
import { CoppiceError, check } from "../src/util/check.js";
import type { Cell } from "./record.js";

/** What a case is built for. */
export interface Target {
  /** An adapter that is a program on the CPU. */
  readonly software: boolean;
  /** One of the case's candidates; the first when it is left out. */
  readonly variant?: Variant;
}

/** What a case makes on a device. */
export interface Built {
  /** One run: several dispatches where a result takes several kernels. */
  readonly dispatches: readonly Dispatch[];
  /** Buffers that must agree with the twin's after one run. */
  readonly outputs: readonly DeviceBuffer[];
}

/** Makes a buffer on the device that the case is built for. */
export type Maker = (type: ElementType, initial: TypedData | number) => DeviceBuffer;

/** One problem for a kernel, built the same on every device. */
export interface BenchCase {
  readonly name: string;
  readonly cell: Cell;
  /** Floating-point operations of one run: a multiplication and an addition count as two; 0 where none matter. */
  readonly flop: number;
  /** Bytes that one run must move at least: every input read once, every output written once. */
  readonly bytes: number;
  /** The variants of its kernel, the default first; none where it has no variants. */
  candidates?(software: boolean): readonly Variant[];
  /** Makes its buffers and dispatches, of the given variant. */
  build(make: Maker, target: Target): Built;
  /** The same problem on `count` of its rows (or columns), for checking what would take the twin too long. */
  part?(count: number): Part;
}

/** A piece of a case. */
export interface Part {
  readonly bench: BenchCase;
  /** What the whole case's outputs hold of the piece's. */
  of(outputs: readonly TypedData[]): TypedData[];
}

/** A case on a device, with the buffers to free after use. */
export interface Made extends Built {
  readonly buffers: readonly DeviceBuffer[];
}

/** Builds a case; nothing is left behind when a buffer does not fit. */
export function make(device: Device, bench: BenchCase, variant?: Variant): Made {
  const buffers: DeviceBuffer[] = [];
  try {
    const built = bench.build(
      (type, initial) => {
        const length = typeof initial === "number" ? initial : initial.length;
        check(
          4 * length <= device.limits.bindingBytes,
          bench.name,
          () => `a buffer of ${4 * length} bytes is above the ${device.limits.bindingBytes} that the device binds`,
        );
        const buffer = device.createBuffer(bench.name, type, initial);
        buffers.push(buffer);
        return buffer;
      },
      { software: device.info.software, variant },
    );
    return { ...built, buffers };
  } catch (error) {
    device.destroyBuffers(buffers);
    throw error;
  }
}

/** Work that the twin does in a second or less: above it, a piece of the case is checked. */
const CHECK_WORK = 2e8;
/** Largest error allowed, relative to the largest magnitude of an output: far above rounding, far below a wrong result. */
const TOLERANCE = 1e-4;

/**
 * Compares the outputs of one run with those of the CPU twin in f64: all of them, or, where that takes the twin too long, those of
 * evenly spread rows. Returns what was compared. Throws when something differs.
 */
export async function checkOutputs(bench: BenchCase, outputs: readonly TypedData[]): Promise<string> {
  const work = Math.max(bench.flop, bench.bytes);
  if (!bench.part || work <= CHECK_WORK) {
    compare(bench.name, outputs, await runOnTwin(bench));
    return "all";
  }
  const rows = Number(bench.cell.rows);
  const count = Math.max(1, Math.floor((rows * CHECK_WORK) / work));
  const { bench: piece, of } = bench.part(count);
  compare(bench.name, of(outputs), await runOnTwin(piece));
  return `${count} of ${rows} rows`;
}

async function runOnTwin(bench: BenchCase): Promise<TypedData[]> {
  const device = createCpuDevice({ precision: 64 });
  const { dispatches, outputs } = make(device, bench);
  return runOnce(device, dispatches, outputs);
}

/** The outputs of one run. */
export async function runOnce(
  device: Device,
  dispatches: readonly Dispatch[],
  outputs: readonly DeviceBuffer[],
): Promise<TypedData[]> {
  const recording = await device.record(dispatches);
  await device.run(recording);
  const data = await device.read(outputs);
  device.release(recording);
  return data;
}

/** Throws unless integers are equal and floats within TOLERANCE of the largest expected magnitude. */
function compare(where: string, actual: readonly TypedData[], expected: readonly TypedData[]): void {
  expected.forEach((output, j) => {
    check(
      actual[j].length === output.length,
      where,
      () => `output ${j} has ${actual[j].length} elements, expected ${output.length}`,
    );
    let largest = 0;
    for (const value of output) largest = Math.max(largest, Math.abs(value));
    const allowed = output instanceof Uint32Array ? 0 : TOLERANCE * largest;
    const at = output.findIndex((value, i) => !(Math.abs(actual[j][i] - value) <= allowed));
    if (at >= 0)
      throw new CoppiceError(
        `${where}: element ${at} of output ${j} is ${actual[j][at]}, the CPU twin's is ${output[at]}`,
        "failure",
      );
  });
}

/** The optimisers that updates are timed with. */
export const RULES = { sgd, momentum, adam } as const;

/** What optimisers take, at the first step of Adam; `rates` is lr and 1 / (1 - beta^t) for both moments. */
export const HYPER = { hyper0: 0.9, hyper1: 0.999, hyper2: 1e-8, decay: 0.01 };
export const RATES = Float32Array.of(0.01, 1 / (1 - 0.9), 1 / (1 - 0.999), 0);
