import { readFileSync, writeFileSync } from "node:fs";
import { afterAll, describe, expect, test } from "vitest";
import type { Batch, Metric } from "../../src/api/extend.js";
import {
  createCpuDevice,
  decodeCheckpoint,
  type EpochRecord,
  encodeCheckpoint,
  type SavedModel,
  split,
  train,
} from "../../src/api/index.js";
import { metricsTable } from "../../src/cli/metrics.js";
import { renderReport } from "../../src/cli/report/report.js";
import { tensorboardLog } from "../../src/cli/tensorboard.js";
import { metricsOf } from "../../src/train/measures.js";
import { coppice, useFolder } from "../cli/harness.js";
import { readEvents } from "../io/event-reader.js";
import { sharedGpu } from "./gpu.js";
import { DATA } from "./trained.js";

// Metrics that are not built in, through the public API alone: one that the device sums, and one that looks at all samples together.

/** The fraction of samples whose class is not among the two largest outputs. */
const topTwoError: Metric = {
  name: "topTwoError",
  better: "smaller",
  fraction: true,
  wgsl: `
fn sampleMetric(b: u32) -> f32 {
  var above = 0u;
  for (var c = 0u; c < params.outputs; c++) { above += u32(output(c, b) > output(classOf(b), b)); }
  return select(0.0, 1.0, above > 1u);
}`,
  measure({ z, outputs, stride, wanted }: Batch, b: number) {
    let above = 0;
    for (let c = 0; c < outputs; c++) if (z[c * stride + b] > z[wanted(0, b) * stride + b]) above++;
    return above > 1 ? 1 : 0;
  },
};

/** The mean recall of the classes. */
const balanced: Metric = {
  name: "balanced",
  better: "larger",
  fraction: true,
  over({ z, targets, samples, outputs }) {
    const [found, all] = [new Array<number>(outputs).fill(0), new Array<number>(outputs).fill(0)];
    for (let i = 0; i < samples; i++) {
      const row = Array.from(z.subarray(i * outputs, (i + 1) * outputs));
      all[targets[i]]++;
      if (row.indexOf(Math.max(...row)) === targets[i]) found[targets[i]]++;
    }
    return found.reduce((sum, count, c) => sum + count / all[c], 0) / outputs;
  },
};

const folder = useFolder();
const data = split(DATA.train, { test: 1 / 3, seed: 1 });
const options = {
  method: "static",
  hidden: [14],
  epsilon: 3,
  epochs: 4,
  batch: 8,
  lr: 0.02,
  metrics: [topTwoError, balanced],
} as const;

/** Of the last network, by the answers that it gives: the fraction of samples whose class is not among the two most probable. */
async function topTwoErrorOf(model: Awaited<ReturnType<typeof train>>): Promise<number> {
  const { probabilities, classes } = await model.predict(data.test.x);
  const wrong = Array.from(data.test.y, (label, i) => {
    const row = Array.from(probabilities.subarray(i * classes.length, (i + 1) * classes.length));
    return row.filter((value) => value > row[label]).length > 1;
  });
  return wrong.filter(Boolean).length / wrong.length;
}

const KEYS =
  "epoch runningLoss runningAccuracy runningTopTwoError trainLoss trainAccuracy trainTopTwoError trainBalanced testLoss";

describe("told of on", async () => {
  const gpu = await sharedGpu();
  const devices = { "the CPU": createCpuDevice({ threads: 1 }), "typed arrays": createCpuDevice({ simd: false }), "a GPU": gpu };
  afterAll(() => gpu.dispose());

  test.each(Object.keys(devices) as (keyof typeof devices)[])("%s, they are right, and stand in the history", async (on) => {
    const checkpoints: SavedModel[] = [];
    const onCheckpoint = (saved: SavedModel) => {
      checkpoints.push(saved);
    };
    const model = await train(data, { ...options, device: devices[on], onCheckpoint });
    const { history } = model;
    expect(Object.keys(history[0]).slice(0, 9).join(" ")).toBe(KEYS);
    expect(history[3].testTopTwoError).toBe(await topTwoErrorOf(model));
    for (const part of ["train", "test"] as const) {
      const { balancedAccuracy } = await model.evaluate(data[part]);
      expect(history[3][`${part}Balanced`]).toBeCloseTo(balancedAccuracy, 12);
    }
    expect(history[0].runningTopTwoError).toBeGreaterThan(0);
    await model.dispose();

    const resume = decodeCheckpoint(encodeCheckpoint(checkpoints[1])); // needs no metric to be read
    const resumed = await train(data, { ...options, device: devices[on], resume });
    const without = ({ seconds, ...rest }: EpochRecord) => rest;
    expect(resumed.history.map(without)).toEqual(history.map(without));
    await resumed.dispose();
    await expect(train(data, { ...options, metrics: [topTwoError], device: devices[on], resume })).rejects.toThrow(
      /^resume: options contradict the checkpoint: metrics was \["topTwoError","balanced"\]/,
    );
  });
});

test("they are columns of metrics.csv, tags of TensorBoard, tiles and charts of a report", async () => {
  const model = await train(data, { ...options, device: createCpuDevice({ threads: 1 }) });
  const { config, history } = model;
  const table = metricsTable(metricsOf(config));
  const [names, cells] = [table.header(3), table.line(history[3])].map((line) => line.trimEnd().split(","));
  const cell = (name: string) => Number(cells[names.indexOf(name)]);
  expect(names).not.toContain("runningBalanced");
  const keys = ["testAccuracy", "testTopTwoError", "trainBalanced", "runningTopTwoError"];
  expect(keys.map(cell)).toEqual(keys.map((key) => history[3][key as "testAccuracy"]));

  const log = tensorboardLog(folder.path(), 4, metricsOf(config));
  log.start([]);
  log.epoch(history[3]);
  const [, , event] = readEvents(new Uint8Array(readFileSync(folder.path(folder.list()[0]))));
  const scalars = Object.fromEntries((event.summary?.value ?? []).map(({ tag, simpleValue }) => [tag, simpleValue]));
  const tags = ["accuracy/test", "topTwoError/test", "balanced/train", "topTwoError/running"];
  expect(tags.map((tag) => scalars[tag])).toEqual(keys.map((key) => Math.fround(cell(key))));

  const about = { name: "blobs", files: [], test: "split", features: 1, classes: ["a"], sha256: "" };
  const described = { ...about, samples: { train: 1, test: 1, validation: 0 } };
  const onTest = await model.evaluate(data.test);
  const report = renderReport({ model, saved: await model.save(), onTest, data: described, command: "", version: "" });
  const percent = `${(100 * cell("testTopTwoError")).toFixed(2)} %`;
  expect(report).toContain(`<dt>test topTwoError</dt><dd>${percent}<small>`);
  for (const title of ["Accuracy", "TopTwoError", "Balanced"]) expect(report).toContain(`>${title}<`);
});

test("--metrics names those of a module, also when the run goes on", async () => {
  const file = folder.path("mine.mjs");
  writeFileSync(file, 'export const size = { name: "size", better: "larger", over: ({ samples }) => samples / 8 };');
  const words = `train --data digits --method linear --epochs 2 --device cpu --out ${folder.path("run")} --pieces ${file}`;
  const unknown = await coppice(`${words} --metrics sise`);
  expect([unknown.code, unknown.err]).toEqual([2, expect.stringContaining('metrics: metric: "sise" is unknown')]);
  expect((await coppice(`${words} --metrics size`)).code).toBe(0);
  const more = await coppice(`${words} --resume`);
  expect(more.code, more.err).toBe(0);
  const [head, ...rows] = readFileSync(folder.path("run/metrics.csv"), "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => line.split(","));
  const column = (name: string) => rows.map((row) => row[head.indexOf(name)]);
  const test = 1797 - 8 * Number(column("trainSize")[0]);
  expect(column("testSize")).toEqual([test, test].map((samples) => String(samples / 8)));
});

test("a value that is no finite number is refused, but where training diverged that is told", async () => {
  const device = createCpuDevice({ threads: 1 });
  const bad = (metric: object, others = {}) =>
    train(data, { ...options, ...others, device, metrics: [{ name: "x", better: "larger", ...metric } as Metric] });
  for (const [value, told] of [
    ["0.4", '"0.4"'],
    ["1", '"1"'],
    [undefined, "undefined"],
    [Number.NaN, "NaN"],
    [-Infinity, "-Infinity"],
  ] as const)
    await expect(bad({ over: () => value })).rejects.toMatchObject({
      kind: "usage",
      message: `metric "x": over: returned ${told}, expected a finite number`,
    });
  const summed = { wgsl: "fn sampleMetric(b: u32) -> f32 { return 0.0; }", measure: () => 0 };
  await expect(bad({ ...summed, of: Math.log })).rejects.toThrow(
    /^metric "x": of: returned -Infinity, expected a finite number$/,
  );
  await expect(bad({ ...summed, measure: () => Number.NaN })).rejects.toThrow(
    /^metric "x": mean: is NaN, expected a finite number$/,
  );
  // one step per epoch: the evaluation after it is the first that has outputs that are not finite
  const far = { lr: 1e30, batch: data.train.samples, epochs: 2 };
  await expect(bad({ over: ({ z }: { z: Float32Array }) => z[0] * 0 }, far)).rejects.toMatchObject({ code: "diverged" });
});

test("metrics change no bit of what is learnt", async () => {
  const device = createCpuDevice({ threads: 1 });
  const [more, fewer] = [await train(data, { ...options, device }), await train(data, { ...options, metrics: [], device })];
  expect((await more.save()).network).toEqual((await fewer.save()).network);
  expect(more.history.map(({ testLoss }) => testLoss)).toEqual(fewer.history.map(({ testLoss }) => testLoss));
});

test("what is no metric, or has the name of one, is refused", async () => {
  const bad = (metric: unknown) => train(data, { ...options, metrics: [metric as Metric] });
  await expect(bad({ name: "mine" })).rejects.toThrow(/^metrics: metric: "mine": better: undefined is unknown; .*larger/);
  await expect(bad("topTwo")).rejects.toThrow(/^metrics: metric: "topTwo" is unknown/);
  await expect(bad("accuracy")).rejects.toThrow(/^metrics: accuracy is told of already; leave it out$/);
  await expect(bad({ ...balanced, name: "accuracy" })).rejects.toThrow(/"accuracy" is the name of a built-in metric/);
  await expect(bad({ ...balanced, name: "loss" })).rejects.toThrow(/name: "loss" is not a name for fields of records/);
  await expect(bad({ ...balanced, better: "higher" })).rejects.toThrow(/"balanced": better: "higher" is unknown/);
  await expect(bad({ ...topTwoError, wgsl: "fn other() {}" })).rejects.toThrow(
    /wgsl: .* is not WGSL that has a function sampleMetric$/,
  );
  await expect(bad({ ...topTwoError, over: balanced.over })).rejects.toThrow(/needs wgsl and measure, or over alone$/);
});
