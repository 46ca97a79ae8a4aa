import { readFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { LOSS_BOUND, lossDifference, REPETITIONS } from "../../demo/throughput.js";
import { serveFolder } from "../browser/chromium.js";
import { openDemo, openSite, type Site, set } from "./site.js";

// The throughput panel in a real Chromium: on a plain static host, with its service worker, and on a host that isolates the page.

const CORES = availableParallelism();
const SMALL = { hidden: "100, 60", method: "npset" };
let site: Site;
beforeAll(async () => {
  site = await openSite();
});
afterAll(() => site.close());

test("on a plain host the two sides do the same steps, and the ratio is against 1 of all cores", async () => {
  const page = await openDemo(site);
  expect(await page.evaluate(() => crossOriginIsolated)).toBe(false);
  await set(page, SMALL);
  await measured(page);
  await expectSameSteps(page);
  expect(await page.textContent("#throughput-ratio")).toMatch(ratio(1));
  expect(await page.textContent("#throughput-against")).toContain("a software adapter: a program on the CPU, not a GPU");
  const notes = await page.locator("[data-note]").allTextContents();
  expect(notes[0]).toMatch(/^This GPU: google swiftshader \(software adapter: a program on the CPU, not a GPU\); a repetition/);
  expect(notes[1]).toMatch(new RegExp(`^This CPU: wasm simd, 1 of ${CORES} cores; a repetition`));
  expect(notes[2]).toMatch(/^This GPU, dense: .*; every connection; a repetition/);
  const dense = await rowOf(page, "dense");
  expect(dense.connections).toBe(64 * 100 + 100 * 60 + 60 * 10);
  expect(await page.getAttribute("#throughput-chart", "aria-label")).toMatch(/This GPU .*; This CPU .*; This GPU, dense /);
  const bars = await page.locator("#throughput-chart .rate-bar").evaluateAll((all) => all.map((bar) => bar.clientWidth));
  expect(bars.length).toBe(3);
  for (const width of bars) expect(width).toBeGreaterThan(0);
  const [file] = await Promise.all([page.waitForEvent("download"), page.click('[data-save="throughput-svg"]')]);
  expect(file.suggestedFilename()).toMatch(/^digits_npset_seed1_throughput_\d{4}-\d\d-\d\d_\d{4}\.svg$/);
  const svg = await readFile(await file.path(), "utf8");
  expect(svg.match(/<circle/g)?.length, "a dot for every repetition").toBe(3 * 5);
  expect(svg).toMatch(/>This GPU<.*>This CPU<.*>This GPU, dense<.*>samples a second</s);
  await page.close();
}, 60_000);

test("the service worker, once asked for, isolates the page and its workers: all cores; switched off, 1 again", async () => {
  const context = await site.browser.newContext();
  const page = await openDemo({ ...site, browser: context as unknown as Site["browser"] });
  expect(await page.evaluate(async () => (await navigator.serviceWorker.getRegistrations()).length)).toBe(0);
  await page.click("#isolation-on");
  await page.waitForFunction(() => crossOriginIsolated);
  await page.waitForSelector("#throughput-start:not([disabled])");
  expect(await page.textContent("#isolation-state")).toMatch(/by the service worker of this page.*all \d+ cores/);
  expect(await page.evaluate(async () => (await navigator.serviceWorker.getRegistration())?.scope)).toBe(site.url);
  expect(await page.evaluate(isolationOfBlobWorker)).toBe("isolated");
  await set(page, { ...SMALL, method: "dense" }); // the pair alone: quicker
  await measured(page);
  await expectSameSteps(page);
  expect(await page.textContent("#throughput-ratio")).toMatch(ratio(CORES));
  expect(await page.locator("[data-side=dense]").count()).toBe(0);
  await page.click("#isolation-off");
  await page.waitForFunction(() => !crossOriginIsolated);
  await expect.poll(() => page.textContent("#isolation-state")).toContain(`1 of ${CORES} cores`);
  expect(await page.evaluate(async () => (await navigator.serviceWorker.getRegistrations()).length)).toBe(0);
  await context.close();
}, 60_000);

test("on a host that isolates the page the CPU side has all cores; measuring can be cancelled, and training waits for it", async () => {
  const server = await serveFolder(site.folder, {
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
  });
  const page = await openDemo({ ...site, url: server.url });
  expect(await page.evaluate(isolationOfBlobWorker)).toBe("isolated");
  expect(await page.textContent("#isolation-state")).toMatch(/by the headers of this host.*all \d+ cores/);
  expect(await page.locator("#isolation button").count()).toBe(0);
  await set(page, SMALL);
  await page.click("#throughput-start");
  await page.waitForSelector('[data-side="cpu"]', { timeout: 30_000 });
  expect(await page.textContent("#throughput-ratio")).toMatch(ratio(CORES));
  expect(await page.isDisabled("#start")).toBe(true);
  await page.click("#throughput-cancel");
  await page.waitForSelector('#throughput-status[data-phase="cancelled"]');
  expect(await page.isEnabled("#start")).toBe(true);

  await set(page, { lr: 1e9 });
  await page.click("#throughput-start");
  await page.waitForSelector('#throughput-status[data-phase="failed"]', { timeout: 30_000 });
  expect(await page.textContent("#throughput-status")).toMatch(/^Nothing could be measured: training diverged/);
  await page.close();
  server.close();
}, 60_000);

test("a dense network that does not fit is refused with its reason, and the others are measured", async () => {
  const page = await openDemo(site);
  await set(page, { hidden: "16000, 16000", epsilon: 1, batch: 4 });
  await page.click("#throughput-start");
  await page.waitForSelector('[data-note="dense"]', { timeout: 45_000 });
  await expect.poll(() => page.textContent('[data-note="dense"]'), { timeout: 30_000 }).toMatch(/not measured: .*GB may be used/);
  await page.click("#throughput-cancel");
  await page.close();
}, 90_000);

test("the page's policy refuses workers by their address, and a service worker registered by the page itself", async () => {
  const page = await openDemo(site);
  const refused = await page.evaluate(async () => {
    const worker = new Promise((resolve) => {
      const started = new Worker("./isolate.js");
      started.onerror = () => resolve("refused");
      setTimeout(() => resolve("started"), 2000);
    }).catch(String);
    const service = navigator.serviceWorker.register("./isolate.js").then(
      () => "registered",
      (error) => String(error),
    );
    return [await worker, await service];
  });
  expect(refused[0]).toMatch(/refused|SecurityError|Content Security Policy/);
  expect(refused[1]).toMatch(/SecurityError|Content Security Policy/);
  await page.close();
});

test("the service worker answers this origin only, and adds the three headers and nothing else", async () => {
  const context = await site.browser.newContext();
  const page = await openDemo({ ...site, browser: context as unknown as Site["browser"] });
  const headersOf = async () => {
    const [answer] = await Promise.all([page.waitForResponse((response) => response.url().endsWith("/plain.js")), page.reload()]);
    return answer.allHeaders();
  };
  const before = await headersOf();
  await page.click("#isolation-on");
  await page.waitForFunction(() => crossOriginIsolated);
  const { date: _now, ...after } = await headersOf();
  const { date: _then, ...plain } = before;
  expect(after).toEqual({
    ...plain,
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-embedder-policy": "require-corp",
    "cross-origin-resource-policy": "same-origin",
  });
  await context.close();
}, 60_000);

const ratio = (threads: number) =>
  new RegExp(
    `^(The GPU is [\\d.e+]+ times as fast as this CPU, with ${threads} of ${CORES} cores?|This CPU, with ${threads} of ${CORES} cores?, is [\\d.e+]+ times as fast as the GPU)$`,
  );

/** Clicks Measure and waits for the end. */
async function measured(page: Page): Promise<void> {
  await page.click("#throughput-start");
  await page.waitForSelector('#throughput-status[data-phase="done"], #throughput-status[data-phase="failed"]', {
    timeout: 50_000,
  });
  expect(await page.textContent("#throughput-status")).toBe(`Done: ${REPETITIONS} repetitions a side, in turns.`);
}

/** The row of a side, as numbers. */
async function rowOf(page: Page, side: string) {
  const cells = await page.locator(`[data-side="${side}"] td`).allTextContents();
  const [rates, , connections, steps, samples, seconds, loss] = cells;
  const number = (text: string) => Number(text.replaceAll(",", ""));
  const [median, least, most] = (rates.match(/[\d,]+/g) ?? []).map(number);
  return {
    median,
    least,
    most,
    connections: number(connections),
    steps: number(steps),
    samples: number(samples),
    seconds: number(seconds),
    loss: number(loss),
  };
}

async function expectSameSteps(page: Page): Promise<void> {
  const [gpu, cpu] = [await rowOf(page, "gpu"), await rowOf(page, "cpu")];
  expect([gpu.steps, gpu.samples, gpu.connections]).toEqual([cpu.steps, cpu.samples, cpu.connections]);
  expect(gpu.steps).toBeGreaterThan(0);
  expect(lossDifference(gpu.loss, cpu.loss)).toBeLessThanOrEqual(LOSS_BOUND);
  expect(gpu.loss).toBeGreaterThan(0);
  expect(await page.getAttribute("#throughput-agreement", "data-same")).toBe("true");
  for (const side of [gpu, cpu]) {
    expect(side.least).toBeLessThanOrEqual(side.median);
    expect(side.most).toBeGreaterThanOrEqual(side.median);
    // seconds are shown to a tenth of a millisecond, rates to one sample
    const shown = 0.00005 / side.seconds + 0.5 / side.median;
    expect(Math.abs(side.median * side.seconds - side.samples)).toBeLessThanOrEqual(1.01 * shown * side.samples);
  }
}

/** What a worker from a blob says of itself, and of one that it starts. */
function isolationOfBlobWorker(): Promise<string> {
  const inner = "postMessage(crossOriginIsolated ? 'isolated' : 'the nested worker is not isolated')";
  const outer = `
    if (!crossOriginIsolated) postMessage("the worker is not isolated");
    const nested = new Worker(URL.createObjectURL(new Blob([${JSON.stringify(inner)}])));
    nested.onmessage = ({ data }) => postMessage(data);
    nested.onerror = () => postMessage("the nested worker did not start");`;
  return new Promise((resolve) => {
    const worker = new Worker(URL.createObjectURL(new Blob([outer])));
    worker.onmessage = ({ data }) => resolve(data);
    worker.onerror = () => resolve("the worker did not start");
  });
}
