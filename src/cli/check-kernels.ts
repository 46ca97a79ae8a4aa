import { createCpuDevice } from "../device/cpu/device.js";
import type { Device } from "../device/device.js";
import { createWebgpuDevice } from "../device/webgpu/device.js";
import { type ComparedOutput, compareStep } from "../self-check/step.js";
import { deviceName } from "../train/devices.js";
import { CoppiceError } from "../util/check.js";
import { print, printJson, type Terminal } from "./terminal.js";

interface Checked {
  readonly device: string;
  /** What each kernel of a step wrote; null where the device does not open. */
  readonly step: readonly ComparedOutput[] | null;
  readonly reason?: string;
}

/** Compares a training step with the kernels' twins on the GPU and the CPU, and prints each kernel. Throws a failure if one is wrong. */
export async function printChecks(terminal: Terminal, json = false): Promise<void> {
  const checked = [await checkedOn("webgpu", createWebgpuDevice), await checkedOn("cpu", async () => createCpuDevice())];
  if (json) await printJson(terminal, { devices: checked });
  else for (const one of checked) print(terminal, ...linesOf(one));
  const wrong = checked.flatMap(({ device, step }) =>
    (step ?? []).filter(({ right }) => !right).map(({ kernel, output }) => `${kernel} (${output}) on ${device}`),
  );
  if (wrong.length > 0)
    throw new CoppiceError(
      `wrong: ${wrong.join("; ")}; look at the first, see docs/debugging-a-kernel.md`,
      "failure",
      "wrong-kernel",
    );
}

async function checkedOn(kind: string, open: () => Promise<Device>): Promise<Checked> {
  let device: Device;
  try {
    device = await open();
  } catch (error) {
    if (!(error instanceof CoppiceError)) throw error;
    return { device: kind, step: null, reason: error.message };
  }
  try {
    return { device: deviceName(device.info), step: await compareStep(device) };
  } finally {
    await device.dispose();
  }
}

function linesOf({ device, step, reason }: Checked): string[] {
  if (!step) return [`${device}: none (${reason})`];
  const rows = step.map(({ kernel, output, error, at, actual, expected, right }) => {
    const told = right ? "" : `  WRONG: ${output}[${at}] is ${actual}, expected ${expected}`;
    return `  ${kernel.padEnd(14)}${output.padEnd(14)}${error === 0 ? "equal" : error.toExponential(1)}${told}`;
  });
  return [device, `  ${"kernel".padEnd(14)}${"writes".padEnd(14)}largest error, of the largest value`, ...rows];
}
