import { createCpuDevice, TYPED_ARRAYS } from "../device/cpu/device.js";
import type { Device, DeviceInfo } from "../device/device.js";
import { createWebgpuDevice } from "../device/webgpu/device.js";
import { recallChecks } from "../self-check/known.js";
import { checkTable, type VariantTable, variantsOf } from "../tune/table.js";
import { CoppiceError, check, checkObject, checkOneOf, checkText } from "../util/check.js";
import { version } from "../util/version.js";
import type { DeviceTrial, TrainPlan } from "./records.js";
import { createSession, type SessionParts } from "./session.js";
import { remembered, settleVariants, type TuneSettings, type TuningReport } from "./tuning.js";

export const DEVICES = ["auto", "webgpu", "cpu"] as const;
export type DeviceChoice = (typeof DEVICES)[number];

/**
 * Opens a device by name. `memoryBytes` limits what its buffers may take together; on a GPU that does not tell what it has, leave it out.
 * Where the buffers are planned to take more than WebAssembly's memory holds, the CPU computes on typed arrays, and its info says so.
 */
export async function openDevice(kind: "webgpu" | "cpu", memoryBytes?: number, plannedBytes = 0): Promise<Device> {
  if (kind === "webgpu") return createWebgpuDevice({ memoryBytes });
  return createCpuDevice({ memoryBytes, plannedBytes });
}

/** "google swiftshader (software adapter)": a device in a few words. */
export function deviceName({ kind, vendor, architecture, description, software }: DeviceInfo): string {
  const name = [vendor, architecture, description].filter(Boolean).join(" ");
  return `${kind}: ${name || "unnamed adapter"}${software ? " (a software adapter: right, but its speed says little about a GPU)" : ""}`;
}

/**
 * The plan of a run on a device, with the kernel variants that were settled for it. The CPU's description tells of its threads, which
 * change no bit: it is left out.
 */
export function planOf(
  { kind, vendor, architecture, description }: DeviceInfo,
  trials: readonly DeviceTrial[] = [],
  variants: VariantTable = {},
): TrainPlan {
  const adapter = kind === "cpu" ? architecture : [vendor, architecture, description].join("|");
  return { version, device: kind, adapter, trials, variants };
}

/** Throws unless `plan` has what a plan says of its device; a plan may leave out variants, which take the default then. */
export function checkPlanFields(plan: TrainPlan, where: string): void {
  checkObject(plan, where, "plan; give the plan of a model, or of a run's config.json");
  checkText(plan.version, `${where}: version`);
  checkOneOf(plan.device, ["webgpu", "cpu"], `${where}: device`);
  checkText(plan.adapter, `${where}: adapter`);
  if (plan.variants !== undefined) checkObject(plan.variants, `${where}: variants`);
}

/**
 * Throws when a plan was recorded by another version or on another adapter than `info`'s, since other bits would come out, and when it
 * names variants that no kernel has.
 */
export function checkPlan(plan: TrainPlan, info: DeviceInfo): void {
  check(plan.version === version, "plan", () => {
    return `it was recorded by coppice ${plan.version}, this is ${version}; results could differ: train without the plan`;
  });
  const here = planOf(info);
  check(here.device === plan.device && here.adapter === plan.adapter, "plan", () => {
    return `it was recorded on ${plan.device} "${plan.adapter}", here is ${here.device} "${here.adapter}"; results could differ: train without the plan`;
  });
  checkTable(plan.variants, "plan", "train without the plan");
}

/** Opens the device a recorded plan names; see `checkPlan`. */
export async function openPlanned(plan: TrainPlan, memoryBytes?: number): Promise<Device> {
  const plain = plan.adapter === TYPED_ARRAYS;
  const device =
    plan.device === "cpu" && plain ? createCpuDevice({ memoryBytes, simd: false }) : await openDevice(plan.device, memoryBytes);
  try {
    checkPlan(plan, device.info);
  } catch (error) {
    await device.dispose();
    throw error;
  }
  return device;
}

/** Steps timed in one go; the median of REPEATS goes counts. */
const STEPS = 4;
const REPEATS = 3;

/**
 * Times a few steps of the actual network on each device there is, with the variants settled for it, and opens the faster; the others are disposed of.
 * A device that fails in whatever way, or does not hold the network, is listed with the reason; throws when none is left.
 */
export async function fastestDevice(
  parts: Omit<SessionParts, "variants">,
  { memoryBytes, plannedBytes }: { readonly memoryBytes?: number; readonly plannedBytes: number },
  tuning: TuneSettings,
  signal?: AbortSignal,
): Promise<{ device: Device; trials: DeviceTrial[]; report: TuningReport }> {
  await remembered(tuning.store); // what cannot be read is no reason against a device
  const trials: DeviceTrial[] = [];
  let best: { device: Device; ms: number; report: TuningReport } | undefined;
  for (const kind of ["webgpu", "cpu"] as const) {
    let device: Device | undefined;
    try {
      signal?.throwIfAborted();
      device = await openDevice(kind, memoryBytes, plannedBytes);
      const report = await settleVariants(device, parts.config, parts.members[0], tuning, signal);
      await recallChecks(device.info, tuning.store);
      const ms = await timeSteps(device, { ...parts, variants: variantsOf(report.variants) }, signal);
      trials.push({ device: kind, description: deviceName(device.info), msPerStep: ms });
      const slower = best && ms >= best.ms ? device : best?.device;
      if (slower !== device) best = { device, ms, report };
      device = slower; // to be disposed of
    } catch (error) {
      if (signal?.aborted) {
        await Promise.all([device, best?.device].map((open) => open?.dispose()));
        throw error;
      }
      trials.push({ device: kind, description: kind, msPerStep: null, reason: reasonOf(error) });
    }
    await device?.dispose();
  }
  if (!best)
    throw new CoppiceError(
      `device auto: no device can train this network: ${trials.map((trial) => trial.reason).join("; ")}`,
      "failure",
    );
  return { device: best.device, trials, report: best.report };
}

/** What a user can act on, or with its kind what a platform or driver threw. */
function reasonOf(error: unknown): string {
  return error instanceof CoppiceError ? error.message : String(error);
}

/** Median ms of a step of training alone. */
async function timeSteps(device: Device, parts: SessionParts, signal?: AbortSignal): Promise<number> {
  const { train, dataBytes } = parts.data;
  const config = { ...parts.config, evolution: null };
  const session = await createSession(device, { ...parts, config, data: { train, dataBytes } });
  await session.runSteps(1, signal); // compiles, and touches every buffer
  const times: number[] = [];
  for (let i = 0; i < REPEATS; i++) {
    const start = performance.now();
    await session.runSteps(STEPS, signal);
    times.push((performance.now() - start) / STEPS);
  }
  session.dispose();
  return times.sort((a, b) => a - b)[REPEATS >> 1];
}
