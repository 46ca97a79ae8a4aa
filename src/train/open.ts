import { checkDevice, type Device } from "../device/device.js";
import { recallChecks } from "../self-check/known.js";
import { check } from "../util/check.js";
import { checkPlan, checkPlanFields, fastestDevice, openDevice, openPlanned, planOf } from "./devices.js";
import type { DeviceTrial, TrainPlan } from "./records.js";
import { checkMemory } from "./run-memory.js";
import type { RunOptions } from "./run-options.js";
import type { SettledRun } from "./settle.js";
import { settleVariants, type TuneSettings, type TuningReport } from "./tuning.js";

/** The device of a run, with the plan that led to it or what `auto` found out; the run disposes of it when it is `owned`. */
export interface Chosen {
  readonly device: Device;
  readonly owned: boolean;
  readonly recorded?: TrainPlan;
  readonly trials?: readonly DeviceTrial[];
  /** Where the variants are settled already. */
  readonly report?: TuningReport;
}

/** Opens the device that the options, the plan or the run that is resumed asks for, unless it is given. */
export async function chooseDevice({ options, config, initial, data, memory }: SettledRun): Promise<Chosen> {
  const { device = "auto", memoryBytes, signal } = options;
  if (typeof device !== "string") checkDevice(device, "device");
  const recorded = recordedPlan(options);
  if (recorded) {
    const report: TuningReport = { variants: recorded.variants, tuned: [], seconds: 0 };
    if (typeof device !== "string") {
      checkPlan(recorded, device.info);
      return { device, owned: false, recorded, report };
    }
    check(device === "auto" || device === recorded.device, "device", () => {
      return `${device} contradicts the plan, which says ${recorded.device}`;
    });
    return { device: await openPlanned(recorded, memoryBytes), owned: true, recorded, report };
  }
  if (typeof device !== "string") return { device, owned: false };
  if (device !== "auto") return { device: await openDevice(device, memoryBytes, memory.total), owned: true };
  const bytes = { memoryBytes, plannedBytes: memory.total };
  const fastest = await fastestDevice({ config, members: initial.get(), data }, bytes, tuneSettings(options), signal);
  return { ...fastest, owned: true };
}

/** The plan given, or that of the run that is resumed. Throws when another choice of kernels is asked for beside it. */
function recordedPlan({ plan, resume, tune }: RunOptions): TrainPlan | undefined {
  const recorded = plan ?? (resume?.training?.plan as TrainPlan | undefined);
  if (recorded) checkPlanFields(recorded, plan ? "plan" : "resume: plan");
  check(recorded === undefined || tune === undefined || tune === "auto", "tune", () => {
    return `${tune} contradicts the recorded plan, which says which kernels to take; leave it out`;
  });
  return recorded && { ...recorded, variants: recorded.variants ?? {} }; // a plan may leave out what takes the default
}

/** What fixes the bits of a run on its device, and what was timed to settle it. */
export interface Planned {
  readonly plan: TrainPlan;
  readonly tuning: TuningReport;
}

/** Settles which variants of the kernels a run takes on the device that was chosen, unless they are settled already. */
export async function planKernels(on: Device, { recorded, trials, report }: Chosen, run: SettledRun): Promise<Planned> {
  const { options, config, memory, initial } = run;
  if (on.info.software) checkMemory(memory, options.memoryBytes ?? options.hostMemoryBytes, config);
  await recallChecks(on.info, options.tuning);
  const tuning = report ?? (await settleVariants(on, config, initial.get()[0], tuneSettings(options), options.signal));
  return { tuning, plan: recorded ?? planOf(on.info, trials, tuning.variants) };
}

/** How kernels are timed. */
function tuneSettings({ tune, tuning, tuneMs }: RunOptions): TuneSettings {
  return { mode: tune, store: tuning, budgetMs: tuneMs };
}
