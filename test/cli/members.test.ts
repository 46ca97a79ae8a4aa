import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { decodeCheckpoint } from "../../src/io/formats/checkpoint/checkpoint.js";
import { readOnnx } from "../io/onnx-reader.js";
import { coppice, SMALL, useFolder } from "./harness.js";

const folder = useFolder();

test("an ensemble is trained, evaluated, looked into, asked and exported", async () => {
  const run = await coppice(`train ${SMALL} --members 3 --validation 0.2 --out ${folder.path("run")} --json`);
  expect(run.code, run.err).toBe(0);
  const document = JSON.parse(run.out);
  const model = folder.path("run/model.safetensors");
  expect(document.members).toHaveLength(3);
  for (const member of document.members) expect(member.testAccuracy).toBeGreaterThan(0.3);
  expect(document.neurons.initial).toEqual([64, 120, 90, 30]);
  expect(document.history[2].nnz).toBe(document.layers.reduce((sum: number, { nnz }: { nnz: number }) => sum + nnz, 0));
  const saved = decodeCheckpoint(new Uint8Array(readFileSync(model)));
  expect(saved.members).toHaveLength(3);

  const scores = JSON.parse((await coppice(`eval ${model} --data digits --device cpu --json`)).out);
  expect(scores.accuracy).toBeGreaterThan(0.3);
  const inspected = JSON.parse((await coppice(`inspect ${model} --json`)).out);
  expect(inspected.members.map(({ testAccuracy }: { testAccuracy: number }) => testAccuracy)).toEqual(
    document.members.map(({ testAccuracy }: { testAccuracy: number }) => testAccuracy),
  );
  expect(inspected.members.map(({ validationLoss }: { validationLoss: number }) => typeof validationLoss)).toEqual(
    Array(3).fill("number"),
  );
  expect(inspected.layers).toHaveLength(9);
  expect(inspected.nnz).toBe(document.layers.reduce((sum: number, { nnz }: { nnz: number }) => sum + nnz, 0));
  const told = (await coppice(`inspect ${model}`)).out;
  expect(told).toContain("an ensemble of 3 networks, whose outputs are averaged; alone they come to:");
  expect(told).toContain("layers of member 0");

  const lines = (await coppice(`predict ${model} --data digits --device cpu --uncertainty`)).out.trim().split("\n");
  expect(lines[0].split(",").slice(-2)).toEqual(["entropy", "disagreement"]);
  for (const line of lines.slice(1, 50)) {
    const [entropy, disagreement] = line.split(",").slice(-2).map(Number);
    expect(entropy).toBeLessThanOrEqual(Math.log(10) + 1e-6);
    expect(disagreement).toBeGreaterThanOrEqual(0);
    expect(disagreement).toBeLessThanOrEqual(entropy);
  }

  const onnx = await coppice(`export ${model} --to onnx --out ${folder.path("m.onnx")}`);
  expect(onnx.code, onnx.err).toBe(0);
  const { graph } = readOnnx(new Uint8Array(readFileSync(folder.path("m.onnx"))));
  expect(graph.initializer.filter(({ name }) => /^members\.[012]\.layers\.0\.bias$/.test(name))).toHaveLength(3);
  const npz = await coppice(`export ${model} --to npz --out ${folder.path("npz")}`);
  expect(npz).toMatchObject({ code: 2, err: expect.stringContaining("npz: the model is an ensemble of 3 networks") });
  const report = readFileSync(folder.path("run/report.html"), "utf8");
  expect(report).toContain("npset, an ensemble of 3 networks");
  expect(report).toMatch(/members +3 alone: accuracy test [\d.]+ % to [\d.]+ %/);
  // possible connections are those of the members' blocks: 64, 40, 30 and 10 neurons each at first, of which hidden ones leave
  const { final } = document.neurons;
  const cells = document.layers.reduce(
    (sum: number, { nnz, density }: { nnz: number; density: number }) => sum + Math.round(nnz / density),
    0,
  );
  expect(report).toContain(`of ${cells.toLocaleString("en")}`);
  expect(cells).toBeLessThan(64 * final[1] + final[1] * final[2] + final[2] * final[3]);
});

test("an interrupted ensemble goes on to the same file, and one network has no disagreement to tell", async () => {
  const whole = await coppice(`train ${SMALL} --members 2 --dropout 0.2 --out ${folder.path("whole")}`);
  expect(whole.code, whole.err).toBe(0);
  const stop = new AbortController();
  const onErr = (text: string) => {
    if (/epoch +2/.test(text)) stop.abort(new Error("stopped"));
  };
  await coppice(`train ${SMALL} --members 2 --dropout 0.2 --out ${folder.path("run")}`, { signal: stop.signal, onErr });
  const rest = await coppice(`train --resume --out ${folder.path("run")}`);
  expect(rest.code, rest.err).toBe(0);
  const networks = (name: string) =>
    decodeCheckpoint(new Uint8Array(readFileSync(folder.path(`${name}/model.safetensors`)))).members;
  expect(networks("run")).toEqual(networks("whole"));

  expect((await coppice(`train ${SMALL} --epochs 1 --out ${folder.path("one")} --force`)).code).toBe(2); // --epochs twice
  expect((await coppice(`train ${SMALL.replace("--epochs 3", "--epochs 1")} --out ${folder.path("one")}`)).code).toBe(0);
  const one = await coppice(`predict ${folder.path("one/model.safetensors")} --data digits --device cpu --uncertainty`);
  expect(one).toMatchObject({ code: 2, err: expect.stringContaining("--uncertainty: the model is one network") });
});
