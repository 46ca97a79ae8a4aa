import { readFile } from "node:fs/promises";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createCpuDevice, decodeCheckpoint, digits, explain } from "../../src/api/index.js";
import { openDemo, openSite, type Site, set, train, watchRequests } from "./site.js";

// What a model looks at, and where its samples lie: loaded when it is opened, and the library's own answers.

let site: Site;
beforeAll(async () => {
  site = await openSite();
});
afterAll(() => site.close());

async function saved(page: Page, button: string): Promise<{ name: string; bytes: Buffer }> {
  const [download] = await Promise.all([page.waitForEvent("download"), page.click(button)]);
  return { name: download.suggestedFilename(), bytes: await readFile(await download.path()) };
}

const linesOf = ({ bytes }: { bytes: Buffer }) =>
  bytes
    .toString()
    .trimEnd()
    .split("\n")
    .map((line) => /^"(.*)",(.*)$/.exec(line)?.slice(1) ?? line.split(","));

test("a sample is explained as by the library, from a mark of the plane, and gone with its data", async () => {
  const page = await openDemo(site);
  const { scripts, others } = watchRequests(page, site);
  await set(page, { hidden: "30", epochs: 3, device: "cpu" });
  await page.click("#see summary");
  await page.waitForSelector(".see", { state: "attached" });
  expect([...scripts].join()).toMatch(/assets\/panel-/);
  expect(await page.isVisible("#see-explain")).toBe(false);
  await train(page);

  await page.click("#see-plane-draw");
  await page.waitForSelector("#see-plane [data-sample]");
  expect(await page.locator("#see-plane [data-sample]").count()).toBe(500);
  expect(await page.textContent("#see-plane-words")).toMatch(
    /^500 samples, drawn at random from 599, held out from training\. The two components hold \d+\.\d\s% of the variance\.$/,
  );
  const plane = linesOf(await saved(page, '[data-save="plane_hidden-csv"]'));
  expect([plane[0].join(), plane.length]).toEqual(["sample,component 1,component 2,class,answer", 501]);

  await page.locator("#see-plane [data-sample]").first().dispatchEvent("click");
  await page.waitForSelector("#see-answer");
  expect(await page.textContent("#see-answer")).toMatch(/^sample \d+, truly \d: the answer is \d \(\d+\.\d\s%\)\.$/);
  await page.selectOption("#see-output", "7");
  await expect.poll(() => page.textContent("#see-contributions figcaption")).toMatch(/^What speaks for 7 in sample/);
  const { name, bytes } = await saved(page, "[data-save$='-csv'][data-save^='contributions']");
  expect(name).toMatch(/^digits_npset_seed1_epoch3_contributions_sample-\d+_\d{4}-\d\d-\d\d_\d{4}\.csv$/);
  const model = decodeCheckpoint(new Uint8Array((await saved(page, "#model-download")).bytes));
  const { x, features } = await digits();
  const place = Number(/sample-(\d+)/.exec(name)?.[1]) - 1;
  const device = createCpuDevice();
  const one = await explain(device, model, x.slice(place * features, (place + 1) * features), { output: "7" });
  await device.dispose();
  const [head, ...rows] = linesOf({ bytes });
  expect(head).toEqual(["feature", "contribution"]);
  expect(rows).toHaveLength(features);
  for (const [feature, value] of rows) {
    const [, row, column] = /row (\d+), column (\d+)/.exec(feature) ?? [];
    expect(Number(value)).toBeCloseTo(one.contributions[8 * (Number(row) - 1) + Number(column) - 1], 4);
  }
  expect((await saved(page, "[data-save$='-svg'][data-save^='contributions']")).bytes.toString()).toMatch(/^<svg /);
  expect(others.filter((line) => !line.endsWith(".css"))).toEqual([]);

  await page.click("#take summary");
  /** Colours of the drawing's neurons. */
  const colours = async () => {
    const svg = (await saved(page, "#take-svg")).bytes.toString();
    return new Set(Array.from(svg.matchAll(/<circle[^>]* fill="(rgb[^"]*)"/g), ([, fill]) => fill)).size;
  };
  const before = await colours();
  await page.click("#see-pad-open");
  const pad = page.locator("#see-pad");
  await pad.scrollIntoViewIfNeeded();
  const { x: left, y: top, width } = await pad.boundingBox().then((box) => box ?? { x: 0, y: 0, width: 0 });
  await page.mouse.move(left + 0.5 * width, top + 0.1 * width);
  await page.mouse.down();
  await page.mouse.move(left + 0.5 * width, top + 0.9 * width, { steps: 4 });
  await page.mouse.up();
  const said = () => page.textContent("#see-pad-answer");
  await expect.poll(said).toMatch(/^\d, \d+\.\d\s%$/);
  expect(await colours()).toBeGreaterThan(before);
  await pad.press("Delete");
  expect(await said()).toBe("Nothing is drawn yet.");
  await pad.press("ArrowUp");
  await pad.press("Space");
  await expect.poll(said).toMatch(/%$/);
  await page.click("#see-pad-random");
  await page.waitForSelector(".pad .hint:text('A picture that was held out')");
  await page.click("#see-wiring-open");
  const words = () => page.textContent("#see-wiring-words");
  await expect.poll(words).toMatch(/^\d+ neurons, .* connections from 64 \(\d+\s% of all\)/);
  await page.focus("#see-epoch");
  await page.keyboard.press("Home");
  await expect.poll(words).toMatch(/^30 neurons, /);
  const degrees = linesOf(await saved(page, '[data-save="layer1_degrees-csv"]'));
  const neurons = degrees.filter(([what, epoch]) => what === "in" && epoch === "0").map((line) => Number(line[4]));
  expect(neurons.reduce((a, b) => a + b)).toBe(30);
  expect(await page.locator("#see .error:visible").allTextContents()).toEqual([]);
  await page.selectOption("#data-builtin", "informative");
  await expect.poll(() => page.locator("#see-contributions").textContent()).toBe("");
  await page.close();
}, 120_000);
