import { availableMemory } from "node:process";
import type { Dataset } from "../../data/dataset.js";
import { takeSamples } from "../../data/take-samples.js";
import { createCpuDevice } from "../../device/cpu/device.js";
import type { Device } from "../../device/device.js";
import type { OwnPiece } from "../../methods/pieces.js";
import { LEARNT } from "../../nn/options.js";
import { withPieces } from "../../options/piece.js";
import { taskOf } from "../../tasks/index.js";
import { TASK } from "../../tasks/schema.js";
import type { Task } from "../../tasks/task.js";
import { openDevice } from "../../train/devices.js";
import type { TrainOptions } from "../../train/options.js";
import { CoppiceError } from "../../util/check.js";
import { version } from "../../util/version.js";
import { type Places, readSuiteData } from "../plan/load.js";
import { partsOf, type ReadData } from "../plan/splits.js";
import { timeNetwork } from "../times/time-network.js";
import { type AnyJob, type Job, type LegJob, Refusal, reasonOf, type Timing } from "./job.js";
import { trainLeg } from "./leg.js";
import { type LegAnswer, toAnswer } from "./leg-answer.js";
import type { RunResult } from "./records.js";
import { performRun } from "./run.js";

/** Reads a dataset; what is wrong with it here is told here alone. */
async function read(data: Job["data"], places: Places, task: Task): Promise<ReadData> {
  try {
    return await readSuiteData(data, places, task);
  } catch (error) {
    const kind = error instanceof CoppiceError ? error.kind : "failure";
    throw new Refusal(reasonOf(error), kind, `dataset ${data.name} cannot be read there; the worker's own output says why`);
  }
}

/** Runs jobs one after another on a device that it opens for the first, and keeps the dataset of the last. */
export interface Executor {
  run(job: Job, options?: { signal?: AbortSignal; onTraining?: (done: number, of: number) => void }): Promise<RunResult>;
  time(job: Job): Promise<Timing>;
  leg(job: LegJob): Promise<LegAnswer>;
  dispose(): Promise<void>;
}

/**
 * What a Refusal tells others holds nothing of a file's content, nor its sha256 here: who knows that could ask for the data's classes.
 *
 * The CPU device has one thread: runs side by side are faster than threads within one, and no bit depends on it. Throws a Refusal of a job
 * of another version, on other data than its sha256 says, or whose data, device or task there is not; `pieces` are own ones that jobs name.
 */
export function createExecutor(env: Readonly<Record<string, string | undefined>>, pieces: readonly OwnPiece[] = []): Executor {
  const devices = new Map<string, Device>();
  let kept: { key: string; data: ReadData } | undefined;

  const deviceOf = async ({ device: kind }: AnyJob): Promise<Device> => {
    const open = devices.get(kind) ?? (kind === "cpu" ? createCpuDevice({ threads: 1 }) : await openDevice("webgpu"));
    devices.set(kind, open);
    return open;
  };
  const dataFor = async ({ data, base, within, origin, task }: AnyJob, learnt: Task): Promise<ReadData> => {
    const planned = `was planned by coppice ${origin.version}, this is ${version}`;
    if (origin.version !== version) throw new Refusal(`${task.key}: ${planned}`, "usage");
    const key = JSON.stringify([data, base, within, learnt.name]);
    if (kept?.key !== key) {
      kept = undefined; // frees the last before the next is read
      kept = { key, data: await read(data, { base, folder: env.COPPICE_DATA, within }, learnt) };
    }
    const found = kept.data;
    if (found.sha256 === origin.data.sha256) return found;
    kept = undefined; // the file may be replaced before it is asked for again
    const on = `the run was planned on ${origin.data.sha256}`;
    const told = `dataset ${data.name} there is another: ${on}`;
    throw new Refusal(`${task.key}: dataset ${data.name} here has sha256 ${found.sha256}, ${on}`, "usage", told);
  };
  const gather = async (job: AnyJob, learnt: Task) => {
    const data = await dataFor(job, learnt);
    const device = await deviceOf(job).catch((error: unknown) => {
      throw error instanceof CoppiceError ? new Refusal(error.message, error.kind) : error;
    });
    return { data, device };
  };
  const prepare = async (job: Job) => {
    const learnt = learntBy(job, pieces);
    const asked = taskOf(learnt.task);
    const { data, device } = await gather(job, asked);
    const task = { ...job.task, train: { ...job.task.train, ...learnt } };
    return { parts: partsOf(data, job.split, asked), device, task };
  };

  return {
    async run(job, options = {}) {
      const { parts, device, task } = await prepare(job);
      const start = process.cpuUsage();
      const result = await performRun(parts, task, job.origin, { device, ...memoryOf(device), ...options });
      const { user, system } = process.cpuUsage(start);
      return { ...result, seconds: { ...result.seconds, cpu: (user + system) / 1e6 } };
    },
    async time(job) {
      const { parts, device, task } = await prepare(job);
      return timeNetwork(device, parts.train, task, memoryOf(device));
    },
    leg: async (job) => legOn(await gather(job, taskOf(job.task.options.task)), job),
    async dispose() {
      for (const device of devices.values()) await device.dispose();
      devices.clear();
    },
  };
}

/** What a run may take: a network that does not fit is refused before it is made. A GPU may hold more than the host. */
function memoryOf({ info }: Device): { hostMemoryBytes?: number } {
  return info.kind === "cpu" || info.software ? { hostMemoryBytes: availableMemory() } : {};
}

/** A part of the data with other labels: class indices, or numbers to learn. */
const withLabels = (set: Dataset, labels: readonly number[]): Dataset => ({
  ...set,
  ...(set.targets ? { targets: Float64Array.from(labels) } : { y: Uint32Array.from(labels) }),
});

async function legOn({ data, device }: { readonly data: ReadData; readonly device: Device }, job: LegJob): Promise<LegAnswer> {
  const [train, heldOut] = [job.split.train, job.split.test].map((indices) => takeSamples(data.whole, indices));
  const labelled = job.labels ? withLabels(train, job.labels) : train;
  const from = job.from === null ? undefined : Buffer.from(job.from, "base64");
  return toAnswer(await trainLeg({ train: labelled, heldOut }, job.task, from, { device, ...memoryOf(device) }));
}

/** The task of a job, as an object where it is not built in. */
function learntBy({ task: { key, train } }: Job, pieces: readonly OwnPiece[]): Pick<TrainOptions, "task"> {
  const { task } = withPieces(LEARNT, { task: train.task }, pieces);
  const problem = task && TASK.problem(task);
  if (problem) throw new Refusal(`${key}: task: ${problem}`, "usage");
  return { ...(task && { task: TASK.settle(task) }) };
}
