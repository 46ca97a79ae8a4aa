import { writeFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { startBudget } from "../../bench/budget.js";
import { createOffspring } from "../../bench/node/offspring.js";
import type { LeftOut, Row } from "../../bench/record.js";
import { runEvolve } from "../../bench/suites/evolve.js";
import { runScale } from "../../bench/suites/scale.js";
import { runStep } from "../../bench/suites/step.js";
import { createBench, type Offspring } from "../../bench/suites/suite.js";
import { createCpuDevice } from "../../src/device/cpu/device.js";
import type { Device } from "../../src/device/device.js";
import { useFolder } from "../cli/harness.js";

const folder = useFolder();
const cpu = createCpuDevice();
/** The CPU device under the name of a GPU: beside one, suites measure the CPU in children. */
const device: Device = { ...cpu, info: { ...cpu.info, kind: "webgpu" } };

/** `coppice bench` as a program of one's own. */
function program(text: string): Offspring {
  writeFileSync(folder.path("program.mjs"), text);
  return createOffspring(folder.path("program.mjs"));
}

const killed = `process.stderr.write("  step: 3 ms\\n", () => process.kill(process.pid, "SIGKILL"));\nsetInterval(() => {}, 1000);`;

describe("a child process that ends without a result", () => {
  it.each([
    [{ suite: "step", run: runStep, only: ["cpu", "a"] }, ["coppice cpu sparse and dense"]],
    [{ suite: "evolve", run: runEvolve, only: ["cpu"] }, ["all layers: evolution"]],
    [{ suite: "scale", run: runScale, only: [] }, ["million neurons", "million neurons"]],
  ] as const)("is left out of %o, with the reason, and the suite goes on", async ({ suite, run, only }, names) => {
    const [rows, leftOut]: [Row[], LeftOut[]] = [[], []];
    // no time for anything but children, which have their own budgets
    const parts = { mode: "full", roofline: null, candidates: false, budget: startBudget(suite === "scale" ? 0 : 60) } as const;
    const bench = createBench(
      { ...parts, suite, device, only, offspring: program(killed), peers: null, peakBytes: null },
      { row: (row) => void rows.push(row), leftOut: (cell) => void leftOut.push(cell), memory: () => {} },
    );
    await run(bench);
    expect(rows).toEqual([]);
    const ended = leftOut.filter(({ reason }) => reason.includes("SIGKILL"));
    expect(ended.map(({ name }) => name)).toEqual(names);
    expect(ended[0].reason).toMatch(new RegExp(`^coppice bench ${suite} .*: ended by SIGKILL after "step: 3 ms"$`));
  });

  it("is told by its own last word where it has one", async () => {
    const refused = program(`process.stderr.write("progress\\ncoppice: no room\\n", () => process.exit(1));`);
    await expect(refused(["scale"])).rejects.toThrow("coppice bench scale: coppice: no room");
  });
});
