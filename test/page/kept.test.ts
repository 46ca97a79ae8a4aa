import { readFile } from "node:fs/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { figures, linkOf, openDemo, openSite, phase, type Site, set, train } from "./site.js";
import {
  bits,
  contents,
  downloadModel,
  folders,
  GO_ON,
  keptEpochs,
  offers,
  openIn,
  reload,
  SOON,
  stopAfter,
  waitForKept,
  waitForNext,
} from "./storage.js";
import { errorOf, file, load, looked, pick, rows } from "./upload.js";

// Training that outlives the page: what the browser keeps, how one goes on with it, and whose it is.

let site: Site;
beforeAll(async () => {
  site = await openSite();
});
afterAll(() => site.close());

/** What is kept is the same of every device: no shader is compiled. */
const QUICK = { hidden: "60, 40", epochs: 4, device: "cpu" };

test("a run that a reload broke off is offered, goes on, and ends with the bits of one that nothing broke off", async () => {
  const page = await openDemo(site);
  const settings = { hidden: "60, 40", epochs: 9, device: "webgpu" };
  await set(page, settings);
  await train(page);
  const straight = await downloadModel(page);
  const link = await linkOf(page);
  await reload(page);
  expect(await offers(page)).toEqual([expect.stringMatching(/^Trained npset on digits, all 9 epochs; kept /)]);

  await set(page, settings);
  await page.click("#step");
  await expect.poll(() => keptEpochs(page), SOON).toEqual([1]); // what was done has made room
  await page.click("#step");
  await waitForKept(page, 2);
  await page.click("#pause"); // goes on, and is broken off at work
  await reload(page);
  expect(await offers(page)).toEqual([
    expect.stringMatching(/^Training npset on digits ended early, after epoch \d+ of 9; kept /),
  ]);
  await page.click(GO_ON);
  await phase(page, "done");
  expect(await linkOf(page)).toBe(link);
  expect(await page.getAttribute("#chart-loss", "aria-label")).toMatch(/npset after epoch 9/);
  expect(Buffer.compare(bits(await downloadModel(page)), bits(straight))).toBe(0);
  await expect.poll(() => offers(page), SOON).toEqual([]);
  await page.close();
}, 120_000);

test("a race goes on with both of its runs, and a finished one is opened as it was", async () => {
  const page = await openDemo(site);
  await set(page, { ...QUICK, hidden: "300, 300", epochs: 24 }); // long enough to be paused
  await page.click("#race");
  await phase(page, "done");
  const accuracies = await figures(page, "Test accuracy");
  const connections = await figures(page, "Connections");
  await reload(page);
  expect(await offers(page)).toEqual([expect.stringMatching(/^Trained npset and dense on digits, all 24 epochs/)]);
  await page.click(GO_ON);
  await phase(page, "done");
  expect([await figures(page, "Test accuracy"), await figures(page, "Connections")]).toEqual([accuracies, connections]);
  await page.click("#test-model");
  await expect.poll(() => page.textContent("#test-accuracy"), SOON).toMatch(/held out from it/);

  const before = await folders(page);
  await page.click("#race");
  await page.waitForSelector('#chart-loss[aria-label*="after epoch"]');
  await page.click("#pause");
  await phase(page, "paused");
  await waitForNext(page, before);
  await reload(page);
  await page.click(GO_ON);
  await phase(page, "done");
  expect([await figures(page, "Test accuracy"), await figures(page, "Connections")]).toEqual([accuracies, connections]);
  await page.close();
}, 120_000);

test("what was stopped can be gone on with in the same tab, and the next training takes its place", async () => {
  const page = await openDemo(site);
  await set(page, { ...QUICK, epochs: 5000 });
  await stopAfter(page, 2);
  expect(await offers(page)).toEqual([
    expect.stringMatching(/^Training npset on digits ended early, after epoch 2 of 5,000; kept /),
  ]);
  const [folder] = await folders(page);
  await page.click(GO_ON);
  await phase(page, "training");
  expect(await offers(page)).toEqual([]);
  await page.click("#stop");
  await phase(page, "done");
  expect(await folders(page)).toEqual([folder]);
  await set(page, QUICK);
  await train(page);
  await expect.poll(() => offers(page), SOON).toEqual([]); // of a training that is done and here, nothing is offered
  expect((await folders(page)).includes(folder)).toBe(false);
  expect((await folders(page)).length).toBe(1);
  await page.close();
}, 90_000);

test("two tabs keep a training each: neither sees the other's while it is trained, and only one can go on with it", async () => {
  const context = await site.browser.newContext();
  const [a, b] = [await openIn(context, site), await openIn(context, site)];
  await set(a, { ...QUICK, epochs: 5000 });
  await a.click("#step");
  await waitForKept(a, 1);
  await set(b, { ...QUICK, seed: 2 });
  await train(b);
  expect(await folders(b)).toHaveLength(2);
  await expect.poll(() => b.textContent("#kept-size"), SOON).toMatch(/; 1 more is being trained in other tabs/);
  expect(await offers(b)).toEqual([]);
  await a.close();
  await expect
    .poll(() => offers(b), SOON)
    .toEqual([expect.stringMatching(/^Training npset on digits ended early, after epoch 1 of 5,000/)]);

  const c = await openIn(context, site);
  await c.locator(".offer", { hasText: "epoch 1 of 5,000" }).locator("button.use").click();
  await phase(c, "training");
  await b.click(GO_ON);
  await expect
    .poll(async () => `${await b.textContent("#kept-error")}${await b.textContent("#train-error")}`, SOON)
    .toMatch(/another tab of this browser is going on with it/);
  await context.close();
}, 90_000);

test("a tab that crashed loses what came after the last checkpoint alone", async () => {
  const context = await site.browser.newContext();
  const page = await openIn(context, site);
  await set(page, { ...QUICK, epochs: 5000 });
  await page.click("#start");
  await waitForKept(page, 2);
  await page.goto("chrome://crash").catch(() => {}); // that is what a crash looks like from outside
  const next = await openIn(context, site);
  await expect
    .poll(() => offers(next), SOON)
    .toEqual([expect.stringMatching(/^Training npset on digits ended early, after epoch [\d,]+ of 5,000/)]);
  await next.click(GO_ON);
  await phase(next, "training");
  await context.close();
}, 90_000);

test("a user's file is not kept: it is asked for again, and another one is refused by its sha256", async () => {
  const page = await openDemo(site);
  await pick(page, file("genes.csv", rows(40)));
  await errorOf(page);
  await page.selectOption("#data-group", { label: "patient" });
  await looked(page);
  await load(page);
  await set(page, { hidden: "8", epochs: 3, batch: 8, device: "cpu" });
  await train(page);
  const [accuracy] = await figures(page, "Test accuracy");
  const before = await folders(page);
  await page.click("#step");
  await phase(page, "paused");
  await waitForNext(page, before);
  await reload(page);
  expect(Object.values(await contents(page, "")).filter((text) => text.includes("S1,"))).toEqual([]);
  const choose = async (chosen: ReturnType<typeof file>) => {
    const [chooser] = await Promise.all([page.waitForEvent("filechooser"), page.click(GO_ON)]);
    await chooser.setFiles(chosen);
  };
  expect(await page.textContent(GO_ON)).toBe("Choose the file of genes and go on");
  await choose(file("genes.csv", rows(42)));
  await expect.poll(() => page.textContent("#kept-error"), SOON).toMatch(/these are other data \(sha256 .*trained on "genes"/);
  await choose(file("renamed.csv", rows(40)));
  await phase(page, "done");
  expect(await figures(page, "Test accuracy")).toEqual([accuracy]);
  await page.close();
}, 90_000);

test("every run that ends is remembered across reloads: what was different, its curves beside others', until it is deleted", async () => {
  const page = await openDemo(site);
  const lines = page.locator("#past-runs tbody tr");
  const name = lines.first().getByLabel(/^Name of/);
  await set(page, QUICK);
  await train(page);
  await set(page, { epsilon: 4 });
  await train(page);
  await page.click("#past > summary");
  expect(await lines.locator(".past-settings").allTextContents()).toEqual(["epsilon 4", "epsilon 8"]);
  expect(await lines.first().textContent()).toContain((await figures(page, "Test accuracy"))[0]);
  await name.fill("fewer connections");
  await name.blur();
  const [saved] = await Promise.all([page.waitForEvent("download"), page.click("#past-csv")]);
  const csv = await readFile(await saved.path(), "utf8");
  expect(csv.split("\n")[1]).toMatch(/^fewer connections,.*,digits,npset,"60,40",4/);
  await reload(page);
  await page.click("#past > summary");
  await expect.poll(() => lines.count()).toBe(2);
  expect(await name.inputValue()).toBe("fewer connections");
  for (const line of await lines.all()) await line.locator("input[type=checkbox]").check();
  expect(await page.getAttribute("#past-curves", "aria-label")).toMatch(
    /^Test accuracy: fewer connections .*, npset 60-40, seed 1 /,
  );
  const [curves] = await Promise.all([page.waitForEvent("download"), page.click('[data-save="coppice-runs-curves-svg"]')]);
  expect(curves.suggestedFilename()).toMatch(/^coppice-runs-curves_\d{4}-\d\d-\d\d_\d{4}\.svg$/);
  expect(await readFile(await curves.path(), "utf8")).toMatch(
    /<title>Test accuracy: fewer connections, on digits; npset 60-40, seed 1, on digits<.*>fewer connections<\/text>/s,
  );
  await lines
    .last()
    .getByRole("button", { name: /^Delete/ })
    .click();
  await expect.poll(() => lines.count()).toBe(1);
  await page.click("#kept > summary");
  await page.click("#forget");
  await expect.poll(async () => Object.keys(await contents(page, ""))).toEqual([]);
  expect(await page.isVisible("#past")).toBe(false);
  await page.close();
}, 60_000);
