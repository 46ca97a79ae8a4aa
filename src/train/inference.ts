import { type Inputs, isSparse } from "../data/sample-matrix.js";
import type { Device } from "../device/device.js";
import { openScope } from "../device/scope.js";
import type { Variants } from "../kernels/candidates.js";
import { type Network, networkSizes } from "../nn/network.js";
import { createResidentData, writeSamples } from "../nn/resident.js";
import { createRunner } from "../nn/runner.js";
import { createStreamedData, sampleBytes } from "../nn/streamed.js";
import { checkedDevice } from "../self-check/known.js";
import { maximum } from "../util/extremes.js";

/** Activation bytes that an evaluation batch may take: bigger batches keep a device busy, wide networks get small ones. */
const EVALUATION_BYTES = 64 * 2 ** 20;

/** Bytes of dense samples above which they are not put on the device together. */
const RESIDENT_BYTES = 128 * 2 ** 20;

/** Samples an evaluation step takes, for a network of that many neurons: at least 8, at most 512, or what one binding holds. */
export function evaluationBatch(sizes: readonly number[], samples: number, bindingBytes = Infinity): number {
  const neurons = sizes.reduce((sum, size) => sum + size, 0);
  const quads = (bytes: number, count: number) => 4 * Math.floor(bytes / (16 * count));
  const binds = Math.max(4, quads(bindingBytes, maximum(sizes)));
  return Math.min(samples, 512, binds, Math.max(8, quads(EVALUATION_BYTES, neurons)));
}

/** Gets the outputs [classes, stride] of `count` samples from `start`. */
export type VisitOutputs = (outputs: ArrayLike<number>, stride: number, start: number, count: number) => void;

/** Samples run forward through a network. */
export interface Inference {
  /**
   * Runs x [samples, features], prepared, with labels y; resolves with the summed loss. One call is done after the other. Sparse samples, and
   * dense ones that take more than 128 MiB, go to the device one batch at a time.
   */
  run(x: Inputs, y: Uint32Array, visit: VisitOutputs): Promise<number>;
  /** Frees what is kept between calls, once the calls that are under way are done. */
  dispose(): Promise<void>;
}

/** Buffers and recorded passes for so many samples. */
type Ready = Awaited<ReturnType<typeof makeReady>>;

/**
 * Makes a network ready to answer. What a call of one step needs (its buffers, its recorded passes) is kept for the next one of as many samples:
 * making it takes longer than a small batch does.
 */
export function createInference(on: Device, network: Network, variants?: Variants): Inference {
  let kept: Ready | undefined;
  let last: Promise<unknown> = Promise.resolve(); // calls share buffers
  const release = () => {
    kept?.release();
    kept = undefined;
  };
  const runNow = async (x: Inputs, y: Uint32Array, visit: VisitOutputs): Promise<number> => {
    let ready = kept;
    if (ready?.samples === y.length) ready.upload(x, y);
    else {
      release();
      ready = kept = await makeReady(on, network, x, y, variants);
    }
    try {
      return await ready.forward(visit);
    } catch (error) {
      release();
      throw error;
    } finally {
      if (!ready.single) release();
    }
  };
  return {
    run(x, y, visit) {
      const result = last.then(() => runNow(x, y, visit));
      last = result.catch(() => {}); // the caller gets the error; the next call starts afresh
      return result;
    },
    async dispose() {
      await last;
      release();
    },
  };
}

async function makeReady(on: Device, network: Network, x: Inputs, y: Uint32Array, variants?: Variants) {
  const { device, release } = openScope(checkedDevice(on).device);
  const sizes = networkSizes(network);
  const [features, classes] = [sizes[0], sizes[sizes.length - 1]];
  const samples = y.length;
  try {
    const batch = evaluationBatch(sizes, samples, device.limits.bindingBytes);
    const set = { x, y, samples, features };
    const [data] =
      samples > batch && (isSparse(x) || samples * sampleBytes(features) > RESIDENT_BYTES)
        ? createStreamedData(device, [set], 2 * batch * sampleBytes(features))
        : [createResidentData(device, "predict", set)];
    const asGiven = Uint32Array.from({ length: samples }, (_, i) => i);
    const runner = await createRunner(device, network, data, { batch, training: false, variants });
    return {
      samples,
      /** Whether a single step runs all samples. */
      single: runner.steps === 1,
      release,
      upload(inputs: Inputs, labels: Uint32Array): void {
        for (const shard of data.shards) writeSamples(device, shard, inputs, features);
        device.write(data.labels, labels);
      },
      async forward(visit: VisitOutputs): Promise<number> {
        let loss = 0;
        for (let row = 0; row < runner.steps; row++) {
          data.stream?.upload((row % 2) as 0 | 1, asGiven, row * batch, Math.min(samples, (row + 1) * batch));
          await runner.runSteps(row, 1);
          const [outputs, stepLoss] = await device.read([runner.outputs, runner.stepLoss]);
          visit(outputs, outputs.length / classes, row * batch, Math.min(batch, samples - row * batch));
          loss += stepLoss[row];
        }
        return loss;
      },
    };
  } catch (error) {
    release();
    throw error;
  }
}
