import { readdirSync, readFileSync } from "node:fs";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { findCheckpoint } from "../../src/cli/checkpoints.js";
import { readModel } from "../../src/cli/model-file.js";
import { createPace } from "../../src/cli/pace.js";
import { type RunConfig, runFolder } from "../../src/cli/run-folder.js";
import { createCpuDevice } from "../../src/device/cpu/device.js";
import { encodeCheckpoint } from "../../src/io/formats/checkpoint/checkpoint.js";
import type { SavedModel, TrainingState } from "../../src/io/saved-model.js";
import type { EpochRecord } from "../../src/train/records.js";
import { train } from "../../src/train/train.js";
import { blobs } from "../train/blobs.js";
import { useFolder } from "./harness.js";

// Saves that are cut short, or refused, at any of their file operations. With real processes and disks: test/long/kill.test.ts.

const disk = vi.hoisted(() => ({ at: -1, fault: "", dead: false, done: null as string[] | null }));
vi.mock("node:fs", async (original) => {
  const fs = await original<typeof import("node:fs")>();
  const { tmpdir } = await import("node:os");
  const { faultyFs } = await import("../faulty-fs.mjs");
  const kill = () => {
    disk.dead = true; // whatever a process would have done after it was killed fails
    throw new Error("killed");
  };
  const decide = (_: number, name: string) => {
    if (disk.dead) kill();
    return disk.done && disk.done.push(name) - 1 === disk.at ? disk.fault : undefined;
  };
  const quick = { ...fs, fsyncSync: () => {} }; // counted, but not waited for: no test can see what it does
  return { ...fs, ...faultyFs(quick, tmpdir(), decide, kill) };
});

/** Does `work`, whose file operation number `at` meets `fault`: the operations it got to, and the error it ended with. */
function meeting(fault: string, at: number, work: () => void): { done: string[]; error?: Error } {
  const done: string[] = [];
  Object.assign(disk, { at, fault, done });
  try {
    work();
    return { done };
  } catch (error) {
    return { done, error: error as Error };
  } finally {
    Object.assign(disk, { done: null, dead: false });
  }
}

const folder = useFolder();
const checkpoints: SavedModel[] = [];
let config: RunConfig;
beforeAll(async () => {
  const model = await train(
    { train: blobs() },
    {
      method: "set",
      hidden: [8],
      epsilon: 2,
      epochs: 4,
      batch: 20,
      device: createCpuDevice(),
      onCheckpoint: (saved) => void checkpoints.push(saved),
    },
  );
  config = { version: "0", command: [], options: {}, data: {} as RunConfig["data"], train: model.config, plan: model.plan };
});

/** The folder of a run that has done three epochs and kept two checkpoints. */
function runOfThree(name: string) {
  const run = runFolder(folder.path(name));
  run.start(config);
  for (const saved of checkpoints.slice(0, 3)) run.saveCheckpoint(saved, 2);
  return run;
}

/** The epoch that a run in the folder would go on after; the file must be that checkpoint byte for byte. */
function epochOf(name: string): number {
  const { saved, damaged } = findCheckpoint(folder.path(name)) ?? expect.fail("there is no checkpoint");
  expect(damaged).toEqual([]);
  expect(encodeCheckpoint(saved)).toEqual(encodeCheckpoint(checkpoints[saved.training.epoch - 1]));
  return saved.training.epoch;
}

/** The checkpoints of a folder, and what is left of files that were not finished. */
const files = (name: string) =>
  readdirSync(folder.path(name))
    .filter((file) => /checkpoint|part$/.test(file))
    .sort();
const FAULTS = ["kill", "torn", "ENOSPC", "EFBIG", "EIO"];
const WRITING = ["openSync", "writeSync", "fsyncSync", "closeSync"];
const PLACING = ["renameSync", "openSync", "fsyncSync", "closeSync"];

describe("saving a checkpoint", () => {
  it("flushes the file before it is renamed and the folder after that, and removes an older one last", () => {
    const run = runOfThree("run");
    const { done, error } = meeting("", -1, () => run.saveCheckpoint(checkpoints[3], 2));
    expect(error).toBeUndefined();
    expect(done).toEqual([...WRITING, "renameSync", ...PLACING, "rmSync"]);
    expect(epochOf("run")).toBe(4);
    expect(files("run")).toEqual(["checkpoint-3.safetensors", "checkpoint.safetensors"]);
  });

  it.each(FAULTS)("leaves the last or the new one whole when any operation meets %s, and the run goes on", (fault) => {
    for (let at = 0; at < 10; at++) {
      const name = `run${at}`;
      const run = runOfThree(name);
      const { done, error } = meeting(fault, at, () => run.saveCheckpoint(checkpoints[3], 2));
      const where = `${fault} at operation ${at}, ${done[at]}`;
      const placed = fault === "kill" ? at >= 5 : at > 5; // the second rename
      expect(epochOf(name), where).toBe(placed ? 4 : 3);
      if (fault !== "kill" && fault !== "torn") {
        const reason = done[at] === "rmSync" ? `${fault}: ` : `run${at}/checkpoint.safetensors: cannot be written (${fault}: `;
        expect(error?.message, where).toContain(reason);
        expect(files(name).join(" "), where).not.toContain(".part");
      }
      const found = findCheckpoint(folder.path(name));
      const again = runFolder(folder.path(name));
      again.start(config, found);
      for (const saved of checkpoints.slice(found?.saved.training.epoch)) again.saveCheckpoint(saved, 2);
      expect(epochOf(name), where).toBe(4);
      expect(files(name).join(" "), where).not.toContain(".part");
    }
  });

  it("of a long history waits its time, the best network with it and before it, and is written at once when asked for", () => {
    let now = 0;
    const pace = createPace(() => now++); // a write takes 1 ms, and so does a question
    const run = runFolder(folder.path("long"), pace);
    run.start(config);
    const [first] = checkpoints;
    const at = (epoch: number): SavedModel => {
      const history = Array.from({ length: epoch }, (_, i) => ({ ...(first.training?.history[0] as object), epoch: i + 1 }));
      return { ...first, training: { ...(first.training as TrainingState), epoch, history } };
    };
    const saved = () => findCheckpoint(folder.path("long"))?.saved.training.epoch;
    for (const epoch of [198, 199, 200]) {
      run.saveCheckpoint(at(epoch), 2);
      expect(saved()).toBe(epoch); // there is no more history than the config holds
    }
    run.saveCheckpoint(at(201), 2);
    run.save("best", at(202));
    run.saveCheckpoint(at(202), 2);
    expect(saved()).toBe(201);
    expect(run.has("best")).toBe(false);
    now += 20; // no write waits longer than 20 times what it took
    run.saveCheckpoint(at(203), 2);
    expect(saved()).toBe(203);
    expect(readModel(run.file("best"))).toEqual(at(202));
    expect(files("long")).toEqual(["checkpoint-201.safetensors", "checkpoint.safetensors"]);
    run.saveCheckpoint(at(204), 2);
    expect(saved()).toBe(203);
    const { done } = meeting("", -1, () => run.flush());
    expect(done.filter((name) => name === "renameSync").length).toBe(2);
    expect(saved()).toBe(204);
    expect(meeting("", -1, () => run.flush()).done).toEqual([]); // nothing waits
  });

  it("keeps as many as are asked for", () => {
    for (const keep of [1, 2, 3, 9]) {
      const run = runFolder(folder.path(`keep${keep}`));
      run.start(config);
      for (const saved of checkpoints) run.saveCheckpoint(saved, keep);
      const earlier = [1, 2, 3].slice(Math.max(0, 4 - keep)).map((epoch) => `checkpoint-${epoch}.safetensors`);
      expect(files(`keep${keep}`)).toEqual([...earlier, "checkpoint.safetensors"]);
    }
  });
});

it("any other file of a run is the old or the new one, whole, whatever operation meets a fault", () => {
  const run = runOfThree("run");
  run.save("best", checkpoints[0]);
  const old = Buffer.from(encodeCheckpoint(checkpoints[0]));
  const fresh = Buffer.from(encodeCheckpoint(checkpoints[1]));
  for (const fault of FAULTS) {
    for (let at = 0; at < 8; at++) {
      run.save("best", checkpoints[0]);
      const { done, error } = meeting(fault, at, () => run.save("best", checkpoints[1]));
      const placed = fault === "kill" ? at >= 4 : at > 4;
      const bytes = readFileSync(run.file("best"));
      expect(bytes.equals(placed ? fresh : old), `${fault} at ${done[at]}`).toBe(true);
      if (fault !== "kill" && fault !== "torn")
        expect(error?.message).toContain(`best.safetensors: cannot be written (${fault}: `);
    }
  }
});

it("a disk that is full when an epoch is added to metrics.csv is named; the run goes on with every epoch once", () => {
  const run = runOfThree("run");
  const history = checkpoints[2].training?.history as EpochRecord[];
  for (const record of history) run.addEpoch(record);
  const { error } = meeting("ENOSPC", 0, () => run.addEpoch(history[0]));
  expect(error?.message).toMatch(/metrics.csv: cannot be written \(ENOSPC: no space left on device, appendFileSync\)$/);
  run.addEpoch(history[2]); // of an epoch whose checkpoint did not come about
  runFolder(run.path).start(config, findCheckpoint(run.path));
  const lines = readFileSync(run.file("metrics"), "utf8").trimEnd().split("\n");
  expect(lines.slice(1).map((line) => Number(line.split(",")[0]))).toEqual([1, 2, 3]);
});
