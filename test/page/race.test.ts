import { afterAll, beforeAll, expect, test } from "vitest";
import { figures, linkOf, openDemo, openSite, phase, type Site, set } from "./site.js";

// Methods that race each other in the demo page.

let site: Site;
beforeAll(async () => {
  site = await openSite();
});
afterAll(() => site.close());

const ON_GPU = { hidden: "60, 40", epochs: 4, device: "webgpu" };
/** For what the page does with a race, whichever device it runs on: no shader is compiled. */
const ON_CPU = { ...ON_GPU, device: "cpu" };

test("a race trains npset and dense in turns, and shows both side by side", async () => {
  const page = await openDemo(site);
  await set(page, ON_GPU);
  await page.click("#race");
  await phase(page, "done");
  expect(await page.locator("#figures thead th").allTextContents()).toEqual(["", "npset", "dense"]);
  const [, dense] = await figures(page, "Neurons");
  expect(dense).toBe("64-60-40-10");
  const [sparse, full] = (await figures(page, "Connections")).map(Number.parseFloat);
  expect(full).toBeCloseTo((64 * 60 + 60 * 40 + 40 * 10) / 1000, 1);
  expect(sparse).toBeLessThan(full / 2);
  await page.close();
}, 60_000);

test("any three methods race, all of them drawn; link, kept training and table of runs know of each", async () => {
  const page = await openDemo(site);
  await set(page, { ...ON_CPU, epochs: 3, method: "set" });
  await page.selectOption("#rival-1", "rigl");
  await page.selectOption("#rival-2", "linear");
  expect(await page.getAttribute("#race", "aria-label")).toBe("Race it against rigl and linear");
  await page.click("#race");
  await phase(page, "done");
  expect(await page.locator("#figures thead th").allTextContents()).toEqual(["", "set", "rigl", "linear"]);
  const accuracies = await figures(page, "Test accuracy");
  const samples = accuracies.map((text) => Math.round((599 * Number.parseFloat(text)) / 100));
  const told = (await page.textContent("#winner")) ?? "";
  const best = Math.max(...samples);
  expect(told).toContain(best - samples[2] > 0 ? `${best - samples[2]} ` : "linear");
  expect(told).toMatch(/of the connections of rigl and .* of those of linear\. A single split: .*one is worth 0\.17 points/);
  expect(await page.locator(".networks figcaption:visible").allTextContents()).toEqual(["Set", "Rigl", "Linear"]);
  expect(await page.getAttribute("#chart-loss", "aria-label")).toMatch(
    /set after epoch 3: .*rigl after epoch 3: .*linear after epoch 3/,
  );
  await page.click("#past > summary");
  expect(await page.locator("#past-runs tbody tr").count()).toBe(3);
  const link = await linkOf(page);
  await page.reload();
  await page.waitForSelector(".offer");
  expect(await page.locator(".offer p").textContent()).toMatch(/^Trained set, rigl and linear on digits, all 3 epochs/);
  await page.click(".offer button.use");
  await phase(page, "done");
  expect(await figures(page, "Test accuracy")).toEqual(accuracies);
  expect([await page.inputValue("#rival-1"), await page.inputValue("#rival-2")]).toEqual(["rigl", "linear"]);
  await page.close();

  const again = await openDemo(site, new URL(link).hash);
  await again.click("#race");
  await phase(again, "done");
  expect(await again.textContent("#train-notice")).toMatch(/^Reproduced the link's run to the last digit/);
  expect(await figures(again, "Test accuracy")).toEqual(accuracies);
  expect(await linkOf(again)).toBe(link);
  await again.close();
}, 60_000);
