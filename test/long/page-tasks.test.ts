import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { DEFAULTS, type Settings, trainOptions } from "../../demo/settings.js";
import { TASKS, type TaskName } from "../../src/api/extend.js";
import { createCpuDevice, readDataset, split, train as trainInNode } from "../../src/api/index.js";
import type { ReadOptions } from "../../src/data/formats/read-options.js";
import { strataOf } from "../../src/tasks/strata.js";
import { figures, openDemo, openSite, type Site, set, train } from "../page/site.js";
import { file, load, looked, pick } from "../page/upload.js";

// Real data of every task, in the page and in Node: the same figures, beside those of scikit-learn and R on the same split. Needs both.

interface Real {
  readonly name: string;
  readonly task: TaskName;
  readonly read: Pick<ReadOptions, "target" | "time" | "event">;
  readonly settings: Partial<Settings>;
  readonly metric: string;
  readonly figure: string;
  /** What is surely reached. */
  readonly least: number;
}

const COMMON = { ...DEFAULTS, test: 0.25, hidden: [50], epsilon: 5, members: 5, batch: 16, lr: 0.01, epochs: 40 };
/** What the page is told: it suits others of these to the data. */
const SET = [
  "device",
  "method",
  "hidden",
  "epsilon",
  "members",
  "optimizer",
  "lr",
  "decay",
  "dropout",
  "batch",
  "epochs",
  "test",
  "inputs",
] as const;
const REAL: readonly Real[] = [
  {
    name: "diabetes",
    task: "regression",
    read: { target: ["target"] },
    settings: { decay: 1 },
    metric: "r2",
    figure: "Test R2",
    least: 0.35,
  },
  {
    name: "linnerud",
    task: "regression",
    read: { target: ["Weight", "Waist", "Pulse"] },
    settings: { decay: 10 },
    metric: "rmse",
    figure: "Test RMSE",
    least: 0,
  },
  {
    name: "labels",
    task: "multi-label",
    read: { target: ["label0", "label1", "label2", "label3", "label4"] },
    settings: { decay: 0.03 },
    metric: "microF1",
    figure: "Test F1, all labels together",
    least: 0.6,
  },
  {
    name: "gbsg",
    task: "survival",
    read: { time: "rfstime", event: "status" },
    settings: { method: "set", hidden: [16], epsilon: DEFAULTS.epsilon, lr: 0.1, decay: 0.1, epochs: 100, batch: 515 },
    metric: "concordance",
    figure: "Test concordance index",
    least: 0.6,
  },
  {
    name: "digits",
    task: "reconstruct",
    read: {},
    settings: { method: "set", hidden: [16], optimizer: "adam", inputs: "raw", members: 1 },
    metric: "rmse",
    figure: "Test RMSE",
    least: 0,
  },
];

const folder = mkdtempSync(join(tmpdir(), "coppice-real-"));
const path = (name: string) => join(folder, name);
const programs = ["page-models.py", "coxph.R"].map((name) => new URL(name, import.meta.url).pathname);
const run = (program: string, ...args: string[]) => execFileSync(program, args, { encoding: "utf8", maxBuffer: 2 ** 26 });

const settingsOf = ({ settings }: Real): Settings => ({ ...COMMON, ...settings, device: "cpu" });
async function partsOf(real: Real) {
  const bytes = new Uint8Array(readFileSync(path(`${real.name}.csv`)));
  const labels = real.task === "reconstruct" ? { label: null } : {};
  const dataset = await readDataset([{ name: `${real.name}.csv`, bytes }], { orientation: "rows", ...real.read, ...labels });
  const { test: share, seed } = settingsOf(real);
  return split(dataset, { test: share, seed, strata: strataOf(TASKS[real.task], dataset) });
}

let site: Site;
const reference: Record<string, Readonly<Record<string, number>>> = {};
beforeAll(async () => {
  site = await openSite();
  run("python3", programs[0], folder);
  run("Rscript", programs[1], path("gbsg.csv"));
  const held = await Promise.all(
    REAL.map(async (real) => {
      const { test: part } = await partsOf(real);
      return [real.name, (part.ids ?? []).map((id) => Number(id.slice(1)))] as const;
    }),
  );
  const { gbsg, ...others } = Object.fromEntries(held);
  writeFileSync(path("gbsg.txt"), `${gbsg.join(" ")}\n`);
  const zeroBased = Object.entries(others).map(([name, rows]) => [name, rows.map((row) => row - 1)]);
  writeFileSync(path("splits.json"), JSON.stringify(Object.fromEntries(zeroBased)));
  Object.assign(reference, JSON.parse(run("python3", programs[0], folder, path("splits.json"))));
  reference.gbsg = { coxph: Number(run("Rscript", programs[1], path("gbsg.csv"), path("gbsg.txt"))) };
}, 300_000);
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await site.close();
});

test.each(REAL)(
  "$name is learnt in the page as in Node: $task",
  async (real) => {
    const { name, task, read, metric, figure, least } = real;
    const settings = settingsOf(real);
    const { train: fitted, test: held } = await partsOf(real);
    const device = createCpuDevice();
    const model = await trainInNode({ train: fitted, test: held }, { ...trainOptions(settings, task), device });
    const evaluation = (await model.evaluate(held)) as object as Readonly<Record<string, number>>;
    await device.dispose();

    const page = await openDemo(site);
    await pick(page, file(`${name}.csv`, readFileSync(path(`${name}.csv`))));
    await page.waitForSelector("#data-load:not([disabled]), #data-error:not([hidden])");
    await page.selectOption("#data-orientation", "rows");
    await page.selectOption("#data-task", task);
    for (const [what, chosen] of Object.entries(read)) {
      await page.selectOption(
        `#data-${what}`,
        [chosen].flat().map((label) => ({ label: String(label) })),
      );
    }
    await looked(page);
    await load(page);
    await set(page, Object.fromEntries(SET.map((name) => [name, String(settings[name])])));
    await train(page);
    const [shown] = await figures(page, figure);
    await page.click("#test-model");
    await page.waitForSelector("#test-accuracy");
    await page.close();

    const told = Object.entries(reference[name]).map(([kind, value]) => `${kind} ${value.toFixed(3)}`);
    const more = Object.entries(evaluation).filter(([, value]) => typeof value === "number");
    console.log(
      `${name}: page ${figure} ${shown}; Node ${more.map(([key, value]) => `${key} ${value.toFixed(3)}`).join(", ")}; ${told}`,
    );
    const inPage = Number(/-?[\d.]+/.exec(shown)?.[0]) / (shown.includes("%") ? 100 : 1);
    expect(inPage / evaluation[metric]).toBeCloseTo(1, 2);
    expect(inPage).toBeGreaterThan(least);
  },
  120_000,
);
