import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { perform } from "../../../bench/studies/generalization-2/perform.js";
import { writeStudy } from "../../../bench/studies/generalization-2/report.js";
import { runUnits } from "../../../bench/studies/generalization-2/run.js";
import { partsOf } from "../../../bench/studies/generalization-2/splits.js";
import { openStore, readStored } from "../../../bench/studies/generalization-2/store.js";
import { STUDY } from "../../../bench/studies/generalization-2/study.js";
import { unitsOf } from "../../../bench/studies/generalization-2/units.js";
import { createCpuDevice, type Dataset, digits, train } from "../../../src/api/index.js";
import { planFit } from "../../../src/fit/plan.js";

const TIME = { start: 0.1, epoch: 0.001 };
/** A stand-in: all arms on a few digits, with networks and times that take seconds. */
const SMALL = {
  ...STUDY,
  splits: 1,
  datasets: STUDY.datasets.filter(({ name }) => name === "digits"),
  most: { train: 80, test: 60 },
  hidden: [8],
  epsilon: 3,
  members: { all: 2, npset: 3, shared: 2 },
  epochs: { below: 0, few: 2, many: 4 },
  batch: { below: 0, few: 8, many: 16 },
  // a plan of made-up times, as no result of a test may go by the clock
  howToFit: (data: Dataset, seed: number) => ({
    plan: planFit(data, { device: "cpu", seed, members: 2, estimate: "none", budget: 5, timed: { network: TIME, linear: TIME } }),
  }),
};

it("every arm on a stand-in, and the report of it", async () => {
  const to = mkdtempSync(join(tmpdir(), "coppice-study-2-"));
  const units = unitsOf(SMALL, () => 0);
  await runUnits({ units, store: openStore(to), isOver: () => false, slots: [(unit, needed) => perform(SMALL, unit, needed)] });
  const stored = readStored(to);
  expect([stored.results.size, [...stored.failed.values()]]).toEqual([units.length, []]);
  const { npset, linear, blend } = stored.results.get("digits/0/blend")?.answers ?? {};
  const { shared } = stored.results.get("digits/0/shared")?.answers ?? {};
  expect(npset.alone).toHaveLength(3);
  expect(blend.parameters).toBe(npset.parameters + linear.parameters);
  // the first of its members is the network that train gives by itself
  const whole = partsOf(await digits(), SMALL, SMALL.seed);
  const device = createCpuDevice({ threads: 1 });
  const small = { method: "npset", hidden: [8], epsilon: 3, epochs: 4, batch: 16, seed: SMALL.seed } as const;
  const options = { ...small, lr: npset.tuned?.lr, optimizer: { decay: npset.tuned?.decay }, device, tune: "off" } as const;
  const model = await train({ train: whole.train }, options);
  expect((await model.evaluate(whole.test)).accuracy).toBe(npset.alone[0]);
  // and members that share weights answer together as one network of train
  const sharing = await train({ train: whole.train }, { ...options, members: 2, share: "weights" });
  expect((await sharing.evaluate(whole.test)).accuracy).toBe(shared.accuracy);
  expect(shared).toMatchObject({ members: 2, tuned: null });
  expect(shared.alone).toHaveLength(2);
  expect(shared.parameters).toBeLessThan(2 * npset.parameters);
  await device.dispose();
  writeStudy(SMALL, stored, to);
  const text = readFileSync(join(to, "report.md"), "utf8");
  expect(text).not.toContain("This report is of a part");
  expect(text).toContain("### Not decided: E1, E9a, E9b, E2, E3, E4, E5, E6, E7, E8");
  expect(text).toContain("Test accuracy against members");
  expect(text).not.toMatch(/undefined|NaN/);
  rmSync(to, { recursive: true });
});
