import { copyFileSync, existsSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { decodeCheckpoint } from "../../src/io/formats/checkpoint/checkpoint.js";
import { expectSameState } from "../train/same-runs.js";
import { coppice, SMALL, useFolder } from "./harness.js";

// Going on with a run in a folder, whatever is left of it.

const folder = useFolder();
const FOUR = SMALL.replace("--epochs 3", "--epochs 4");
const bytes = (name: string) => new Uint8Array(readFileSync(folder.path(name)));
const model = (name: string) => decodeCheckpoint(bytes(name));
const epochs = (name: string) =>
  readFileSync(folder.path(name), "utf8")
    .trimEnd()
    .split("\n")
    .slice(1)
    .map((line) => Number(line.split(",")[0]));

/** Runs until a line on stderr begins with `until`, then interrupts. */
async function interrupted(command: string, until: string) {
  const interruption = new AbortController();
  const onErr = (line: string) => line.startsWith(until) && interruption.abort(new Error("interrupted"));
  const ran = await coppice(command, { signal: interruption.signal, onErr });
  expect(ran.code).toBe(1);
  return ran;
}

/** Resumes the run and expects it to end like the one in "whole". */
async function expectSameEnd(name: string, options = "") {
  const ran = await coppice(`train --out ${folder.path(name)} --resume${options}`);
  expect(ran.code, ran.err).toBe(0);
  expectSameState(model(`${name}/model.safetensors`).network, model("whole/model.safetensors").network);
  expect(epochs(`${name}/metrics.csv`)).toEqual(epochs("whole/metrics.csv"));
  return ran;
}

describe("coppice train --resume", () => {
  it("starts from the beginning where there is no run yet, says so, and given again does nothing twice", async () => {
    expect((await coppice(`train ${FOUR} --out ${folder.path("whole")}`)).code).toBe(0);
    const command = `train ${FOUR} --out ${folder.path("run")} --resume`;
    const first = await interrupted(command, "epoch 3/4");
    expect(first.err).toMatch(/^\/.*run holds no run yet: starting from the beginning\n/);
    expect(first.err).toMatch(/go on with: coppice train --out .*run --resume\n$/);
    const second = await coppice(command);
    expect(second.code, second.err).toBe(0);
    expect(second.err).toMatch(/going on from .*checkpoint.safetensors, after epoch 3\n/);
    expect(second.err).not.toContain("epoch 3/4");
    const third = await expectSameEnd("run");
    expect(third.err).not.toMatch(/epoch \d\/4/);
    expect(readFileSync(folder.path("run/report.html"), "utf8")).not.toContain("--resume");

    const nothing = await coppice(`train --out ${folder.path("none")} --resume`);
    expect(nothing).toMatchObject({
      code: 2,
      err: expect.stringMatching(/^coppice: --data: is missing: .*none holds no run yet/),
    });
    expect(existsSync(folder.path("none"))).toBe(false);
  });

  it("starts from the beginning, by the run's own options and plan, where no epoch was completed", async () => {
    expect((await coppice(`train ${FOUR} --tune off --out ${folder.path("whole")}`)).code).toBe(0);
    const { err } = await interrupted(`train ${FOUR} --tune off --out ${folder.path("run")}`, "training on");
    expect(err).toMatch(/coppice: interrupted: no epoch was complete, so there is nothing to go on from\n$/);
    expect(folder.list().join(" ")).not.toMatch(/run.checkpoint/);
    const refused = await coppice(`train --out ${folder.path("run")} --resume --lr 0.5`);
    expect(refused).toMatchObject({ code: 2, err: expect.stringContaining("--lr: 0.5 contradicts the run") });
    expect((await expectSameEnd("run")).err).toMatch(/^\/.*run has no checkpoint yet: starting from the beginning\n/);
  });

  it("goes on beyond the epochs of its plan where its schedules allow that, else says how to", async () => {
    const words = (epochs: number, more = "") => `train ${FOUR.replace("--epochs 4", `--epochs ${epochs}`)} ${more} --tune off`;
    for (const [epochs, name] of [
      [2, "run"],
      [4, "whole"],
    ] as const)
      expect((await coppice(`${words(epochs, "--method set")} --out ${folder.path(name)}`)).code).toBe(0);
    expect((await coppice(`train --out ${folder.path("run")} --resume --epochs 4`)).code).toBe(0);
    const epochsOf = (name: string) =>
      readFileSync(folder.path(`${name}/metrics.csv`), "utf8")
        .split("\n")
        .map((line) => line.split(",").slice(0, 4).join());
    expect(epochsOf("run")).toEqual(epochsOf("whole"));
    expect((await coppice(`${words(2, "--lr-schedule cosine")} --out ${folder.path("cosine")}`)).code).toBe(0);
    expect(await coppice(`train --out ${folder.path("cosine")} --resume --epochs 4`)).toMatchObject({
      code: 2,
      err: expect.stringContaining(
        "--epochs: 4 contradicts the run, which was started with 2; leave it out, or train its network",
      ),
    });
  });

  it("passes over a checkpoint that is damaged, says why, and goes on from the one before to the same end", async () => {
    expect((await coppice(`train ${FOUR} --out ${folder.path("whole")}`)).code).toBe(0);
    await interrupted(`train ${FOUR} --out ${folder.path("run")}`, "epoch 3/4");
    const last = folder.path("run/checkpoint.safetensors");
    const { length } = readFileSync(last);
    truncateSync(last, length - 100);
    const { err } = await expectSameEnd("run", " --keep 3");
    expect(err).toMatch(/^damaged, passed over: \/.*checkpoint.safetensors: tensor /);
    expect(err).toMatch(/\ngoing on from .*checkpoint-2.safetensors, after epoch 2\n/);
    expect(err).toContain("epoch 3/4");
    const kept = folder.list().filter((name) => /run.checkpoint/.test(name));
    expect(kept).toEqual(["2", "3"].map((epoch) => `run/checkpoint-${epoch}.safetensors`).concat("run/checkpoint.safetensors"));
    expect(model("run/checkpoint-3.safetensors").training?.epoch).toBe(3);
  });

  it("passes over a checkpoint of whose weights a single bit was flipped, too, and over such a best network", async () => {
    expect((await coppice(`train ${FOUR} --validation 0.2 --out ${folder.path("whole")}`)).code).toBe(0);
    await interrupted(`train ${FOUR} --validation 0.2 --out ${folder.path("run")}`, "epoch 3/4");
    for (const name of ["checkpoint", "best"]) {
      const file = folder.path(`run/${name}.safetensors`);
      const damaged = bytes(`run/${name}.safetensors`);
      damaged[damaged.length - 8 * model(`run/${name}.safetensors`).features - 1] ^= 1; // before input.std: within input.mean
      writeFileSync(file, damaged);
    }
    const { err } = await expectSameEnd("run");
    expect(err).toMatch(
      /^damaged, passed over: \/.*\/checkpoint.safetensors: tensor input.mean: its checksum is \w{8}, "\w{8}" was/,
    );
    expect(err).toMatch(/\ndamaged, passed over: \/.*\/best.safetensors: tensor input.mean: its checksum is/);
    expect(err).toMatch(/\ngoing on from .*checkpoint-2.safetensors, after epoch 2\n/);
  });

  it("refuses a run of which no checkpoint is whole, or of which nothing says what it was, and leaves it as it is", async () => {
    await interrupted(`train ${FOUR} --out ${folder.path("run")}`, "epoch 3/4");
    for (const name of ["checkpoint", "checkpoint-2"]) truncateSync(folder.path(`run/${name}.safetensors`), 5);
    const before = folder.list();
    const damaged = await coppice(`train --out ${folder.path("run")} --resume`);
    expect(damaged.code).toBe(2);
    expect(damaged.err).toMatch(
      /^coppice: --resume: no checkpoint is whole: .*checkpoint.safetensors: truncated: 5 bytes.*; .*checkpoint-2.safetensors: truncated.*--force\n$/,
    );
    expect(folder.list()).toEqual(before);
    rmSync(folder.path("run/config.json"));
    const nameless = await coppice(`train ${FOUR} --out ${folder.path("run")} --resume`);
    expect(nameless.err).toMatch(
      /holds metrics.csv, .*checkpoint.safetensors, checkpoint-2.safetensors but no config.json; start again with --force/,
    );
    rmSync(folder.path("run/checkpoint-2.safetensors"));
    expect((await coppice(`train ${FOUR} --out ${folder.path("run")} --force`)).code).toBe(0);
    for (const name of folder.list().filter((name) => name.includes("checkpoint"))) rmSync(folder.path(name));
    const finished = await coppice(`train --out ${folder.path("run")} --resume`);
    expect(finished).toMatchObject({ code: 2, err: expect.stringMatching(/holds model.safetensors but no checkpoint.*--force/) });
  });

  it("needs the best network of a run that stops early, and passes over that of another", async () => {
    const early =
      "--data digits --hidden 30 --method set --epochs 40 --lr 0.2 --batch 100 --validation 0.2 --patience 3 --device cpu";
    expect((await coppice(`train ${early} --out ${folder.path("whole")}`)).code).toBe(0);
    await interrupted(`train ${early} --out ${folder.path("run")}`, "epoch 4/40");
    const best = folder.path("run/best.safetensors");
    copyFileSync(best, folder.path("best"));
    writeFileSync(best, "no model");
    const refused = await coppice(`train --out ${folder.path("run")} --resume`);
    expect(refused).toMatchObject({ code: 2, err: expect.stringMatching(/best.safetensors: truncated, or no safetensors file/) });
    copyFileSync(folder.path("best"), best);
    await expectSameEnd("run");
    const [saved, whole] = ["run", "whole"].map((name) => model(`${name}/model.safetensors`).training);
    expect(saved?.epoch).toBe(whole?.epoch);
    expect(saved?.epoch).toBe(epochs("whole/metrics.csv").length - 3);
    expect(saved?.history.length).toBe(saved?.epoch);

    const all = `${FOUR} --validation 0.2`;
    expect((await coppice(`train ${all} --out ${folder.path("whole")} --force`)).code).toBe(0);
    await interrupted(`train ${all} --out ${folder.path("run")} --force`, "epoch 2/4");
    writeFileSync(best, "no model");
    expect((await expectSameEnd("run")).err).toMatch(/passed over: .*best.safetensors: truncated/);
  });

  it("refuses a number of checkpoints to keep below one", async () => {
    const { code, err } = await coppice(`train ${FOUR} --out ${folder.path("run")} --keep 0`);
    expect({ code, err }).toEqual({ code: 2, err: "coppice: --keep: 0 is not an integer of at least 1\n" });
  });
});
