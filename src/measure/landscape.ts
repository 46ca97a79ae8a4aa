import type { Device } from "../device/device.js";
import { openScope } from "../device/scope.js";
import { paramsOf } from "../layers/kind.js";
import { responseOf } from "../nn/config.js";
import { createNetwork } from "../nn/network.js";
import type { Samples } from "../nn/resident.js";
import { createRunner, type SeeOutputs } from "../nn/runner.js";
import { kindOf } from "../nn/state.js";
import { placeSamples } from "../nn/streamed.js";
import { valuesOf } from "../nn/values.js";
import { checkedDevice } from "../self-check/known.js";
import { joinArrays } from "../util/join-arrays.js";
import type { FloatArray } from "../util/types.js";
import type { Plain } from "./plain.js";

/** A loss and its gradient by every parameter of a network. */
export interface Slope {
  readonly loss: number;
  readonly gradient: Float64Array;
}

/** The loss over samples as a function of a network's parameters: connections that are there, biases and what activations train, one after the other. */
export interface Landscape {
  /** Parameters that there are. */
  readonly length: number;
  /** Steps that a pass over the samples has. */
  readonly steps: number;
  /** The mean loss over all samples at these parameters, and its gradient, both summed in f64. */
  at(parameters: FloatArray): Promise<Slope>;
  /** The same of step `row` of the samples in this order. */
  step(parameters: FloatArray, order: Uint32Array, row: number): Promise<Slope>;
  /** Shows the outputs at these parameters of the first batch of the order. */
  see(parameters: FloatArray, order: Uint32Array, see: SeeOutputs): Promise<void>;
  /** Frees what it has on the device. */
  release(): void;
}

/** Bytes of samples above which they are not on the device together. */
const RESIDENT_BYTES = 2 ** 30;

/** Puts a network and samples on a device, in batches of `batch`. Each step reads its gradients back. */
export async function openLandscape(on: Device, { state, config }: Plain, set: Samples, batch: number): Promise<Landscape> {
  const { device, release } = openScope(checkedDevice(on).device);
  try {
    const network = createNetwork(device, config, state);
    const [{ data }] = placeSamples(device, [{ name: "measure", set }], RESIDENT_BYTES);
    const options = { batch, metrics: [] };
    const slopes = await createRunner(device, network, data, { ...options, training: true, storeGradients: true });
    const outputs = await createRunner(device, network, data, { ...options, training: false });
    const values = valuesOf(network).filter(({ trained }) => trained);
    const length = values.reduce((sum, one) => sum + one.length, 0);
    const write = (parameters: FloatArray) => {
      let at = 0;
      for (const { w, length: own } of values) {
        device.write(w, new Float32Array(parameters.subarray(at, at + own)));
        at += own;
      }
    };
    const read = values.map(({ w, kept }) => (kept ? kept[0] : w));
    const stepAt = async (row: number, order?: Uint32Array) => {
      const { sums, samples, extra } = await slopes.run({ order, rows: [row, row + 1], extra: async () => read });
      const gradient = new Float64Array(length);
      let at = 0;
      for (const [i, { kept, length: own }] of values.entries()) {
        gradient.set(kept ? extra[i] : extra[i].subarray(own, 2 * own), at); // a packed parameter has its gradient behind it
        at += own;
      }
      return { loss: sums[0] / samples, gradient, samples };
    };
    return {
      length,
      steps: slopes.steps,
      async at(parameters) {
        write(parameters);
        const all = new Float64Array(length);
        let sum = 0;
        for (let row = 0; row < slopes.steps; row++) {
          const { loss, gradient, samples } = await stepAt(row);
          const share = samples / set.samples;
          sum += share * loss;
          for (let k = 0; k < length; k++) all[k] += share * gradient[k];
        }
        return { loss: sum, gradient: all };
      },
      async step(parameters, order, row) {
        write(parameters);
        return stepAt(row, order);
      },
      async see(parameters, order, see) {
        write(parameters);
        await outputs.run({ order, rows: [0, 1], see });
      },
      release,
    };
  } catch (error) {
    release();
    throw error;
  }
}

/** The parameters of a network on the host, in the order of a landscape's: those of `state`, or of another network with the same layers. */
export function parametersOf({ state, config }: Plain, { layers, skip } = state): Float64Array {
  const kinds = layers.map(kindOf);
  const arrays = layers.flatMap(({ params: { values, ...params } }, i) => {
    const specs = paramsOf(kinds[i], responseOf(config, kinds, i)).filter(({ per }) => per !== "connection");
    return [values, ...specs.map(({ name }) => params[name])];
  });
  return joinArrays([...arrays, ...(skip ? [skip.values] : [])].map((array) => new Float64Array(array)));
}
