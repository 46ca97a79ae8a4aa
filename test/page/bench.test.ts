import { readFile } from "node:fs/promises";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parseBench } from "../../bench/record.js";
import { openSite, type Site } from "./site.js";

// The bench page of the site, in a sub-folder of a plain static host, in a real Chromium.

let site: Site;
let url: string;

beforeAll(async () => {
  site = await openSite();
  url = `${site.url}bench/index.html`;
});
afterAll(() => site.close());

test("the page measures kernels on the visitor's adapter, shows them and gives the JSON", async () => {
  const page = await site.browser.newPage();
  const errors: Error[] = [];
  page.on("pageerror", (error) => errors.push(error));
  await page.goto(`${url}?suites=kernels&only=count-signs,pick&mode=quick&run`);
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
    const page = await site.browser.newPage();
    await page.goto(`${url}${address}`);
    await failed(page, message);
    await page.close();
  },
  60_000,
);

test("the page refuses a form without a suite", async () => {
  const page = await site.browser.newPage();
  await page.goto(url);
  for (const box of await page.locator("[name=suite]").all()) await box.uncheck();
  await page.click("#start");
  await failed(page, /suites: none is chosen/);
  expect(await page.isEnabled("#start")).toBe(true);
  await page.click("text=Back to training");
  await page.waitForURL(`${site.url}index.html`);
  await page.close();
}, 60_000);

async function failed(page: Page, message: RegExp): Promise<void> {
  await page.waitForFunction(() => document.getElementById("status")?.dataset.state === "failed", null, { timeout: 30_000 });
  expect(await page.textContent("#status")).toMatch(message);
}
