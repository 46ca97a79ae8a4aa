// node bench/scale.mjs FOLDER [cells] [sgd] [text] [page]: large files, of which bench/scale-data.py writes FOLDER's, and writes docs/scale.md.
// What is not named keeps its figures of the last time, in docs/scale.json. It takes what `npm run build` wrote, and Linux, for the memory.
import { execFileSync, spawn } from "node:child_process";
import { existsSync, mkdtempSync, openAsBlob, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { cpus, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { readDataset, version } from "coppice";
import { withModule } from "./load.mjs";

const path = (relative) => fileURLToPath(new URL(`../${relative}`, import.meta.url));
const [folder, ...asked] = process.argv.slice(2);
const EPOCHS = Number(process.env.EPOCHS ?? 1);
const TRAIN = `train --label cell_type --hidden 100 --epochs ${EPOCHS} --batch 128 --method set --device cpu --force`;
const PAGE_BYTES = 200e6;

/** A training of the cells in a process of its own: its greatest resident memory, and the seconds of its epochs. */
async function cells() {
  const out = mkdtempSync(join(tmpdir(), "coppice-scale-"));
  const words = [...TRAIN.split(" "), "--data", join(folder, "cells.h5ad"), "--out", out];
  const child = spawn(process.execPath, [path("dist/cli.js"), ...words], { stdio: ["ignore", "inherit", "inherit"] });
  let peak = 0;
  const timer = setInterval(() => {
    const status = `/proc/${child.pid}/status`;
    const kB = existsSync(status) ? /VmHWM:\s+(\d+)/.exec(readFileSync(status, "utf8")) : null;
    peak = Math.max(peak, 1024 * Number(kB?.[1] ?? 0));
  }, 200);
  const start = performance.now();
  const code = await new Promise((resolve) => child.on("exit", resolve));
  clearInterval(timer);
  if (code !== 0) throw new Error(`the training ended with exit code ${code}`);
  const [names, ...lines] = readFileSync(join(out, "metrics.csv"), "utf8").trim().split("\n");
  const epochs = lines.map((line) => Object.fromEntries(names.split(",").map((name, j) => [name, line.split(",")[j]])));
  rmSync(out, { recursive: true });
  return { bytes: statSync(join(folder, "cells.h5ad")).size, peak, seconds: (performance.now() - start) / 1000, epochs };
}

/** Epochs of scikit-learn's SGDClassifier on the same cells. */
function sgd() {
  const words = [path("bench/scale-sgd.py"), folder, String(EPOCHS)];
  return JSON.parse(execFileSync("/usr/bin/python3", words, { encoding: "utf8" }));
}

/** A table read in this process: bytes, and seconds of a core. */
async function text() {
  const file = join(folder, "table.csv");
  const start = process.cpuUsage();
  await readDataset([{ name: file, bytes: await openAsBlob(file) }]);
  const { user, system } = process.cpuUsage(start);
  return { bytes: statSync(file).size, seconds: (user + system) / 1e6 };
}

/** ms of the longest task of pages' main threads: of a core, and by the clock, where other processes lengthen it. */
function longestTask(trace) {
  const { traceEvents } = JSON.parse(String(trace));
  const thread = ({ pid, tid }) => `${pid} ${tid}`;
  const main = new Set(traceEvents.filter(({ args }) => args?.name === "CrRendererMain").map(thread));
  const tasks = traceEvents.filter((event) => event.name.endsWith("RunTask") && main.has(thread(event)));
  if (tasks.length === 0) throw new Error("the trace holds no task of a page");
  const most = (key) => tasks.reduce((ms, event) => Math.max(ms, (event[key] ?? 0) / 1000), 0);
  return { core: most("tdur"), clock: most("dur") };
}

/** The longest task of the page's main thread while it reads the first 200 MB of the table. */
async function page() {
  const cut = mkdtempSync(join(tmpdir(), "coppice-scale-"));
  const file = join(cut, "table.csv");
  execFileSync("cp", [join(folder, "table.csv"), file]);
  const size = Math.min(PAGE_BYTES, statSync(file).size);
  const head = Buffer.from(await (await openAsBlob(file)).slice(size - 4096, size).arrayBuffer());
  truncateSync(file, size - 4096 + head.lastIndexOf(10) + 1);
  let found;
  await withModule("/test/page/site.ts", async ({ openSite }) => {
    const site = await openSite();
    const tab = await site.browser.newPage();
    await tab.goto(site.url);
    await tab.waitForSelector("#start:not([disabled])");
    await site.browser.startTracing(tab, { categories: ["-*", "toplevel"] });
    const start = performance.now();
    await tab.setInputFiles("#data-file", file); // from disk, as a visitor's would be
    await tab.click("#data-load", { timeout: 600_000 });
    const loaded = () => document.querySelector("#data-summary")?.textContent.startsWith("table");
    await tab.waitForFunction(loaded, null, { timeout: 600_000 });
    const seconds = (performance.now() - start) / 1000;
    found = { bytes: statSync(file).size, seconds, longest: longestTask(await site.browser.stopTracing()) };
    await site.close();
  });
  rmSync(cut, { recursive: true });
  return found;
}

const kept = path("docs/scale.json");
const figures = existsSync(kept) ? JSON.parse(readFileSync(kept, "utf8")) : {};
for (const [name, measure] of Object.entries({ cells, sgd, text, page })) {
  if (asked.length > 0 && !asked.includes(name)) continue;
  const load = loadavg()[0];
  figures[name] = { ...(await measure()), load: Math.max(load, loadavg()[0]), version, cpu: cpus()[0].model };
  console.log(name, JSON.stringify(figures[name]));
  writeFileSync(kept, `${JSON.stringify(figures, null, 1)}\n`);
}
writeFileSync(path("docs/scale.md"), report(figures));

function report({ cells, sgd, text, page, notes = [] }) {
  const gb = (bytes) => `${(bytes / 1e9).toFixed(2)} GB`;
  const seconds = (list) => list.map((one) => Number(one).toFixed(0)).join(", ");
  const rows = [
    cells && [`train on an .h5ad of ${gb(cells.bytes)}: resident memory, at most`, "2.5 GB", gb(cells.peak), cells],
    cells && [
      "an epoch of set, 30000-100-10, on two thirds of its cells, s",
      "",
      seconds(cells.epochs.map((one) => one.secondsTrain)),
      cells,
    ],
    sgd && ["an epoch of SGDClassifier (log loss) on as many, s", "", seconds(sgd.seconds.map(([wall]) => wall)), sgd],
    text && [`read ${gb(text.bytes)} of CSV, MB a second of a core`, "40", (text.bytes / 1e6 / text.seconds).toFixed(0), text],
    page && [
      `the page reads ${gb(page.bytes)} of CSV: the longest task of its main thread, ms of a core`,
      "50",
      page.longest.core.toFixed(0),
      page,
    ],
  ];
  const lines = rows
    .filter(Boolean)
    .map(([what, bar, figure, { load }]) => `| ${what} | ${bar} | ${figure} | ${load.toFixed(0)} |`);
  return `# Large files

Measured by \`node bench/scale.mjs FOLDER\`, on files that \`bench/scale-data.py\` writes,
on ${cpus().length} cores (${cpus()[0].model}).
The .h5ad has 30,000 genes, 3 % of the values are not 0. At full size it has 100,000 cells and 90 million values.
SGDClassifier is that of scikit-learn, on one core.
The load is the number of processes that wanted these cores at the time: seconds are longer the higher it is.

| what | bar | figure | load |
|---|---|---|---|
${lines.join("\n")}

The network of set has 603,000 connections. SGDClassifier learns a linear model of each class.
Samples stay sparse in memory: 8 bytes a value. They become dense in chunks of 128 MiB.
${notes.map((note) => `\n${note}\n`).join("")}`;
}
