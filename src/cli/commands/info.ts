import { availableParallelism, cpus } from "node:os";
import { availableMemory } from "node:process";
import { findGpu } from "#gpu";
import { createCpuDevice } from "../../device/cpu/device.js";
import { createWebgpuDevice } from "../../device/webgpu/device.js";
import { decidingLimits } from "../../device/webgpu/limits.js";
import { formatBytes } from "../../nn/memory.js";
import type { Flat } from "../../options/option.js";
import { grouped } from "../../report/format.js";
import { deviceName } from "../../train/devices.js";
import { CoppiceError } from "../../util/check.js";
import { version } from "../../util/version.js";
import { printChecks } from "../check-kernels.js";
import type { CommandSpec } from "../command.js";
import { JSON_OUT, turn } from "../options.js";
import { print, printJson } from "../terminal.js";

const EXAMPLES = `
Examples:
  coppice info
  coppice info --json
  coppice info --check

--check runs a training step of a small network on each device, a kernel at a time, and compares what each kernel writes with what
its twin in TypeScript makes of the same inputs, in 64 bits. The exit code is 1 if a kernel is wrong. See docs/debugging-a-kernel.md.
`;

const OPTIONS = { check: turn("compare a training step with the kernels' twins, kernel by kernel, on each device"), ...JSON_OUT };

/** `coppice info`: this machine. */
export const info: CommandSpec = {
  name: "info",
  about: "adapters, features and limits of this machine",
  options: { Options: OPTIONS },
  examples: EXAMPLES,
  async run({ check, json }: Flat<typeof OPTIONS>, { terminal }) {
    if (check) return printChecks(terminal, json);
    const platform = `${process.platform} ${process.arch}`;
    const document = { version, node: process.version, platform, webgpu: await webgpu(), cpu: await cpu() };
    if (json) await printJson(terminal, document);
    else print(terminal, ...lines(document));
  },
};

/** The adapter that training would use, or why there is none. */
async function webgpu() {
  try {
    const { adapter, release } = await findGpu({});
    const limits = decidingLimits(adapter.limits);
    const features = [...adapter.features].sort();
    release();
    const device = await createWebgpuDevice();
    const { info } = device;
    const result = { available: true as const, ...info, features, limits, name: deviceName(info) };
    await device.dispose();
    return result;
  } catch (error) {
    if (!(error instanceof CoppiceError)) throw error;
    return { available: false as const, reason: error.message };
  }
}

/** The processor, and the device that trains on it. */
async function cpu() {
  const device = createCpuDevice();
  const info = { ...device.info };
  await device.dispose();
  const processor = { model: cpus()[0]?.model ?? "unknown", cores: availableParallelism(), memoryBytes: availableMemory() };
  return { ...processor, device: info, name: deviceName(info) };
}

interface Description {
  readonly version: string;
  readonly node: string;
  readonly platform: string;
  readonly webgpu: Awaited<ReturnType<typeof webgpu>>;
  readonly cpu: Awaited<ReturnType<typeof cpu>>;
}

function lines({ node, platform, webgpu, cpu }: Description): string[] {
  const own = [
    `coppice ${version}, Node ${node}, ${platform}`,
    `processor: ${cpu.model}, ${cpu.cores} cores, ${formatBytes(cpu.memoryBytes)} of memory free`,
    cpu.name,
  ];
  if (!webgpu.available) return [...own, `webgpu: none (${webgpu.reason})`];
  const limits = Object.entries(webgpu.limits).map(([name, value]) => `  ${name.padEnd(36)}${grouped(value)}`);
  return [...own, webgpu.name, `  features: ${webgpu.features.join(", ") || "none"}`, ...limits];
}
