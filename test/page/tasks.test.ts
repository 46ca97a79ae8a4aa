import { readFile } from "node:fs/promises";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readLink } from "../../demo/page/link.js";
import { chosenAfter, DEFAULTS, type Settings, trainOptions } from "../../demo/settings.js";
import { TASKS } from "../../src/api/extend.js";
import {
  createCpuDevice,
  decodeCheckpoint,
  loadModel,
  readDataset,
  type SavedModel,
  split,
  train as trainInNode,
} from "../../src/api/index.js";
import { strataOf } from "../../src/tasks/strata.js";
import { readOnnx, runOnnx } from "../io/onnx-reader.js";
import { linkOf, openDemo, openSite, phase, type Site, set, train } from "./site.js";
import { GO_ON, reload } from "./storage.js";
import { file, load, looked, options, pick, range, type Upload, value } from "./upload.js";

// What is learnt beside classes, in the page: from the drop of a table to the predictions and the report.

let site: Site;
beforeAll(async () => {
  site = await openSite();
});
afterAll(() => site.close());

const SAMPLES = 60;
const cells = (s: number) => range(4).map((f) => Number(value(s, f)));
/** Features a to d of 60 samples, then these columns. */
const table = (name: string, columns: Readonly<Record<string, (x: readonly number[], s: number) => number | string>>): Upload =>
  file(
    name,
    `${["a", "b", "c", "d", ...Object.keys(columns)].join()}\n${range(SAMPLES)
      .map((s) => [...cells(s), ...Object.values(columns).map((of) => of(cells(s), s))].join(","))
      .join("\n")}\n`,
  );

async function saved(page: Page, button: string): Promise<{ name: string; bytes: Buffer }> {
  const [download] = await Promise.all([page.waitForEvent("download"), page.click(button)]);
  return { name: download.suggestedFilename(), bytes: await readFile(await download.path()) };
}

const lines = ({ bytes }: { bytes: Buffer }) => bytes.toString().trim().split("\n").map((line) => line.split(",")); // biome-ignore format: a line

/** The names of the figures of the last run. */
const figuresOf = (page: Page) => page.locator("#figures tbody th").allTextContents();

/** Trains a small network, and tests it. */
async function trainSmall(page: Page): Promise<string> {
  await set(page, { device: "cpu", hidden: "12", epochs: 6 });
  await train(page);
  await page.click("#test-model");
  await page.waitForSelector("#test-accuracy");
  return (await page.textContent("#test-report")) ?? "";
}

test("fractions are taken for numbers to learn: trained, tested, drawn, predicted as in Node, evaluated and reported", async () => {
  const page = await openDemo(site);
  const dose = table("dose.csv", { dose: ([a, b]) => (50 + 10 * a - 5 * b).toFixed(2), label: ([a]) => (a + 0.125).toFixed(3) });
  await pick(page, dose);
  await looked(page);
  expect((await options(page, "data-task"))[0]).toBe("guess: numbers (regression)");
  expect(await page.textContent("#data-preview")).toMatch(
    /label" are fractions.*if they are classes, choose "classes" in "What to learn"/,
  );
  await page.selectOption("#data-task", "regression");
  await page.selectOption("#data-target", [{ label: "dose" }, { label: "label" }]);
  await expect.poll(() => page.textContent("#data-preview")).toMatch(/To learn: column 5, "dose"; column 6, "label"/);
  expect(await load(page)).toMatch(/^dose: 60 samples of 4 features, to learn: numbers \(regression\), dose, label/);
  const report = await trainSmall(page);
  expect(await figuresOf(page)).toEqual(
    expect.arrayContaining(["Test RMSE", "Test MAE", "Test R2", "Test Spearman's rho", "Without inputs (mean)"]),
  );
  expect(await page.locator("#chart-rmse, #chart-r2").count()).toBe(2);
  expect(report).toMatch(/RMSE [\d.]+, MAE [\d.]+, R2 -?[\d.]+.*on the 20 samples held out/);
  expect(await page.locator("#each tbody tr").count()).toBe(2);
  await page.click("#test-curves summary");
  await expect.poll(() => page.locator("#test-curves figure circle").count()).toBe(40);

  await page.setInputFiles("#predict-file", dose);
  await page.waitForSelector("#predictions-csv");
  const [header, ...rows] = lines(await saved(page, "#predictions-csv"));
  expect(header).toEqual(["dose", "label"]);
  const { name, bytes } = await saved(page, "#model-download");
  expect(name).toMatch(/^dose_npset_seed1_epoch6_model_\d{4}-\d\d-\d\d_\d{4}\.safetensors$/);
  const device = createCpuDevice();
  const inNode = await loadModel(device, decodeCheckpoint(bytes)).predict(Float32Array.from(range(SAMPLES).flatMap(cells)));
  await device.dispose();
  const values = [...(inNode as unknown as { values: Float32Array }).values];
  for (const [k, cell] of rows.flat().map(Number).entries()) expect(Math.abs(cell - values[k])).toBeLessThan(1e-3);
  await page.setInputFiles("#model-file", { name, mimeType: "", buffer: bytes });
  await expect.poll(() => page.textContent("#model-info")).toMatch(/targets dose, label$/);

  await page.fill("#evaluate-splits", "2");
  await page.click("#evaluate");
  await expect.poll(() => page.textContent("#evaluate-progress"), { timeout: 20_000 }).toBe("Done");
  expect(await page.textContent("#evaluate-floor")).toMatch(
    /^Without the inputs, the mean of the training part has a test RMSE of /,
  );
  await page.locator("#take").evaluate((details) => details.setAttribute("open", ""));
  expect((await saved(page, "#take-report")).bytes.toString()).toMatch(/Test RMSE.*<h2>Learning/s);
  expect(await page.textContent("#past-runs")).toMatch(/RMSE/);
  await page.close();
}, 60_000);

test("quantiles are learnt, and predicted as intervals; a loss of another task is not offered", async () => {
  const page = await openDemo(site);
  expect(await page.isDisabled("#set-quantiles")).toBe(true);
  expect(await page.isDisabled("#set-classWeight")).toBe(false);
  const dose = table("dose.csv", { dose: ([a, b]) => (50 + 10 * a - 5 * b).toFixed(2) });
  await pick(page, dose);
  await page.waitForSelector("#data-reading:not([hidden])");
  await page.selectOption("#data-task", "regression");
  await looked(page);
  await load(page);
  expect(await options(page, "set-loss")).toEqual(["the task's own", "mse", "mae", "huber"]);
  expect(await page.isDisabled("#set-classWeight")).toBe(true);
  await set(page, { quantiles: "0.1 0.5 0.9" });
  expect(await trainSmall(page)).toMatch(/name.*coverage.*dose/);
  await page.setInputFiles("#predict-file", dose);
  await page.waitForSelector("#predictions-csv");
  expect(lines(await saved(page, "#predictions-csv"))[0]).toEqual(["dose 0.1", "dose 0.5", "dose 0.9"]);
  await page.selectOption("#predict-what", "encoding");
  await page.setInputFiles("#predict-file", dose);
  await expect.poll(() => page.textContent("#predictions")).toMatch(/60 samples of dose\.csv, encoded by npset/);
  const codes = await saved(page, "#predictions-csv");
  expect(codes.name).toMatch(/^dose_npset_seed1_epoch6_encodings_dose_\d{4}-\d\d-\d\d_\d{4}\.csv$/);
  expect(lines(codes)[0][0]).toMatch(/^h1\.\d+$/);
  await page.locator("#take").evaluate((details) => details.setAttribute("open", ""));
  expect((await saved(page, "#take-report")).bytes.toString()).toMatch(/On the samples held out.*Predicted against true: dose/s);
  await page.close();
}, 60_000);

const OTHERS = [
  {
    task: "survival",
    columns: {
      time: ([a]: readonly number[]) => (3 - a).toFixed(2),
      event: (_: readonly number[], s: number) => Number(s % 3 > 0),
    },
    choose: { time: "time", event: "event" },
    learnt: /time until an event \(survival\), time, event.*event: 66\.7\s% are 1/,
    figure: "Test concordance index",
    predicted: ["log risk of event over time"],
    drawn: [/Without the event, by predicted risk/],
  },
  {
    task: "multi-label",
    columns: { tags: ([a, b]: readonly number[]) => [a > 0 && "red", b > 0 && "blue"].filter(Boolean).join(";") },
    choose: { separator: ";" },
    learnt: /several labels a sample, blue, red/,
    figure: "Test F1, all labels together",
    predicted: ["blue", "red", "decided blue", "decided red"],
    drawn: [],
  },
  {
    task: "reconstruct",
    columns: {},
    choose: {},
    learnt: /the samples themselves/,
    figure: "Test RMSE",
    predicted: ["error"],
    drawn: [/Rebuilt against true values/, /How far samples are/],
  },
] as const;

test.each(OTHERS)(
  "$task is learnt, tested, drawn, predicted and linked",
  async ({ task, columns, choose, learnt, figure, predicted, drawn }) => {
    const page = await openDemo(site);
    const own = table("own.csv", columns);
    await pick(page, own);
    await page.waitForSelector("#data-reading:not([hidden])");
    await page.selectOption("#data-task", task);
    for (const [what, choice] of Object.entries(choose)) {
      if (what === "separator") await page.fill(`#data-${what}`, choice).then(() => page.locator(`#data-${what}`).blur());
      else await page.selectOption(`#data-${what}`, { label: choice });
    }
    await expect.poll(() => page.textContent("#data-preview")).toMatch(learnt);
    await looked(page);
    expect(await load(page)).toMatch(learnt);
    await trainSmall(page);
    expect(await figuresOf(page)).toContain(figure);
    if (drawn.length > 0) await page.click("#test-curves summary");
    await expect.poll(() => page.locator("#test-curves figure").count()).toBe(drawn.length);
    const titles = (await page.locator("#test-curves figure").allTextContents()).entries();
    for (const [k, title] of titles) expect(title).toMatch(drawn[k]);
    await page.setInputFiles("#predict-file", own);
    await page.waitForSelector("#predictions-csv");
    expect(lines(await saved(page, "#predictions-csv"))[0]).toEqual(predicted);
    expect(await page.textContent("main")).not.toMatch(/NaN|undefined/);
    expect(new URL(await linkOf(page)).hash).toContain(task);
    await page.close();
  },
  60_000,
);

test("classes and samples weigh as asked for, temperature and threshold are chosen, and predict; all as in Node", async () => {
  const page = await openDemo(site);
  const own = table("rare.csv", {
    label: ([a], s) => (s % 6 === 0 || a > 1.4 ? "case" : "control"),
    count: (_, s) => 0.5 + (s % 3),
  });
  await pick(page, own);
  await looked(page);
  await page.selectOption("#data-weight", { label: "count" });
  await expect
    .poll(() => page.textContent("#data-preview"))
    .toMatch(/60 samples of 4 features.*Weights: column 6, "count"|Weights: column 6, "count".*60 samples of 4 features/s);
  await looked(page);
  await load(page);
  const after = { validation: 0.25, calibrate: "temperature", threshold: "macroF1" } as const;
  const chosen = { device: "cpu", hidden: "12", epochs: 6, classWeight: "balanced", batch: 8, lr: 0.01, decay: 0, dropout: 0 };
  await set(page, { ...chosen, ...after, optimizer: "sgd", inputs: "standardize" });
  await train(page);
  await expect
    .poll(() => page.textContent("#run-notes"))
    .toMatch(
      /10 are not trained on: .*training weighs classes .* and samples;.*calibrated by a temperature of [\d.]+.*where the probability of that is above 0\.\d+/s,
    );
  const link = readLink(await linkOf(page));
  expect(link).toMatchObject({ settings: { classWeight: "balanced", ...after }, data: { options: { sampleWeight: 5 } } });
  const { bytes } = await saved(page, "#model-download");
  const onnx = readOnnx(Uint8Array.from((await saved(page, "#model-onnx")).bytes));
  await page.setInputFiles("#predict-file", own);
  await page.waitForSelector("#predictions-csv");
  const [header, ...predicted] = lines(await saved(page, "#predictions-csv"));
  await reload(page);
  const [chooser] = await Promise.all([page.waitForEvent("filechooser"), page.click(GO_ON)]);
  await chooser.setFiles(own);
  await phase(page, "done");
  expect(Buffer.compare((await saved(page, "#model-download")).bytes, bytes), "what is kept").toBe(0);
  await page.close();

  const dataset = await readDataset([{ name: own.name, bytes: new Uint8Array(own.buffer) }], { sampleWeight: "count" });
  const { test: share, seed } = DEFAULTS;
  const { train: fitted, validation } = split(dataset, {
    test: share,
    validation: after.validation,
    seed,
    strata: strataOf(TASKS.classification, dataset),
  });
  const device = createCpuDevice();
  const settings = { ...DEFAULTS, ...chosen, ...after, hidden: [12], device: "cpu", classWeight: "balanced" } as const;
  const learn = (by: Settings, train = fitted) => {
    const options = { ...trainOptions(by, "classification"), ...chosenAfter(by, "classification", 2), device };
    return trainInNode({ train, validation }, options);
  };
  const told = ({ network, temperature, threshold }: SavedModel) => ({
    weights: [...network.layers[0].params.values],
    temperature,
    threshold,
  });
  const model = await learn(settings);
  const inPage = told(decodeCheckpoint(bytes));
  expect(inPage).toEqual(told(await model.save()));
  expect(inPage).toMatchObject({ temperature: expect.any(Number), threshold: expect.any(Number) });
  const { labels, probabilities } = await model.predict(dataset.x);
  expect(header.slice(-2)).toEqual(dataset.classes);
  expect(predicted.map(([label]) => label)).toEqual(Array.from(labels, (label) => dataset.classes[label]));
  expect(predicted.flatMap((cells) => cells.slice(-2).map((cell) => Math.fround(Number(cell))))).toEqual([...probabilities]);
  const inOnnx = runOnnx(onnx, dataset.x as Float32Array, 4);
  expect(inOnnx.label).toEqual([...labels]);
  for (const [k, p] of probabilities.entries()) expect(Math.abs(inOnnx.probabilities[k] - p)).toBeLessThan(1e-5);
  expect(onnx.graph.initializer.map(({ name }) => name)).toEqual(expect.arrayContaining(["temperature", "label.above"]));
  const { weights: _, ...plain } = fitted;
  for (const other of [learn({ ...settings, classWeight: "none" }), learn(settings, plain)])
    expect(inPage.weights).not.toEqual(told(await (await other).save()).weights);
  await device.dispose();
}, 60_000);
