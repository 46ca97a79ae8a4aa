import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { decodeCheckpoint } from "../../src/io/formats/checkpoint/checkpoint.js";
import { matrixTest } from "../matrix.js";
import { coppice, SMALL, small, useFolder } from "./harness.js";

const folder = useFolder();
const text = (name: string) => readFileSync(folder.path(name), "utf8");
const bytes = (name: string) => new Uint8Array(readFileSync(folder.path(name)));

describe("coppice train", () => {
  it("writes a model, metrics, the configuration and a report, and prints one JSON document", async () => {
    const { code, out, err } = await coppice(`train ${SMALL} --validation 0.1 --out ${folder.path("run")} --json`);
    expect(err).toContain("digits: 1,0");
    expect(code).toBe(0);
    expect(folder.list()).toEqual([
      "run",
      ...[
        "best.safetensors",
        "checkpoint-2.safetensors",
        "checkpoint.safetensors",
        "config.json",
        "metrics.csv",
        "model.safetensors",
        "report.html",
      ].map((name) => `run/${name}`),
    ]);

    const document = JSON.parse(out);
    expect(document).toMatchObject({
      device: "cpu",
      adapter: expect.stringMatching(/^wasm simd \d+ threads?$/),
      method: "npset",
      seed: 1,
      epochs: 3,
    });
    expect(document.layers).toHaveLength(3);
    for (const layer of document.layers)
      expect(layer).toEqual({
        in: expect.any(Number),
        out: expect.any(Number),
        nnz: expect.any(Number),
        density: layer.nnz / (layer.in * layer.out),
      });
    expect(document.neurons.initial).toEqual([64, 40, 30, 10]);
    expect(document.neurons.final[1]).toBeLessThan(40);
    expect(document.history).toHaveLength(3);
    for (const [i, record] of document.history.entries()) {
      expect(record).toMatchObject({ epoch: i + 1, nnz: expect.any(Number), seconds: expect.any(Number) });
      expect(record.neurons).toHaveLength(4);
      for (const key of ["trainAccuracy", "testAccuracy", "validationAccuracy"]) expect(record[key]).toBeGreaterThan(0);
      expect(record.testAccuracy).toBeLessThanOrEqual(1);
    }
    const last = document.history[2];
    expect(document.final).toEqual({
      trainLoss: last.trainLoss,
      trainAccuracy: last.trainAccuracy,
      testLoss: last.testLoss,
      testAccuracy: last.testAccuracy,
    });
    expect(document.final.testAccuracy).toBeGreaterThan(0.5);
    expect(document.seconds).toEqual({
      total: expect.any(Number),
      train: expect.any(Number),
      evolve: expect.any(Number),
      evaluate: expect.any(Number),
    });

    const lines = text("run/metrics.csv").trimEnd().split("\n");
    expect(lines[0]).toMatch(
      /^epoch,trainLoss,trainAccuracy,testLoss,testAccuracy,.*neurons0,neurons1,neurons2,neurons3,seconds/,
    );
    expect(lines.slice(1).map((line) => line.split(",").slice(0, 5).map(Number))).toEqual(
      document.history.map((r: Record<string, number>) => [r.epoch, r.trainLoss, r.trainAccuracy, r.testLoss, r.testAccuracy]),
    );
    expect(JSON.parse(text("run/config.json"))).toMatchObject({
      version: expect.any(String),
      train: { method: "npset", hidden: [40, 30] },
      plan: { device: "cpu" },
      data: { name: "digits" },
    });
    expect(decodeCheckpoint(bytes("run/model.safetensors")).training?.epoch).toBe(3);
  });

  matrixTest("goes on after an interruption to the very same bits", async () => {
    const whole = await coppice(`train ${SMALL} --out ${folder.path("whole")}`);
    expect(whole.code).toBe(0);
    const interruption = new AbortController();
    const onErr = (line: string) => line.startsWith("epoch 2/3") && interruption.abort(new Error("interrupted"));
    const part = await coppice(`train ${SMALL} --out ${folder.path("part")}`, { signal: interruption.signal, onErr });
    expect(part.code).toBe(1);
    expect(part.err).toMatch(
      /coppice: interrupted: .*checkpoint.safetensors holds the last complete epoch; go on with: coppice train --out .*part --resume\n$/,
    );
    expect(existsSync(folder.path("part/model.safetensors"))).toBe(false);

    const refused = await coppice(`train ${SMALL} --out ${folder.path("part")}`);
    expect(refused).toMatchObject({ code: 2, err: expect.stringMatching(/holds a run .*--resume.*--force/) });
    const resumed = await coppice(`train --out ${folder.path("part")} --resume`);
    expect(resumed.err).not.toContain("epoch 1/3");
    expect(resumed.code).toBe(0);
    const [a, b] = ["whole", "part"].map((name) => decodeCheckpoint(bytes(`${name}/model.safetensors`)));
    expect(b.network).toEqual(a.network);
    expect(
      text("part/metrics.csv")
        .split("\n")
        .map((line) => line.split(",").slice(0, 12)),
    ).toEqual(
      text("whole/metrics.csv")
        .split("\n")
        .map((line) => line.split(",").slice(0, 12)),
    );
  });

  matrixTest("refuses by name options that contradict the run it resumes, and takes those that repeat it", async () => {
    expect((await coppice(`train ${SMALL} --out ${folder.path("run")}`)).code).toBe(0);
    const model = bytes("run/model.safetensors");
    for (const option of [
      "--lr 0.1",
      "--epochs 2",
      "--hidden 40",
      "--seed 2",
      "--split 0.5",
      "--method set",
      "--device webgpu",
    ]) {
      const { code, err } = await coppice(`train --out ${folder.path("run")} --resume ${option}`);
      expect({ option, code, err }).toMatchObject({
        code: 2,
        err: expect.stringMatching(new RegExp(`coppice: (--)?${option.slice(2).split(" ")[0]}: .*contradicts`)),
      });
    }
    writeFileSync(folder.path("t.csv"), "a,b,c\n1,2,x\n3,4,y\n5,6,x\n7,8,y\n");
    expect(await coppice(`train --data ${folder.path("t.csv")} --out ${folder.path("run")} --resume`)).toMatchObject({ code: 2 });
    expect(bytes("run/model.safetensors")).toEqual(model);
    const again = await coppice(`train ${SMALL} --split 0.33 --momentum 0.9 --out ${folder.path("run")} --resume`);
    expect(again.code, again.err).toBe(0);
    expect(decodeCheckpoint(bytes("run/model.safetensors")).network).toEqual(decodeCheckpoint(model).network);
  });

  matrixTest("repeats a run with its plan, and replaces one with --force", async () => {
    expect((await coppice(`train ${small("--epochs 1")} --out ${folder.path("a")}`)).code).toBe(0);
    expect(
      (await coppice(`train ${small("--epochs 1")} --out ${folder.path("b")} --plan ${folder.path("a/config.json")}`)).code,
    ).toBe(0);
    expect(decodeCheckpoint(bytes("a/model.safetensors")).network).toEqual(
      decodeCheckpoint(bytes("b/model.safetensors")).network,
    );
    expect((await coppice(`train ${small("--epochs 1")} --seed 2 --out ${folder.path("b")} --force`)).code).toBe(0);
    expect(decodeCheckpoint(bytes("b/model.safetensors")).config.seed).toBe(2);
    writeFileSync(folder.path("plan.json"), JSON.stringify({ ...JSON.parse(text("a/config.json")).plan, version: "0.0.1" }));
    expect(await coppice(`train ${SMALL} --out ${folder.path("c")} --plan ${folder.path("plan.json")}`)).toMatchObject({
      code: 2,
      err: expect.stringContaining("recorded by coppice 0.0.1"),
    });
    expect(folder.list()).not.toContain("c");
  });

  it("stops with exit code 1 when training diverges, and says what to do", async () => {
    const { code, err } = await coppice(`train ${small("--lr 1e30")} --out ${folder.path("run")}`);
    expect(code).toBe(1);
    expect(err.split("\n").at(-2)).toMatch(/^coppice: training diverged in epoch 1.*learning rate.*nothing to go on from/);
    expect(folder.list()).not.toContain("run/model.safetensors");
  });

  it("reports the scores of the network it keeps when it stops early", async () => {
    const options = "--data digits --hidden 60 --method set --epochs 60 --lr 0.2 --validation 0.2 --patience 2 --device cpu";
    const { code, out, err } = await coppice(`train ${options} --out ${folder.path("run")} --json`);
    expect(code, err).toBe(0);
    const { epoch, epochs, final, history } = JSON.parse(out);
    expect(epoch).toBe(epochs - 2);
    const { trainLoss, trainAccuracy, testLoss, testAccuracy } = history[epoch - 1];
    expect(final).toEqual({ trainLoss, trainAccuracy, testLoss, testAccuracy });
    expect(err).toContain(`of epoch ${epoch}, the best in validation`);
    expect(text("run/report.html")).toContain(`epoch ${epoch}<`);
  });

  matrixTest("trains on the adapter of this machine and says what it is", async () => {
    const { code, out, err } = await coppice(
      `train --data digits --hidden 20 --epsilon 4 --epochs 1 --batch 200 --device webgpu --out ${folder.path("gpu")} --json`,
    );
    expect(code, err).toBe(0);
    expect(err).toMatch(/training on webgpu: /);
    expect(JSON.parse(out)).toMatchObject({ device: "webgpu", adapter: expect.stringMatching(/./) });
  });
});

describe("the report", () => {
  it("is one page that fetches nothing, runs nothing and escapes data", async () => {
    const evil = '<img src=x onerror="alert(1)">';
    const rows = Array.from(
      { length: 40 },
      (_, i) => `${i % 7},${i % 2},${i % 3},${i % 2 ? `"${evil.replaceAll('"', '""')}"` : "=1+1"}`,
    );
    writeFileSync(folder.path("evil.csv"), `${rows.join("\n")}\n`);
    const { code, err } = await coppice(
      `train --data ${folder.path("evil.csv")} --method set --hidden 12,10 --epsilon 1 --epochs 2 --device cpu --out ${folder.path("run")}`,
    );
    expect(code, err).toBe(0);
    const page = text("run/report.html");
    expect(page).not.toContain("<img");
    expect(page).not.toMatch(/<script|<link|@import|url\(|https?:|javascript:/i);
    expect(page.replace(/>[^<]*/g, ">")).not.toMatch(/\son\w+=/i); // in tags: a class may be called so
    for (const part of [
      "Loss",
      "Accuracy",
      "Neurons",
      "Layer 1: connections into a neuron",
      "fan-out",
      "feature (from 0)",
      "coppice train --data",
      "wasm simd",
    ])
      expect(page).toContain(part);
    expect(page.match(/<svg/g)?.length).toBe(page.match(/<\/svg>/g)?.length);
    expect(page).not.toMatch(/NaN|Infinity|undefined/);
  });

  matrixTest("draws the inputs of pictures as pictures", async () => {
    expect((await coppice(`train ${small("--epochs 1")} --out ${folder.path("run")}`)).code).toBe(0);
    expect(text("run/report.html")).toMatch(/Connections that leave each pixel.*viewBox="0 0 8 8"/s);
  });
});
