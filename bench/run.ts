import { createWebgpuDevice } from "../src/device/webgpu/device.js";
import { checkOneOf } from "../src/util/check.js";
import { type BenchCase, measure } from "./harness.js";

const files = import.meta.glob<{ cases: readonly BenchCase[] }>("./kernels/*.ts", { eager: true });
const benches = Object.fromEntries(Object.entries(files).map(([path, file]) => [path.slice(10, -3), file.cases]));

/** Benches the named kernels (all when none is named) and prints a table. Throws when a result differs from the CPU twin's. */
export async function run(names: readonly string[]): Promise<void> {
  for (const name of names) checkOneOf(name, Object.keys(benches), "bench");
  const device = await createWebgpuDevice();
  const { vendor, architecture, description, software } = device.info;
  console.log(
    `adapter: ${[vendor, architecture, description].filter(Boolean).join(", ")}${software ? " (software adapter: its times say little about a GPU)" : ""}`,
  );
  console.log(
    `${"kernel".padEnd(14)}${"case".padEnd(44)}${"min ms".padStart(10)}${"median ms".padStart(11)}${"GFLOP/s".padStart(10)}${"GB/s".padStart(8)}`,
  );
  for (const name of names.length > 0 ? names : Object.keys(benches)) {
    for (const benchCase of benches[name]) {
      const { minMs, medianMs, flop, bytes } = await measure(device, benchCase);
      const rate = (amount: number, width: number) => (amount / minMs / 1e6).toFixed(2).padStart(width);
      console.log(
        name.padEnd(14) +
          benchCase.label.padEnd(44) +
          minMs.toFixed(3).padStart(10) +
          medianMs.toFixed(3).padStart(11) +
          rate(flop, 10) +
          rate(bytes, 8),
      );
    }
  }
  await device.dispose();
}
