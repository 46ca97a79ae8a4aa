import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { linkOf, openDemo, openSite, type Site, set, train } from "./site.js";

// Devices that are lost under the demo page, in a real Chromium: while they train, when they are asked something, and idle.

let site: Site;
beforeAll(async () => {
  site = await openSite();
});
afterAll(() => site.close());

const QUICK = { hidden: "60, 40", epochs: 4, device: "webgpu" };

test("a lost device is opened again, and the run ends as one that lost nothing", async () => {
  const page = await openDemo(site);
  await set(page, { ...QUICK, epochs: 7 });
  await train(page);
  const straight = await linkOf(page);
  const [worker] = page.workers();
  await worker.evaluate(() => {
    const { prototype } = GPUDevice;
    const original = prototype.createCommandEncoder;
    let calls = 0;
    prototype.createCommandEncoder = function (descriptor) {
      if (++calls === 12) this.destroy();
      return original.call(this, descriptor);
    };
  });
  await train(page);
  expect(await page.textContent("#train-notice")).toMatch(/the device was lost.*Opened again; going on after epoch \d+/);
  expect(await linkOf(page)).toBe(straight);
  await page.close();
}, 60_000);

test("a device that was lost while idle, or when it is asked something, is opened again by whoever needs it", async () => {
  const page = await openDemo(site);
  await set(page, QUICK);
  const [worker] = page.workers();
  await worker.evaluate(() => {
    const { prototype } = GPUDevice;
    const original = prototype.createCommandEncoder;
    prototype.createCommandEncoder = function (descriptor) {
      (globalThis as Lossy).used = this;
      return original.call(this, descriptor);
    };
  });
  await train(page);
  await worker.evaluate(() => {
    const { used } = globalThis as Lossy;
    used?.destroy();
    return used?.lost; // the worker knows
  });
  const accuracy = await askModel(page);
  expect(accuracy).toMatch(/held out from it/);
  await worker.evaluate(() => {
    const { prototype } = GPUDevice;
    const original = prototype.createBuffer;
    prototype.createBuffer = function (descriptor) {
      prototype.createBuffer = original;
      (globalThis as Lossy).used = undefined;
      this.destroy(); // the worker hears of it when the work is under way
      return original.call(this, descriptor);
    };
  });
  expect(await askModel(page)).toBe(accuracy);
  expect(await worker.evaluate(() => (globalThis as Lossy).used !== undefined)).toBe(true); // another device did it
  await train(page);
  await page.close();
}, 60_000);

type Lossy = typeof globalThis & { used?: GPUDevice };

/** What the page says when the model is tried on the samples held out. Fails on an error of the page's own. */
async function askModel(page: Page): Promise<string | null> {
  await page.evaluate(() => document.getElementById("test-accuracy")?.remove());
  await page.click("#test-model");
  await page.waitForSelector("#test-accuracy, #model-error:not([hidden])");
  expect(await page.isVisible("#model-error"), `${await page.textContent("#model-error")}`).toBe(false);
  return page.textContent("#test-accuracy");
}
