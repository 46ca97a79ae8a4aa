import { writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import { createCpuDevice, makeDataset, train } from "../../src/api/index.js";
import { suiteConfig } from "../../src/experiment/plan/check-config.js";
import { COMPARED } from "../../src/methods/index.js";
import { settleRun } from "../../src/train/settle.js";
import { coppice, useFolder } from "../cli/harness.js";
import { features, names, options, parts, rows } from "./plane.js";

// What an autoencoder does not take, or takes with a note.

const folder = useFolder();

test("what does not fit is refused in one line", async () => {
  const device = createCpuDevice({ threads: 1 });
  await expect(train(parts, { ...options, skip: "linear", device })).rejects.toThrow(
    "skip: would lead the inputs straight to the outputs, which are to be made of less than all of them; leave it out",
  );
  const { hidden: _, epsilon: __, ...bare } = options;
  await expect(train(parts, { ...bare, method: "linear", device })).rejects.toThrow(
    "method: linear has no hidden layer, so it would only learn to hand the inputs on; take a method that has one",
  );
  const targets = makeDataset({ name: "numbers", x: Float64Array.from(rows.flat()), features, targets: rows.map(([a]) => a) });
  await expect(train({ train: targets }, { ...options, device })).rejects.toThrow(
    "numbers: has targets, and task reconstruct learns the samples themselves",
  );
  await expect(train(parts, { ...options, metrics: ["accuracy"], device })).rejects.toThrow(
    "metrics: accuracy is of classes, and the task is reconstruct",
  );
  await expect(train(parts, { ...options, loss: "crossEntropy", device })).rejects.toThrow(
    "loss: crossEntropy does not fit task",
  );
  await expect(train(parts, { ...options, task: "classification", device })).rejects.toThrow("it has no labels");
});

test("columns to learn, methods without hidden layers, and suites and fits of either are refused", async () => {
  writeFileSync(folder.path("t.csv"), [names.join(), ...rows.map((row) => row.join())].join("\n"));
  const run = `train --data ${folder.path("t.csv")} --task reconstruct --device cpu --out ${folder.path("none")}`;
  for (const [given, named] of [
    ["--target a", "target"],
    ["--time a --event b", "time"],
    ["--event b", "event"],
  ]) {
    const { code, err } = await coppice(`${run} ${given}`);
    expect([code, err], given).toEqual([
      2,
      expect.stringContaining(`option ${named} is of what is learnt, and task reconstruct`),
    ]);
  }
  expect((await coppice(`${run} --method linear`)).err).toContain("method: linear has no hidden layer");
  const { err } = await coppice(`fit --data ${folder.path("t.csv")} --task reconstruct --out ${folder.path("fit")}`);
  expect(err).toMatch(/not reconstruct; train a network with coppice train --task reconstruct$/m);
  const suite = { task: "reconstruct", datasets: ["t"] } as const;
  expect(suiteConfig(suite, "s").methods).toEqual(COMPARED.filter((name) => name !== "linear"));
  expect(() => suiteConfig({ ...suite, methods: ["set", "linear"] }, "s")).toThrow("suite: methods: linear has no hidden layer");
  expect(() => suiteConfig({ ...suite, datasets: [{ name: "t", data: "t.csv", target: ["a"] }] }, "s")).toThrow(
    "suite: t: target: is of what is learnt, and task reconstruct learns the samples themselves; leave it out",
  );
});

test("errors that are not in deviations are told of", () => {
  for (const inputs of ["standardize", "raw", "robust", "scale255"] as const) {
    const told = settleRun(parts, { ...options, inputs }).notes;
    const said = told.filter((note) => note.startsWith(`inputs are not standardised (${inputs}), so loss, rmse and mae`));
    expect(said.length, inputs).toBe(inputs === "standardize" ? 0 : 1);
  }
});
