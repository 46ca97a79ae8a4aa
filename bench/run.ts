import { createCpuDevice } from "../src/device/cpu/device.js";
import type { Device } from "../src/device/device.js";
import { createWebgpuDevice, type WebgpuDevice } from "../src/device/webgpu/device.js";
import { decidingLimits } from "../src/device/webgpu/limits.js";
import { checkOneOf } from "../src/util/check.js";
import { startBudget } from "./budget.js";
import type { BenchFile, DeviceRecord, LeftOut, MachineRecord, MemoryRow, Mode, Row, SuiteName } from "./record.js";
import { measureRoofline } from "./roofline.js";
import { PATIENCE } from "./sample.js";
import { EVOLVE, runEvolve } from "./suites/evolve.js";
import { KERNELS, runKernels } from "./suites/kernels.js";
import { runScale, SCALE } from "./suites/scale.js";
import { runStep, STEP } from "./suites/step.js";
import { type Bench, createBench, type Offspring, type Peers } from "./suites/suite.js";

/** What to measure. */
export interface BenchOptions {
  readonly suites: readonly SuiteName[];
  /** Default: quick on software adapters and the CPU, full on hardware. */
  readonly mode?: Mode;
  readonly device: "webgpu" | "cpu";
  /** Names of rows (kernels, systems, phases); all when empty. */
  readonly only: readonly string[];
  /** Time every variant of a kernel; default: the one that an adapter gets that was never timed. */
  readonly candidates?: boolean;
}

/** What the platform knows, and can do, that a device does not tell. */
export interface Platform {
  readonly machine: MachineRecord;
  readonly versions: Readonly<Record<string, string>>;
  readonly commit: string | null;
  readonly command: string;
  /** Null where there are no processes. */
  readonly offspring: Offspring | null;
  readonly peers: Peers | null;
  readonly peakBytes: (() => number) | null;
}

/** Hears of results as they come. */
export interface Progress {
  start?(device: DeviceRecord, mode: Mode): void;
  suite?(name: SuiteName, seconds: number): void;
  row?(row: Row): void;
  leftOut?(cell: LeftOut): void;
}

/** A run: whole, or up to the error that ended it. What that error kept from being measured is the last of the file's cells left out. */
export interface Measured {
  readonly file: BenchFile;
  readonly failure: Error | null;
}

/** A suite: what measures, which rows it has by name, and the seconds it may take. */
interface Suite {
  readonly run: (bench: Bench) => Promise<void>;
  readonly names: readonly string[];
  readonly seconds: Readonly<Record<Mode, number>>;
}

const SUITES: Readonly<Record<SuiteName, Suite>> = {
  kernels: { run: runKernels, names: KERNELS, seconds: { quick: 65, full: 2700 } },
  step: { run: runStep, names: STEP, seconds: { quick: 140, full: 1200 } },
  evolve: { run: runEvolve, names: EVOLVE, seconds: { quick: 35, full: 400 } },
  scale: { run: runScale, names: SCALE, seconds: { quick: 40, full: 1800 } },
};

/** Throws a usage error unless every name of `only` is a row of one of the suites. */
export function checkNames({ suites, only }: Pick<BenchOptions, "suites" | "only">): void {
  const names = suites.flatMap((suite) => SUITES[suite].names);
  for (const name of only) checkOneOf(name, names, "--only");
}

/** Opens the device, measures its roofline and then the suites, one after another, up to the first that fails: on a wrong result, or a lost device. */
export async function measureAll(options: BenchOptions, platform: Platform, progress: Progress = {}): Promise<Measured> {
  checkNames(options);
  const began = performance.now();
  const [rows, leftOut, memory]: [Row[], LeftOut[], MemoryRow[]] = [[], [], []];
  const opened = options.device === "cpu" ? createCpuDevice() : await createWebgpuDevice();
  const { software, kind } = opened.info;
  const mode = options.mode ?? (software || kind === "cpu" ? "quick" : "full");
  const device = describe(opened);
  progress.start?.(device, mode);
  try {
    const roofline = options.suites.includes("kernels") ? await measureRoofline(opened, PATIENCE[mode]) : null;
    let failure: Error | null = null;
    for (const [i, suite] of options.suites.entries()) {
      const { run, seconds } = SUITES[suite];
      progress.suite?.(suite, seconds[mode]);
      const { only } = options;
      const budget = startBudget(seconds[mode]);
      const bench = createBench(
        {
          suite,
          device: opened,
          mode,
          roofline,
          only,
          candidates: options.candidates ?? false,
          budget,
          offspring: platform.offspring,
          peers: platform.peers,
          peakBytes: platform.peakBytes,
        },
        {
          row(row) {
            rows.push(row);
            progress.row?.(row);
          },
          leftOut(cell) {
            leftOut.push(cell);
            progress.leftOut?.(cell);
          },
          memory: (row) => void memory.push(row),
        },
      );
      try {
        await run(bench);
      } catch (error) {
        failure = error instanceof Error ? error : new Error(String(error));
        const cell = { suites: options.suites.slice(i).join(", ") };
        bench.leaveOut({ name: "the rest of the run", cell }, failure.message);
        break;
      }
    }
    const { suites } = options;
    const { machine, versions, commit, command } = platform;
    const what = { format: "coppice-bench/1", date: new Date().toISOString(), command, mode, suites } as const;
    const seconds = (performance.now() - began) / 1000;
    return { file: { ...what, versions, commit, machine, device, roofline, rows, leftOut, memory, seconds }, failure };
  } finally {
    await opened.dispose();
  }
}

function describe(device: Device): DeviceRecord {
  const { kind, vendor, architecture, description, software } = device.info;
  const adapter = [vendor, architecture, description].filter(Boolean).join(" ");
  if (kind === "cpu") return { kind, adapter, software, features: [], limits: {} };
  const { features, limits } = (device as WebgpuDevice).gpuDevice;
  return { kind, adapter, software, features: [...features].sort(), limits: decidingLimits(limits) };
}
