import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openDemo, openSite, phase, type Site, set, train } from "./site.js";

// The drawing as a visitor sees it: the pixels of the canvas that the training worker draws on.

let site: Site;
/** A page whose network has been trained, which tests that only look at it share. */
let trained: Page;
beforeAll(async () => {
  site = await openSite();
  trained = await openDemo(site);
  await set(trained, { hidden: "30", epochs: 2, device: "webgpu" });
  await train(trained);
});
afterAll(() => site.close());

test("the network is drawn, changes with an evolution, and keeps turning after the run", async () => {
  const page = await openDemo(site);
  await set(page, { hidden: "60, 40", epochs: 6, device: "webgpu" });
  await page.click("#start");
  await phase(page, "training");
  await page.click("#pause");
  await phase(page, "paused");
  await settled(page);
  const before = await pixels(page);
  expect(new Set(before).size, "colours").toBeGreaterThan(50);
  await page.click("#step");
  await expect.poll(() => changed(page, before), { message: "share of pixels that an evolution changed" }).toBeGreaterThan(0.01);
  await phase(page, "paused");

  await page.click("#pause");
  await phase(page, "done");
  await settled(page);
  const still = await pixels(page);
  await page.waitForTimeout(300);
  expect(different(still, await pixels(page)), "nothing moves by itself").toBe(0);
  await page.focus("#network");
  await page.keyboard.press("ArrowRight");
  await expect.poll(() => changed(page, still), { message: "an arrow key turns it" }).toBeGreaterThan(0.01);
  await page.close();
}, 60_000);

test("hovering over a neuron tells its degree, its strength and its strongest inputs", async () => {
  const page = trained;
  const box = await page.locator("#network").boundingBox();
  if (!box) throw new Error("there is no drawing");
  const tip = page.locator("#neuron");
  let text = "";
  for (let step = 0; step < 150 && !text.startsWith("Layer"); step++) {
    await page.mouse.move(
      box.x + box.width * (0.4 + 0.04 * (step % 15)),
      box.y + box.height * (0.3 + 0.04 * Math.floor(step / 15)),
    );
    await page.waitForTimeout(200);
    text = (await tip.isVisible()) ? ((await tip.textContent()) ?? "") : "";
  }
  expect(text).toMatch(
    /^Layer \d, neuron \d+In: \d+ connections, strength \d+\.\d\d.*Strongest inputs(row \d, column \d|neuron \d+): [+\u2212]\d/,
  );
}, 60_000);

test("before training the sparse network is drawn beside the dense one; a run on the CPU is drawn too, and a race on it twice", async () => {
  const page = await openDemo(site);
  await set(page, { hidden: "20", epochs: 2, device: "cpu" });
  const dense = page.locator("figure:has(#network-2)");
  await expect.poll(() => dense.textContent()).toMatch(/^Dense, untrained: 1.48K connections/);
  const seen = async (id: string) => new Set(await pixels(page, id)).size;
  await expect.poll(() => seen("#network-2")).toBeGreaterThan(50);
  await train(page);
  expect(await dense.isVisible()).toBe(false);
  expect(await seen("#network"), "colours").toBeGreaterThan(50);
  await page.click("#race");
  await phase(page, "done");
  for (const id of ["#network", "#network-2"]) expect(await seen(id), `colours of ${id}`).toBeGreaterThan(50);
  await set(page, { device: "webgpu" });
  await train(page);
  await settled(page);
  expect(await seen("#network"), "colours").toBeGreaterThan(50);
  expect(await page.locator(".network-names").first().textContent()).toBe("0123456789");
  await page.close();
}, 60_000);

test("the wheel scrolls the page over the drawing, and zooms it with Ctrl or once it has the focus", async () => {
  const page = trained;
  const toCorner = () => page.locator("#network").hover({ position: { x: 4, y: 4 } }); // where no neuron is brought out
  await toCorner();
  await settled(page);
  const before = await pixels(page);
  const scrolled = () => page.evaluate(() => scrollY);
  const top = await scrolled();
  await page.mouse.wheel(0, 120);
  await expect.poll(scrolled).not.toBe(top);
  await page.waitForTimeout(1000); // time to zoom, which it must not
  await page.evaluate(() => scrollTo(0, 0));
  expect(await changed(page, before), "not zoomed").toBeLessThan(0.01);
  /** Turns the wheel: the picture changes, and the page stays where it is. */
  const zooms = async (from: readonly number[], how: string) => {
    const place = await scrolled();
    await page.mouse.wheel(0, 120);
    await expect.poll(() => changed(page, from), { message: how }).toBeGreaterThan(0.01);
    await page.waitForTimeout(500); // time to scroll
    expect(await scrolled(), how).toBe(place);
  };
  await toCorner();
  await page.keyboard.down("Control");
  await zooms(before, "zoomed with Ctrl");
  await page.keyboard.up("Control");
  await page.focus("#network");
  await settled(page);
  await zooms(await pixels(page), "zoomed with the focus");
}, 60_000);

test("the input heat map tells the input under the pointer, by the same name as the drawing's tip", async () => {
  const page = trained;
  const heat = page.locator("#heat");
  const box = await heat.boundingBox();
  if (!box) throw new Error("there is no heat map");
  await heat.hover({ position: { x: box.width / 2 + 2, y: box.height / 2 + 2 } }); // of 8 x 8 cells
  await expect.poll(() => page.textContent("#heat-input")).toMatch(/^row 5, column 5: [\d.]+$/);
  await page.mouse.move(0, 0);
  expect(await page.textContent("#heat-input")).toBe("");
}, 60_000);

/** Pixels of all parts of the canvas, as u32. */
async function pixels(page: Page, id = "#network"): Promise<number[]> {
  return page.locator(id).evaluate((canvas) => {
    const { width, height } = canvas as HTMLCanvasElement;
    const copy = new OffscreenCanvas(width, height);
    const context = copy.getContext("2d") as OffscreenCanvasRenderingContext2D;
    context.drawImage(canvas as HTMLCanvasElement, 0, 0);
    const all = new Uint32Array(context.getImageData(0, 0, width, height).data.buffer);
    return Array.from(all.filter((_, k) => k % 29 === 0)); // all of them take seconds to come here
  });
}

function different(a: readonly number[], b: readonly number[]): number {
  expect(b.length).toBe(a.length);
  return a.filter((value, k) => value !== b[k]).length / a.length;
}

/** The share of pixels that are others by now. */
async function changed(page: Page, from: readonly number[]): Promise<number> {
  return different(from, await pixels(page));
}

/** Waits until what fades has faded. */
async function settled(page: Page): Promise<void> {
  await page.waitForTimeout(2500);
}
