import { readFileSync } from "node:fs";
import { expect, it, vi } from "vitest";
import { decodeCheckpoint } from "../../src/io/formats/checkpoint/checkpoint.js";
import type { Fragile } from "../train/fragile.js";
import { expectSameState } from "../train/same-runs.js";
import { coppice, SMALL, useFolder } from "./harness.js";

const folder = useFolder();
const gpu = vi.hoisted(() => ({ opened: [] as unknown[] }));
vi.mock("../../src/device/webgpu/device.js", async (original) => ({
  ...(await original<object>()),
  async createWebgpuDevice() {
    const { fragile } = await import("../train/fragile.js");
    const next = fragile();
    gpu.opened.push(next);
    return next.device;
  },
}));

it("a run whose device is lost goes on by itself and says so; metrics.csv holds every epoch once, and the model is the same", async () => {
  const command = `train ${SMALL.replace("--device cpu", "--device webgpu --tune off")} --out`;
  expect((await coppice(`${command} ${folder.path("whole")}`)).code).toBe(0);
  gpu.opened.splice(0);
  let seen = 0;
  const onErr = (line: string) => {
    // told before the epoch's checkpoint is read back
    if (line.startsWith("epoch 2/3") && seen++ === 0) (gpu.opened[0] as Fragile).lose();
  };
  const { code, err } = await coppice(`${command} ${folder.path("run")}`, { onErr });
  expect(code, err).toBe(0);
  expect(err).toMatch(/\nwebgpu: the device was lost \(unknown\): test; opened again, going on after epoch 1\nepoch 2\/3/);
  expect(seen).toBe(2);
  const [whole, run] = ["whole", "run"].map((name) => {
    const lines = readFileSync(folder.path(`${name}/metrics.csv`), "utf8")
      .trimEnd()
      .split("\n");
    return {
      metrics: lines.map((line) => line.split(",").slice(0, 12)),
      model: decodeCheckpoint(new Uint8Array(readFileSync(folder.path(`${name}/model.safetensors`)))),
    };
  });
  expect(run.metrics).toEqual(whole.metrics);
  expectSameState(run.model.network, whole.model.network);
});

it("a run whose device is lost again and again ends with the reason, the last complete epoch and how to go on", async () => {
  const onErr = (line: string) => {
    if (/^epoch 2\/3|opened again/.test(line)) (gpu.opened.at(-1) as Fragile).lose();
  };
  gpu.opened.splice(0);
  const { code, err } = await coppice(
    `train ${SMALL.replace("--device cpu", "--device webgpu --tune off")} --out ${folder.path("run")}`,
    { onErr },
  );
  expect(code).toBe(1);
  expect(err.match(/opened again, going on after epoch 1/g)?.length).toBe(2);
  expect(err).toMatch(
    /coppice: webgpu: the device was lost .*; that was the loss number 3 after epoch 1; \S+checkpoint.safetensors holds the last complete epoch; go on with: coppice train --out \S+run --resume\n$/,
  );
});
