import { readFile } from "node:fs/promises";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { writeLink } from "../../demo/page/link.js";
import { DEFAULTS, type Settings } from "../../demo/settings.js";
import { INFORMATIVE } from "../../demo/worker/informative.js";
import { openDemo, openSite, phase, type Site, set, train } from "./site.js";

// Evaluating over splits in the demo page: what a visitor clicks, in a real Chromium.

let site: Site;
beforeAll(async () => {
  site = await openSite();
});
afterAll(() => site.close());

/** Opens the page by a link, as a visitor would who got one. */
async function open(settings: Partial<Settings>): Promise<Page> {
  const link = writeLink({ settings: { ...DEFAULTS, ...settings }, data: { builtIn: "digits" }, result: null }, site.url);
  return openDemo(site, new URL(link).hash);
}

async function evaluate(page: Page, splits: number, shuffled: boolean): Promise<void> {
  await page.fill("#evaluate-splits", String(splits));
  await page.setChecked("#evaluate-shuffled", shuffled);
  await page.click("#evaluate");
  await ended(page);
}

async function ended(page: Page): Promise<void> {
  await page.waitForFunction(
    () =>
      /^(Done|Cancelled)/.test(document.getElementById("evaluate-progress")?.textContent ?? "") ||
      document.getElementById("evaluate-error")?.hidden === false,
    null,
    { timeout: 40_000, polling: 100 },
  );
}

async function saved(page: Page, button: string): Promise<string[][]> {
  const [download] = await Promise.all([page.waitForEvent("download"), page.click(button)]);
  const text = await readFile(await download.path(), "utf8");
  return text
    .trim()
    .split("\n")
    .map((line) => line.split(","));
}

test("on the made-up data the ranking holds at least 15 of the 20 in its first 20, and next to none of shuffled labels is shared", async () => {
  const page = await openDemo(site);
  await page.selectOption("#data-builtin", "informative");
  await expect.poll(() => page.inputValue("#set-decay")).toBe("0.5");
  await set(page, { device: "cpu" });
  await evaluate(page, 5, true);
  expect(await page.textContent("#evaluate-progress")).toBe("Done");
  const found = Number(await page.getAttribute("#ranking", "data-informative-found"));
  expect(found).toBeGreaterThanOrEqual(15);
  expect(await page.textContent("#informative-found")).toBe(
    `${found} of the 20 features made to tell the class are among the first 20.`,
  );
  expect(await page.locator("#ranking tbody tr").count()).toBe(50);
  const ranking = await saved(page, "#ranking-csv");
  expect(ranking.length).toBe(5001);
  const first = ranking.slice(1, 21).filter(([, feature]) => INFORMATIVE.includes(Number(feature) - 1));
  expect(first.length).toBe(found);
  for (const [, feature, name] of ranking.slice(1)) expect(name).toBe(`gene ${feature}`);
  const [real, chance] = [...((await page.textContent("#evaluate-result")) ?? "").matchAll(/share ([\d.]+)\s%/g)].map(([, n]) =>
    Number(n),
  );
  expect(real).toBeGreaterThan(chance + 20);
  expect(await page.textContent("#evaluate-chance")).toMatch(
    /^With the labels shuffled once.*: \d[\d.]*\s%, mean of 3 splits\.$/,
  );
  const [strip] = await Promise.all([page.waitForEvent("download"), page.click('[data-save="splits-svg"]')]);
  expect(strip.suggestedFilename()).toMatch(/^informative_npset_seed1-5_epoch\d+_splits_/);
  const drawn = await readFile(await strip.path(), "utf8");
  expect(drawn.match(/<circle/g)?.length, "a dot for every split").toBe(5 + 3);
  await page.click("#evaluate-runs summary");
  const runs = (await saved(page, "#runs-csv")).slice(1);
  for (const [k, run] of runs.slice(0, 5).entries())
    expect(drawn).toContain(`split ${k + 1}: ${(100 * Number(run[5])).toFixed(1)}`);
  await page.close();
}, 90_000);

/** The 0.975 quantile of Student's t with 2 degrees of freedom, of which P(T > t) = 1/2 - t / (2 sqrt(2 + t^2)). */
const T_975_OF_2 = 0.95 * Math.sqrt(2 / (1 - 0.95 ** 2));

test("on the GPU the mean, its interval and what one sample is worth are those of the runs listed", async () => {
  const page = await open({ hidden: [40], epochs: 3, seed: 4 });
  await evaluate(page, 3, false);
  await page.click("#evaluate-runs summary");
  const runs = (await saved(page, "#runs-csv")).slice(1);
  expect(runs.map(([labels, split, seed]) => [labels, split, seed])).toEqual([
    ["true", "1", "4"],
    ["true", "2", "5"],
    ["true", "3", "6"],
  ]);
  const accuracies = runs.map((run) => Number(run[5]));
  const mean = accuracies.reduce((sum, accuracy) => sum + accuracy) / 3;
  const variance = accuracies.reduce((sum, accuracy) => sum + (accuracy - mean) ** 2, 0) / 2;
  const [trained, tested] = runs[0].slice(3, 5).map(Number);
  // corrected by Nadeau and Bengio, with t of 2 degrees of freedom; an accuracy is within 0 and 1
  const reach = T_975_OF_2 * Math.sqrt((1 / 3 + tested / trained) * variance);
  const [low, high] = [Math.max(0, mean - reach), Math.min(1, mean + reach)];
  const percent = (fraction: number) => `${(100 * fraction).toFixed(1)} %`;
  const words = (await page.locator("#evaluate-accuracy").innerText()).replaceAll("\u00a0", " ");
  expect(words).toContain(`${percent(mean)} mean test accuracy of 3 splits; 95 % interval ${percent(low)} to ${percent(high)}`);
  expect(await page.textContent("#evaluate-worth")).toBe("599 test samples: one is worth 0.17 points on a single split.");
  expect(await page.textContent("#evaluate-floor")).toMatch(
    /most frequent class of the training part has a test accuracy of (9|10)\.\d\s%/,
  );
  expect(await page.locator("#evaluate-result circle").count()).toBe(3);
  expect(await page.getAttribute("#strength-picture", "aria-label")).toMatch(/^64 inputs, from 0 to/);
  expect(await page.textContent("#ranking tbody tr td:nth-child(2)")).toMatch(/^row \d, column \d$/);
  expect(await page.getAttribute("#ranking", "data-informative-found")).toBeNull();

  // the first split is that of the training panel
  await train(page);
  const shown = await page.locator("#figures tr", { hasText: "Test accuracy" }).locator("td").textContent();
  expect(shown?.replace("\u00a0", " ")).toBe(percent(Number(runs[0][5])));
  await page.close();
}, 60_000);

test("evaluating and training exclude each other; cancelling keeps the splits that had ended", async () => {
  const page = await open({ hidden: [40], epochs: 40, device: "cpu" });
  await page.fill("#evaluate-splits", "200");
  await page.click("#evaluate");
  expect(await page.isDisabled("#start")).toBe(true);
  expect(await page.textContent("#train-status")).toBe("Waiting: evaluating over 200 splits");
  await page.waitForFunction(() => /^Split [3-9]/.test(document.getElementById("evaluate-progress")?.textContent ?? ""));
  await page.click("#evaluate-cancel");
  await ended(page);
  const count = Number(/^Cancelled after (\d+) of 200 splits$/.exec((await page.textContent("#evaluate-progress")) ?? "")?.[1]);
  expect(count).toBeGreaterThanOrEqual(2);
  expect(await page.textContent("#evaluate-accuracy")).toContain(`of ${count} splits`);
  expect(await page.isEnabled("#start")).toBe(true);
  expect(page.workers().length).toBe(1);

  await set(page, { epochs: "4000" });
  await page.click("#start");
  await phase(page, "training");
  expect(await page.isDisabled("#evaluate")).toBe(true);
  await page.click("#stop");
  await phase(page, "done");
  expect(await page.isEnabled("#evaluate")).toBe(true);
  await page.close();
}, 60_000);

test("what cannot be evaluated is refused with the reason, and evaluating works again after", async () => {
  const page = await open({ hidden: [20], epochs: 2, device: "cpu", method: "set", lr: 1e9 });
  await evaluate(page, 1, false);
  expect(await page.textContent("#evaluate-error")).toBe("splits: give a whole number from 2 to 200");
  await evaluate(page, 2, false);
  expect(await page.textContent("#evaluate-error")).toMatch(/diverged in epoch 1.*learning rate that is too high: lower it/);
  expect(await page.isHidden("#evaluate-result")).toBe(true);
  await set(page, { lr: "0.03" });
  await evaluate(page, 2, false);
  expect(await page.isHidden("#evaluate-error")).toBe(true);
  expect(await page.textContent("#evaluate-accuracy")).toContain("of 2 splits");

  // it took long: it stays when something else is chosen, and says what it is of
  expect(await page.isHidden("#evaluate-since")).toBe(true);
  await page.selectOption("#data-builtin", "informative");
  await expect
    .poll(() => page.textContent("#evaluate-since"))
    .toMatch(/^Other data are chosen now: this is the evaluation of digits\. Settings changed since: Hidden layers, .*Batch/);
  expect(await page.isVisible("#evaluate-accuracy")).toBe(true);
  await page.locator("#evaluate-runs").evaluate((details) => details.setAttribute("open", ""));
  const [file] = await Promise.all([page.waitForEvent("download"), page.click("#runs-csv")]);
  expect(file.suggestedFilename()).toMatch(/^digits_set_seed1-2_epoch2_runs_\d{4}-\d\d-\d\d_\d{4}\.csv$/);
  await page.close();
}, 60_000);

test("the network that was trained is measured on its training samples, by a script that is loaded for it", async () => {
  const page = await open({ epochs: 2, hidden: [20], device: "cpu" });
  await page.click("#measure summary");
  await page.waitForSelector("#measure-model");
  expect(await page.isDisabled("#measure-model")).toBe(true);
  await train(page);
  await page.click("#measure-model");
  await page.waitForSelector("#measures table");
  expect(await page.textContent("#measures")).toMatch(/connections, on the 1,198 samples of digits that it was trained on/);
  expect(await page.locator("#measures caption").allTextContents()).toEqual(["Norms", "Margins", "Sharpness"]);
  const numbers = await page.locator("#measures td").allTextContents();
  expect(numbers.length).toBe(6 * 2 + 2 * (await page.locator("#measures table").nth(1).locator("tbody tr").count()) + 2 * 3);
  for (const text of numbers) expect(text).toMatch(/^(-|-?[\d.]+(e[+-]\d+)?)$/);
  await page.close();
});
