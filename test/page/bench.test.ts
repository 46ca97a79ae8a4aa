import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { build } from "vite";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parseBench } from "../../bench/record.js";
import { launchChromium, serveFolder } from "../browser/chromium.js";

// The bench page as it is built for a static host, in a real Chromium.

const config = new URL("../../bench/page/vite.config.ts", import.meta.url).pathname;
let browser: Browser;
let folder: string;
let server: Awaited<ReturnType<typeof serveFolder>>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "coppice-bench-page-"));
  await build({ configFile: config, logLevel: "error", build: { outDir: folder, emptyOutDir: true } });
  [server, browser] = [await serveFolder(folder), await launchChromium()];
});
afterAll(async () => {
  await browser?.close();
  server?.close();
  await rm(folder, { recursive: true, force: true });
});

test("the page measures kernels on the visitor's adapter, shows them and gives the JSON", async () => {
  const page = await browser.newPage();
  const errors: Error[] = [];
  page.on("pageerror", (error) => errors.push(error));
  await page.goto(`${server.url}?suites=kernels&only=count-signs,pick&mode=quick&run`);
  await page.waitForFunction(() => /done|failed/.test(document.getElementById("status")?.dataset.state ?? ""), null, {
    timeout: 100_000,
  });
  expect(await page.textContent("#status")).toMatch(/^Done: [1-9]/);
  expect(errors).toEqual([]);

  const [download] = await Promise.all([page.waitForEvent("download"), page.click("#save")]);
  const file = parseBench(await readFile(await download.path(), "utf8"), "the page");
  expect(file.device).toMatchObject({ kind: "webgpu", software: true });
  expect(file.versions.browser).toMatch(/^Chrome\//);
  expect(file.roofline?.copyGbps).toBeGreaterThan(0);
  expect([...new Set(file.rows.map(({ name }) => name))].sort()).toEqual(["count-signs", "pick"]);
  for (const row of file.rows) expect(row).toMatchObject({ checked: "all", clock: "gpu" });

  expect(await page.locator("#progress li").count()).toBeGreaterThan(file.rows.length);
  const report = page.frameLocator("#report");
  expect(await report.locator("h1").textContent()).toMatch(/^coppice bench/);
  expect(await report.locator("tbody tr").count()).toBeGreaterThanOrEqual(file.rows.length);
  await page.close();
}, 120_000);

test.each([
  ["?suites=kernels&only=spm&mode=quick&run", /"spm" is unknown; did you mean "spmm"\?/],
  ["?suites=kernel&run", /suites: "kernel" is unknown; did you mean "kernels"\?/],
  ["?suites=kernels&mode=slow&run", /mode: "slow" is unknown/],
])(
  "the page says what is wrong with %s",
  async (address, message) => {
    const page = await browser.newPage();
    await page.goto(`${server.url}${address}`);
    await failed(page, message);
    await page.close();
  },
  60_000,
);

test("the page refuses a form without a suite", async () => {
  const page = await browser.newPage();
  await page.goto(server.url);
  for (const box of await page.locator("[name=suite]").all()) await box.uncheck();
  await page.click("#start");
  await failed(page, /suites: none is chosen/);
  expect(await page.isEnabled("#start")).toBe(true);
  await page.close();
}, 60_000);

async function failed(page: Page, message: RegExp): Promise<void> {
  await page.waitForFunction(() => document.getElementById("status")?.dataset.state === "failed", null, { timeout: 30_000 });
  expect(await page.textContent("#status")).toMatch(message);
}
