import { copyFileSync, existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { decodeCheckpoint } from "../../src/io/formats/checkpoint/checkpoint.js";
import { expectSameState } from "../train/same-runs.js";
import { coppice, SMALL, useFolder } from "./harness.js";

const folder = useFolder();
const model = (name: string) => decodeCheckpoint(new Uint8Array(readFileSync(folder.path(name))));
const MORE = "--data digits --method set --epochs 3 --batch 100 --lr 0.01 --seed 5 --device cpu";

/** A run in "first", whose model is "first/model.safetensors". */
async function first(): Promise<{ final: { testLoss: number }; neurons: { final: number[] } }> {
  const { code, err, out } = await coppice(`train ${SMALL} --out ${folder.path("first")} --json`);
  expect(code, err).toBe(0);
  return JSON.parse(out);
}

describe("coppice train --start", () => {
  it("goes further from where a run ended, says from which model, and is interrupted and resumed without it", async () => {
    const before = await first();
    const start = folder.path("model.safetensors");
    copyFileSync(folder.path("first/model.safetensors"), start);
    const command = `train ${MORE} --start ${start} --out`;
    const whole = await coppice(`${command} ${folder.path("whole")} --json`);
    expect(whole.code, whole.err).toBe(0);
    expect(whole.err).toContain(`note: starting from ${start}: its connections and weights, with the statistics of its inputs\n`);
    const document = JSON.parse(whole.out);
    expect(document).toMatchObject({
      method: "set",
      epochs: 3,
      neurons: { initial: before.neurons.final, final: before.neurons.final },
    });
    expect(document.history[0].testLoss).toBeLessThan(before.final.testLoss);
    expect(document.final.testLoss).toBeLessThan(before.final.testLoss);
    expect(model("whole/model.safetensors").input).toEqual(model("model.safetensors").input);
    const config = JSON.parse(readFileSync(folder.path("whole/config.json"), "utf8"));
    expect(config).toMatchObject({ options: { start }, train: { start: { sizes: before.neurons.final }, inputs: "model" } });

    const interruption = new AbortController();
    const onErr = (line: string) => line.startsWith("epoch 2/3") && interruption.abort(new Error("interrupted"));
    expect((await coppice(`${command} ${folder.path("run")}`, { signal: interruption.signal, onErr })).code).toBe(1);
    rmSync(start);
    const another = await coppice(`train --out ${folder.path("run")} --resume --start ${folder.path("first/model.safetensors")}`);
    expect(another).toMatchObject({
      code: 2,
      err: expect.stringMatching(/--start: .* contradicts the run, .* started from .*; leave/),
    });
    const resumed = await coppice(`train --out ${folder.path("run")} --resume`);
    expect(resumed.code, resumed.err).toBe(0);
    expect(resumed.err).toContain(`note: starting from ${start}`);
    expectSameState(model("run/model.safetensors").network, model("whole/model.safetensors").network);
  });

  it("begins with matrices that were imported, their inputs raw", async () => {
    await first();
    const npz = folder.path("npz");
    expect((await coppice(`export ${folder.path("first/model.safetensors")} --to npz --out ${npz}`)).code).toBe(0);
    for (const name of ["model.json", "input.npz"]) rmSync(`${npz}/${name}`);
    expect((await coppice(`import ${npz} --out ${folder.path("bare.safetensors")}`)).code).toBe(0);
    const command = `train ${MORE} --start ${folder.path("bare.safetensors")} --out ${folder.path("run")}`;
    const ran = await coppice(command);
    expect(ran.code, ran.err).toBe(0);
    expect(ran.err).toMatch(/note: starting from .*bare.safetensors: .* raw inputs, as it has no statistics\n/);
    expect(model("run/model.safetensors").input).toBeNull();
    const refused = await coppice(`${command} --force --inputs standardize`);
    expect(refused).toMatchObject({ code: 2, err: expect.stringContaining("inputs: standardize contradicts the model") });
  });

  it("is refused by name where it contradicts, and nothing is written or emptied", async () => {
    await first();
    const saved = folder.path("first/model.safetensors");
    const refusals: [string, RegExp][] = [
      [
        `${MORE} --start ${saved} --hidden 40,31 --out ${folder.path("x")}`,
        /hidden: 40,31 contradicts the model .* are 20,15; leave/,
      ],
      [`${MORE} --start ${saved} --epsilon 9 --out ${folder.path("x")}`, /epsilon: 9 contradicts/],
      [
        `${MORE.replace("set", "dense")} --start ${saved} --out ${folder.path("x")}`,
        /method: dense cannot start from this model/,
      ],
      [`${MORE} --start ${folder.path("gone.safetensors")} --out ${folder.path("x")}`, /gone.safetensors/],
      [`${MORE} --start ${folder.path("first/metrics.csv")} --out ${folder.path("x")}`, /metrics.csv: .*no safetensors file/],
      [`${MORE} --start ${saved} --out ${folder.path("first")} --force`, /--start: .* is in the folder that --force empties/],
      [
        `--out ${folder.path("first")} --resume --start ${saved}`,
        /--start: .* contradicts the run, which was started without it/,
      ],
    ];
    const before = folder.list();
    for (const [options, message] of refusals)
      expect(await coppice(`train ${options}`)).toMatchObject({ code: 2, out: "", err: expect.stringMatching(message) });
    expect(folder.list()).toEqual(before);
    expect(existsSync(saved)).toBe(true);
  });

  it("fills missing values in by the model's medians unless told otherwise", async () => {
    const rows = Array.from({ length: 24 }, (_, i) => `${i % 5 === 4 ? "NA" : i % 2},${(i * 7) % 5},${i % 2 ? "b" : "a"}`);
    writeFileSync(folder.path("d.csv"), `x,y,class\n${rows.join("\n")}\n`);
    const options = `--data ${folder.path("d.csv")} --epochs 2 --device cpu`;
    const ran = await coppice(`train ${options} --hidden 6 --epsilon 1 --missing median --out ${folder.path("first")}`);
    expect(ran.code, ran.err).toBe(0);
    const start = `--start ${folder.path("first/checkpoint.safetensors")}`;
    const more = await coppice(`train ${options} --seed 3 ${start} --out ${folder.path("more")}`);
    expect(more.code, more.err).toBe(0);
    const { input, featureNames } = model("more/model.safetensors");
    expect([featureNames, input?.median?.length]).toEqual([["x", "y"], 2]);
    expect(input).toEqual(model("first/model.safetensors").input);
    const strict = await coppice(`train ${options} ${start} --missing error --out ${folder.path("strict")}`);
    expect(strict).toMatchObject({ code: 2, err: expect.stringMatching(/missing/) });
  });

  it("takes the model again where no epoch was completed, unless it has changed", async () => {
    await first();
    const start = folder.path("model.safetensors");
    copyFileSync(folder.path("first/checkpoint-2.safetensors"), start);
    const interruption = new AbortController();
    const onErr = (line: string) => line.startsWith("training on") && interruption.abort(new Error("interrupted"));
    const command = `train ${MORE} --start ${start} --out ${folder.path("run")}`;
    expect((await coppice(command, { signal: interruption.signal, onErr })).code).toBe(1);
    copyFileSync(folder.path("first/model.safetensors"), start);
    const changed = await coppice(`train --out ${folder.path("run")} --resume`);
    expect(changed).toMatchObject({ code: 2, err: expect.stringMatching(/is not the model any more that the run began with/) });
    copyFileSync(folder.path("first/checkpoint-2.safetensors"), start);
    const resumed = await coppice(`train --out ${folder.path("run")} --resume`);
    expect(resumed.code, resumed.err).toBe(0);
    expect(resumed.err).toContain("has no checkpoint yet: starting from the beginning");
  });
});
