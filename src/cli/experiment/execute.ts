import { createCpuDevice } from "../../device/cpu/device.js";
import type { Device } from "../../device/device.js";
import type { RunResult } from "../../experiment/records.js";
import { performRun } from "../../experiment/run.js";
import { partsOf, type ReadData } from "../../experiment/splits.js";
import { openDevice } from "../../train/devices.js";
import { CoppiceError, check } from "../../util/check.js";
import { version } from "../../util/version.js";
import { type Job, Refusal, type Timing } from "./job.js";
import { readSuiteData } from "./load.js";
import { timeNetwork } from "./time-network.js";

/** Runs jobs one after another on a device that it opens for the first, and keeps the dataset of the last. */
export interface Executor {
  run(job: Job, options?: { signal?: AbortSignal; onTraining?: (done: number, of: number) => void }): Promise<RunResult>;
  time(job: Job): Promise<Timing>;
  dispose(): Promise<void>;
}

/**
 * The CPU device has one thread: runs side by side are faster than threads within one, and no bit depends on it. Throws a Refusal of a job
 * of another version, on other data than its sha256 says, or whose data or device there is not.
 */
export function createExecutor(env: Readonly<Record<string, string | undefined>>): Executor {
  const devices = new Map<string, Device>();
  let kept: { key: string; data: ReadData } | undefined;

  const deviceOf = async ({ device: kind }: Job): Promise<Device> => {
    const open = devices.get(kind) ?? (kind === "cpu" ? createCpuDevice({ threads: 1 }) : await openDevice("webgpu"));
    devices.set(kind, open);
    return open;
  };
  const partsFor = async ({ data, base, split, origin, task }: Job) => {
    check(origin.version === version, task.key, () => `was planned by coppice ${origin.version}, this is ${version}`);
    const key = JSON.stringify([data, base]);
    if (kept?.key !== key) {
      kept = undefined; // frees the last before the next is read
      kept = { key, data: await readSuiteData(data, base, env.COPPICE_DATA) };
    }
    const { sha256 } = kept.data;
    if (sha256 !== origin.data.sha256) kept = undefined; // the file may be replaced before it is asked for again
    check(kept !== undefined, task.key, () => {
      return `dataset ${data.name} here has sha256 ${sha256}, the run was planned on ${origin.data.sha256}`;
    });
    return partsOf(kept.data, split);
  };
  const prepare = async (job: Job) => {
    try {
      return { parts: await partsFor(job), device: await deviceOf(job) };
    } catch (error) {
      throw error instanceof CoppiceError ? new Refusal(error.message, error.kind) : error;
    }
  };

  return {
    async run(job, options = {}) {
      const { parts, device } = await prepare(job);
      const start = process.cpuUsage();
      const result = await performRun(parts, job.task, job.origin, { device, ...options });
      const { user, system } = process.cpuUsage(start);
      return { ...result, seconds: { ...result.seconds, cpu: (user + system) / 1e6 } };
    },
    async time(job) {
      const { parts, device } = await prepare(job);
      return timeNetwork(device, parts.train, job.task);
    },
    async dispose() {
      for (const device of devices.values()) await device.dispose();
      devices.clear();
    },
  };
}
