import { readFileSync, writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import { readDataset } from "../../src/data/read-dataset.js";
import { decodeCheckpoint, encodeCheckpoint } from "../../src/io/formats/checkpoint/checkpoint.js";
import { smallPlan } from "../fit/tables.js";
import { doneBy, until, useQueue } from "./queue-programs.js";

const queue = useQueue();
const HASTY = { COPPICE_QUEUE_LOCK_MS: "1000" };

/** The models of a fit, without what a clock said of their training. */
const bitsOf = (out: string) =>
  ["model", "linear"].map((name) => {
    const { training: _, ...model } = decodeCheckpoint(readFileSync(`${out}/${name}.safetensors`));
    return encodeCheckpoint(model);
  });

test("a fit on a queue ends with the model of one process, though a worker and the one who asks are killed", async () => {
  const { port } = await queue.redis();
  const client = queue.client(port);
  const url = `redis://127.0.0.1:${port}`;
  queue.table("data");
  const [data, plan] = [queue.path("data/mine.csv"), queue.path("plan.json")];
  const read = await readDataset([{ name: "mine.csv", bytes: readFileSync(data) }], { header: false });
  writeFileSync(plan, JSON.stringify(smallPlan(read, { outer: { folds: 2, repeats: 1 }, estimate: "quick", folds: 2 })));
  const words = `fit --data ${data} --no-header`;
  const local = queue.coppice(`${words} --plan ${plan} --out ${queue.path("local")}`);
  expect(await local.ended, local.said()).toBe(0);

  const env = { ...HASTY, COPPICE_DATA: queue.path("data") };
  const asker = queue.coppice(`${words} --plan ${plan} --out ${queue.path("out")} --queue ${url}`, HASTY);
  await asker.says(/no worker is on redis:\/\/127.*; start one with: coppice worker --queue redis:/);
  const victim = queue.coppice(`worker --queue ${url} --slots 2`, env);
  await victim.says(/(done in [\s\S]*){3}/);
  victim.kill("SIGKILL");
  await victim.ended;
  const other = queue.coppice(`worker --queue ${url} --slots 2`, env);
  await other.says(/(done in [\s\S]*){3}/);
  asker.kill("SIGKILL");
  await asker.ended;
  const again = queue.coppice(`${words} --out ${queue.path("out")} --resume --queue ${url} --slots 5`, HASTY);
  expect(await again.ended, again.said()).toBe(0);
  expect(bitsOf(queue.path("out"))).toEqual(bitsOf(queue.path("local")));
  const estimateOf = (out: string) => JSON.parse(readFileSync(queue.path(`${out}/result.json`), "utf8")).estimate;
  expect(estimateOf("out")).toEqual(estimateOf("local"));
  expect(Object.keys(doneBy(victim, other)).length).toBeGreaterThan(20);
  await until(async () => (await client.keys("coppice:cpu:*")).every((key) => !/[0-9a-f]{64}/.test(key)));

  other.kill("SIGINT");
  expect(await other.ended).toBe(0);

  queue.table("same");
  writeFileSync(queue.path("data/mine.csv"), "1,2,3,4,0\n2,3,4,5,1\n"); // a worker with other data refuses
  const stranger = queue.coppice(`worker --queue ${url} --slots 1`, env);
  const refused = queue.coppice(
    `fit --data ${queue.path("same/mine.csv")} --no-header --plan ${plan} --out ${queue.path("refused")} --queue ${url}`,
    HASTY,
  );
  await refused.says(/worker \S+ refuses runs, which wait for another: dataset mine\.csv there is another/);
  refused.kill("SIGINT");
  expect(await refused.ended).toBe(1);
  expect(refused.said()).toMatch(/interrupted: .* go on with: coppice fit .* --resume/);
  stranger.kill("SIGINT");
  expect(await stranger.ended).toBe(0);
});
