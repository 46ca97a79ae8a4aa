import { EventEmitter } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import type { PlannedSuite } from "../../../src/experiment/plan/plan-suite.js";
import type { PlannedRun } from "../../../src/experiment/plan/planned-runs.js";
import type { QueueLink } from "../../../src/experiment/queue/connect.js";
import { portableJob } from "../../../src/experiment/queue/portable.js";
import { remoteSlot } from "../../../src/experiment/queue/remote-slot.js";
import type { Job } from "../../../src/experiment/run/job.js";
import type { RunResult } from "../../../src/experiment/run/records.js";
import { schedule } from "../../../src/experiment/run/schedule.js";
import { openStore, readStore, sha256Json } from "../../../src/experiment/store/store.js";
import { CoppiceError } from "../../../src/util/check.js";
import { type Json, jsonMutation, mutateJson } from "../../fuzz/grammar/json.js";
import { numRuns } from "../../matrix.js";
import { useFolder } from "../harness.js";
import { deep, planSmall } from "./small-plan.js";

// Whoever can write to a queue's server can put anything there: answers that no worker gave, jobs that nobody planned.

const folder = useFolder();
let plan: PlannedSuite;
let run: PlannedRun;
let job: Job;
let text: string; // of a true answer
const answer = () => JSON.parse(text);

beforeAll(async () => {
  ({ plan, run, job, text } = await planSmall());
});

/** An object with a field of an object or list within it changed. */
function changed(path: string, value: unknown): Json {
  const whole = answer();
  const names = path.split(".");
  const last = names.pop() as string;
  const at = names.reduce((inner, name) => inner[name], whole);
  Object.defineProperty(at, last, { value, enumerable: true, configurable: true, writable: true });
  return whole;
}

describe("an answer", () => {
  test("that is true is taken as it is", () => {
    expect(plan.checked(run, job, answer())).toEqual(answer());
  });

  test.each<[string, unknown, string]>([
    ["key", "../../../package", "is not that of its run"],
    ["key", "main/digits/dense/0", "is not that of its run"],
    ["run", { study: "main", dataset: "../../../package", method: "set", variant: "", split: 0 }, "is not that of its run"],
    ["run.split", 7, "is not that of its run"],
    ["config", "0", "config"],
    ["version", "9.9.9", "version"],
    ["command", "rm -rf .", "command"],
    ["seed", 99, "seed"],
    ["plan.device", "webgpu", "plan.device"],
    ["data.sha256", "0", "data"],
    ["data.classes", ["a"], "data"],
    ["data.testSamples", 3, "data"],
    ["options.lr", 0.5, "options"],
    ["options.hidden", [9], "options"],
    ["tuning", null, "tuning"],
    ["tuning.lr", 0.7, "tuning"],
    ["tuning.trials", [], "tuning.trials"],
    ["correct", "1", "correct"],
    ["correct", "2", "correct"],
    ["final.testAccuracy", 0.123, "final.testAccuracy"],
    ["final.testBalancedAccuracy", 7, "final.testBalancedAccuracy"],
    ["final.testLoss", "NaN", "final.testLoss"],
    ["floor", -1, "floor"],
    ["curves.nnz", [1], "curves"],
    ["neurons.initial", [1, 2, 3, 4], "neurons.initial"],
    ["removedAfter", [{ score: "s", order: "o", fractions: [0], values: [1] }], "removedAfter"],
    ["__proto__", { key: "x" }, "field"],
    ["more", 1, "field"],
    ["seconds", null, "seconds"],
  ])("whose %s is %j is none", (path, value, message) => {
    const wrong = changed(path, value);
    expect(() => plan.checked(run, job, wrong)).toThrow(CoppiceError);
    expect(() => plan.checked(run, job, wrong)).toThrow(message);
  });

  test("that is too deep or too long is none", () => {
    expect(() => plan.checked(run, job, changed("plan.more", deep(100_000)))).toThrow("too deeply");
    expect(() => plan.checked(run, job, changed("plan.more", "x".repeat(2 ** 22)))).toThrow("bytes of JSON, expected at most");
  });

  test.each([null, 0, "", [], {}, [[]], true].map((value) => [value]))("that is %j is none", (value) => {
    expect(() => plan.checked(run, job, value)).toThrow(CoppiceError);
  });

  test("changed anywhere is a CoppiceError, or a result of the same run that can be read again", () => {
    fc.assert(
      fc.property(jsonMutation, (mutation) => {
        const wrong = mutateJson(answer(), mutation);
        try {
          expect(plan.checked(run, job, wrong).key).toBe(run.task.key);
        } catch (error) {
          if (!(error instanceof CoppiceError)) throw error;
          expect(error.message.length).toBeLessThan(600);
        }
      }),
      numRuns(300),
    );
  });

  test("that is wrong is a failed run, in a folder that stays good; no other file is touched", async () => {
    writeFileSync(folder.path("package.json"), "mine");
    const out = folder.path("a/b/out");
    const store = openStore(out, plan.suite, "cpu");
    store.open(plan.splits);
    const wrong = { ...answer(), key: "../../../../package", run: { ...answer().run } } as RunResult;
    let forgotten = 0;
    const none = async () => expect.fail();
    const slot = { run: async () => wrong, time: none, leg: none, stop: async () => {}, stored: () => forgotten++ };
    await schedule([run], {
      slots: [slot],
      jobOf: plan.jobOf,
      checked: plan.checked,
      resultOf: store.result,
      failureOf: store.failure,
      onResult: (_, result) => store.addResult(result),
      onFailure: (_, failed) => store.addFailure(failed),
      isOver: () => false,
    });
    store.close();
    expect(readFileSync(folder.path("package.json"), "utf8")).toBe("mine");
    expect(readStore(out).failed).toMatchObject([{ key: run.task.key, reason: expect.stringContaining("key") }]);
    expect(forgotten).toBe(1);
    for (const key of ["../../../../package", "/etc/passwd", "main/../../x", "main/.x", "a\\b", "main", "", "main//0"])
      expect(() => store.addResult({ ...wrong, key })).toThrow("is no key of a run");
  });
});

/** A link to a queue whose server answers as it likes. */
function linkTo(finished: () => [number, string?], status = "ready") {
  const events = new EventEmitter();
  const told: string[] = [];
  class QueueEvents {
    on = (name: string, listen: (...args: unknown[]) => void) => events.on(name, listen);
    close = async () => {};
  }
  const queue = {
    name: "cpu",
    getBackend: () => ({ isFinished: async () => finished() }),
    remove: async () => 1,
    add: async () => {},
  };
  const link = {
    queue,
    bullmq: { QueueEvents },
    options: {},
    redis: { status },
    shown: "redis://host",
    lockMs: 100,
    line: (line: string) => line,
    tell: (line: string) => void told.push(line),
    onError: (error: Error) => void told.push(String(error)),
    workers: () => (status === "ready" ? Promise.resolve(0) : new Promise<number>(() => {})),
    close: async () => {},
  } as unknown as QueueLink;
  return { link, events, told };
}

describe("a queue", () => {
  test.each(["{", "", "undefined", '{"a":'])("whose answer is no JSON (%j) fails the run", async (value) => {
    const slot = remoteSlot(linkTo(() => [1, value]).link, () => false, "");
    await expect(slot.run(job)).rejects.toThrow("the answer is not what was asked for: is not JSON");
    await expect(slot.finished(job)).rejects.toThrow(CoppiceError);
    await slot.close();
  });

  test("whose timings are wrong says so, and takes no more of them than there is", async () => {
    const time = (value: unknown) => remoteSlot(linkTo(() => [1, JSON.stringify(value)]).link, () => false, "").time(job);
    const timing = { msPerStep: 1, msPerEvaluatedSample: 2, msPerEvolution: 0, msSetup: 3 };
    expect(await time({ ...timing, more: 1 })).toEqual(timing);
    for (const wrong of [null, {}, { ...timing, msSetup: -1 }, { ...timing, msPerStep: "1" }, { ...timing, msPerStep: null }])
      await expect(time(wrong)).rejects.toThrow(`${run.task.key}: timing: ms`.slice(0, -2));
  });

  test("that tells anything of how a job goes disturbs nothing", async () => {
    const { link, events, told } = linkTo(() => [0]);
    const slot = remoteSlot(link, () => false, "");
    const trainings: number[][] = [];
    const ended = slot.run(job, (...training) => void trainings.push(training)).catch(() => {});
    const jobId = sha256Json({ kind: "run", job: portableJob(job) });
    for (const data of [null, 0, "x", [], { training: 1 }, { training: ["a", 2] }, { training: [3, 2] }, { training: [1, 0] }])
      events.emit("progress", { jobId, data });
    for (const refused of [null, 1, {}, { worker: 1, reason: "r" }]) events.emit("progress", { jobId, data: { refused } });
    events.emit("progress", { jobId, data: { training: [1, 2] } });
    for (let i = 0; i < 1000; i++) events.emit("progress", { jobId, data: { refused: { worker: "w", reason: `r${i}` } } });
    expect(trainings).toEqual([[1, 2]]);
    expect(told.length).toBe(200);
    await slot.stop();
    await ended;
    await slot.close();
  });

  test.each(["ready", "reconnecting"])("is not waited for when the time is over (%s)", async (status) => {
    let over = false;
    const slot = remoteSlot(linkTo(() => [0], status).link, () => over, "");
    const waits = [slot.waitForWorkers(), slot.run(job), slot.time(job)];
    const ends = Promise.allSettled(waits);
    await new Promise((resolve) => setTimeout(resolve, 50));
    over = true;
    const outcomes = await ends;
    expect(outcomes.map((outcome) => (outcome.status === "fulfilled" ? outcome.value : String(outcome.reason)))).toEqual([
      0,
      "Error: the time is over",
      "Error: the time is over",
    ]);
    await slot.close();
  });
});
