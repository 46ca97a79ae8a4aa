import { readFile } from "node:fs/promises";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  createCpuDevice,
  decodeCheckpoint,
  digits,
  encodeCheckpoint,
  loadModel,
  train as trainInNode,
} from "../../src/api/index.js";
import { readOnnx, runOnnx } from "../io/onnx-reader.js";
import { openDemo, openSite, type Site, set, train, watchRequests } from "./site.js";

// Models that leave the page, as ONNX and as checkpoints, and those that come to it.

let site: Site;
beforeAll(async () => {
  site = await openSite();
});
afterAll(() => site.close());

async function downloaded(page: Page, button: string): Promise<{ name: string; bytes: Uint8Array }> {
  const [download] = await Promise.all([page.waitForEvent("download"), page.click(button)]);
  return { name: download.suggestedFilename(), bytes: new Uint8Array(await readFile(await download.path())) };
}

test("a trained model is saved as ONNX, of its sizes and with its answers, by a script that is loaded for it alone", async () => {
  const page = await openDemo(site);
  expect(await page.isDisabled("#model-onnx")).toBe(true);
  await set(page, { hidden: "30, 20", epochs: 3 });
  await train(page);
  const workers = page.workers().length;
  const { scripts, others } = watchRequests(page, site);
  const { name, bytes } = await downloaded(page, "#model-onnx");
  expect(name).toMatch(/^digits_npset_seed1_epoch\d+_model_\d{4}-\d\d-\d\d_\d{4}\.onnx$/);
  const loaded = [...scripts];
  expect(loaded.join()).toMatch(/assets\/export-/);

  const saved = decodeCheckpoint((await downloaded(page, "#model-download")).bytes);
  const sizes = [saved.features, ...saved.network.layers.map(({ out }) => out)];
  expect(sizes[1]).toBeLessThan(30); // npset has removed neurons
  const file = readOnnx(bytes);
  const dims = (tensor: string) => file.graph.initializer.find((one) => one.name === tensor)?.dims;
  expect(sizes.slice(1).map((_, i) => dims(`layers.${i}.weight`))).toEqual(sizes.slice(1).map((out, i) => [out, sizes[i]]));

  const { x, features } = await digits();
  const some = x.slice(0, 20 * features);
  const device = createCpuDevice();
  const { labels, probabilities } = await loadModel(device, saved).predict(some);
  const answer = runOnnx(file, some, features);
  expect(answer.label).toEqual([...labels]);
  for (const [k, p] of probabilities.entries()) expect(Math.abs(answer.probabilities[k] - p)).toBeLessThan(1e-5);
  await device.dispose();

  await downloaded(page, "#model-onnx");
  expect([...scripts]).toEqual(loaded);
  expect(others).toEqual([]);
  expect(page.workers()).toHaveLength(workers); // it has ended
  expect(await page.isHidden("#model-error")).toBe(true);
  await page.close();
}, 60_000);

test("says so when the script cannot be loaded", async () => {
  const page = await openDemo(site);
  await set(page, { hidden: "20", epochs: 1 });
  await train(page);
  await page.route("**/export-*.js", (route) => route.abort());
  await page.click("#model-onnx");
  await page.waitForSelector("#model-error:not([hidden])");
  expect(await page.textContent("#model-error")).toMatch(/could not be loaded/);
  await page.close();
}, 60_000);

test("a checkpoint of the page predicts in Node as in the page, and one of Node in the page as in Node", async () => {
  const page = await openDemo(site);
  await set(page, { hidden: "60, 40", epochs: 4, device: "webgpu" });
  await train(page);
  const [download] = await Promise.all([page.waitForEvent("download"), page.click("#model-download")]);
  const fromPage = await readFile(await download.path());

  const { x, features } = await digits();
  const rows = Array.from({ length: 40 }, (_, i) => Array.from(x.subarray(i * features, (i + 1) * features)).join(","));
  const samples = { name: "new.csv", mimeType: "text/csv", buffer: Buffer.from(rows.join("\n")) };
  const inNode = async (bytes: Uint8Array) => {
    const device = createCpuDevice();
    const { labels, classes, probabilities } = await loadModel(device, decodeCheckpoint(bytes)).predict(
      x.subarray(0, 40 * features),
    );
    await device.dispose();
    return { labels: Array.from(labels, (c) => classes[c]), probabilities };
  };
  const inPage = async () => {
    await page.setInputFiles("#predict-file", samples);
    await page.waitForSelector("#predictions-csv");
    const [csv] = await Promise.all([page.waitForEvent("download"), page.click("#predictions-csv")]);
    const lines = (await readFile(await csv.path(), "utf8")).trim().split("\n").slice(1);
    const cells = lines.map((line) => line.split(","));
    return { labels: cells.map(([label]) => label), probabilities: cells.flatMap((row) => row.slice(1).map(Number)) };
  };
  const expectEqual = (a: Awaited<ReturnType<typeof inPage>>, b: Awaited<ReturnType<typeof inNode>>) => {
    expect(a.labels).toEqual(b.labels);
    for (const [i, p] of a.probabilities.entries()) expect(Math.abs(p - b.probabilities[i])).toBeLessThan(1e-5);
  };
  expectEqual(await inPage(), await inNode(fromPage));

  const all = await digits();
  const model = await trainInNode({ train: all }, { hidden: [30], epochs: 2, device: "cpu", method: "set" });
  const fromNode = encodeCheckpoint(await model.save());
  await model.dispose();
  await page.setInputFiles("#model-file", { name: "node.safetensors", mimeType: "", buffer: Buffer.from(fromNode) });
  await expect.poll(() => page.textContent("#model-info")).toMatch(/^64-30-10/);
  expectEqual(await inPage(), await inNode(fromNode));
  await page.click("#test-model");
  await expect
    .poll(() => page.textContent("#test-accuracy"))
    .toMatch(/on all 1797 samples of digits: it may have been trained on some/);

  // what is shown of a file goes when the next one is asked about, and is not there when that fails
  await page.setInputFiles("#predict-file", { ...samples, buffer: Buffer.from("1,2\n3,4\n") });
  await page.waitForSelector("#model-error:not([hidden])");
  expect(await page.textContent("#predictions")).toBe("");

  await page.setInputFiles("#model-file", { name: "bad.safetensors", mimeType: "", buffer: Buffer.from("not a model") });
  await page.waitForSelector("#model-error:not([hidden])");
  expect(await page.textContent("#model-error")).toContain("bad.safetensors");
  expect(await page.textContent("#model-info")).toMatch(/^64-30-10/);
  await page.close();
}, 90_000);
