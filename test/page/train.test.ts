import { readFile } from "node:fs/promises";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { figures, linkOf, openDemo, openSite, phase, type Site, set, train } from "./site.js";

// Training in the demo page: what a visitor clicks, in a real Chromium, on the site as it is built for a static host.

let site: Site;
beforeAll(async () => {
  site = await openSite();
});
afterAll(() => site.close());

const ON_GPU = { hidden: "60, 40", epochs: 4, device: "webgpu" };
/** For what the page does with a training, whichever device it runs on: no shader is compiled. */
const ON_CPU = { ...ON_GPU, device: "cpu" };

test("one click trains digits to 0.9 and better, with neurons removed, every picture drawn, and all of it to take away", async () => {
  const page = await openDemo(site);
  await set(page, { epochs: 8, device: "webgpu" });
  await train(page);
  const [accuracy] = await figures(page, "Test accuracy");
  expect(Number.parseFloat(accuracy)).toBeGreaterThanOrEqual(90);
  expect(await figures(page, "Neurons")).toEqual(["64-150-150-10"]);
  expect(await page.textContent("#one-sample")).toMatch(/599 test samples: one is worth 0\.17 points\..*software adapter/);
  expect(await page.textContent("#adapter")).toMatch(/swiftshader: a software adapter/);
  for (const id of ["chart-accuracy", "chart-loss", "chart-connections", "chart-neurons"]) {
    expect(await colours(page, `#${id} canvas`), id).toBeGreaterThan(2);
    expect(await page.getAttribute(`#${id}`, "aria-label")).toMatch(/npset after epoch 8: .*\d/);
  }
  for (const id of ["heat", "histogram-weights", "histogram-degrees"])
    expect(await colours(page, `#${id}`), id).toBeGreaterThan(2);

  await page.click("#take summary");
  const taken = async (id: string) => {
    const [file] = await Promise.all([page.waitForEvent("download"), page.click(id)]);
    expect(file.suggestedFilename()).toMatch(/^digits_npset_seed1_epoch8_/);
    return readFile(await file.path());
  };
  const connections = (await taken("#take-svg")).toString().match(/M[\d.-]+ [\d.-]+L/g)?.length;
  expect(connections, "lines of the network").toBeGreaterThan(1000);
  const png = await taken("#take-png");
  expect(png.subarray(1, 4).toString()).toBe("PNG");
  for (const [what, words] of [
    ["chart-accuracy", "Accuracy: npset 300-300"],
    ["inputDegree", "Inputs by connections: npset 300-300"],
    ["weights", "Weights: npset 300-300"],
    ["degrees", "Degrees of the hidden neurons: npset 300-300"],
  ]) {
    await page.selectOption("#take-what", what);
    const svg = (await taken("#take-svg")).toString();
    expect(svg).toContain(`<title>${words}, seed 1, epoch 8 of 8, on digits</title>`);
    expect(svg).not.toMatch(/NaN|undefined|Infinity/);
  }
  const csv = (await taken("#take-csv")).toString().trim().split("\n");
  expect(csv.length).toBe(1 + 8);
  expect(100 * Number(csv[8].split(",")[2])).toBeCloseTo(Number.parseFloat(accuracy), 1);
  const report = (await taken("#take-report")).toString();
  expect(report.match(/<figcaption>[^<]*: npset 300-300, seed 1, epoch 8 of 8, on digits</g)?.length).toBe(4);
  expect(report).not.toMatch(/<script|(src|href)="/);
  await page.click("#take-words");
  await page.waitForSelector("#take-methods:not([hidden])"); // it is shown once it is written
  expect(await page.inputValue("#take-methods")).toMatch(/^An npset network with .* on digits, .*epsilon 8.*; seed 1; .*Cite: /);
  await page.close();
}, 60_000);

test("an ensemble is trained as one, and its first member is drawn", async () => {
  const page = await openDemo(site);
  await set(page, { ...ON_GPU, members: 3 });
  await train(page);
  const ensemble = Number.parseFloat((await figures(page, "Test accuracy"))[0]);
  expect(await figures(page, "Neurons")).toEqual(["64-90-60-30"]);
  const [dense] = (await figures(page, "Connections")).map((text) => text.split(" of ")[1]);
  expect(Number.parseFloat(dense)).toBeCloseTo((3 * (64 * 60 + 60 * 40 + 40 * 10)) / 1000, 1);
  expect(await page.textContent("#run-of")).toMatch(/^3 times npset 60-40, seed 1, epoch 4 of 4, on digits\./);
  expect(await page.textContent("#first-run")).toBe("The drawing is of the first of its 3 members.");

  await page.click("#test-model");
  await expect.poll(() => page.textContent("#test-accuracy")).toMatch(/on the 599 samples held out from it/);
  const told = /Accuracy ([\d.]+)/.exec((await page.textContent("#test-accuracy")) ?? "")?.[1];
  expect(Number(told)).toBeCloseTo(ensemble, 1);
  const scores = await page.$$eval("#scores tr", (rows) => rows.map((row) => row.textContent ?? ""));
  expect(scores[0]).toMatch(/^Majority's share\d+\.\d\s%$/);
  expect(scores[1]).toMatch(new RegExp(`^Accuracy${told}\\s%$`));
  expect(scores.length).toBe(12);
  await page.click("#test-curves summary");
  const curves = page.locator("#test-curves figcaption");
  const few = "the 6 classes with the smallest areas";
  await expect
    .poll(() => curves.allTextContents())
    .toEqual([`ROC curve, ${few}`, `Precision and recall, ${few}`, expect.stringMatching(/^Calibration/)]);
  const error = /error ([\d.]+)/.exec((await curves.allTextContents())[2])?.[1];
  expect(Number(/Calibration error([\d.]+)/.exec(scores.join("\n"))?.[1])).toBeCloseTo(Number(error), 0);
  await page.close();
}, 60_000);

test("stepping from the start, pausing and resuming change nothing but the time: the run ends as one without them", async () => {
  const page = await openDemo(site);
  await set(page, ON_GPU);
  await train(page);
  const straight = await linkOf(page);

  const status = () => page.textContent("#train-status");
  await page.dblclick("#step"); // each click is an epoch, also while the first one is getting ready
  await expect.poll(status).toBe("Paused after epoch 2 of 4");
  await page.waitForTimeout(500); // nothing more may come
  expect(await status()).toBe("Paused after epoch 2 of 4");
  await page.click("#step");
  await expect.poll(status).toBe("Paused after epoch 3 of 4");
  await page.click("#pause"); // says Resume
  await phase(page, "done");
  expect(await linkOf(page)).toBe(straight);
  await page.close();
}, 60_000);

test("pausing a run that has just ended does not hold the page", async () => {
  const page = await openDemo(site);
  await set(page, { ...ON_GPU, epochs: 2 }); // on the CPU it may have ended before it is seen to begin
  await page.click("#start");
  await phase(page, "training");
  await page.evaluate(async () => {
    // the page hears neither of the end nor of the pause before both have happened
    const start = performance.now();
    document.getElementById("pause")?.click();
    while (performance.now() - start < 3000);
  });
  await page.waitForFunction(() => document.getElementById("train-status")?.dataset.phase !== "training");
  if ((await page.getAttribute("#train-status", "data-phase")) === "paused") await page.click("#pause");
  await phase(page, "done");
  expect(await page.isEnabled("#start")).toBe(true);
  await page.close();
}, 60_000);

test("only the samples that were held out of the data still open are called held out", async () => {
  const page = await openDemo(site);
  await set(page, { hidden: "20", epochs: 2, device: "cpu" });
  await train(page);
  await page.click("#test-model");
  await expect.poll(() => page.textContent("#test-accuracy")).toMatch(/on the 599 samples held out from it/);
  expect(await page.textContent("#run-of")).toMatch(/^Npset 20, seed 1, epoch 2 of 2, on digits\./);
  await page.selectOption("#data-builtin", "informative");
  await expect.poll(() => page.textContent("#data-summary")).toMatch(/informative/);
  expect(await page.textContent("#test-report")).toBe(""); // confusion, figures and charts are not those of other data
  expect(await page.textContent("#run-away")).toMatch(
    /figures and charts of npset 20, seed 1, .*on digits are put away: other data/,
  );
  expect([await page.isVisible("#figures"), await page.isVisible("#chart-loss")]).toEqual([false, false]);
  await page.selectOption("#data-builtin", "digits");
  await expect.poll(() => page.textContent("#data-summary")).toMatch(/digits/);
  expect([await page.isVisible("#figures"), await page.isVisible("#run-away")]).toEqual([true, false]);
  await page.click("#test-model");
  await expect
    .poll(() => page.textContent("#test-accuracy"))
    .toMatch(/on all 1797 samples of digits: it may have been trained on some/);
  await page.close();
}, 60_000);

test("stop ends a run after its last whole epoch, which stays as the model", async () => {
  const page = await openDemo(site);
  await set(page, { ...ON_CPU, epochs: 5000 });
  await page.click("#start");
  await page.waitForSelector('#chart-loss[aria-label*="epoch"]:not([aria-label*="no epoch"])');
  const heard = await page.evaluate(async () => {
    document.getElementById("stop")?.click();
    await Promise.resolve();
    return ["stop", "train-status"].map((id) => document.getElementById(id)?.textContent);
  });
  expect(heard).toEqual(["Stopping", expect.stringMatching(/^Stopping: what it was after epoch \d+ of 5000 stays$/)]);
  await phase(page, "done");
  expect(await page.textContent("#train-status")).toMatch(/^Stopped after epoch \d+ of 5000/);
  await page.waitForSelector("#model-download:not([disabled])");
  await expect.poll(() => page.textContent("#model-info")).toMatch(/^64-\d+-\d+-10, .*npset, seed 1, epoch \d+, on digits/);
  // the figures are of the network that is handed out, which was rewired after its last epoch
  await expect.poll(() => page.textContent("#run-left")).toMatch(/can be downloaded/);
  const info = (await page.textContent("#model-info")) ?? "";
  expect((await figures(page, "Neurons"))[0]).toBe(info.split(",")[0]);
  expect(info).toContain(`, ${(await figures(page, "Connections"))[0].split(" of ")[0]} connections`);
  await page.click("#test-model");
  await page.waitForSelector("#test-accuracy");
  const tested = Number(/Accuracy ([\d.]+)/.exec((await page.textContent("#test-accuracy")) ?? "")?.[1]);
  expect(Number.parseFloat((await figures(page, "Test accuracy"))[0])).toBeCloseTo(tested, 0);
  // a name that says what it is of
  const [file] = await Promise.all([page.waitForEvent("download"), page.click("#model-download")]);
  expect(file.suggestedFilename()).toMatch(/^digits_npset_seed1_epoch\d+_model_\d{4}-\d\d-\d\d_\d{4}\.safetensors$/);
  await page.close();
}, 60_000);

test("settings that cannot be trained are refused with the reason, and training works again after", async () => {
  const page = await openDemo(site);
  await set(page, { ...ON_CPU, lr: 1e9, method: "set" });
  await page.click("#start");
  await page.waitForSelector("#train-error:not([hidden])");
  expect(await page.textContent("#train-error")).toMatch(/diverged in epoch 1.*learning rate that is too high: lower it/);
  expect(await page.textContent("#train-error")).not.toContain("--");
  await set(page, { lr: 0.03, zeta: 7 });
  expect(await page.textContent("#settings-error")).toMatch(/zeta: 7 is not a finite number from 0 to below 1\. It stays 0\.3\./);
  await train(page);
  expect(await page.isHidden("#train-error")).toBe(true);
  await page.close();
}, 60_000);

test("a link restores a run, which is then said to be repeated; with other settings or another version it is not", async () => {
  const page = await openDemo(site);
  await set(page, { ...ON_CPU, seed: 5, epsilon: 6.5 });
  await train(page);
  const link = await linkOf(page);
  await page.close();

  const again = await openDemo(site, new URL(link).hash);
  expect([await again.inputValue("#set-seed"), await again.inputValue("#set-epsilon")]).toEqual(["5", "6.5"]);
  await train(again);
  expect(await again.textContent("#train-notice")).toMatch(/^Reproduced the link's run to the last digit/);
  await set(again, { seed: 6 });
  await train(again);
  expect(await again.textContent("#train-notice")).toMatch(/^Not a reproduction of the link's run \(other settings\)/);
  await again.close();

  const hash = new URL(link).hash;
  const older = await openDemo(site, hash.replace("%22version%22%3A%220.1.0", "%22version%22%3A%220.0.9"));
  await train(older);
  expect(await older.textContent("#train-notice")).toMatch(/Not a reproduction .*version 0\.1\.0 instead of 0\.0\.9/);
  await older.close();

  const file = hash.replace(
    "%7B%22builtIn%22%3A%22digits%22%7D",
    encodeURIComponent(`{"name":"genes.csv","sha256":"${"ab".repeat(32)}","options":{}}`),
  );
  const elsewhere = await openDemo(site, file);
  expect(await elsewhere.textContent("#unusable")).toMatch(
    /link is for the file "genes.csv" \(sha256 abababababab.*no reproduction/,
  );
  await train(elsewhere);
  expect(await elsewhere.textContent("#train-notice")).toMatch(/Not a reproduction .*other data/);
  await elsewhere.close();

  const broken = await openDemo(site, hash.slice(0, 60));
  expect(await broken.textContent("#unusable")).toMatch(/cut off or changed/);
  await broken.close();
}, 90_000);

test("two tabs train at once and do not disturb each other", async () => {
  const pages = await Promise.all([openDemo(site), openDemo(site)]);
  await Promise.all(pages.map((page) => set(page, ON_GPU)));
  await Promise.all(pages.map(train));
  const [a, b] = await Promise.all(pages.map(linkOf));
  expect(a).toBe(b);
  await Promise.all(pages.map((page) => page.close()));
}, 90_000);

/** How many colours a canvas of the page shows. */
async function colours(page: Page, selector: string): Promise<number> {
  return page
    .locator(selector)
    .first()
    .evaluate((canvas) => {
      const { width, height } = canvas as HTMLCanvasElement;
      const data = (canvas as HTMLCanvasElement).getContext("2d")?.getImageData(0, 0, width, height).data ?? [];
      const seen = new Set<string>();
      for (let k = 0; k < data.length; k += 4) seen.add([data[k], data[k + 1], data[k + 2], data[k + 3]].join());
      return seen.size;
    });
}
