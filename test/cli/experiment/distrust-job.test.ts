import { existsSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { suiteConfig } from "../../../src/experiment/plan/check-config.js";
import { STUDIES } from "../../../src/experiment/plan/studies.js";
import { checkRequest } from "../../../src/experiment/queue/check-job.js";
import { localJob, portableJob } from "../../../src/experiment/queue/portable.js";
import { createExecutor } from "../../../src/experiment/run/execute.js";
import { type Job, Refusal } from "../../../src/experiment/run/job.js";
import { CoppiceError } from "../../../src/util/check.js";
import { useFolder } from "../harness.js";
import { deep, planSmall } from "./small-plan.js";

// Jobs that a worker is sent may be anything: they are checked before any work.

const folder = useFolder();
const { job } = await planSmall();
const sent = () => JSON.parse(JSON.stringify({ kind: "run", job: portableJob(job) }));

describe("a job", () => {
  test("that was planned is taken as it is, of another version refused", () => {
    expect(checkRequest(sent(), "cpu")).toEqual(sent());
    const other = sent();
    other.job.origin.version = "0.0.7";
    other.job.task = "of another form";
    expect(() => checkRequest(other, "cpu")).toThrow(Refusal);
  });

  test("of any study is taken", () => {
    const { methods } = suiteConfig({ datasets: ["digits"] }, "all", "all");
    for (const { variants } of Object.values(STUDIES)) {
      for (const { train } of variants(methods, 40)) {
        const request = sent();
        Object.assign(request.job.task.train, train);
        expect(() => checkRequest(request, "cpu")).not.toThrow();
      }
    }
  });

  const change = (edit: (request: ReturnType<typeof sent>) => void) => {
    const request = sent();
    edit(request);
    return () => checkRequest(request, "cpu");
  };
  const outcome = (run: () => unknown) => {
    try {
      return run();
    } catch (error) {
      return error;
    }
  };
  test.each<[string, Parameters<typeof change>[0]]>([
    ["kind", (request) => Object.assign(request, { kind: "read" })],
    ["device", ({ job: its }) => Object.assign(its, { device: "webgpu" })],
    ["key", ({ job: its }) => Object.assign(its.task, { key: "\u001b[2J" })],
    [
      "variant",
      ({ job: its }) => Object.assign(its.task, { key: "main/digits/set:..//0", run: { ...its.task.run, variant: "../" } }),
    ],
    ["dataset", ({ job: its }) => Object.assign(its.data, { name: "mine" })],
    ["option", ({ job: its }) => Object.assign(its.task.train, { memoryBytes: 2 ** 50 })],
    ["option", ({ job: its }) => Object.assign(its.task.train, { resume: {} })],
    ["option", ({ job: its }) => Object.defineProperty(its.task.train, "__proto__", { value: {}, enumerable: true })],
    ["epochs", ({ job: its }) => Object.assign(its.task.train, { epochs: 1e12 })],
    ["folds", ({ job: its }) => Object.assign(its.task.grid, { folds: 1e9 })],
    ["lrs", ({ job: its }) => Object.assign(its.task.grid, { lrs: ["x"] })],
    ["split.train", ({ job: its }) => its.split.train.push(its.split.train[0])],
    ["split.test", ({ job: its }) => Object.assign(its.split, { test: [-1] })],
    ["key of a dataset", ({ job: its }) => Object.assign(its.data.read, { out: "x" })],
    ["data", ({ job: its }) => Object.assign(its.data, { data: 7 })],
    ["sha256", ({ job: its }) => Object.assign(its.origin.data, { sha256: null })],
    ["too deeply", ({ job: its }) => Object.assign(its, { more: deep(100_000) })],
    ["bytes of JSON", ({ job: its }) => Object.assign(its, { more: "x".repeat(2 ** 26) })],
  ])("whose %s is wrong is failed", (message, edit) => {
    const error = outcome(change(edit));
    expect(error).toBeInstanceOf(CoppiceError);
    expect(error).not.toBeInstanceOf(Refusal);
    expect(error).toMatchObject({ message: expect.stringContaining(message) });
  });

  test.each([undefined, null, 0, "", [], {}, { kind: "run" }, { job: null }].map((value) => [value]))(
    "that is %j is failed",
    (value) => {
      expect(() => checkRequest(value, "cpu")).toThrow(CoppiceError);
    },
  );

  /** The job on a file of this name, as a worker takes it. */
  const reading = async (data: string, read = {}) => {
    const asked: Job = { ...sent().job, data: { ...sent().job.data, data, read } };
    const executor = createExecutor({ COPPICE_DATA: folder.path("data") });
    try {
      await executor.run(localJob(asked, { COPPICE_DATA: folder.path("data") }));
    } catch (error) {
      return error as Refusal;
    } finally {
      await executor.dispose();
    }
    return expect.fail("it was read");
  };

  test("reads files in the folders of data alone, and repeats nothing of what is in them", async () => {
    const secret = "s3cret,t0ken\n1,2\nx,y\n";
    mkdirSync(folder.path("data/sub"), { recursive: true });
    writeFileSync(folder.path("secret.csv"), secret);
    writeFileSync(folder.path("data/own.csv"), secret);
    symlinkSync(folder.path("secret.csv"), folder.path("data/link.csv"));
    symlinkSync(folder.path("secret.csv"), folder.path("data/set.mat"));
    symlinkSync(folder.path(), folder.path("data/out"));
    writeFileSync(folder.path("data/train-images-idx3-ubyte"), "");
    symlinkSync(folder.path("secret.csv"), folder.path("data/train-labels-idx1-ubyte"));
    const names = ["link.csv", "set", "train-images-idx3-ubyte", "package.json", "../secret.csv", folder.path("secret.csv")];
    for (const name of [...names, "out/secret.csv", "..", ".", "", "secret.csv,own.csv"]) {
      const refusal = await reading(name);
      expect(refusal, name).toBeInstanceOf(Refusal);
      expect(refusal.told + refusal.message, name).not.toMatch(/s3cret|t0ken/);
      expect(refusal.message, name).toMatch(/there is no file|is not in the folders of data|is a folder/);
    }
    expect(existsSync("package.json")).toBe(true);
    expect((await reading("own.csv", { labels: "link.csv" })).message).toContain("is not in the folders of data");
    for (const read of [{}, { label: "s3cret" }, { label: "none" }, { header: false }, { ignore: ["zzz"] }]) {
      const { told, message } = await reading("own.csv", read);
      expect(told).not.toMatch(/s3cret|t0ken|[0-9a-f]{64} *$/);
      expect(message).not.toBe(told); // who runs the worker is told more
    }
  });

  test("that would take more memory than there is is failed before it is made", async () => {
    const executor = createExecutor({});
    const train = { ...job.task.train, method: "dense", hidden: [2e9, 2e9] } as const;
    await expect(executor.run({ ...job, task: { ...job.task, train } })).rejects.toThrow(/takes .* may be used/);
    await expect(executor.time({ ...job, task: { ...job.task, train } })).rejects.toThrow(/takes .* may be used/);
    await executor.dispose();
  });
});
