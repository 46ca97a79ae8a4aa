import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readStore } from "../../src/experiment/store/store.js";
import { doneBy, timeless, until, useQueue } from "./queue-programs.js";

const queue = useQueue();

/** Locks so short that a lost worker is noticed in a second or two. */
const HASTY = { COPPICE_QUEUE_LOCK_MS: "1000" };

/** Four runs, each long enough to be at work when something befalls. */
const LONG = { epochs: 120 };

const references = new Map<string, object[]>();

/** What a suite gives without a queue, run once. */
async function local(suite: string): Promise<object[]> {
  const text = readFileSync(suite, "utf8");
  if (!references.has(text)) {
    const program = queue.coppice(`experiment ${suite} --slots 2 --out ${queue.path("local")}`);
    expect(await program.ended, program.said()).toBe(0);
    references.set(text, timeless(queue.path("local")));
  }
  return references.get(text) ?? [];
}

test("two workers give a local run's results to the last digit, leave nothing on the server, and nobody repeats the password", async () => {
  const secret = "s3cret:w@rd";
  const { port } = await queue.redis(["--requirepass", secret]);
  const url = `redis://:${encodeURIComponent(secret)}@127.0.0.1:${port}/3`;
  const suite = queue.suite({ studies: ["main", "budget"], methods: ["set", "npset"], splits: 1 });
  const asker = queue.coppice(`experiment ${suite} --out ${queue.path("out")} --queue ${url}`);
  await asker.says(/no worker is on redis:\/\/:\*\*\*@127.*; start one with: coppice worker --queue redis:/);
  const workers = [
    queue.coppice(`worker --queue ${url} --slots 1`),
    queue.coppice(`worker --queue redis://127.0.0.1:${port}/3 --slots 1`, { COPPICE_QUEUE_PASSWORD: secret }),
  ];
  expect(await asker.ended, asker.said()).toBe(0);
  workers[0].kill("SIGINT");
  workers[1].kill("SIGTERM");
  expect(await Promise.all(workers.map(({ ended }) => ended))).toEqual([0, 0]);

  const runs = await local(suite);
  expect(runs.length).toBe(10);
  expect(timeless(queue.path("out"))).toEqual(runs);
  expect(asker.said()).toContain(`10 of 10 runs are done in ${queue.path("out")}`);
  expect(Object.values(doneBy(...workers))).toEqual(Array(10).fill(1));

  const client = queue.client(port, secret);
  await client.select(3);
  expect((await client.keys("*")).filter((key) => /^coppice:cpu:[0-9a-f]{64}/.test(key))).toEqual([]);
  const written = (readdirSync(queue.path("out"), { recursive: true }) as string[]).filter((name) => name.endsWith(".json"));
  const texts = [asker, ...workers].map((program) => program.said());
  texts.push(...written.map((name) => readFileSync(join(queue.path("out"), name), "utf8")));
  for (const text of texts) {
    expect(text).not.toContain(secret);
    expect(text).not.toContain(encodeURIComponent(secret));
  }
});

test("a worker that is killed at work loses no run, and none is counted twice", async () => {
  const { port } = await queue.redis();
  const client = queue.client(port);
  const suite = queue.suite(LONG);
  const url = `redis://127.0.0.1:${port}`;
  const asker = queue.coppice(`experiment ${suite} --out ${queue.path("out")} --queue ${url}`, HASTY);
  const victim = queue.coppice(`worker --queue ${url} --slots 2`, HASTY);
  await asker.says(/1\/4 main\//);
  await until(async () => (await client.llen("coppice:cpu:active")) === 2);
  victim.kill("SIGKILL");
  await victim.ended;
  const other = queue.coppice(`worker --queue ${url} --slots 1`, HASTY);
  expect(await asker.ended, asker.said()).toBe(0);
  expect(timeless(queue.path("out"))).toEqual(await local(suite));
  for (const count of Object.values(doneBy(victim, other))) expect(count).toBe(1);
  expect(Object.keys(doneBy(victim, other)).length).toBe(4);
  expect(asker.said().match(/^\d\/4 main/gm)).toEqual(["1/4 main", "2/4 main", "3/4 main", "4/4 main"]);
});

test("who asks may be killed: its runs go on, and the next one fetches them without any worker, and does none again", async () => {
  const { port } = await queue.redis();
  const client = queue.client(port);
  const suite = queue.suite(LONG);
  const words = `experiment ${suite} --out ${queue.path("out")} --queue redis://127.0.0.1:${port}`;
  const worker = queue.coppice(`worker --queue redis://127.0.0.1:${port} --slots 1`, HASTY);
  const first = queue.coppice(words, HASTY);
  await first.says(/1\/4 main\//);
  first.kill("SIGKILL");
  await worker.says(/(: done in [\s\S]*){4}/);
  await until(async () => (await client.zcard("coppice:cpu:completed")) >= 3);
  worker.kill("SIGINT");
  expect(await worker.ended).toBe(0);
  const second = queue.coppice(words, HASTY);
  expect(await second.ended, second.said()).toBe(0);
  expect(second.said()).toMatch(/^3 runs were done on the queue in the meantime\n.*all 4 runs are done or failed\n/m);
  expect(timeless(queue.path("out"))).toEqual(await local(suite));
  expect(Object.values(doneBy(worker))).toEqual([1, 1, 1, 1]);
});

test("a worker that is interrupted gives its run back, and whoever asks takes back what nobody has begun", async () => {
  const { port } = await queue.redis();
  const client = queue.client(port);
  const suite = queue.suite(LONG);
  const url = `redis://127.0.0.1:${port}`;
  const words = `experiment ${suite} --out ${queue.path("out")} --queue ${url}`;
  const asker = queue.coppice(words);
  const worker = queue.coppice(`worker --queue ${url} --slots 1`); // locks of a minute: nobody waits for them here
  await asker.says(/1\/4 main\//);
  await until(async () => (await client.llen("coppice:cpu:active")) === 1);
  worker.kill("SIGINT");
  expect(await worker.ended, worker.said()).toBe(0);
  expect(worker.said()).toMatch(/given back\n$/);
  const [waiting, active] = [await client.llen("coppice:cpu:wait"), await client.llen("coppice:cpu:active")];
  expect([waiting, active]).toEqual([3, 0]);

  const other = queue.coppice(`worker --queue ${url} --slots 1`);
  await asker.says(/2\/4 main\//);
  await until(async () => (await client.llen("coppice:cpu:active")) === 1);
  asker.kill("SIGINT");
  expect(await asker.ended).toBe(1);
  expect(asker.said()).toMatch(/coppice: interrupted: 2 of 4 runs are done in .*; 2 are left, .*go on with: coppice experiment/);
  expect(await client.llen("coppice:cpu:wait")).toBe(0);
  await until(async () => (await client.zcard("coppice:cpu:completed")) === 1);
  const again = queue.coppice(words);
  expect(await again.ended, again.said()).toBe(0);
  expect(again.said()).toMatch(/^1 run was done on the queue in the meantime\n.*1 of 4 runs are left/m);
  expect(Object.values(doneBy(worker, other))).toEqual([1, 1, 1, 1]);
  expect(timeless(queue.path("out"))).toEqual(await local(suite));
});

test("a run whose worker is lost three times is listed as failed", async () => {
  const { port } = await queue.redis();
  const suite = queue.suite({ epochs: 400, methods: ["dense"], splits: 1 });
  const url = `redis://127.0.0.1:${port}`;
  const asker = queue.coppice(`experiment ${suite} --out ${queue.path("out")} --queue ${url}`, HASTY);
  const client = queue.client(port);
  for (let lost = 0; lost < 3; lost++) {
    const worker = queue.coppice(`worker --queue ${url} --slots 1`, HASTY);
    if (lost === 0) await asker.says(/main +1 /); // from here on the job that is there is the run
    await until(async () => {
      const [id] = await client.lrange("coppice:cpu:active", 0, 0);
      return (
        id !== undefined &&
        Number(await client.hget(`coppice:cpu:${id}`, "stc")) === lost &&
        (await client.exists(`coppice:cpu:${id}:lock`)) === 1
      );
    });
    worker.kill("SIGKILL");
    await worker.ended;
  }
  queue.coppice(`worker --queue ${url} --slots 1`, HASTY);
  expect(await asker.ended, asker.said()).toBe(1);
  const reason = "its worker was lost 3 times (killed, out of memory, or cut off from the queue)";
  expect(asker.said()).toContain(`failed: main/digits/dense/0: ${reason}\n`);
  expect(asker.said()).toMatch(/0 of 1 runs are done in .*, 1 failed; try it again with: coppice experiment .* --retry\n$/);
  expect(readStore(queue.path("out")).failed).toMatchObject([{ key: "main/digits/dense/0", reason }]);
});
