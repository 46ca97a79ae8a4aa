import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import type { AxeResults } from "axe-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { firstLoad } from "./first-load.js";
import { openSite, type Site, set, train } from "./site.js";

// Whether everybody can use the page: axe-core's rules, a keyboard alone, a phone.

/** Pixels: a desktop and a phone. */
const WIDTHS = [1240, 390];
let site: Site;
let axe: string;
beforeAll(async () => {
  site = await openSite();
  axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
});
afterAll(() => site.close());

test("axe-core finds nothing serious in the light and the dark page, wide and narrow, after training and testing", async () => {
  const page = await site.browser.newPage({ viewport: { width: WIDTHS[0], height: 844 } });
  await page.goto(site.url);
  await page.waitForSelector("#start:not([disabled])");
  await page.locator("details").evaluateAll((all) => {
    for (const details of all) (details as HTMLDetailsElement).open = true;
  });
  await page.waitForSelector(".gallery");
  await set(page, { hidden: "40", epochs: 2 });
  await train(page);
  await page.locator("#past").evaluate((details) => details.setAttribute("open", ""));
  await page.click("#step"); // what is stopped early is offered again
  await page.waitForSelector('#train-status[data-phase="paused"]');
  await page.click("#stop");
  await page.waitForSelector(".offer");
  await page.click("#test-model");
  await page.waitForSelector("#confusion");
  await page.evaluate(axe);
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme });
    for (const width of WIDTHS) {
      await page.setViewportSize({ width, height: 844 });
      const { violations } = (await page.evaluate("axe.run()")) as AxeResults;
      const serious = violations.filter(({ impact }) => impact === "serious" || impact === "critical");
      expect(serious.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`)).toEqual([]);
    }
  }
  await page.emulateMedia({ forcedColors: "active" });
  const shades = await page.locator("#heat").evaluate((canvas: HTMLCanvasElement) => {
    const { data } = (canvas.getContext("2d") as CanvasRenderingContext2D).getImageData(0, 0, canvas.width, canvas.height);
    return new Set(new Uint32Array(data.buffer)).size;
  });
  expect(shades, "where the system chooses the colours, the picture of the inputs is still one").toBeGreaterThan(2);
  await page.emulateMedia({ forcedColors: "none" });
  for (const width of [240, ...WIDTHS, 2560]) {
    await page.setViewportSize({ width, height: 844 });
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    expect(overflow, `nothing makes the page scroll sideways at ${width} pixels`).toBeLessThanOrEqual(0);
  }
  await page.close();
});

test("each step fits the screen of a laptop, with what training, testing and evaluating bring", async () => {
  const page = await site.browser.newPage({ viewport: { width: 1366, height: 768 } });
  await page.goto(site.url);
  await page.waitForSelector("#start:not([disabled])");
  const bottomOf = (last: string, step: string) =>
    page.evaluate(
      ([last, step]) => {
        document.getElementById(step)?.scrollIntoView({ behavior: "instant" });
        return document.querySelector(last)?.getBoundingClientRect().bottom;
      },
      [last, step],
    );
  await set(page, { epochs: 3, device: "cpu" });
  await train(page);
  await page.click("#settings summary");
  expect(await bottomOf("#start", "data")).toBeLessThanOrEqual(768);
  expect(await bottomOf("#chart-accuracy canvas", "train")).toBeLessThanOrEqual(768);
  await page.click("#test-model");
  await page.waitForSelector("#confusion");
  expect(await bottomOf("#model", "model")).toBeLessThanOrEqual(768);
  await page.fill("#evaluate-splits", "3");
  await page.click("#evaluate");
  await page.waitForSelector("[data-save='splits-png']", { timeout: 60_000 });
  expect(await bottomOf("#trust", "trust")).toBeLessThanOrEqual(768);
  await page.close();
}, 90_000);

test("programs that look at links find the page's picture by its whole address", async () => {
  const page = await readFile(join(site.folder, "index.html"), "utf8");
  const [, address] = /<meta property="og:image" content="([^"]*)">/.exec(page) ?? [];
  expect(address).toMatch(/^https:\/\/.*\/preview\.png$/);
});

test("at 390 pixels the figures of a race fit, their names above them", async () => {
  const page = await site.browser.newPage({ viewport: { width: 390, height: 844 } });
  await page.goto(site.url);
  await page.waitForSelector("#start:not([disabled])");
  await set(page, { hidden: "300, 150, 150", epochs: 2 });
  await page.click("#race");
  await page.waitForSelector('#train-status[data-phase="done"]', { timeout: 60_000 });
  const [scroll, client] = await page.evaluate(() => {
    const table = document.getElementById("figures") as HTMLElement;
    const box = table.parentElement as HTMLElement; // what scrolls when the table does not fit
    return [
      [table.scrollWidth, box.scrollWidth],
      [table.clientWidth, box.clientWidth],
    ];
  });
  scroll.forEach((width, i) => {
    expect(width).toBeLessThanOrEqual(client[i]);
  });
  const standing = await page.locator("header").evaluate((header) => header.getBoundingClientRect().top);
  expect(standing, "the way through stays on top").toBe(0);
  const [name, value] = await Promise.all(["th", "td"].map((tag) => page.locator(`#figures tbody ${tag}`).first().boundingBox()));
  expect((name?.y ?? 0) + (name?.height ?? 0)).toBeLessThanOrEqual(value?.y ?? 0);
  await page.close();
}, 90_000);

test("the first load's JavaScript, the worker's included, takes under 250 kB gzipped; WebAssembly and digits are apart", async () => {
  const { javascript, wasm, digits } = await firstLoad(site);
  expect(javascript).toBeGreaterThan(150_000); // the worker is in it
  expect(javascript).toBeLessThan(250_000);
  expect(wasm).toBeLessThan(50_000);
  expect(digits).toBeLessThan(100_000);
}, 60_000);

test("a keyboard alone reaches every control and trains", async () => {
  const page = await site.browser.newPage();
  await page.goto(site.url);
  await page.waitForSelector("#start:not([disabled])");
  await set(page, { hidden: "40", epochs: 2 });
  const wanted = await page
    .locator("main :is(button, input, select, summary, canvas[tabindex]):visible")
    .evaluateAll((all) => all.filter((node) => !(node as HTMLButtonElement).disabled).map((node) => node.id || node.textContent));
  const reached = new Set<string | null>();
  await page.locator("body").focus();
  for (let presses = 0; presses < 250 && !wanted.every((id) => reached.has(id)); presses++) {
    await page.keyboard.press("Tab");
    reached.add(await page.evaluate(() => document.activeElement?.id || (document.activeElement?.textContent ?? null)));
  }
  expect(wanted.filter((id) => !reached.has(id))).toEqual([]);
  await page.focus("#start");
  await page.keyboard.press("Enter");
  await page.waitForSelector('#train-status[data-phase="done"]');
  await page.close();
}, 60_000);
