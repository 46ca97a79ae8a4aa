import { writeFileSync } from "node:fs";
import { afterAll, expect, test } from "vitest";
import { localSlot } from "../../src/cli/experiment/slots.js";
import { fitSlots } from "../../src/cli/fit-slots.js";
import { readDataset } from "../../src/data/read-dataset.js";
import { checkRequest } from "../../src/experiment/queue/check-job.js";
import { portableJob } from "../../src/experiment/queue/portable.js";
import type { LegJob } from "../../src/experiment/run/job.js";
import { checkLeg, type LegAnswer } from "../../src/experiment/run/leg-answer.js";
import type { Slot } from "../../src/experiment/run/slot.js";
import { hashData } from "../../src/files/data-hash.js";
import { fit as findModel } from "../../src/fit/fit.js";
import { memoryStore } from "../../src/fit/store.js";
import { encodeCheckpoint } from "../../src/io/formats/checkpoint/checkpoint.js";
import { smallPlan, table } from "../fit/tables.js";
import { useFolder } from "./harness.js";

// Trainings of a fit on slots: in this process, but by way of JSON and in any order, as on a queue.

const folder = useFolder();
const here = localSlot({}, []);
afterAll(() => here.stop());

const overJson = <T>(value: T): T => JSON.parse(JSON.stringify(value));

/** A table in a file, what is read of it, and what slots are told. */
async function prepare() {
  const { x, y, samples, features, classes } = table({ samples: 24, features: 8 });
  const row = (i: number) => [...x.subarray(i * features, (i + 1) * features), classes[y[i]]].join(",");
  const bytes = new TextEncoder().encode(Array.from({ length: samples }, (_, i) => `${row(i)}\n`).join(""));
  const path = folder.path("my table.csv");
  writeFileSync(path, bytes);
  const data = await readDataset([{ name: path, bytes }], { label: 8, header: false });
  const values = { data: path, label: 8, header: false };
  return { data, source: { values, sha256: hashData([data]), samples, device: "cpu" as const } };
}

test("any number of slots, in any order of answers, and a fit that goes on with others end with the same bits", async () => {
  const { data, source } = await prepare();
  const plan = smallPlan(data, { outer: { folds: 2, repeats: 1 }, folds: 2 });
  const alone = await findModel(data, { plan });
  const jobs: LegJob[] = [];
  const slotOf = (_: unknown, i: number): Slot => ({
    ...here,
    async leg(job) {
      jobs.push(job);
      if (i === 1) await new Promise((resolve) => setTimeout(resolve, 3));
      return overJson(await here.leg(overJson(job)));
    },
  });
  const store = memoryStore();
  const three = fitSlots([0, 1, 2].map(slotOf), source);
  let left = 20;
  const broken = {
    ...three,
    train: (leg: Parameters<typeof three.train>[0]) => (left-- > 0 ? three.train(leg) : Promise.reject(new Error("lost"))),
  };
  await expect(findModel(data, { plan, store, slots: broken })).rejects.toThrow("lost");
  const made = jobs.length;
  expect(made).toBe(20);
  const result = await findModel(data, { plan, store, slots: fitSlots([slotOf(0, 0)], source) });
  const bits = ({ model, linear }: typeof alone) => [model, linear].map(({ training: _, ...rest }) => encodeCheckpoint(rest)); // training has seconds
  expect(bits(result)).toEqual(bits(alone));
  expect(result.estimate).toEqual(alone.estimate);
  const tasks = jobs.map(({ task: { key, until } }) => `${key} ${until}`);
  expect(new Set(tasks).size).toBe(tasks.length); // none twice
  expect(jobs.some(({ labels }) => labels)).toBe(true);
  expect(jobs.some(({ from }) => from)).toBe(true);

  const [job] = jobs.filter(({ from }) => from);
  const request = { kind: "leg", job: overJson(portableJob(job)) };
  expect(checkRequest(request, "cpu")).toEqual(request);
  const refused = (change: (job: Record<string, never>) => void, message: RegExp) => {
    const wrong = overJson(request);
    change(wrong.job as never);
    expect(() => checkRequest(wrong, "cpu")).toThrow(message);
  };
  refused((one) => Object.assign(one.task, { key: "../../x y" }), /a name of a training/);
  refused((one) => Object.assign(one.task, { until: 0 }), /until/);
  refused((one) => Object.assign(one.task, { options: { device: "webgpu" } }), /option: "device" is unknown/);
  refused((one) => Object.assign(one.split, { train: [1, 1] }), /a sample is listed twice/);
  refused((one) => Object.assign(one, { labels: [1] }), /labels: are not as many as samples/);
  refused((one) => Object.assign(one.data, { data: 5 }), /data/);

  const answer = overJson((await here.leg(job)) as LegAnswer);
  const heldOut = job.split.test.length;
  const from = job.task.until / 2.5;
  expect(checkLeg(answer, job.task, from, heldOut)?.stops.length).toBeGreaterThan(0);
  expect(checkLeg(null, job.task, from, heldOut)).toBeNull();
  for (const one of [job, jobs.find(({ task }) => task.stop === null) as LegJob]) {
    const diverging = { ...one.task, options: { ...one.task.options, lr: 1e30 } };
    expect(await here.leg({ ...one, task: diverging, from: null })).toBeNull(); // the last training, too
  }
  const wrongs: [unknown, RegExp][] = [
    [5, /not what was asked for/],
    [{ ...answer, stops: [] }, /its stops are not/],
    [{ ...answer, stops: answer?.stops.map((stop) => ({ ...stop, said: ["2"] })) }, /said/],
    [{ ...answer, stops: answer?.stops.map((stop) => ({ ...stop, said: [0.5] })) }, /not of \d+ samples/],
    [{ ...answer, state: "AAAA" }, /./],
  ];
  for (const [wrong, message] of wrongs) expect(() => checkLeg(wrong, job.task, from, heldOut)).toThrow(message);
});

test("slots refuse data that are not those of the plan", async () => {
  const { data, source } = await prepare();
  const slots = fitSlots([here], { ...source, sha256: "0".repeat(64) });
  await expect(findModel(data, { plan: smallPlan(data), slots })).rejects.toThrow(/has sha256 .*, the run was planned on 000/);
});
