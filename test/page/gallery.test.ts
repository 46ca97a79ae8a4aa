import { readFile } from "node:fs/promises";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openDemo, openSite, phase, type Site, set } from "./site.js";
import { file, load, looked, pick, summary } from "./upload.js";

// Data that come with the page, cells that are pasted, the template, and the tour.

let site: Site;
let page: Page;
beforeAll(async () => {
  site = await openSite();
  page = await openDemo(site);
});
afterAll(() => site.close());

test("cards say what the sets are and take them; patients' gene expression trains, and its licence is there", async () => {
  await page.click("#gallery > summary");
  await page.waitForSelector("#card-informative");
  const cards = await page.locator(".gallery li").allInnerTexts();
  expect(cards.map((card) => card.split("\n").filter(Boolean).slice(0, 2))).toEqual([
    ["digits", "1,797 samples x 64 features x 10 classes"],
    ["leukaemia", "79 samples x 2,000 features x 2 classes"],
    ["informative", "120 samples x 5,000 features x 2 classes"],
  ]);
  for (const card of cards) expect(card).toMatch(/Licence: (CC BY 4\.0|Artistic-2\.0|MIT)\./);
  await page.click("#card-leukaemia button");
  await expect.poll(() => summary(page)).toMatch(/^leukaemia: 79 samples of 2,000 features, 2 classes.*BCR\/ABL 37neither 42/);
  expect(await page.inputValue("#data-builtin")).toBe("leukaemia");
  await expect.poll(() => page.textContent("#train-status")).toMatch(/^Ready\. leukaemia: .* of 200K connections/);
  expect(await page.inputValue("#set-hidden")).toBe("100");
  await set(page, { epochs: 2, device: "cpu" });
  await page.click("#start");
  await phase(page, "done");
  expect(await page.textContent("#run-of")).toMatch(/^Npset 100, seed 1, epoch 2 of 2, on leukaemia/);
  expect(await readFile(`${site.folder}/licenses.md`, "utf8")).toMatch(
    /^## ALL - 1\.40\.0 \(Artistic-2\.0\)\n[\s\S]*License: Artistic-2\.0/,
  );
  await page.click("#card-digits button");
  await expect.poll(() => summary(page)).toMatch(/^digits: 1,797 samples/);
});

/** Pastes text into what is found, as a spreadsheet does: with a picture of the cells. Resolves with whether the page took it. */
const paste = (selector: string, text: string) =>
  page.locator(selector).evaluate((node, cells) => {
    const clipboardData = new DataTransfer();
    clipboardData.setData("text/plain", cells);
    clipboardData.items.add(new File(["not looked at"], "image.png", { type: "image/png" }));
    return !node.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
  }, text);

test("cells that are pasted anywhere, or into the box, are previewed and loaded as a file of them is", async () => {
  const cells = "id\tdose\tlevel\tkind\r\nS1\t1.5\t2.25\tx\r\nS2\t2.5\t1.75\ty\r\nS3\t1.25\t2.5\tx\r\nS4\t2.75\t1.5\ty\r\n";
  expect(await paste("#data", cells)).toBe(true);
  await looked(page);
  expect(await page.textContent("#data-reading")).toContain('Labels: column 4, "kind". IDs: column 1, "id"');
  const pasted = await load(page);
  expect(pasted).toMatch(/^pasted: 4 samples of 2 features, 2 classes/);

  await page.click("#data-paste > summary");
  await page.fill("#data-cells", cells);
  await page.click("#data-paste-read");
  await looked(page);
  expect(await load(page)).toContain(/sha256 (\w+)/.exec(pasted)?.[1]); // the very same

  expect(await paste("#set-hidden", "1\t2\n3\t4")).toBe(false); // a field keeps what is pasted into it
  expect(await paste("#data", "one cell")).toBe(false);
  expect(await page.textContent("#data-error")).toBe("");
});

test("the template is read as it is", async () => {
  const [download] = await Promise.all([page.waitForEvent("download"), page.click("#data-template")]);
  expect(download.suggestedFilename()).toMatch(/^coppice-template_\d{4}-\d\d-\d\d_\d{4}\.csv$/);
  await pick(page, file("filled.csv", await readFile(await download.path())));
  await looked(page);
  expect(await load(page)).toMatch(/^filled: 8 samples of 4 features, 2 classes/);
});

test("the tour is four bubbles, goes by keyboard, and is remembered in private storage alone", async () => {
  const unseen = () => page.getAttribute("#tour", "data-unseen");
  await expect.poll(unseen).toBe("true");
  await page.focus("#tour");
  await page.keyboard.press("Enter");
  const visited: (string | null)[] = [];
  for (let stop = 1; stop <= 4; stop++) {
    await page.waitForSelector(`#tour-bubble >> text=${stop} of 4`);
    visited.push(await page.locator("section:has(#tour-bubble)").getAttribute("aria-label"));
    expect(await page.locator("#tour-bubble").evaluate((bubble) => bubble.contains(document.activeElement))).toBe(true);
    await page.keyboard.press("Tab"); // from the bubble to its first button, "Next"
    await page.keyboard.press("Enter");
  }
  expect(visited).toEqual(["Data", "Train", "Trust the result", "Use the model"]);
  expect(await page.locator("#tour-bubble").count()).toBe(0);
  expect(await page.evaluate(() => document.activeElement?.id)).toBe("tour");
  expect(await unseen()).toBe(null);
  await page.keyboard.press("Enter");
  await page.waitForSelector("#tour-bubble");
  await page.keyboard.press("Escape");
  expect(await page.locator("#tour-bubble").count()).toBe(0);

  await page.reload();
  await page.waitForSelector("#start:not([disabled])");
  expect(await unseen()).toBe(null);
  expect(await page.evaluate(() => [localStorage.length, sessionStorage.length, document.cookie])).toEqual([0, 0, ""]);
  const kept = await page.evaluate(async () => {
    const names: string[] = [];
    const root = await navigator.storage.getDirectory();
    for await (const name of (root as unknown as { keys(): AsyncIterable<string> }).keys()) names.push(name);
    return names;
  });
  expect(kept).toContain("coppice-tour");
});
