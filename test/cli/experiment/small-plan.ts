import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { planSuite } from "../../../src/experiment/plan/plan-suite.js";
import { createExecutor } from "../../../src/experiment/run/execute.js";

/** A suite of small runs, the first of them, its job, and the true answer to it as JSON. */
export async function planSmall() {
  const place = mkdtempSync(join(tmpdir(), "coppice-"));
  const file = join(place, "small.json");
  const settings = { methods: ["set"], splits: 1, hidden: [12, 10], epsilon: 4, epochs: 2, lrs: [0.01, 0.05], decays: [0] };
  writeFileSync(file, JSON.stringify({ datasets: ["digits"], ...settings }));
  const plan = await planSuite({ suite: file, device: "cpu" });
  const run = plan.runs[0];
  const job = plan.jobOf(run, null);
  const executor = createExecutor({});
  const text = JSON.stringify(await executor.run(job));
  await executor.dispose();
  rmSync(place, { recursive: true });
  return { plan, run, job, text };
}

/** Lists in one another. */
export const deep = (depth: number): unknown => JSON.parse(`${"[".repeat(depth)}${"]".repeat(depth)}`);
