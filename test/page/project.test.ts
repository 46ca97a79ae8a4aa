import { readFile } from "node:fs/promises";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { listZip, unzip } from "../../src/data/formats/numpy/zip.js";
import { figures, openDemo, openSite, phase, type Site, set, train } from "./site.js";

// A project: all that the page has of its data in one file, and back again in a browser that knows nothing of it.

let site: Site;
beforeAll(async () => {
  site = await openSite();
});
afterAll(() => site.close());

const QUICK = { hidden: "30, 20", epochs: 2, device: "cpu" };

interface Upload {
  readonly name: string;
  readonly mimeType: string;
  readonly buffer: Buffer;
}

async function saveProject(page: Page): Promise<Upload> {
  await page.locator("#project").evaluate((details) => details.setAttribute("open", ""));
  const [download] = await Promise.all([page.waitForEvent("download"), page.click("#project-save")]);
  return { name: download.suggestedFilename(), mimeType: "application/zip", buffer: await readFile(await download.path()) };
}

const restored = (page: Page) =>
  page.waitForFunction(() => document.getElementById("project-status")?.textContent?.startsWith("Restored"));
const status = (page: Page) => page.textContent("#project-status");

test("a race, its notes, models and evaluation come back from one file, in a browser that has none of it", async () => {
  const page = await openDemo(site);
  await set(page, { ...QUICK, epsilon: 5 });
  await page.click("#race");
  await phase(page, "done");
  await page.click("#past > summary");
  await page
    .locator("#past-runs tbody tr")
    .first()
    .getByLabel(/^Note on/)
    .fill("for the paper");
  await page
    .locator("#past-runs tbody tr")
    .first()
    .getByLabel(/^Note on/)
    .blur();
  await page.fill("#evaluate-splits", "2");
  await page.setChecked("#evaluate-shuffled", false);
  await page.click("#evaluate");
  await expect.poll(() => page.textContent("#evaluate-progress")).toBe("Done");
  await page.click("#test-model");
  const shown = async (of: Page) => ({
    figures: await figures(of, ""),
    evaluation: await of.innerText("#evaluate-result"),
    tested: await of.textContent("#test-accuracy"),
    notes: await of.getByLabel(/^Note on/).evaluateAll((all) => all.map((one) => (one as HTMLInputElement).value)),
    epsilon: await of.inputValue("#set-epsilon"),
  });
  await page.waitForSelector("#test-accuracy");
  const before = await shown(page);
  expect(before.notes.toSorted()).toEqual(["", "for the paper"]);
  const project = await saveProject(page);
  expect(project.name).toMatch(/^digits_project_\d{4}-\d\d-\d\d_\d{4}\.coppice\.zip$/);
  await page.close();

  const other = await openDemo(site);
  await other.setInputFiles("#data-file", project); // as if it were dropped
  await restored(other);
  expect(await status(other)).toBe("Restored of digits: the settings, 2 runs, 2 models and the evaluation of 2 splits.");
  await other.click("#past > summary");
  await other.click("#test-model");
  await other.waitForSelector("#test-accuracy");
  expect(await shown(other)).toEqual(before);
  expect(before.tested).toContain("held out from it");
  const again = await saveProject(other); // and once more: the same models
  const models = async ({ buffer }: Upload) =>
    Promise.all(
      listZip(buffer, "project")
        .filter(({ name }) => name.startsWith("models/"))
        .map((entry) => unzip(entry, "project")),
    );
  expect((await models(again)).map((bytes) => Buffer.from(bytes).toString("hex"))).toEqual(
    (await models(project)).map((bytes) => Buffer.from(bytes).toString("hex")),
  );
  await other.close();
}, 90_000);

test("data are not in it unless the user says so: their file is asked for, and another one is refused in a line", async () => {
  const rows = Array.from({ length: 60 }, (_, i) => `${i % 7},${(i * 5) % 11},${i % 2},${i % 2 ? "yes" : "no"}`);
  const table = (head: string) => ({
    name: "own.csv",
    mimeType: "text/csv",
    buffer: Buffer.from(`${head}\n${rows.join("\n")}\n`),
  });
  const own = table("a,b,c,class");
  const page = await openDemo(site);
  await page.setInputFiles("#data-file", own);
  await page.click("#data-load");
  await expect.poll(() => page.textContent("#data-summary")).toMatch(/^own/);
  await set(page, QUICK);
  await train(page);
  const without = await saveProject(page);
  await page.check("#project-data");
  const having = await saveProject(page);
  expect(without.buffer.includes(Buffer.from(rows[1]))).toBe(false);
  expect(having.buffer.includes(Buffer.from(rows[1]))).toBe(true);
  const accuracy = await figures(page, "Test accuracy");
  await page.close();

  const other = await openDemo(site);
  await other.setInputFiles("#data-file", without);
  await other.waitForSelector("#project-wanted");
  expect(await other.textContent("#project-ask")).toMatch(
    /^The project is of "own" \(sha256 [0-9a-f]{12}…\), which is not in it/,
  );
  await other.setInputFiles("#project-wanted", table("a,b,d,class"));
  await expect
    .poll(() => other.textContent("#project-error"))
    .toMatch(/^these are other data \(sha256 [0-9a-f]{12}\.\.\.\): it was trained on "own" \(sha256 [0-9a-f]{12}\.\.\.\)$/);
  expect(await other.textContent("#data-summary")).toMatch(/^digits/);
  await other.setInputFiles("#project-wanted", own);
  await restored(other);
  expect(await figures(other, "Test accuracy")).toEqual(accuracy);

  // with the data in it nothing is asked for
  await other.selectOption("#data-builtin", "digits");
  await expect.poll(() => other.textContent("#data-summary")).toMatch(/^digits/);
  await other.setInputFiles("#project-open", having);
  await expect.poll(() => other.textContent("#data-summary")).toMatch(/^own/);
  await restored(other);
  expect(await figures(other, "Test accuracy")).toEqual(accuracy);

  // what is no project, or a damaged one, changes nothing
  await other.setInputFiles("#project-open", { ...having, buffer: Buffer.from("no archive") });
  await expect.poll(() => other.isVisible("#project-error")).toBe(true);
  expect(await other.textContent("#project-error")).toMatch(/own_project_.*\.zip: /);
  const damaged = Buffer.from(having.buffer);
  damaged[having.buffer.indexOf("coppice project 1")] ^= 1;
  await other.setInputFiles("#project-open", { ...having, buffer: damaged });
  await expect.poll(() => other.textContent("#project-error")).toMatch(/project\.json.* is damaged: its CRC is/);
  expect(await figures(other, "Test accuracy")).toEqual(accuracy);
  await other.close();
}, 90_000);
