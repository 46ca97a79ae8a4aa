import { readFile } from "node:fs/promises";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { capital } from "../../demo/page/format.js";
import { readDataset } from "../../src/data/read-dataset.js";
import { renderHtml } from "../../src/experiment/report/render-html.js";
import { fit as findModel } from "../../src/fit/fit.js";
import type { JudgedRanking } from "../../src/fit/judge-ranking.js";
import { rankingOf } from "../../src/fit/report/features.js";
import { fitReportParts, titleOf } from "../../src/fit/report/report.js";
import type { FitEstimate } from "../../src/fit/result.js";
import { decodeCheckpoint } from "../../src/io/formats/checkpoint/checkpoint.js";
import { smallPlan, table } from "../fit/tables.js";
import { openDemo, openSite, type Site } from "./site.js";
import { file, load, looked, pick, range } from "./upload.js";

// Finding the best model in the demo page: from a file to the verdict, by the plan of the library, to its model.

let site: Site;
beforeAll(async () => {
  site = await openSite();
});
afterAll(() => site.close());

const { x, y, samples, features, classes } = table({ samples: 24, features: 8, shift: 3 });
const header = [...range(features).map((j) => `gene ${j + 1}`), "class"];
const lines = range(samples).map((i) => [...x.subarray(i * features, (i + 1) * features), classes[y[i]]]);
const genes = file("genes.csv", `${[header, ...lines].join("\n")}\n`);

const percent = (value = 0) => `${(100 * value).toFixed(1)} %`;

/** Waits for a phase of the search. */
const phase = (page: Page, wanted: string) =>
  page.waitForSelector(`#fit-status[data-phase="${wanted}"]`, { state: "attached", timeout: 30_000 });

/** Begins, and returns why it is refused. */
async function refusal(page: Page): Promise<string | null> {
  await page.click("#fit-start");
  await phase(page, "failed");
  return page.textContent("#fit-error");
}

/** The bytes that a button saves, and their file's name. */
async function saved(page: Page, button: string): Promise<[string, Buffer]> {
  const [download] = await Promise.all([page.waitForEvent("download"), page.click(button)]);
  return [download.suggestedFilename(), await readFile(await download.path())];
}

test("from a file to the verdict: refused, stopped, gone on with, and the library's model by the same plan", async () => {
  const data = await readDataset([{ name: "genes.csv", bytes: genes.buffer }], { numeric: false });
  const plan = smallPlan(data, { estimate: "quick", outer: { folds: 2, repeats: 1 }, folds: 2 });
  const page = await openDemo(site);
  await pick(page, genes);
  await looked(page);
  await load(page);
  await page.fill("#fit-minutes", "0");
  expect(await refusal(page)).toBe("Time: give a number of minutes above 0");
  await page.fill("#fit-minutes", "0.001");
  expect(await refusal(page)).toMatch(
    /^Time: 0\.060 s is too short for one evaluation: .*; give at least [\d.]+ minutes, or choose "none" in "Estimate"$/,
  );
  await page.setInputFiles("#fit-plan", file("plan.json", JSON.stringify({ ...plan, data: { ...plan.data, checksum: "0" } })));
  expect(await refusal(page)).toMatch(/^plan: it is for 24 samples of 8 features \(checksum 0\), the data are/);

  await page.setInputFiles("#fit-plan", file("plan.json", JSON.stringify(plan)));
  await page.click("#fit-start");
  await page.waitForFunction(() => /best so far .* left$/.test(document.getElementById("fit-status")?.textContent ?? ""));
  await expect.poll(() => page.textContent("#train-status")).toBe("Waiting: finding the best model");
  await page.click("#fit-stop");
  await phase(page, "stopped");
  expect(await page.textContent("#fit-status")).toMatch(/^Stopped after \d/);
  await page.click("#fit-go-on");
  await phase(page, "found");

  const wanted = await findModel(data, { plan });
  expect(await page.textContent("#fit-verdict")).toBe(`${capital(wanted.verdict)}.`);
  const cells = await page.locator("#fit-quality table").first().locator("tbody tr").allInnerTexts();
  const shown = Object.entries({ fit: wanted.estimate?.measures, ...wanted.estimate?.baselines });
  expect(shown.map(([name]) => name).toSorted()).toEqual(["centroid", "fit", "linear", "majority", "univariate"]);
  shown.forEach(([name, measures], i) => {
    expect(cells[i]).toContain(`${name}\t${percent(measures?.accuracy?.mean)}`);
    expect(cells[i]).toContain(`${percent(measures?.accuracy?.low)} to ${percent(measures?.accuracy?.high)}`);
  });
  const [name, bytes] = await saved(page, "#fit-save-model");
  expect(name).toMatch(/^genes_fit_seed1_model_\d{4}-\d\d-\d\d_\d{4}\.safetensors$/);
  const { training: _, ...model } = decodeCheckpoint(bytes, name); // training has seconds
  expect(model).toEqual({ ...wanted.model, training: undefined });
  const report = renderHtml(titleOf({ result: wanted }), fitReportParts({ result: wanted }));
  const words = (html: string) => html.replace(/<svg.*?<\/svg>/gs, ""); // another document writes attributes in another order
  expect(words(String((await saved(page, "#fit-save-report"))[1]))).toBe(words(report));

  // an order that does not hold is greyed, and says so
  const { holds } = rankingOf(wanted.estimate as FitEstimate) as JudgedRanking;
  expect(await page.locator("#fit-features").textContent()).toMatch(
    holds ? /again in other folds/ : /^FeaturesDo not use this order/,
  );
  expect(await page.locator("#fit-features.do-not-use").count()).toBe(holds ? 0 : 1);

  // the model answers here, and with other data nothing stays
  await page.click("#fit-use");
  await expect
    .poll(() => page.textContent("#model-info"))
    .toMatch(/genes_fit_seed1_model_\d{4}-\d\d-\d\d_\d{4}\.safetensors; classes class 0, class 1$/);
  await page.selectOption("#data-builtin", "digits");
  await expect.poll(() => page.textContent("#data-summary")).toMatch(/^digits/);
  expect(await page.textContent("#fit-result")).toBe("");
  expect(await page.locator("#fit-go-on").isVisible()).toBe(false);
  await page.close();
}, 180_000);

const first = (i: number) => x[i * features];
test.each([
  {
    task: "regression",
    columns: { dose: (i: number) => 50.5 + 10 * first(i) },
    reading: { numeric: true, target: ["dose"] },
    choose: { target: "dose" },
  },
  {
    task: "survival",
    columns: { time: (i: number) => Math.exp(-first(i)), event: (i: number) => Number(i % 3 > 0) },
    reading: { time: "time", event: "event" },
    choose: { time: "time", event: "event" },
  },
  {
    task: "multi-label",
    columns: { red: (i: number) => Number(first(i) > 0), blue: (i: number) => Number(x[i * features + 1] > 1) },
    reading: { target: ["red", "blue"] },
    choose: { target: ["red", "blue"] },
  },
] as const)(
  "$task: the library's verdict and model by the same plan, with its charts",
  async ({ task, columns, reading, choose }) => {
    const head = [...range(features).map((j) => `gene ${j + 1}`), ...Object.keys(columns)];
    const cells = range(samples).map((i) => [
      ...x.subarray(i * features, (i + 1) * features),
      ...Object.values(columns).map((of) => of(i)),
    ]);
    const upload = file("doses.csv", `${[head, ...cells].join("\n")}\n`);
    const data = await readDataset([{ name: "doses.csv", bytes: upload.buffer }], reading as object);
    const plan = smallPlan(data, { estimate: "quick", outer: { folds: 2, repeats: 1 }, folds: 2 }, task, 1200);
    const page = await openDemo(site);
    await pick(page, upload);
    await page.waitForSelector("#data-reading:not([hidden])");
    await page.selectOption("#data-task", task);
    for (const [what, columns] of Object.entries(choose))
      await page.selectOption(
        `#data-${what}`,
        [columns].flat().map((label) => ({ label })),
      );
    await looked(page);
    await load(page);
    expect(await page.isVisible("#fit-other")).toBe(false);
    await page.setInputFiles("#fit-plan", file("plan.json", JSON.stringify(plan)));
    await page.click("#fit-start");
    await page.waitForSelector('#fit-status[data-phase="found"]', { state: "attached", timeout: 120_000 });
    const wanted = await findModel(data, { plan });
    expect(await page.textContent("#fit-verdict")).toBe(`${capital(wanted.verdict)}.`);
    const [name, bytes] = await saved(page, "#fit-save-model");
    const { training: _, ...model } = decodeCheckpoint(bytes, name);
    expect(model).toEqual({ ...wanted.model, training: undefined });
    await page.click('summary:text-is("Samples held out")');
    await expect.poll(() => page.locator('details:has(summary:text-is("Samples held out")) figure').count()).toBeGreaterThan(0);
    await page.close();
  },
  300_000,
);
