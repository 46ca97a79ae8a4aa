import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { BAD_TABLES } from "../tasks/bad-tables.js";
import { openDemo, openSite, type Site } from "./site.js";
import { file, pick } from "./upload.js";

// Tables that a task cannot learn, which the page refuses as the library does.

let site: Site;
beforeAll(async () => {
  site = await openSite();
});
afterAll(() => site.close());

/** What the page says of the data that were chosen: when they are looked at, loaded, or trained on. */
async function refusal(page: Page): Promise<string> {
  await page.waitForSelector("#data-load:not([disabled]), #data-error:not([hidden])");
  if (await page.isVisible("#data-error")) return (await page.textContent("#data-error")) ?? "";
  await page.click("#data-load");
  await page.waitForSelector("#data-error:not([hidden]), #data-reading:not([open])", { state: "attached" });
  if (await page.isVisible("#data-error")) return (await page.textContent("#data-error")) ?? "";
  await page.click("#start");
  await page.waitForSelector('#train-status[data-phase="failed"]');
  return (await page.textContent("#train-error")) ?? "";
}

/** Selects of columns whose names are other than the option's. */
const SELECTS: Readonly<Record<string, string>> = { sampleWeight: "weight" };

test.each(BAD_TABLES)(
  "$what gets one clear line",
  async ({ csv, task, read, message }) => {
    const page = await openDemo(site);
    await pick(page, file("bad.csv", csv));
    await page.waitForSelector("#data-load:not([disabled]), #data-error:not([hidden])");
    await page.selectOption("#data-task", task);
    for (const [what, choice] of Object.entries(read)) {
      if (what === "labelSeparator") {
        await page.fill("#data-separator", String(choice));
        await page.locator("#data-separator").blur();
      } else
        await page.selectOption(
          `#data-${SELECTS[what] ?? what}`,
          [choice].flat().map((label) => ({ label: String(label) })),
        );
    }
    const said = await refusal(page);
    expect(said).toMatch(message);
    expect(said).not.toMatch(/--|\n/);
    await page.close();
  },
  60_000,
);
