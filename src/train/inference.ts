import { isSparse } from "../data/sample-matrix.js";
import type { Device } from "../device/device.js";
import { openScope } from "../device/scope.js";
import type { Variants } from "../kernels/candidates.js";
import type { Metric } from "../metrics/metric.js";
import { countStacked, memberSizes, type Network } from "../nn/network.js";
import { createResidentData, type Samples, writeSamples } from "../nn/resident.js";
import { createRunner, type SeeOutputs } from "../nn/runner.js";
import { createStreamedData, sampleBytes } from "../nn/streamed.js";
import { checkedDevice } from "../self-check/known.js";
import { maximum, minimum } from "../util/extremes.js";
import { takeTurns } from "../util/turns.js";

/** Activation bytes that an evaluation batch may take: bigger batches keep a device busy, wide networks get small ones. */
const EVALUATION_BYTES = 64 * 2 ** 20;

/** Bytes of dense samples above which they are not put on the device together. */
const RESIDENT_BYTES = 128 * 2 ** 20;

/**
 * Samples an evaluation step takes, for a network of that many neurons: at least 8, at most 512, or what one binding holds. Those of an ensemble
 * are as many as one member takes alone, where one binding holds its widest layer of all `members`.
 */
export function evaluationBatch(sizes: readonly number[], samples: number, bindingBytes = Infinity, members = 1): number {
  const neurons = sizes.reduce((sum, size) => sum + size, 0);
  const quads = (bytes: number, count: number) => 4 * Math.floor(bytes / (16 * count));
  const binds = Math.max(4, quads(bindingBytes, members * maximum(sizes)));
  return Math.min(samples, 512, binds, Math.max(8, quads(EVALUATION_BYTES, neurons)));
}

/** Buffers and recorded passes for so many samples. */
type Ready = Awaited<ReturnType<typeof makeReady>>;

/**
 * Makes a network, or the stacks of an ensemble, ready to answer. What a call of one step needs (its buffers, its recorded passes) is kept for the next one of as many samples:
 * making it takes longer than a small batch does.
 */
export function createInference(on: Device, stacks: readonly Network[], metrics: readonly Metric[], variants?: Variants) {
  let kept: Ready | undefined;
  const inTurn = takeTurns(); // calls share buffers
  const release = () => {
    kept?.release();
    kept = undefined;
  };
  const runNow = async (set: Samples, see: SeeOutputs): Promise<readonly number[]> => {
    let ready = kept;
    if (ready?.samples === set.samples) ready.upload(set);
    else {
      release();
      ready = kept = await makeReady(on, stacks, set, metrics, variants);
    }
    try {
      return await ready.forward(see);
    } catch (error) {
      release();
      throw error;
    } finally {
      if (!ready.single) release();
    }
  };
  return {
    /**
     * Runs prepared samples, and shows their outputs; resolves with the sums of loss and metrics. One call is done after the other. Sparse
     * samples, and dense ones that take more than 128 MiB, go to the device one batch at a time.
     */
    run: (set: Samples, see: SeeOutputs) => inTurn(() => runNow(set, see)),
    /** Frees what is kept between calls, once the calls that are under way are done. */
    dispose: () => inTurn(release),
  };
}

async function makeReady(on: Device, stacks: readonly Network[], set: Samples, metrics: readonly Metric[], variants?: Variants) {
  const { device, release } = openScope(checkedDevice(on).device);
  const { x, y, samples, features } = set;
  try {
    const { bindingBytes } = device.limits;
    const batches = stacks.map((stack) => evaluationBatch(memberSizes(stack), samples, bindingBytes, countStacked(stack)));
    const batch = minimum(batches);
    const bytes = sampleBytes(features, (y?.length ?? 0) / samples);
    const [data] =
      samples > batch && (isSparse(x) || samples * bytes > RESIDENT_BYTES)
        ? createStreamedData(device, [set], 2 * batch * bytes)
        : [createResidentData(device, "predict", set)];
    const runner = await createRunner(device, stacks, data, { batch, training: false, metrics, variants });
    return {
      samples,
      /** Whether a single step runs all samples. */
      single: runner.steps === 1,
      release,
      upload(other: Samples): void {
        for (const shard of data.shards) writeSamples(device, shard, other.x, features);
        if (data.targets && other.y) device.write(data.targets, Float32Array.from(other.y));
      },
      forward: async (see: SeeOutputs) => (await runner.run({ see })).sums,
    };
  } catch (error) {
    release();
    throw error;
  }
}
