import { mkdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { describe, expect, it, test } from "vitest";
import { encodeCheckpoint } from "../../src/io/formats/checkpoint/checkpoint.js";
import { decodeScipy } from "../../src/io/formats/scipy/decode.js";
import { madeModel } from "../io/models.js";
import { readOnnx } from "../io/onnx-reader.js";
import { coppice, SMALL, useFolder } from "./harness.js";

const folder = useFolder();
const bytes = (name: string) => new Uint8Array(readFileSync(folder.path(name)));

describe("an exported model", () => {
  it("comes back from scipy's matrices with the same predictions, and as an ONNX graph of its sizes", async () => {
    const trained = JSON.parse((await coppice(`train ${SMALL} --remove-first 1 --out ${folder.path("run")} --json`)).out);
    const model = folder.path("run/checkpoint.safetensors");
    const npz = await coppice(`export ${model} --to npz --out ${folder.path("npz")} --json`);
    expect(npz.code, npz.err).toBe(0);
    const names = ["input.npz", "layers.0.npz", "layers.1.npz", "layers.2.npz", "model.json"];
    expect(folder.list().filter((name) => name.startsWith("npz/"))).toEqual(names.map((name) => `npz/${name}`));
    const total = names.reduce((sum, name) => sum + bytes(`npz/${name}`).length, 0);
    expect(JSON.parse(npz.out)).toMatchObject({ to: "npz", out: folder.path("npz"), bytes: total, files: expect.any(Array) });

    const imported = await coppice(`import ${folder.path("npz")} --out ${folder.path("back.safetensors")} --json`);
    expect(imported.code, imported.err).toBe(0);
    expect(JSON.parse(imported.out)).toMatchObject({ neurons: trained.neurons.final, bytes: bytes("back.safetensors").length });
    const predict = async (path: string) => (await coppice(`predict ${path} --data digits --device cpu`)).out;
    expect(await predict(folder.path("back.safetensors"))).toBe(await predict(model));
    expect(await predict(folder.path("npz"))).toBe(await predict(model));
    const inspected = JSON.parse((await coppice(`inspect ${folder.path("npz")} --json`)).out);
    expect(inspected).toMatchObject({ neurons: trained.neurons.final, bytes: total, checksums: true, epoch: null });

    for (const option of ["", "--sparse"]) {
      const onnx = await coppice(`export ${model} --to onnx --out ${folder.path("m.onnx")} ${option}`.trim());
      expect(onnx.code, onnx.err).toBe(0);
      const { graph } = readOnnx(bytes("m.onnx"));
      expect(graph.initializer.find(({ name }) => name === "layers.0.bias")?.dims).toEqual([trained.neurons.final[1]]);
      expect(graph.sparseInitializer.length > 0).toBe(option === "--sparse");
    }
  });

  it("has weights of 8 bits where it is asked for, and answers nearly the same", async () => {
    const [model, small] = [folder.path("model.safetensors"), folder.path("small.safetensors")];
    writeFileSync(model, encodeCheckpoint(madeModel({ sizes: [64, 30, 10], densities: [0.5, null] })));
    const written = await coppice(`export ${model} --to safetensors --quantise int8 --out ${small}`);
    expect(written.code, written.err).toBe(0);
    const labels = async (path: string) =>
      (await coppice(`predict ${path} --data digits --device cpu`)).out.split("\n").map((line) => line.split(",")[0]);
    const [whole, quantised] = [await labels(model), await labels(small)];
    expect(quantised.filter((label, i) => label !== whole[i]).length / whole.length).toBeLessThan(0.02);
    const refused = await coppice(`export ${model} --to onnx --quantise int8 --out ${folder.path("x.onnx")}`);
    expect(refused.err).toContain("--quantise: concerns safetensors, predictor alone; leave it out");
  });

  it("is refused with options that are missing or make no sense, and nothing is written", async () => {
    const model = folder.path("model.safetensors");
    writeFileSync(model, encodeCheckpoint(madeModel()));
    mkdirSync(folder.path("other"));
    writeFileSync(folder.path("other/layers.7.npz"), "");
    const refusals: [string, RegExp][] = [
      [`${model} --out x`, /--to: is missing; give one of onnx, npz/],
      [`${model} --to npz`, /--out: is missing; name the folder to write/],
      [`${model} --to onxn --out x`, /"onxn" is unknown; did you mean "onnx"/],
      [`${model} --to npz --sparse --out ${folder.path("x")}`, /--sparse: concerns onnx alone/],
      [
        `${model} --to npz --out ${folder.path("x.npz")}`,
        /x\.npz is a file's name, and npz is a folder of files: name a folder, e\.g\. .*x$/m,
      ],
      [`${model} --to npz --out ${folder.path("other")}`, /holds layers.7.npz of another model/],
      [`${model} --to onnx --out ${folder.path("gone/x.onnx")}`, /there is no folder/],
      [`${folder.path("other/layers.7.npz")} --to onnx --out ${folder.path("x")}`, /truncated/],
    ];
    const before = folder.list();
    for (const [options, message] of refusals)
      expect(await coppice(`export ${options}`)).toMatchObject({ code: 2, out: "", err: expect.stringMatching(message) });
    expect(folder.list()).toEqual(before);
  });
});

test("models are read of the formats that are read, and of others it is said that they are not", async () => {
  writeFileSync(folder.path("m.onnx"), "");
  mkdirSync(folder.path("empty"));
  const refusals: [string, RegExp][] = [
    ["m.onnx", /m\.onnx: models are written as ONNX, but not read; read are npz, checkpoint/],
    ["empty", /empty: is a folder, and none that holds a model; name a model's file/],
    ["gone", /gone: cannot be read/],
  ];
  for (const [name, message] of refusals)
    for (const command of ["inspect", "predict --data digits", "eval --data digits"])
      expect(await coppice(`${command} ${folder.path(name)}`)).toMatchObject({ code: 2, err: expect.stringMatching(message) });
});

describe("--out", () => {
  it("is refused where it is what the command reads, by whatever path, and nothing is written", async () => {
    const [model, npz, data] = ["m.safetensors", "npz", "h.csv"].map(folder.path);
    writeFileSync(model, encodeCheckpoint(madeModel()));
    expect((await coppice(`export ${model} --to npz --out ${npz}`)).code).toBe(0);
    writeFileSync(data, "no table");
    writeFileSync(folder.path("p.mjs"), "no module");
    symlinkSync(model, folder.path("link"));
    symlinkSync(folder.path(), folder.path("here"));
    const files = folder.list().filter((name) => !name.startsWith("here/") && statSync(folder.path(name)).isFile());
    const before = files.map(bytes);
    const predict = `predict ${model} --data ${data} --pieces ${folder.path("p.mjs")}`;
    const refusals: [string, string, string][] = [
      [`export ${model} --to onnx`, "m.safetensors", "is the model that is read; choose another file"],
      [`export ${model} --to onnx`, "link", "is the model that is read"],
      [`export ${model} --to onnx`, "here/m.safetensors", "is the model that is read"],
      [`export ${model} --to onnx --pieces ${folder.path("p.mjs")}`, "p.mjs", "is the file of pieces that is read"],
      [`export ${npz} --to npz`, "here/npz", "is the model that is read; choose another folder"],
      [`export ${npz} --to onnx`, "npz/model.json", "is a file of the model that is read; choose another file"],
      [predict, "m.safetensors", "is the model that is read; choose another file"],
      [predict, "here/h.csv", "is the file of data that is read; choose another file"],
      [predict, "p.mjs", "is the file of pieces that is read"],
      [`predict ${npz} --data digits`, "npz/layers.1.npz", "is a file of the model that is read"],
      [`import ${npz}`, "npz/layers.0.npz", "is a file of the model that is read"],
      [`import ${npz} --pieces ${folder.path("p.mjs")}`, "p.mjs", "is the file of pieces that is read"],
    ];
    for (const [command, out, message] of refusals)
      expect(await coppice(`${command} --out ${folder.path(out)}`), `${command} ${out}`).toMatchObject({
        code: 2,
        out: "",
        err: expect.stringContaining(`--out: ${folder.path(out)} ${message}`),
      });
    expect(files.map(bytes)).toEqual(before);
  });

  it("is refused where it is a folder that holds the model under a name that would be written", async () => {
    const model = folder.path("layers.0.npz");
    writeFileSync(model, encodeCheckpoint(madeModel()));
    expect(await coppice(`export ${model} --to npz --out ${folder.path()}`)).toMatchObject({
      code: 2,
      err: expect.stringContaining(`--out: ${folder.path()} holds the model that is read; choose another folder`),
    });
    expect(bytes("layers.0.npz")).toEqual(encodeCheckpoint(madeModel()));
  });
});

test("a folder of a model that standardises its inputs is refused by its name without input.npz", async () => {
  const npz = folder.path("npz");
  writeFileSync(folder.path("m.safetensors"), encodeCheckpoint(madeModel()));
  expect((await coppice(`export ${folder.path("m.safetensors")} --to npz --out ${npz}`)).code).toBe(0);
  rmSync(`${npz}/input.npz`);
  for (const command of [`inspect ${npz}`, `predict ${npz} --data digits`, `import ${npz} --out ${folder.path("back")}`])
    expect(await coppice(command)).toMatchObject({
      code: 2,
      out: "",
      err: expect.stringContaining(`${npz}: model.json: standardised: is true, but input.npz is missing; put it back`),
    });
});

describe("an import", () => {
  it("takes from its options what matrices do not say", async () => {
    const model = folder.path("model.safetensors");
    writeFileSync(model, encodeCheckpoint(madeModel({ inputs: "raw" })));
    await coppice(`export ${model} --to npz --out ${folder.path("npz")}`);
    const options = `--activation all-relu --alpha 0.3 --classes a,b,c,d --out ${folder.path("back.safetensors")}`;
    const refused = await coppice(`import ${folder.path("npz")} ${options}`);
    expect(refused).toMatchObject({ code: 2, err: expect.stringContaining("model.json: says what the layers compute") });
    const bare = folder.path("bare");
    mkdirSync(bare);
    for (const i of [0, 1, 2]) writeFileSync(`${bare}/layers.${i}.npz`, bytes(`npz/layers.${i}.npz`));
    writeFileSync(`${bare}/notes.txt`, "not a matrix");
    expect((await coppice(`import ${bare} ${options}`)).code).toBe(0);
    const inspected = JSON.parse((await coppice(`inspect ${folder.path("back.safetensors")} --json`)).out);
    expect(inspected).toMatchObject({ neurons: [20, 30, 24, 4], classes: ["a", "b", "c", "d"], activation: "allRelu" });
    const again = await coppice(`export ${folder.path("back.safetensors")} --to npz --out ${folder.path("again")}`);
    expect(again.code).toBe(0);
    const files = new Map(
      ["model.json", ...[0, 1, 2].map((i) => `layers.${i}.npz`)].map((name) => [name, bytes(`again/${name}`)]),
    );
    expect((await decodeScipy(files)).config).toMatchObject({ activation: "allRelu", alpha: 0.3 });
  });

  it("unpacks no more than it is told to", async () => {
    const model = folder.path("model.safetensors");
    writeFileSync(model, encodeCheckpoint(madeModel({})));
    await coppice(`export ${model} --to npz --out ${folder.path("npz")}`);
    const options = `${folder.path("npz")} --out ${folder.path("back.safetensors")} --max-bytes`;
    expect(await coppice(`import ${options} 1kB`)).toMatchObject({
      code: 2,
      err: expect.stringMatching(/layers\.0\.npz: .*above the limit of \d+ bytes; raise it with option maxBytes/),
    });
    expect(folder.list()).not.toContain("back.safetensors");
    expect((await coppice(`import ${options} 1MB`)).code).toBe(0);
  });

  it("is refused without a folder, matrices or a name for the model", async () => {
    mkdirSync(folder.path("empty"));
    const out = `--out ${folder.path("m.safetensors")}`;
    const refusals: [string, RegExp][] = [
      [`${folder.path("gone")} ${out}`, /gone: is no folder/],
      [`${folder.path("empty")} ${out}`, /there is no layers.0.npz/],
      [folder.path("empty"), /--out: is missing/],
    ];
    for (const [options, message] of refusals)
      expect(await coppice(`import ${options}`)).toMatchObject({ code: 2, out: "", err: expect.stringMatching(message) });
    expect(folder.list()).toEqual(["empty"]);
  });
});
