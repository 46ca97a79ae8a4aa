import { writeFileSync } from "node:fs";
import { afterEach, expect, test } from "vitest";
import { forkedSlot } from "../../../src/cli/experiment/slots.js";
import type { Job } from "../../../src/experiment/run/job.js";
import type { Slot } from "../../../src/experiment/run/slot.js";
import { useFolder } from "../harness.js";

const folder = useFolder();
const slots: Slot[] = [];
afterEach(async () => {
  for (const slot of slots.splice(0)) await slot.stop();
});

/** A slot whose process answers with its id, or does what the key says. */
function slotOf(): Slot {
  const script = folder.path("child.mjs");
  writeFileSync(
    script,
    `process.on("message", ({ job: { task: { key } } }) => {
      if (key === "die") process.kill(process.pid, "SIGKILL");
      else if (key === "throw") throw new Error("no such luck");
      else if (key === "fail") process.send({ kind: "failed", reason: "it diverged" });
      else if (key === "told") { process.send({ kind: "training", done: 1, of: 2 }); process.send({ kind: "result", value: process.pid }); }
      else if (key !== "wait") process.send({ kind: "result", value: process.pid });
    });`,
  );
  const slot = forkedSlot(process.env, undefined, script);
  slots.push(slot);
  return slot;
}

const job = (key: string) => ({ task: { key } }) as Job;

test("a slot keeps its process while runs succeed, and takes a new one after a run that failed", async () => {
  const slot = slotOf();
  const first: unknown = await slot.run(job("a"));
  expect(await slot.run(job("b"))).toBe(first);
  await expect(slot.run(job("fail"))).rejects.toThrow("it diverged");
  const second: unknown = await slot.run(job("c"));
  expect(second).not.toBe(first);
});

test("a process that ends fails its run with the reason, and the slot goes on", async () => {
  const slot = slotOf();
  await expect(slot.run(job("die"))).rejects.toThrow("its process ended by SIGKILL");
  await expect(slot.run(job("throw"))).rejects.toThrow(/its process ended with exit code 1: Node.js v/);
  expect(await slot.run(job("a"))).toBeTypeOf("number");
});

test("trainings are told on the way", async () => {
  const told: string[] = [];
  await slotOf().run(job("told"), (done, of) => told.push(`${done}/${of}`));
  expect(told).toEqual(["1/2"]);
});

test("stopping a slot ends what is under way", async () => {
  const slot = slotOf();
  await slot.run(job("a"));
  const run = slot.run(job("wait"));
  await slot.stop();
  await expect(run).rejects.toThrow("its process ended by SIGKILL");
});
