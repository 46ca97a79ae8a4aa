import { readFile } from "node:fs/promises";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createCpuDevice, decodeCheckpoint, digits, loadModel } from "../../src/api/index.js";
import { readOnnx, runOnnx } from "../io/onnx-reader.js";
import { openDemo, openSite, type Site, set, train } from "./site.js";

// A model of the page for other runtimes.

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
  const requests: string[] = [];
  page.on("request", (request) => {
    if (!/^(blob|data):/.test(request.url())) requests.push(`${request.method()} ${request.url()}`);
  });
  const { name, bytes } = await downloaded(page, "#model-onnx");
  expect(name).toMatch(/^digits_npset_seed1_epoch\d+_model\.onnx$/);
  expect(requests).toEqual([expect.stringMatching(new RegExp(`^GET ${site.url}assets/export-[\\w-]+\\.js$`))]);

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
  expect(requests).toHaveLength(1);
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
