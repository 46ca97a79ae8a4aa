import { checkDevice, type Device } from "../device/device.js";
import type { NetworkState } from "../nn/state.js";
import { check } from "../util/check.js";
import { checkPlan, checkPlanFields, fastestDevice, openDevice, openPlanned } from "./devices.js";
import type { TrainConfig } from "./options.js";
import type { DeviceTrial, TrainPlan } from "./records.js";
import type { RunOptions } from "./run-options.js";
import type { SessionData } from "./session.js";
import type { TuneSettings, TuningReport } from "./tuning.js";

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
export async function chooseDevice(
  options: RunOptions,
  config: TrainConfig,
  makeState: () => NetworkState,
  data: SessionData,
  plannedBytes: number,
): Promise<Chosen> {
  const { device = "auto", memoryBytes, signal } = options;
  if (typeof device !== "string") checkDevice(device, "device");
  const recorded = recordedPlan(options);
  if (recorded) {
    const report: TuningReport = { variants: recorded.variants, tuned: [], seconds: 0 };
    if (typeof device !== "string") {
      checkPlan(recorded, device.info);
      return { device, owned: false, recorded, report };
    }
    check(
      device === "auto" || device === recorded.device,
      "device",
      () => `${device} contradicts the plan, which says ${recorded.device}`,
    );
    return { device: await openPlanned(recorded, memoryBytes), owned: true, recorded, report };
  }
  if (typeof device !== "string") return { device, owned: false };
  if (device !== "auto") return { device: await openDevice(device, memoryBytes, plannedBytes), owned: true };
  return {
    ...(await fastestDevice(config, makeState(), data, memoryBytes, plannedBytes, tuneSettings(options), signal)),
    owned: true,
  };
}

/** The plan given, or that of the run that is resumed. Throws when another choice of kernels is asked for beside it. */
function recordedPlan({ plan, resume, tune }: RunOptions): TrainPlan | undefined {
  const recorded = plan ?? (resume?.training?.plan as TrainPlan | undefined);
  if (recorded) checkPlanFields(recorded, plan ? "plan" : "resume: plan");
  check(
    recorded === undefined || tune === undefined || tune === "auto",
    "tune",
    () => `${tune} contradicts the recorded plan, which says which kernels to take; leave it out`,
  );
  return recorded && { ...recorded, variants: recorded.variants ?? {} }; // a plan may leave out what takes the default
}

/** How kernels are timed. */
export function tuneSettings({ tune, tuning, tuneMs }: RunOptions): TuneSettings {
  return { mode: tune, store: tuning, budgetMs: tuneMs };
}
