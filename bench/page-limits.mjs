// node bench/page-limits.mjs: loads the demo page on a slowed-down Chromium and trains in it, and writes docs/page.md.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { availableParallelism, cpus } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { withModule } from "./load.mjs";

const SLOWER = 4;
const MBIT = 10;
const RUNS = 5;

await withModule("/test/page/site.ts", async ({ openSite, phase, set }) => {
  const site = await openSite();
  try {
    const loads = [];
    for (let i = 0; i < RUNS; i++) loads.push(await coldLoad(site));
    const single = await longTasks(site, async (page) => {
      await page.click("#start");
      await phase(page, "done");
    });
    const race = await longTasks(site, async (page) => {
      await set(page, { epochs: 10 });
      await page.click("#race");
      await phase(page, "done");
    });
    const text = report(sizes(site.folder), loads, {
      "one run of digits, 30 epochs": single,
      "npset against dense, 10 epochs": race,
    });
    writeFileSync(new URL("../docs/page.md", import.meta.url), text);
    console.log(text);
  } finally {
    await site.close();
  }
});

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
    new PerformanceObserver((list) => longTasks.push(...list.getEntries().map(({ duration }) => duration))).observe({
      type: "longtask",
    });
  });
  await page.goto(site.url);
  await page.waitForSelector("#start:not([disabled])");
  await page.evaluate(() => longTasks.splice(0));
  await work(page);
  const tasks = await page.evaluate(() => longTasks);
  await page.close();
  return tasks;
}

/** What the first load takes, gzipped, and what of it is data and WebAssembly inside the scripts. */
function sizes(folder) {
  const html = readFileSync(join(folder, "index.html"), "utf8");
  const scripts = [...html.matchAll(/(?:src|href)="\.\/([^"]+\.js)"/g)].map(([, file]) =>
    readFileSync(join(folder, file), "utf8"),
  );
  const styles = readdirSync(join(folder, "assets")).filter((file) => /^index.*\.css$/.test(file));
  const all = scripts.join("\n");
  const inlined = { gzip: /data:[^,"'`]*gzip[^,"'`]*,([A-Za-z0-9+/=]+)/g, wasm: /(AGFzbQ[A-Za-z0-9+/=]+)/g };
  const bytes = Object.fromEntries(
    Object.entries(inlined).map(([kind, pattern]) => [
      kind,
      [...all.matchAll(pattern)].reduce((sum, [, base64]) => sum + gzipSync(base64).length, 0),
    ]),
  );
  const css = styles.reduce((sum, file) => sum + gzipSync(readFileSync(join(folder, "assets", file))).length, 0);
  return { scripts: gzipSync(all).length, ...bytes, html: gzipSync(html).length + css };
}

function report(size, loads, tasks) {
  const kb = (bytes) => `${(bytes / 1000).toFixed(0)} kB`;
  const worst = (key) => Math.max(...loads.map((load) => load[key]));
  const median = (key) => loads.map((load) => load[key]).sort((a, b) => a - b)[RUNS >> 1];
  const rows = Object.entries(tasks).map(
    ([name, list]) => `| ${name} | ${list.length} | ${list.length ? Math.max(...list).toFixed(0) : "none above 50"} |`,
  );
  return `# The demo page in figures

Measured by \`node bench/page-limits.mjs\` in headless Chromium on SwiftShader, a software adapter, so training itself competes with the page for
${availableParallelism()} cores (${cpus()[0].model.trim()}).

**Cold load**, at ${SLOWER} times slower CPU and ${MBIT} Mbit/s, empty cache, ${RUNS} loads; at most 2000 ms:

| until | median, ms | worst, ms |
|---|--:|--:|
| first text | ${median("paint").toFixed(0)} | ${worst("paint").toFixed(0)} |
| training can be started | ${median("usable").toFixed(0)} | ${worst("usable").toFixed(0)} |

**First load**, gzipped; JavaScript at most 400 kB:

| what | size |
|---|--:|
| JavaScript, inlined workers and shaders included | ${kb(size.scripts - size.gzip - size.wasm)} |
| WebAssembly inside it | ${kb(size.wasm)} |
| the bundled digits inside it | ${kb(size.gzip)} |
| HTML and style sheets | ${kb(size.html)} |

**Main thread while training**, tasks above 50 ms:

| while | tasks | longest, ms |
|---|--:|--:|
${rows.join("\n")}
`;
}
