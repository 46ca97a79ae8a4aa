import { existsSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import type { Dataset } from "../../data/dataset.js";
import { createCpuDevice } from "../../device/cpu/device.js";
import type { Device } from "../../device/device.js";
import { makeFolderIn, writeAtomically } from "../../files/write.js";
import { hiddenNeurons } from "../../report/format.js";
import { taskOf } from "../../tasks/index.js";
import { deviceName, openDevice } from "../../train/devices.js";
import { check } from "../../util/check.js";
import { version } from "../../util/version.js";
import { readSuiteData } from "../plan/load.js";
import type { PlannedSuite } from "../plan/plan-suite.js";
import type { PlannedRun } from "../plan/planned-runs.js";
import { partsOf } from "../plan/splits.js";
import type { JobDevice } from "../run/job.js";
import { readTimes } from "../store/store.js";
import { timeNetwork } from "./time-network.js";
import type { EpochTime, Measurer, MethodTime, TimeRecord } from "./time-records.js";

/** Floating point operations of every timing: about half a second, or the epochs that `timeNetwork` makes at the most. */
const WORK = 2e9;

/** What is to be timed, and where the times go. */
export interface TimingPass {
  readonly planned: PlannedSuite;
  /** The results folder. */
  readonly out: string;
  readonly device: JobDevice;
  readonly rounds: number;
  /** COPPICE_DATA's folder. */
  readonly folder?: string;
  /** Aborted when no further method is to be timed. */
  readonly signal?: AbortSignal;
  /** Called after every round of a dataset, with the seconds that the rest is to take. */
  readonly onRound?: (record: TimeRecord, secondsLeft: number) => void;
}

/**
 * Times the methods of study main, one network at a time in this process: round by round, in each every dataset, on it every method once,
 * by turns. Every round of a dataset is a file, `out`/times/DATASET/ROUND.json; those that are there stay. Trains a few epochs on part of
 * the first split's training part (`timeNetwork`). Returns how many were measured and how many are left, some where it was stopped. Throws a usage error where the files there
 * were measured by another device, processor or version.
 */
export async function timeMethods(pass: TimingPass): Promise<{ measured: number; left: number }> {
  const { planned, out, device: kind, rounds, folder, signal, onRound } = pass;
  const runs = planned.runs.filter(({ task }) => task.run.study === "main" && task.run.split === 0);
  const datasets = [...new Set(runs.map(({ data }) => data.name))];
  const device = kind === "cpu" ? createCpuDevice({ threads: 1 }) : await openDevice("webgpu"); // one thread, as the runs have
  try {
    const measured = measurer(kind, device);
    checkMeasurer(readTimes(out), measured, out);
    const fileOf = (dataset: string, round: number) => join(out, "times", dataset, `${round}.json`);
    const left = Array.from({ length: rounds }, (_, round) => round).flatMap((round) =>
      datasets.filter((dataset) => !existsSync(fileOf(dataset, round))).map((dataset) => ({ dataset, round })),
    );
    const trainingOf = trainingParts(planned, folder);
    const took = new Map<string, number>();
    for (const [i, { dataset, round }] of left.entries()) {
      const start = performance.now();
      const methods: MethodTime[] = [];
      const training = await trainingOf(runs.find(({ data }) => data.name === dataset) ?? runs[0]);
      for (const run of runs.filter(({ data }) => data.name === dataset)) {
        if (i === 0 && methods.length === 0) await timeMethod(device, training, run); // warms up
        if (signal?.aborted) return { measured: i, left: left.length - i };
        methods.push(await timeMethod(device, training, run));
      }
      const record: TimeRecord = { dataset, round, measured, methods };
      makeFolderIn(out, join("times", dataset));
      writeAtomically(fileOf(dataset, round), `${JSON.stringify(record)}\n`);
      took.set(dataset, (performance.now() - start) / 1000);
      onRound?.(record, secondsLeft(left.slice(i + 1), took));
    }
    return { measured: left.length, left: 0 };
  } finally {
    await device.dispose();
  }
}

/** Times of rounds to come: as the dataset's last round, or where it had none as the mean of the others. */
function secondsLeft(rounds: readonly { dataset: string }[], took: ReadonlyMap<string, number>): number {
  const mean = [...took.values()].reduce((a, b) => a + b, 0) / took.size;
  return rounds.reduce((sum, { dataset }) => sum + (took.get(dataset) ?? mean), 0);
}

async function timeMethod(device: Device, training: Dataset, { task, config, trainSamples }: PlannedRun): Promise<MethodTime> {
  const epoch = async (removed: "before" | "after"): Promise<EpochTime> => {
    const timing = await timeNetwork(device, training, task, { removed, work: WORK });
    return {
      seconds: (Math.ceil(trainSamples / config.batch) * timing.msPerStep) / 1000,
      evolution: config.evolution ? timing.msPerEvolution / 1000 : null,
      connections: timing.connections,
      hidden: hiddenNeurons(timing.neurons),
      share: timing.share,
    };
  };
  const first = await epoch("before");
  return { method: config.method, first, last: config.evolution?.removal ? await epoch("after") : null };
}

/** Training parts of the first split, each read once and kept. */
function trainingParts(planned: PlannedSuite, folder: string | undefined): (run: PlannedRun) => Promise<Dataset> {
  const parts = new Map<string, Dataset>();
  return async (run) => {
    const { config } = run;
    const { data, base, split } = planned.jobOf(run, null);
    const task = taskOf(config.network.task);
    const found = parts.get(data.name) ?? partsOf(await readSuiteData(data, { base, folder }, task), split, task).train;
    parts.set(data.name, found);
    return found;
  };
}

function measurer(device: JobDevice, { info }: Device): Measurer {
  const processor = cpus()[0]?.model ?? "unknown";
  return { version, device, name: deviceName(info), processor, threads: device === "cpu" ? 1 : null, node: process.version };
}

function checkMeasurer(records: readonly TimeRecord[], now: Measurer, out: string): void {
  const other = records.find(({ measured }) => JSON.stringify(measured) !== JSON.stringify(now))?.measured;
  check(other === undefined, "--out", () => {
    const keys = (Object.keys(now) as (keyof Measurer)[]).filter((key) => other?.[key] !== now[key]);
    const differ = keys.map((key) => `${key} ${other?.[key]}, not ${now[key]}`).join("; ");
    return `the times in ${join(out, "times")} were measured with ${differ}; they cannot be compared: remove that folder to measure all anew`;
  });
}
