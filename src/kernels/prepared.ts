import { checkDevice, type Device, type DeviceBuffer, type ElementType, type TypedData } from "../device/device.js";
import type { Dispatch } from "../device/kernel.js";
import { check, checkInteger, checkObject, checkTyped } from "../util/check.js";
import { takeTurns } from "../util/turns.js";

/** A product made ready on a device: the matrix is uploaded and the work recorded, once for any number of calls. */
export interface Prepared<Inputs extends readonly Float32Array[]> {
  /** Uploads the inputs, runs and reads the result back. Calls are served one after another. Throws when a length is wrong. */
  compute(...inputs: Inputs): Promise<Float32Array>;
  /** Runs on what the operands' buffers hold and overwrites the result's; nothing is read back. Resolves as `Device.run` does. */
  run(): Promise<void>;
  /** Frees what was made here; buffers that were given stay. */
  dispose(): void;
}

type Make = (name: string, type: ElementType, initial: TypedData | number) => DeviceBuffer;
type MakeOperand = (name: string, rows: number, given: DeviceBuffer | undefined) => DeviceBuffer;

interface Product {
  readonly dispatches: readonly Dispatch[];
  /** Buffers with their rows. */
  readonly inputs: readonly (readonly [buffer: DeviceBuffer, rows: number])[];
  readonly output: DeviceBuffer;
  readonly unpack: (data: TypedData) => Float32Array;
}

/** Builds a product whose operands are [rows, stride], stride being the batch rounded up to 4; frees what it made when it fails. */
export async function prepare<Inputs extends readonly Float32Array[]>(
  device: Device,
  where: string,
  batch: number,
  build: (make: Make, operand: MakeOperand) => Product,
): Promise<Prepared<Inputs>> {
  checkDevice(device, `${where}: device`);
  checkInteger(batch, `${where}: batch`, 1);
  const made: DeviceBuffer[] = [];
  const make: Make = (name, type, initial) => {
    const buffer = device.createBuffer(`${where} ${name}`, type, initial);
    made.push(buffer);
    return buffer;
  };
  const operand: MakeOperand = (name, rows, given) => {
    if (given === undefined) return make(name, "f32", rows * strideOf(batch));
    check(batch % 4 === 0, where, () => `${name} is a buffer and the batch ${batch}; pad rows in buffers to a multiple of 4`);
    return checkBuffer(where, name, given, rows * batch);
  };

  try {
    const { dispatches, inputs, output, unpack } = build(make, operand);
    const recording = await device.record(dispatches);
    const inTurn = takeTurns(); // the buffers serve one call at a time
    let disposed = false;
    const checkAlive = () => check(!disposed, where, () => "it was disposed of; prepare it again");
    const compute = async (padded: readonly Float32Array[]): Promise<Float32Array> => {
      for (const [i, array] of padded.entries()) device.write(inputs[i][0], array);
      await device.run(recording);
      return unpack((await device.read([output]))[0]);
    };
    return {
      async compute(...arrays) {
        checkAlive();
        const padded = inputs.map(([, rows], i) => pad(arrays[i], rows, batch, where)); // now, as the caller may use its arrays again
        return inTurn(() => compute(padded));
      },
      async run() {
        checkAlive();
        await device.run(recording);
      },
      dispose() {
        if (disposed) return;
        disposed = true;
        device.release(recording);
        device.destroyBuffers(made);
      },
    };
  } catch (error) {
    device.destroyBuffers(made);
    throw error;
  }
}

/** One call of what is prepared for it, on the inputs as they are now, and its end. */
export async function once<Inputs extends readonly Float32Array[]>(
  where: string,
  prepare: () => Promise<Prepared<Inputs>>,
  ...given: Inputs
): Promise<Float32Array> {
  for (const array of given) checkTyped(array, Float32Array, `${where}: operand`);
  const inputs = given.map((array) => (array.length > 0 ? array.slice() : new Float32Array(0))) as unknown as Inputs;
  const prepared = await prepare();
  try {
    return await prepared.compute(...inputs);
  } finally {
    prepared.dispose();
  }
}

/** The row stride of operands on the device. */
export const strideOf = (batch: number): number => 4 * Math.ceil(batch / 4);

/** Throws unless a buffer that was given holds `length` floats. */
export function checkBuffer(where: string, name: string, buffer: DeviceBuffer, length: number): DeviceBuffer {
  checkObject(buffer, `${where}: ${name}`, "buffer of a device");
  check(buffer.type === "f32" && buffer.length >= length, where, () => {
    return `${name} is a buffer of ${buffer.length} ${buffer.type}; expected at least ${length} f32`;
  });
  return buffer;
}

/** [rows, batch] -> [rows, stride] with zeros in the columns added, in memory of its own. */
function pad(values: Float32Array, rows: number, batch: number, where: string): Float32Array {
  checkTyped(values, Float32Array, `${where}: operand`);
  check(values.length === rows * batch, where, () => {
    return `an operand has ${values.length} elements; expected [${rows}, ${batch}], that is ${rows * batch}`;
  });
  const stride = strideOf(batch);
  if (stride === batch) return values.slice();
  const result = new Float32Array(rows * stride);
  for (let r = 0; r < rows; r++) result.set(values.subarray(r * batch, (r + 1) * batch), r * stride);
  return result;
}

/** [rows, stride] -> [rows, batch]. */
export function unpad(values: TypedData, rows: number, batch: number): Float32Array {
  const stride = strideOf(batch);
  const result = new Float32Array(rows * batch);
  for (let r = 0; r < rows; r++) result.set(values.subarray(r * stride, r * stride + batch), r * batch);
  return result;
}
