import type { Device, DeviceInfo } from "../device/device.js";
import { type CheckedKernels, loadChecked, type TuningStore, tuningAdapter } from "../tune/entries.js";
import { CoppiceError, checkOneOf } from "../util/check.js";
import { version } from "../util/version.js";
import { nameOf, type Use } from "./use.js";

// The problems and what compares are loaded where there is something to compare: a page on the CPU goes without.

/** Names of the kernels that were found right, with their constants, by the info of the device. */
const known = new WeakMap<DeviceInfo, Set<string>>();

function knownOn(info: DeviceInfo): Set<string> {
  const names = known.get(info) ?? new Set();
  known.set(info, names);
  return names;
}

/** A device that runs no kernel before it was found right there. */
export interface CheckedDevice {
  readonly device: Device;
  /** Compares now what was recorded, and `more`, rather than before the first run. */
  check(more?: readonly Use[]): Promise<void>;
}

/**
 * A device that compares the kernels which are new to it, with the constants they are to run with, with their twins on small integers before
 * anything recorded is run. `check`, or that run, throws a failure that names a wrong one: see `compareWithTwins`; and a usage error if a kernel
 * is to run as its twin that there is none of. The CPU is taken as it is.
 */
export function checkedDevice(on: Device): CheckedDevice {
  if (on.info.kind === "cpu") return { device: on, check: async () => {} };
  const names = knownOn(on.info);
  const waiting = new Map<string, Use>();
  const add = (uses: readonly Use[]) => {
    for (const use of uses) {
      const name = nameOf(use);
      if (!names.has(name)) waiting.set(name, use);
    }
  };
  const check = async (more: readonly Use[] = []) => {
    add(more);
    for (const name of on.info.twins ?? []) checkOneOf(name, (await import("./problems.js")).KERNELS, "webgpu: twins");
    if (waiting.size === 0) return;
    const { compareWithTwins } = await import("./compare.js");
    await compareWithTwins(on, [...waiting.values()]);
    for (const name of waiting.keys()) names.add(name);
    waiting.clear();
  };
  const device: Device = {
    ...on,
    async record(dispatches) {
      add(dispatches);
      return on.record(dispatches);
    },
    async run(recording, times, options) {
      await check();
      return on.run(recording, times, options);
    },
  };
  return { device, check };
}

const isOf = (info: DeviceInfo) => (entry: CheckedKernels) => entry.version === version && entry.adapter === tuningAdapter(info);

/** Spares the device the kernels that the store remembers of its adapter, driver and this version. Throws when the store holds something else. */
export async function recallChecks(info: DeviceInfo, store: TuningStore | undefined): Promise<void> {
  if (info.kind === "cpu") return;
  const entries = await loadChecked(store).catch((error: unknown) => {
    if (!(error instanceof CoppiceError && error.kind === "failure")) throw error;
    return []; // all is checked anew, and `rememberChecks` tells why it cannot be kept
  });
  for (const name of entries.filter(isOf(info)).flatMap(({ kernels }) => kernels)) knownOn(info).add(name);
}

/** Has the store remember what was found right on the device. Resolves with why it could not, if so: the run goes on. */
export async function rememberChecks(info: DeviceInfo, store: TuningStore | undefined): Promise<string | undefined> {
  if (info.kind === "cpu" || !store?.checks) return undefined;
  const kernels = [...knownOn(info)].sort();
  try {
    const entries = await loadChecked(store); // another run may have saved meanwhile
    const own = entries.filter(isOf(info)).flatMap((entry) => entry.kernels);
    if (kernels.every((name) => own.includes(name))) return undefined;
    const all = [...new Set([...own, ...kernels])];
    const others = entries.filter((entry) => !isOf(info)(entry));
    await store.checks.save([...others, { version, adapter: tuningAdapter(info), kernels: all }]);
    return undefined;
  } catch (error) {
    if (!(error instanceof CoppiceError)) throw error;
    return error.message;
  }
}
