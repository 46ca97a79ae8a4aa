import { readFileSync, writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import { decodeCheckpoint, encodeCheckpoint } from "../../src/io/formats/checkpoint/checkpoint.js";
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
  expect(told).toContain("an ensemble of 3 networks, whose answers are averaged; alone they come to:");
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

test("a blend of an ensemble and linear is one model to every command", async () => {
  const [npset, linear, out] = ["npset", "linear", "blend.safetensors"].map((name) => folder.path(name));
  const apart = SMALL.replace(/--(hidden|epsilon|lr) \S+ /g, "");
  for (const command of [`${SMALL} --members 2 --out ${npset}`, `${apart} --method linear --optimizer adam --out ${linear}`]) {
    const run = await coppice(`train ${command}`);
    expect(run.code, run.err).toBe(0);
  }
  const models = [npset, linear].map((path) => `${path}/model.safetensors`);
  const made = await coppice(`blend ${models.join(" ")} --weights 0.6,0.4 --out ${out} --json`);
  expect(made.code, made.err).toBe(0);
  expect(JSON.parse(made.out)).toMatchObject({ models, weights: [0.6, 0.4], out, networks: 3 });
  const accuracies = [...models, out].map(
    async (path) => JSON.parse((await coppice(`eval ${path} --data digits --device cpu --json`)).out).accuracy as number,
  );
  const [first, second, both] = await Promise.all(accuracies);
  expect(both).toBeGreaterThan(Math.min(first, second));
  const inspected = JSON.parse((await coppice(`inspect ${out} --json`)).out);
  expect(inspected.neurons).toBeNull();
  expect(inspected.members.map(({ weight }: { weight: number }) => weight)).toEqual([0.3, 0.3, 0.4]);
  const told = (await coppice(`inspect ${out}`)).out;
  expect(told).toMatch(/network {5}3 networks with more layers or fewer, .* connections/);
  expect(told).toContain("an ensemble of 3 networks, whose answers are averaged by weights:");
  const lines = (await coppice(`predict ${out} --data digits --device cpu --uncertainty`)).out.split("\n");
  expect(lines[0]).toMatch(/,entropy,disagreement$/);
  const asked = `predict ${out} --data digits --device cpu --sets 0.9`;
  expect(await coppice(asked)).toMatchObject({ code: 2, err: expect.stringContaining("--sets: the model keeps no scores of") });
  const kept = { ...decodeCheckpoint(new Uint8Array(readFileSync(out))), conformal: new Float32Array(30).fill(0.9) };
  writeFileSync(out, encodeCheckpoint(kept));
  const sets = await coppice(asked);
  expect(sets.err).toMatch(/sets of 0\.9 hold [\d.]+ classes on average, by 30 out-of-fold predictions$/m);
  expect(sets.out.split("\n")[0]).toMatch(/,set$/);
  expect(sets.out.split("\n")[1]).toMatch(/,\d(\|\d)*$/);
  const onnx = await coppice(`export ${out} --to onnx --out ${folder.path("b.onnx")}`);
  expect(onnx.code, onnx.err).toBe(0);

  const refused = async (command: string, line: string) =>
    expect(await coppice(command)).toMatchObject({ code: 2, err: expect.stringContaining(line) });
  await refused(`export ${out} --to npz --out ${folder.path("npz")}`, "npz: the model is an ensemble of 3 networks");
  await refused(`train --data digits --start ${out} --out ${folder.path("s")}`, "start: the model is an ensemble of 3 networks");
  await refused(`blend ${models.join(" ")} --weights 0.6,0.5 --out ${out}`, "blend: weights: sum to 1.1, expected 1");
  await refused(
    `blend ${models.join(" ")} --weights 0.6 --out ${out}`,
    "--weights: 1 of 2 models; give one for each, e.g. 0.5,0.5",
  );
  await refused(`blend ${models.join(" ")} --out ${models[0]}`, "is a model that is read; choose another file");
});
