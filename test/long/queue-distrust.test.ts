import { readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { Queue, Worker } from "bullmq";
import { expect, test } from "vitest";
import { planSuite } from "../../src/experiment/plan/plan-suite.js";
import { closed } from "../../src/experiment/queue/connect.js";
import { portableJob } from "../../src/experiment/queue/portable.js";
import { readStore } from "../../src/experiment/store/store.js";
import { until, useQueue } from "./queue-programs.js";

// A server, a worker and somebody who asks that are not to be trusted. Without a server: test/cli/experiment/distrust.test.ts.

const queue = useQueue();
const HASTY = { COPPICE_QUEUE_LOCK_MS: "1000" };

test("wrong answers are failed runs, and nothing is written elsewhere", async () => {
  const { port } = await queue.redis();
  const client = queue.client(port);
  const suite = queue.suite({ methods: ["dense"], splits: 3 });
  writeFileSync(queue.path("package.json"), "mine");
  const url = `redis://127.0.0.1:${port}`;
  const timing = { msPerStep: 1, msPerEvaluatedSample: 1, msPerEvolution: 1, msSetup: 1 };
  const wrong = [{ key: "../../../package" }, null, "x".repeat(2 ** 22)];
  const liar = new Worker("cpu", async ({ data }) => (data.kind === "time" ? timing : wrong.pop()), {
    connection: client,
    prefix: "coppice",
  });
  const asker = queue.coppice(`experiment ${suite} --out ${queue.path("out")} --queue ${url}`, HASTY);
  expect(await asker.ended, asker.said()).toBe(1);
  await closed(liar.close());
  const { failed, results } = readStore(queue.path("out"));
  expect(results).toEqual([]);
  for (const { reason } of failed) expect(reason).toMatch(/^the answer is not what was asked for: /);
  expect(failed.length).toBe(3);
  expect(readFileSync(queue.path("package.json"), "utf8")).toBe("mine");
  expect(readdirSync(queue.path("")).sort()).toEqual(["out", "package.json", "tiny.json"]);
  const worker = queue.coppice(`worker --queue ${url} --slots 1`, HASTY);
  const again = queue.coppice(`experiment ${suite} --out ${queue.path("out")} --queue ${url} --retry`, HASTY);
  expect(await again.ended, again.said()).toBe(0);
  worker.kill("SIGINT");
  expect(await worker.ended).toBe(0);
});

test("jobs that nobody planned are failed, read nothing outside the data's folders, and the worker goes on", async () => {
  const { port } = await queue.redis();
  const client = queue.client(port);
  const url = `redis://127.0.0.1:${port}`;
  queue.table("data");
  const suite = queue.suite({ datasets: [{ data: "data/mine.csv", header: false }], splits: 1, methods: ["dense"], folds: 1 });
  const asker = queue.coppice(`experiment ${suite} --out ${queue.path("out")} --queue ${url} --minutes 0.05`, HASTY);
  expect(await asker.ended, asker.said()).toBe(0);
  expect(asker.said()).toMatch(/the time was over .*\n0 of 1 runs are done in .*; 1 are left: go on with: coppice experiment/);
  const jobs = new Queue("cpu", { connection: client, prefix: "coppice" });
  const plan = await planSuite({ suite, device: "cpu", folder: queue.path("data") });
  const request = JSON.parse(JSON.stringify({ kind: "run", job: portableJob(plan.jobOf(plan.runs[0], null)) }));

  writeFileSync(queue.path("secret.csv"), "s3cret,t0ken\n1,2\n");
  symlinkSync(queue.path("secret.csv"), queue.path("data/link.csv"));
  const of = (data: string, read = {}) => ({ ...request, job: { ...request.job, data: { ...request.job.data, data, read } } });
  const worker = queue.coppice(`worker --queue ${url} --slots 1`, { ...HASTY, COPPICE_DATA: queue.path("data") });
  for (const data of [null, 1, {}, { kind: "run", job: { task: { key: "../../x" } } }]) await jobs.add("x", data as object);
  await until(async () => (await jobs.getFailedCount()) === 4);
  for (const name of ["secret.csv", "../secret.csv", queue.path("secret.csv"), "link.csv"]) await jobs.add("x", of(name));
  await jobs.add("x", of("mine.csv", { label: "s3cret" }));
  await until(() => (worker.said().match(/refused: /g) ?? []).length >= 5);
  for (const job of await jobs.getDelayed()) expect(JSON.stringify(job.progress)).not.toMatch(/s3cret|t0ken/);
  expect(worker.said()).not.toMatch(/t0ken/);
  expect(worker.said()).toMatch(/link.csv is not in the folders of data/);
  await jobs.obliterate({ force: true });
  const again = queue.coppice(`experiment ${suite} --out ${queue.path("out")} --queue ${url}`, HASTY);
  expect(await again.ended, again.said()).toBe(0);
  worker.kill("SIGTERM");
  expect(await worker.ended, worker.said()).toBe(0);
  await jobs.close();
});

test("no form of a password reaches what is said, or the list of processes", async () => {
  const secret = "Qx7 @/:?#%zz";
  const coded = encodeURIComponent(secret);
  const { port } = await queue.redis(["--requirepass", "other"]);
  for (const [url, env] of [
    [`redis://:${coded}@127.0.0.1:${port}`, {}],
    [`redis://default:${coded}@127.0.0.1:${port}/0`, {}],
    [`rediss://default:${coded}@127.0.0.1:${port}`, {}],
    [`redis://127.0.0.1:${port}?password=${coded}`, {}],
    [`redis://default:12/${coded}@127.0.0.1:${port}`, {}],
    [`redis://default@127.0.0.1:${port}`, { COPPICE_QUEUE_PASSWORD: secret }],
  ] as const) {
    const program = queue.coppice(`worker --queue ${url}`, env);
    expect(await program.ended, program.said()).toBeGreaterThan(0);
    expect(program.said(), url).not.toMatch(/Qx7/);
  }
  for (const words of [
    `redis://:${coded}@h`,
    `worker redis://:${coded}@h`,
    `worker --que=redis://u:${coded}@h`,
    `experiment redis://:${coded}@h`,
  ]) {
    const program = queue.coppice(words);
    expect(await program.ended, program.said()).toBe(2);
    expect(program.said(), words).not.toMatch(/Qx7/);
  }
  const worker = queue.coppice(`worker --queue redis://default:other@127.0.0.1:${port} --slots 1`);
  await worker.says(/taking runs/);
  expect(readFileSync(`/proc/${worker.pid}/cmdline`, "utf8")).not.toContain("other");
  worker.kill("SIGINT");
  expect(await worker.ended).toBe(0);
});
