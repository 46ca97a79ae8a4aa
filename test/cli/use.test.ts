import { readFileSync, writeFileSync } from "node:fs";
import { parse } from "papaparse";
import { describe, expect, it } from "vitest";
import { version } from "../../src/util/version.js";
import { coppice, run, small, useFolder } from "./harness.js";

const folder = useFolder();
const text = (name: string) => readFileSync(folder.path(name), "utf8");

describe("a trained model", () => {
  it("is evaluated, used and inspected", async () => {
    const trained = JSON.parse((await coppice(`train ${small("--epochs 6")} --out ${folder.path("run")} --json`)).out);
    const model = folder.path("run/model.safetensors");

    const evaluated = JSON.parse((await coppice(`eval ${model} --data digits --device cpu --json`)).out);
    expect(evaluated).toMatchObject({ samples: 1797, classes: ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"] });
    const { confusion } = evaluated as { confusion: number[][] };
    const right = confusion.reduce((sum, row, c) => sum + row[c], 0);
    expect(confusion.flat().reduce((a, b) => a + b, 0)).toBe(1797);
    expect(evaluated.accuracy).toBeCloseTo(right / 1797, 12);
    const { train, test } = { train: 1204, test: 593 };
    expect(evaluated.accuracy).toBeCloseTo((trained.final.trainAccuracy * train + trained.final.testAccuracy * test) / 1797, 3);
    expect((await coppice(`eval ${model} --data digits --device cpu`)).out).toMatch(
      /^accuracy \d+\.\d+ %, loss [\d.]+ on 1,797 samples/,
    );

    expect((await coppice(`predict ${model} --data digits --device cpu --out ${folder.path("p.csv")}`)).code).toBe(0);
    const { data } = parse<string[]>(text("p.csv").trimEnd());
    expect(data).toHaveLength(1798);
    expect(data[0]).toEqual(["predicted", "0", "1", "2", "3", "4", "5", "6", "7", "8", "9"]);
    const odd = data.slice(1).filter(([predicted, ...probabilities]) => {
      const p = probabilities.map(Number);
      return !(Math.abs(p.reduce((a, b) => a + b, 0) - 1) < 5e-6 && p[Number(predicted)] === Math.max(...p));
    });
    expect(odd).toEqual([]);
    const hits = confusion.map((_, c) => data.slice(1).filter(([predicted]) => Number(predicted) === c).length);
    expect(hits).toEqual(confusion.map((_, c) => confusion.reduce((sum, row) => sum + row[c], 0)));

    const env = { XDG_CACHE_HOME: folder.path("cache") };
    const onGpu = await run(["predict", model, "--data", "digits", "--device", "webgpu"], { env });
    expect(onGpu.code, onGpu.err).toBe(0);
    expect(text("cache/coppice/checked.json")).toContain("spmm "); // compared with its twin, and remembered for the next command

    const inspected = JSON.parse((await coppice(`inspect ${model} --json`)).out);
    expect(inspected.neurons).toEqual(trained.neurons.final);
    expect(inspected.layers.map((layer: { nnz: number }) => layer.nnz)).toEqual(
      trained.layers.map((layer: { nnz: number }) => layer.nnz),
    );
    expect(inspected.bytes).toBe(readFileSync(model).length);
    const shown = (await coppice(`inspect ${model}`)).out;
    expect(shown).toMatch(/layer +in +out +kind +connections +density +fan-in min\/med\/max/);
    expect(shown).toContain("6 epochs with sgd; inputs standardised");
  });

  it("predicts for samples without labels just as with them, on stdout, and keeps labels from being formulas", async () => {
    const rows = Array.from({ length: 30 }, (_, i) => [Math.sin(i), (i * 7) % 5, i % 3, i % 2 ? "=HYPERLINK(1)" : "-1"]);
    writeFileSync(folder.path("t.csv"), rows.map((row) => `${row.join(",")}\n`).join(""));
    writeFileSync(folder.path("x.csv"), rows.map((row) => `${row.slice(0, 3).join(",")}\n`).join(""));
    await coppice(
      `train --data ${folder.path("t.csv")} --hidden 8 --method set --epochs 2 --device cpu --out ${folder.path("run")}`,
    );
    const model = folder.path("run/model.safetensors");
    const labelled = await coppice(`predict ${model} --data ${folder.path("t.csv")} --device cpu`);
    const unlabelled = await coppice(`predict ${model} --data ${folder.path("x.csv")} --no-label --device cpu`);
    expect(labelled.code, labelled.err).toBe(0);
    expect(unlabelled.out).toBe(labelled.out);
    expect(labelled.out).toMatch(/^predicted,-1,'=HYPERLINK\(1\)\n/);
    expect(labelled.out).not.toMatch(/(^|,)=/m);
    // by the columns of the model's table
    expect(await coppice(`predict ${model} --data ${folder.path("x.csv")} --device cpu`)).toMatchObject({
      out: labelled.out,
      err: expect.stringContaining("taken to lack the label"),
    });
    const json = JSON.parse(
      (await coppice(`predict ${model} --data ${folder.path("x.csv")} --no-label --device cpu --json`)).out,
    );
    expect(json.predictions).toHaveLength(30);
    expect(json.predictions[0]).toEqual({
      predicted: expect.any(String),
      probabilities: [expect.any(Number), expect.any(Number)],
    });
  });

  it("is trained by the preset of SET's authors, and by options over it", async () => {
    const { err, code } = await coppice(
      `train --data digits --preset authors --method set --hidden 20 --epochs 1 --lr 0.02 --device cpu --out ${folder.path("run")}`,
    );
    expect(code, err).toBe(0);
    const { train } = JSON.parse(text("run/config.json"));
    expect(train).toMatchObject({
      hidden: [20],
      epochs: 1,
      batch: 40,
      dropLast: true,
      epsilon: 13,
      init: "normal",
      inputs: "scale255",
      lr: { rate: 0.02 },
    });
    expect(train.network).toMatchObject({
      loss: "authors",
      dropout: 0.2,
      dropoutStyle: "authors",
      optimizer: { name: "sgd", momentum: 0.9, decay: 0.01 },
    });
    expect(train.evolution).toMatchObject({ zeta: 0.3, regrowInit: "normal", removal: null });
  });

  it("takes datasets by name from the folder of COPPICE_DATA, with their published test set", async () => {
    const { mkdirSync } = await import("node:fs");
    mkdirSync(folder.path("data/tiny"), { recursive: true });
    const idx = (dims: number[], values: number[]) =>
      new Uint8Array([0, 0, 8, dims.length, ...dims.flatMap((size) => [0, 0, 0, size]), ...values]);
    for (const [part, count, step] of [
      ["train", 8, 37],
      ["t10k", 4, 41],
    ] as const) {
      writeFileSync(
        folder.path(`data/tiny/${part}-images-idx3-ubyte`),
        idx(
          [count, 2, 2],
          Array.from({ length: 4 * count }, (_, i) => (i * step) % 251),
        ),
      );
      writeFileSync(
        folder.path(`data/tiny/${part}-labels-idx1-ubyte`),
        idx(
          [count],
          Array.from({ length: count }, (_, i) => i % 2),
        ),
      );
    }
    const env = { COPPICE_DATA: folder.path("data") };
    const { err, code } = await coppice(`train --data tiny --hidden 6 --epochs 1 --device cpu --out ${folder.path("run")}`, {
      env,
    });
    expect(code, err).toBe(0);
    expect(err).toContain("tiny: 8 train, 4 test samples of 4 features");
    const split = await coppice(
      `train --data tiny --split 0.25 --hidden 6 --epochs 1 --device cpu --out ${folder.path("run2")}`,
      { env },
    );
    expect(split.err).toContain("tiny: 6 train, 2 test samples");
    expect((await coppice(`eval ${folder.path("run/model.safetensors")} --data tiny-test --device cpu`, { env })).out).toContain(
      "on 4 samples",
    );
    const file = folder.path("data/tiny/train-labels-idx1-ubyte");
    expect((await coppice(`eval ${folder.path("run/model.safetensors")} --data ${file} --device cpu`)).out).toContain(
      "on 8 samples",
    );
  });
});

describe("coppice", () => {
  it("helps with examples for every command, and tells its version", async () => {
    for (const command of [
      "",
      "info ",
      "train ",
      "eval ",
      "predict ",
      "inspect ",
      "export ",
      "import ",
      "bench ",
      "datasets ",
      "experiment ",
    ]) {
      const { code, out, err } = await coppice(`${command}--help`);
      expect({ code, err }).toEqual({ code: 0, err: "" });
      expect(out).toMatch(/Examples:\n {2}coppice /);
    }
    expect((await coppice("--version")).out).toBe(`${version}\n`);
  });

  it("shows adapters, features and limits", async () => {
    const { code, out } = await coppice("info --json");
    expect(code).toBe(0);
    const info = JSON.parse(out);
    expect(info.cpu).toMatchObject({ cores: expect.any(Number), device: { kind: "cpu", threads: expect.any(Number) } });
    expect(info.webgpu).toMatchObject({
      available: true,
      limits: { maxBufferSize: expect.any(Number) },
      features: expect.any(Array),
    });
    const { out: lines } = await coppice("info");
    expect(lines).toMatch(/maxStorageBufferBindingSize/);
    expect(lines).toMatch(/^processor: .* cores, .*\ncpu: wasm simd \d+ threads?$/m);
  });
});
