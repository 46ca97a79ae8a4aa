// node bench/page-limits.mjs: loads the demo page on a slowed-down Chromium and trains in it, and writes docs/page.md. Needs lymphoma:
// coppice datasets fetch lymphoma.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { withModule } from "./load.mjs";

const SLOWER = 4;
const MBIT = 10;
const RUNS = 5;

const PAGE = new URL("../docs/page.md", import.meta.url);
/** What follows the figures: what others do better, and what this page does. Written by hand, so it stays. */
const BESIDE = /\n## Beside others[\s\S]*/.exec(readFileSync(PAGE, "utf8"))[0];

let load;
let lymphoma;
await withModule("/src/files/datasets.ts", ({ findData }) => {
  [lymphoma] = findData("lymphoma", process.env.COPPICE_DATA, "page-limits").files;
});
await withModule("/test/page/first-load.ts", ({ firstLoad }) => {
  load = firstLoad;
});
await withModule("/test/page/site.ts", async ({ openSite, phase, set }) => {
  const site = await openSite();
  const run = async (page, button) => {
    await page.click(button);
    await phase(page, "done");
  };
  const folder = mkdtempSync(join(tmpdir(), "coppice-table-"));
  const file = join(folder, "table.csv");
  const text = table();
  writeFileSync(file, text);
  try {
    const loads = [];
    for (let i = 0; i < RUNS; i++) loads.push(await coldLoad(site));
    const works = {
      "one run of digits, 30 epochs": (page) => run(page, "#start"),
      "npset against dense, 10 epochs": async (page) => {
        await set(page, { epochs: 10 });
        await run(page, "#race");
      },
      "one run of the generated set of 5,000 features, 20 epochs": async (page) => {
        await page.selectOption("#data-builtin", "informative");
        await page.waitForFunction(() => document.querySelector("#data-summary")?.textContent.startsWith("informative"));
        await set(page, { epochs: 20 });
        await run(page, "#start");
      },
      "Evaluate on it: 3 splits of 10 epochs, and 3 with shuffled labels": async (page) => {
        await page.selectOption("#data-builtin", "informative");
        await page.waitForFunction(() => document.querySelector("#data-summary")?.textContent.startsWith("informative"));
        await set(page, { epochs: 10 });
        await page.fill("#evaluate-splits", "3");
        await page.click("#evaluate");
        await page.waitForFunction(() => document.querySelector("#evaluate-progress").textContent === "Done", null, {
          timeout: 120_000,
        });
      },
      [`reading a table of ${(text.length / 1e6).toFixed(1)} MB`]: async (page) => {
        await page.setInputFiles("#data-file", file); // from disk, as a visitor's would be
        await page.click("#data-load", { timeout: 120_000 });
        await page.waitForFunction(() => document.querySelector("#data-summary")?.textContent.startsWith("table"), null, {
          timeout: 120_000,
        });
      },
      "finding the best model of lymphoma in 3 minutes": async (page) => {
        await page.setInputFiles("#data-file", lymphoma);
        await page.click("#data-load", { timeout: 120_000 });
        await page.waitForFunction(() => document.querySelector("#data-summary")?.textContent.startsWith("lymphoma"));
        await page.fill("#fit-minutes", "3");
        await page.selectOption("#fit-estimate", "none");
        await page.click("#fit-start");
        await page.waitForSelector('#fit-status[data-phase="found"]', { state: "attached", timeout: 600_000 });
      },
    };
    const tasks = {};
    for (const [name, work] of Object.entries(works)) tasks[name] = await longTasks(site, work);
    const figures = report(await load(site), loads, tasks);
    writeFileSync(PAGE, figures);
    console.log(figures);
  } finally {
    rmSync(folder, { recursive: true });
    await site.close();
  }
});

/** A table of 2000 samples of 400 features and a class. */
function table() {
  const line = (cells, last) => `${[...cells, last].join(",")}\n`;
  const columns = Array.from({ length: 400 }, (_, j) => j);
  const samples = Array.from({ length: 2000 }, (_, i) =>
    line(
      columns.map((j) => ((i * 7919 + j * 104729) % 9973) / 997),
      i % 2 ? "case" : "control",
    ),
  );
  return line(
    columns.map((j) => `gene ${j + 1}`),
    "class",
  ).concat(...samples);
}

/** ms until the page shows its first text, and until training can be started, with an empty cache. */
async function coldLoad({ browser, url }) {
  const context = await browser.newContext();
  const page = await context.newPage();
  const session = await context.newCDPSession(page);
  await session.send("Network.enable");
  await session.send("Network.emulateNetworkConditions", {
    offline: false,
    latency: 0,
    downloadThroughput: (MBIT * 1e6) / 8,
    uploadThroughput: (MBIT * 1e6) / 8,
  });
  await session.send("Emulation.setCPUThrottlingRate", { rate: SLOWER });
  await page.goto(url, { waitUntil: "commit" });
  await page.waitForSelector("#start:not([disabled])");
  const times = await page.evaluate(() => ({
    paint: performance.getEntriesByName("first-contentful-paint")[0].startTime,
    usable: performance.now(),
  }));
  await context.close();
  return times;
}

/** Durations in ms of the tasks above 50 ms of the page's main thread while `work` is done. */
async function longTasks(site, work) {
  const page = await site.browser.newPage();
  await page.addInitScript(() => {
    globalThis.longTasks = [];
    new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) longTasks.push(duration);
    }).observe({ type: "longtask" });
  });
  await page.goto(site.url);
  await page.waitForSelector("#start:not([disabled])");
  await page.evaluate(() => longTasks.splice(0));
  await work(page);
  const tasks = await page.evaluate(() => longTasks);
  await page.close();
  return tasks;
}

function report(size, loads, tasks) {
  const kb = (bytes) => `${(bytes / 1000).toFixed(0)} kB`;
  const worst = (key) => loads.map((load) => load[key]).reduce((a, b) => Math.max(a, b), -Infinity);
  const median = (key) => loads.map((load) => load[key]).sort((a, b) => a - b)[RUNS >> 1];
  const rows = Object.entries(tasks).map(
    ([name, list]) =>
      `| ${name} | ${list.length} | ${list.length ? list.reduce((a, b) => Math.max(a, b), -Infinity).toFixed(0) : "none above 50"} |`,
  );
  return `# The demo page in figures

Measured by \`node bench/page-limits.mjs\` in headless Chromium on SwiftShader, a software adapter, so training itself competes with the page for
${availableParallelism()} cores (${cpus()[0].model.trim()}).

**Cold load**, at ${SLOWER} times slower CPU and ${MBIT} Mbit/s, empty cache, ${RUNS} loads; at most 2000 ms:

| until | median, ms | worst, ms |
|---|--:|--:|
| first text | ${median("paint").toFixed(0)} | ${worst("paint").toFixed(0)} |
| training can be started | ${median("usable").toFixed(0)} | ${worst("usable").toFixed(0)} |

**First load**, gzipped; JavaScript at most 250 kB:

| what | size |
|---|--:|
| JavaScript of the page and its worker, with the shaders, without the next two | ${kb(size.javascript)} |
| WebAssembly | ${kb(size.wasm)} |
| the bundled digits | ${kb(size.digits)} |
| HTML and style sheets | ${kb(size.markup)} |
| total | ${kb(Object.values(size).reduce((a, b) => a + b, 0))} |

**Main thread while working**, tasks above 50 ms, by the browser's longtask entries:

| while | tasks | longest, ms |
|---|--:|--:|
${rows.join("\n")}
${BESIDE}`;
}
