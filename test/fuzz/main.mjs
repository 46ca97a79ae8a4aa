// node test/fuzz/main.mjs --reader NAME|all --runs N --seed S [--hang SECONDS] [--coverage] [--record]: reads files that are wrong in one thing, and sees that the
// reader returns or refuses, in time, in little memory; see docs/fuzz.md. Bundles the readers, and runs them in a thread that is ended when it hangs.
import { appendFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { Worker } from "node:worker_threads";
import { build, loadConfigFromFile } from "vite";
import { table } from "./table.mjs";

const root = new URL("../..", import.meta.url).pathname;
/** Bytes of a case that are kept for the report of a hang. */
const KEPT = 2 ** 16;
/** The share of each of a reader's lines that must run where coverage is asked for. */
const COVERED = 0.9;
/** Megabytes of V8's heap that reading may take: beyond, the thread ends with an error. */
const HEAP = 1024;

const { values } = parseArgs({
  options: {
    reader: { type: "string", default: "all" },
    runs: { type: "string", default: "10000" },
    seed: { type: "string", default: "1" },
    // seconds without a next case after which a thread counts as hanging: a case may take one, but others may have the processor
    hang: { type: "string", default: "20" },
    coverage: { type: "boolean", default: false },
    record: { type: "boolean", default: false },
  },
});
const [runs, seed, hang] = [values.runs, values.seed, values.hang].map(Number);

mkdirSync(join(root, "node_modules/.cache"), { recursive: true });
const folder = mkdtempSync(join(root, "node_modules/.cache/fuzz-"));
try {
  process.exitCode = await main(await compile());
} finally {
  rmSync(folder, { recursive: true });
}

/** Fuzzes the readers that were asked for; the exit code. */
async function main(modules) {
  const { TARGETS } = await import(join(folder, "test/fuzz/targets.mjs"));
  const known = Object.keys(TARGETS).filter((reader) => reader !== "hang");
  const readers = values.reader === "all" ? known : values.reader.split(",");
  if (!readers.every((reader) => reader in TARGETS) || !(runs > 0) || !(hang > 0) || !Number.isInteger(seed)) {
    console.error(`fuzz: give --reader all or some of ${known.join(",")}, --runs and --seed; got ${JSON.stringify(values)}`);
    return 2;
  }
  let failed = false;
  for (const reader of readers) {
    const before = process.cpuUsage();
    const report = await fuzz(modules, reader);
    const { user, system } = process.cpuUsage(before);
    failed ||= report.failure !== null || Object.values(report.coverage ?? {}).some(tooFew);
    print(reader, { ...report, cpu: (user + system) / 1e6 });
    if (values.record) record(reader, report);
  }
  return failed ? 1 : 0;
}

/** A module for each source, types taken off, and the texts of the readers' by name: they can reach nothing of this machine, whatever a file says. */
async function compile() {
  const { config } = await loadConfigFromFile({ command: "build", mode: "predict" }, join(root, "vite.config.ts"));
  await build({
    root,
    configFile: false,
    logLevel: "error",
    publicDir: false,
    plugins: config.plugins, // loops in WebAssembly, which readers reach
    resolve: { alias: { "#hdf5": join(root, "src/data/formats/hdf5/apart-browser.ts") } }, // a thread would be out of sight
    build: {
      ssr: join(root, "test/fuzz/worker.ts"),
      outDir: folder,
      target: "es2022",
      minify: false,
      rolldownOptions: { output: { preserveModules: true, preserveModulesRoot: root, entryFileNames: "[name].mjs" } },
    },
  });
  const names = readdirSync(join(folder, "src"), { recursive: true }).filter((name) => name.endsWith(".mjs"));
  const modules = Object.fromEntries(names.map((name) => [`src/${name}`, readFileSync(join(folder, "src", name), "utf8")]));
  const imports = /^import\b[^"]*"([^."][^"]*)"|\bimport\("([^."][^"]*)"/gm;
  const imported = Object.values(modules).flatMap((text) => [...text.matchAll(imports)].map(([, name, late]) => name ?? late));
  const other = imported.filter((name) => !name.startsWith("pure-rand/") && !["valibot", "saxen", "h5wasm"].includes(name)); // random numbers, schemas, XML, and the HDF5 library, in a memory of its own
  if (other.length > 0) throw new Error(`readers use ${other.join(", ")}; they are to touch nothing but bytes`);
  return modules;
}

function fuzz(modules, reader) {
  const progress = new SharedArrayBuffer(8 + KEPT);
  const place = new Int32Array(progress, 0, 2);
  const workerData = { reader, runs, seed, modules: values.coverage ? modules : null, progress };
  const worker = new Worker(join(folder, "test/fuzz/worker.mjs"), {
    workerData,
    resourceLimits: { maxOldGenerationSizeMb: HEAP },
  });
  return new Promise((resolve) => {
    let [seen, since] = [-1, Date.now()];
    const watchdog = setInterval(() => {
      const now = Atomics.load(place, 0);
      if (now !== seen) [seen, since] = [now, Date.now()];
      else if (Date.now() - since > 1000 * hang) end(`hangs: no case after number ${now} in ${hang} s`);
    }, 500);
    const settle = (report) => {
      clearInterval(watchdog);
      resolve(report);
      worker.terminate();
    };
    const end = (why) => {
      const length = Atomics.load(place, 1);
      const bytes = Buffer.from(new Uint8Array(progress, 8, Math.min(length, KEPT))).toString("hex");
      settle({
        runs: Atomics.load(place, 0),
        read: 0,
        refused: 0,
        seconds: 0,
        slowestMs: 0,
        mostAllocated: 0,
        coverage: null,
        failure: `${why}\n${length} bytes: ${bytes}`,
      });
    };
    worker.on("message", settle);
    worker.on("error", (error) => end(`ends with ${error.stack}`));
  });
}

function tooFew({ lines, covered }) {
  return covered < COVERED * lines;
}

function print(reader, { cpu, runs, read, refused, seconds, slowestMs, mostAllocated, failure, coverage }) {
  const speed = seconds > 0 ? `, ${(runs / seconds).toFixed(0)} a second` : "";
  console.log(
    `${reader}: seed ${seed}, ${runs} runs in ${seconds.toFixed(1)} s (${cpu.toFixed(1)} s of processors)${speed}; ${read} read, ${refused} refused; slowest ${slowestMs.toFixed(1)} ms, most allocated ${(mostAllocated / 1e6).toFixed(2)} MB; ${failure === null ? "no failure" : `FAILED: ${failure}`}`,
  );
  for (const [source, found] of Object.entries(coverage ?? {})) {
    const { lines, covered, missed } = found;
    const least = tooFew(found) ? `; FAILED: at least ${100 * COVERED} % must run, give more --runs or extend the grammar` : "";
    console.log(
      `  ${source.replace(/mjs$/, "ts")}: ${covered} of ${lines} lines, ${((100 * covered) / lines).toFixed(1)} %${least}`,
    );
    for (const line of missed) console.log(`    not run: ${line}`);
  }
}

/** Appends the result to docs/fuzz.jsonl, and writes the table of docs/fuzz.md anew. */
function record(reader, { runs, read, refused, seconds, slowestMs, mostAllocated, failure }) {
  const date = new Date().toISOString().slice(0, 10);
  const line = {
    reader,
    runs,
    seed,
    seconds: Math.round(seconds),
    read,
    refused,
    slowestMs: Math.round(slowestMs),
    mostAllocated,
    failure,
    date,
  };
  const [lines, page] = ["docs/fuzz.jsonl", "docs/fuzz.md"].map((name) => join(root, name));
  appendFileSync(lines, `${JSON.stringify(line)}\n`);
  writeFileSync(page, table(readFileSync(page, "utf8"), readFileSync(lines, "utf8")));
}
