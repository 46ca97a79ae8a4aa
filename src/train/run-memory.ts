import type { Dataset } from "../data/dataset.js";
import { isSparse } from "../data/sample-matrix.js";
import type { EvolutionConfig } from "../evolution/config.js";
import { findPieces } from "../evolution/pieces.js";
import { isSummed } from "../metrics/metric.js";
import { estimateMemory, formatBytes, type MemoryEstimate, type MemoryQuestion } from "../nn/memory.js";
import { sampleBytes } from "../nn/streamed.js";
import { storedWidth } from "../tasks/checked.js";
import { taskOf } from "../tasks/index.js";
import { CoppiceError, check, checkInteger } from "../util/check.js";
import { maximum } from "../util/extremes.js";
import { columnsOf } from "./ensemble.js";
import { evaluationBatch } from "./inference.js";
import { metricsOf } from "./measures.js";
import type { TrainConfig } from "./options.js";
import { isWeighted } from "./sample-weights.js";

/** What a run takes on the device, and the most that samples may take of it: where that is less than all, they are streamed. */
export interface RunMemory {
  readonly estimate: MemoryEstimate;
  readonly dataBytes: number | undefined;
  readonly streamed: boolean;
}

/** The sets of a run, as they are or as the network gets them. */
type Sets = Readonly<Record<"train", Dataset>> & Readonly<Partial<Record<"test" | "validation", Dataset>>>;

/**
 * What samples take on the device, dense as they are there, where they are sparse on the host: twice what the inputs of an evaluation batch may
 * take, so that a chunk holds one and the same sums come out as of resident samples. More would make nothing faster: a chunk is many
 * batches, and on the CPU and software adapters the device's memory is the host's, where sparse samples would be dense once more.
 */
const SPARSE_DATA_BYTES = 2 ** 27;

/**
 * Estimates the memory of a run. Samples may take `dataBytes`; where that is not said and the whole does not fit into `limit`, they may take what
 * the rest leaves, if it holds two batches, and where a set is sparse at most `SPARSE_DATA_BYTES` (or two batches, if these take more). An estimate
 * above the limit is refused by `checkMemory`; throws where `dataBytes` are too few.
 */
export function runMemory(config: TrainConfig, data: Sets, limit = Infinity, dataBytes?: number): RunMemory {
  if (dataBytes !== undefined) checkInteger(dataBytes, "dataBytes", 1);
  const { batch, layout, network, evolution, members = 1, share } = config;
  const weights = isWeighted(config, data.train) ? members : 0;
  const given = [data.train, data.test, data.validation].filter((set) => set !== undefined);
  const columns = columnsOf(config);
  const sets = given.map(({ samples }) => ({ samples, evaluationBatch: evaluationBatch(columns, samples) }));
  const sums = 1 + metricsOf(config).filter(isSummed).length;
  const question: MemoryQuestion = {
    ...layout,
    config: network,
    ...(members > 1 && { members }),
    ...(share && { share: true }),
    batch,
    sets,
    evolves: evolution !== null,
    sums,
    weights,
    ...mostOf(evolution),
  };
  const estimate = estimateMemory(question);
  const within = (bytes: number) => ({
    estimate: estimateMemory({ ...question, dataBytes: bytes }),
    dataBytes: bytes,
    streamed: estimate.data > bytes,
  });
  const width = storedWidth(taskOf(network.task), layout.sizes[layout.sizes.length - 1]);
  const two = (count: number) => 2 * count * sampleBytes(layout.sizes[0], width + weights);
  const least = two(batch);
  if (dataBytes !== undefined) {
    check(dataBytes >= Math.min(least, estimate.data), "dataBytes", () => {
      return `${dataBytes} bytes do not hold two batches of ${batch} samples; give at least ${least} (--data-memory), or take a smaller batch`;
    });
    return within(dataBytes);
  }
  const most = Math.max(SPARSE_DATA_BYTES, least, maximum(sets.map((set) => two(set.evaluationBatch))));
  const left = Math.min(limit - (estimate.total - estimate.data), given.some(({ x }) => isSparse(x)) ? most : Infinity);
  return estimate.data <= left || left < least ? { estimate, dataBytes, streamed: false } : within(left);
}

/** Of allocators that may give a layer more than it had: built-in ones that say so, and those of the user's own. */
function mostOf(evolution: EvolutionConfig | null): Pick<MemoryQuestion, "most"> {
  if (!evolution) return {};
  const { most = typeof evolution.allocate === "object" ? 1 : undefined } = findPieces(evolution).allocator;
  return most === undefined ? {} : { most };
}

/** Throws a usage error with the arithmetic where a estimate is above the limit. */
export function checkMemory(estimate: MemoryEstimate, limit = Infinity, config: TrainConfig): void {
  check(estimate.total <= limit, "memory", () => {
    const stream = estimate.data > limit / 4 ? "stream the samples (--data-memory), " : "";
    const fewer = config.members ? "train fewer members together, " : "";
    return `${memoryWords(estimate, config)}, ${formatBytes(limit)} may be used; ${stream}${fewer}take a smaller epsilon, hidden layers or batch, or raise --memory`;
  });
}

/** What engines say when they cannot make an array, or a memory of WebAssembly. */
const NO_ROOM = /allocation failed|could not allocate|invalid (typed )?array length|out of memory/i;

/** Does `work`; where the engine has no room for an array of it, throws what the estimate takes instead of the engine's own words. */
export async function withRoom<T>(estimate: MemoryEstimate, config: TrainConfig, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof RangeError && NO_ROOM.test(error.message))) throw error;
    const found = `${memoryWords(estimate, config)}, and this computer or browser has no room for it (${error.message})`;
    throw new CoppiceError(`memory: ${found}; take a smaller epsilon, hidden layers or batch`, "failure", "out-of-memory");
  }
}

/** What a run takes, part by part, in words. */
export function memoryWords({ total, ...parts }: MemoryEstimate, { layout, batch, members }: TrainConfig): string {
  const sum = Object.entries(parts).map(([name, bytes]) => `${name} ${formatBytes(bytes)}`);
  const what = members ? `an ensemble of ${members} networks` : "the network";
  return `${what} ${layout.sizes.join("-")} with batch ${batch} takes ${formatBytes(total)} (${sum.join(" + ")})`;
}
